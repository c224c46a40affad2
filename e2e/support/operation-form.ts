import { expect, type Locator, type Page } from '@playwright/test';

/** The fields of the form's nth operation, counted from 1. */
export function operation(page: Page, number: number): Locator {
  return page.getByRole('group', { name: new RegExp(`^Operation ${number}:`) });
}

/** Says what the operation is to do. */
export async function choose(fields: Locator, title: string): Promise<void> {
  await fields.getByRole('combobox', { name: 'Operation' }).selectOption({ label: title });
}

/** Picks a table, a column or another part of the catalog by its name. */
export async function pick(fields: Locator, field: string, value: string): Promise<void> {
  const box = fields.getByRole('combobox', { name: field, exact: true });
  await box.fill(value);
  await fields.getByRole('option', { name: new RegExp(`^${value}\\b`) }).click();
}

/** Types into text fields, by their labels. */
export async function type(fields: Locator, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values))
    await fields.getByRole('textbox', { name: label, exact: true }).fill(value);
}

export const preview = (page: Page): Locator => page.getByRole('region', { name: 'Plan preview' });

/** Names the transition, waits for its plan and keeps it as a draft. */
export async function save(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Name of the transition' }).fill(name);
  await expect(preview(page).getByText('Up to date')).toBeVisible();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}
