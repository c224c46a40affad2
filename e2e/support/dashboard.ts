import { expect, type Locator, type Page } from '@playwright/test';

/** Answers "Who are you?", which the first act of a browser asks. */
export async function introduce(page: Page, name: string): Promise<void> {
  const question = page.getByRole('dialog', { name: 'Who are you?' });
  await question.getByRole('textbox', { name: 'Your name' }).fill(name);
  await question.getByRole('button', { name: 'Continue' }).click();
  await expect(question).toBeHidden();
}

/** The buttons of the transition page with what each does. */
function actions(page: Page): Locator {
  return page.getByRole('region', { name: 'Actions' });
}

/** A button among the transition's actions. */
export function action(page: Page, name: string): Locator {
  return actions(page).getByRole('button', { name, exact: true });
}

/** Presses a button of the transition and, where it opens a sheet, the same button there. `answer` says yes to the question. */
export async function start(page: Page, name: string, options: { answer?: boolean } = {}): Promise<void> {
  await action(page, name).click();
  const sheet = page.getByRole('dialog', { name });
  if (options.answer !== undefined) {
    const confirm = sheet.getByRole('button', { name, exact: true });
    if (options.answer) {
      await expect(confirm).toBeDisabled();
      await sheet.getByRole('checkbox').check();
    }
    await confirm.click();
    await expect(sheet).toBeHidden();
  }
}

/** Waits until the transition rests where `next` is what can be started. */
export async function restsBefore(page: Page, next: string, timeout = 60_000): Promise<void> {
  await expect(action(page, next)).toBeEnabled({ timeout });
}

/** Changes settings of the transition by their labels. */
export async function setSettings(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole('button', { name: 'Change settings' }).click();
  for (const [label, value] of Object.entries(values))
    await page.getByRole('textbox', { name: label }).fill(value);
  const save = page.getByRole('button', { name: 'Save settings' });
  await save.click();
  await expect(save).toBeHidden();
}

/** Small batches with pauses, so that there is a middle to pause in. */
export async function goSlowly(page: Page, batchRows: number, pauseMs: number): Promise<void> {
  await setSettings(page, {
    'Rows a batch': String(batchRows),
    'Pause between batches (ms)': String(pauseMs),
  });
}
