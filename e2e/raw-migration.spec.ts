import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { action, restsBefore, start } from './support/dashboard';
import { customersTable, knowDatabase, openTarget, signIn, type Target } from './support/target';

const DATABASE = `Raw ${process.pid}`;
let target: Target;
let databaseId: string;

test.beforeAll(async ({ browser }) => {
  target = await openTarget(customersTable(200));
  const page = await browser.newPage();
  await signIn(page, 'Ada');
  databaseId = await knowDatabase(page, DATABASE, target.owner.url);
  await page.close();
});
test.afterAll(() => target.sql.end());

const sheet = (page: Page): Locator => page.getByRole('region', { name: /^Migration file/ });
const phases = (page: Page): Locator => page.getByRole('list', { name: 'Planned phases' });
const save = (page: Page): Locator => page.getByRole('button', { name: 'Save draft' });
/** What became of the statement that begins on a line. */
const fate = (page: Page, line: number): Locator =>
  page.getByRole('button', { name: new RegExp(`^Statement on line ${line}:`) });

async function openPage(page: Page): Promise<void> {
  await signIn(page, 'Ada');
  await page.goto(`/transitions/new?database=${databaseId}`);
  await page.getByRole('tab', { name: 'Migration file' }).click();
}

/** What Ctrl V does in the field, with a clipboard of one's own. */
async function paste(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Migration' }).evaluate((field, content) => {
    const data = new DataTransfer();
    data.setData('text', content);
    field.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, text);
}

/** Drags a file over the page and lets it go. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([fileName = '', text = '']) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], fileName));
      return transfer;
    },
    [name, content],
  );
  await dragOver(page, () => page.dispatchEvent('main', 'dragover', { dataTransfer: data }));
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
  await expect(page.getByText('Drop the migration file')).toBeHidden();
}

/** drizzle-kit's journal, with one file recorded. */
const DRIZZLE_JOURNAL = `CREATE SCHEMA drizzle;
  CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
  INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('x', 1760000000000)`;

/** Drags until the page says so: one that has only just been drawn does not listen yet. */
async function dragOver(page: Page, drag: () => Promise<unknown>): Promise<void> {
  await expect(async () => {
    await drag();
    await expect(page.getByText('Drop the migration file')).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
}

/** Goes on with the Tab key until the control has the focus, within so many presses. */
async function tabTo(page: Page, control: Locator, presses: number): Promise<void> {
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab');
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  await expect(control).toBeFocused();
}

test('a pasted migration is judged line by line, asks what it does not say, and goes to Switch and back', async ({
  page,
}) => {
  await openPage(page);
  await paste(
    page,
    `-- where they live
ALTER TABLE customers ADD COLUMN region text NOT NULL;
UPDATE customers SET country = 'EU' WHERE country IS NULL;
ALTER TABLE customers RENAME COLUMN name TO full_name;`,
  );
  await expect(sheet(page)).toContainText(/fails on a table with rows|NOT NULL/);
  await expect(fate(page, 2)).toHaveText(/Asks you/);
  await expect(page.getByText(/question.* open/)).toBeVisible();
  await expect(save(page)).toBeDisabled();

  await test.step('the standard term is one click away', async () => {
    const about = sheet(page).getByRole('button', { name: /^About: RENAME COLUMN/ });
    await about.click();
    await expect(page.getByRole('dialog')).toContainText('rename-column');
    await page.keyboard.press('Escape');
  });

  await test.step('a value counts once it is used, and is held against the grammar', async () => {
    const value = sheet(page).getByRole('textbox', { name: /what do the rows that are there get/ });
    await value.fill("'US");
    await page.keyboard.press('Enter');
    await expect(value).toHaveAttribute('aria-invalid', 'true');
    await value.fill("'US'");
    await page.keyboard.press('Enter');
    await expect(phases(page)).toBeVisible();
  });

  await test.step('a statement and its phases are marked together', async () => {
    await expect(fate(page, 4)).toHaveText(/Add.*Sync.*Switch.*Retire.*Delete/);
    await expect(phases(page).getByRole('button', { name: /^2 Sync/ })).toContainText('line 4');
  });

  await page.getByRole('textbox', { name: 'Name of the transition' }).fill('raw region');
  await save(page).click();
  await expect(page.getByRole('heading', { level: 1, name: 'raw region' })).toBeVisible();
  await page.getByRole('tab', { name: 'Migration file' }).click();
  await expect(sheet(page)).toContainText('ADD COLUMN region text NOT NULL');
  await expect(phases(page)).toBeVisible();

  await test.step('it is proved on copies that it ends where the file does, by itself and when asked', async () => {
    await page.getByRole('tab', { name: 'Overview' }).click();
    const proof = page.getByRole('region', { name: 'Same end as your file' });
    await expect(proof).toContainText('Proved on a copy (PostgreSQL', { timeout: 60_000 });
    await expect(proof).toContainText('fails as soon as its tables have rows');
    const first = await proof.locator('time').getAttribute('datetime');
    await proof.getByRole('button', { name: 'Prove again' }).click();
    await expect(proof.locator('time')).not.toHaveAttribute('datetime', first ?? '', { timeout: 60_000 });
  });

  await action(page, 'Approve plan').click();
  await start(page, 'Start Add');
  await restsBefore(page, 'Start Sync');
  await start(page, 'Start Sync');
  await restsBefore(page, 'Start Switch');
  await start(page, 'Start Switch', { answer: false });
  await restsBefore(page, 'Start Retire');
  const count = async (condition: string) =>
    (await target.sql.unsafe(`select count(*)::int as rows from customers where ${condition}`))[0]?.rows;
  expect(await count("region = 'US' and country = 'EU' and full_name like 'Name %'")).toBe(200);
  await start(page, 'Roll back Switch');
  await restsBefore(page, 'Start Switch');
  expect(await count("name like 'Name %'")).toBe(200);
});

test('a dropped pgroll file offers a reading; the draft is edited where it was left', async ({ page }) => {
  await openPage(page);
  await drop(
    page,
    '08_country.yaml',
    `operations:
  - alter_column:
      table: customers
      column: country
      nullable: false
      up: upper(coalesce(country, 'eu'))
`,
  );
  await expect(page.getByText('08_country.yaml')).toBeVisible();
  await expect(fate(page, 2)).toHaveText(/Asks you/);
  const reading = sheet(page).getByRole('radio', { name: 'Only fill what is NULL' });
  await expect(reading).not.toBeChecked();
  await page.getByRole('button', { name: 'Question', exact: true }).click();
  await expect(reading).toBeFocused();
  await page.keyboard.press('Space');
  await expect(phases(page)).toContainText('make country NOT NULL');
  await expect(page.getByRole('textbox', { name: 'Name of the transition' })).toHaveAttribute(
    'placeholder',
    '08_country',
  );
  await save(page).click();
  await expect(page.getByRole('heading', { level: 1, name: '08_country' })).toBeVisible();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Edit draft' }).click();
  await expect(reading).toBeChecked();
  await page.getByRole('button', { name: 'Remove file' }).click();
  await paste(page, 'ALTER TABLE customers ADD COLUMN fax text;');
  await expect(phases(page)).toContainText('add fax text');
  await save(page).click();
  await expect(page.getByText('customers: add fax text')).toBeVisible();
});

test('a fault is shown at its place and mended there, by keyboard alone', async ({ page }) => {
  await openPage(page);
  await page.getByRole('textbox', { name: 'Migration' }).focus();
  await page.keyboard.type(
    'ALTER TABLE customers ADD COLUM note text;\n\\dt\nALTER TABLE nothing ADD COLUMN a int;',
  );
  await page.keyboard.press('Control+Enter');
  await expect(sheet(page)).toContainText('syntax error at or near');
  await expect(sheet(page).getByText('^', { exact: false }).first()).toBeVisible();
  await expect(sheet(page)).toContainText('command of psql');
  await expect(sheet(page)).toContainText(/nothing/);
  await expect(save(page)).toBeDisabled();

  await page.getByRole('button', { name: 'Edit', exact: true }).press('Enter');
  await expect(sheet(page).getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('ALTER TABLE customers ADD COLUMN note text;');
  await page.keyboard.press('Control+Enter');
  await expect(fate(page, 1)).toHaveText(/Add/);
  await expect(save(page)).toBeEnabled();

  await test.step('and so are its phases and the draft reached, past all its lines', async () => {
    await page.getByRole('button', { name: 'Edit', exact: true }).focus();
    await tabTo(page, page.getByRole('button', { name: 'Skip the file’s lines' }), 3);
    await page.keyboard.press('Enter');
    await tabTo(page, phases(page).getByRole('button').first(), 2);
    await tabTo(page, page.getByRole('textbox', { name: 'Name of the transition' }), 12);
  });

  await page.getByRole('button', { name: 'Remove file' }).click();
  await drop(page, 'image.sql', 'a\0b');
  await expect(page.getByText(/not a text file/)).toBeVisible();
});

test('a file of 20,000 lines is drawn in part, gone through by its findings, and edited in its place', async ({
  page,
}) => {
  await openPage(page);
  const lines = Array.from({ length: 20_000 }, (_, index) => `-- line ${index + 1}`);
  lines[4] = 'ALTER TABLE customers ADD COLUMN early text;';
  lines[19_989] = 'CREATE INDEX late ON customers (country);';
  await drop(page, 'long.sql', lines.join('\n'));
  await expect(fate(page, 5)).toHaveText(/Add/);
  expect(await sheet(page).locator('[data-index]').count()).toBeLessThan(200);
  await expect(fate(page, 19_990)).toHaveCount(0);

  await page.getByRole('button', { name: 'Next finding' }).click();
  await expect(fate(page, 19_990)).toBeInViewport();
  await expect(sheet(page)).toContainText('-- line 19985');
  expect(await sheet(page).locator('[data-index]').count()).toBeLessThan(200);

  await page.getByRole('button', { name: 'Edit the statement on line 19990' }).click();
  const editor = sheet(page).getByRole('textbox');
  await expect(editor).toBeFocused();
  await editor.fill('CREATE INDEX later ON customers (country, name);');
  await page.keyboard.press('Control+Enter');
  await expect(phases(page)).toContainText('add an index over country, name');
});

test('a dropped file is recorded in its tool’s own table, as a person says, and goes out with the way back', async ({
  page,
}) => {
  const own = await openTarget(`${customersTable(20)};\n${DRIZZLE_JOURNAL}`);
  await own.sql`CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;
  await signIn(page, 'Ada');
  const database = await knowDatabase(page, `Journal ${process.pid}`, own.owner.url);
  await page.goto(`/transitions/new?database=${database}&from=file`);
  const journal = page.getByRole('region', { name: 'Your tool’s journal' });
  const text = '\uFEFFALTER TABLE customers\r\n  RENAME COLUMN name TO full_name;\r\n';

  await paste(page, 'ALTER TABLE customers ADD COLUMN fax text;');
  await expect(phases(page)).toBeVisible();
  await expect(journal.getByRole('radio', { checked: true })).toHaveCount(0);
  await expect(save(page)).toBeDisabled();
  await journal.getByRole('radio', { name: 'Record nothing' }).click();
  await expect(save(page)).toBeEnabled();

  await drop(page, '0001_full_name.sql', text);
  await expect(journal.getByRole('textbox', { name: 'Tag' })).toHaveValue('0001_full_name');
  await expect(save(page)).toBeDisabled();
  const when = journal.getByRole('textbox', { name: 'When' });
  await when.fill('1750000000000');
  await expect(journal).toContainText('A file later than 0001_full_name.sql is recorded');
  await expect(save(page)).toBeDisabled();
  await when.fill('1760000060000');
  await expect(save(page)).toBeEnabled();
  await save(page).click();
  await expect(page.getByText('0001_full_name.sql').first()).toBeVisible();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Edit draft' }).click();
  await expect(when).toHaveValue('1760000060000');
  await expect(save(page)).toBeEnabled();
  await save(page).click();

  await action(page, 'Approve plan').click();
  // Its folder was not there to be read: a person says that all before it is recorded.
  await start(page, 'Start Add');
  await expect(page.getByText('is every file before 0001_full_name.sql recorded?').first()).toBeVisible();
  await start(page, 'Start Add', { answer: true });
  await restsBefore(page, 'Start Sync');
  const rows = () => own.sql`SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id`;
  expect((await rows())[1]).toEqual({
    hash: createHash('sha256').update(text).digest('hex'),
    created_at: '1760000060000',
  });
  await start(page, 'Roll back Add');
  await restsBefore(page, 'Start Add');
  expect(await rows()).toHaveLength(1);
  await own.sql.end();
});

test('a dropped folder gives its newest file, its place in the journal, and what comes before it', async ({
  page,
}) => {
  const own = await openTarget(`${customersTable(20)};\n${DRIZZLE_JOURNAL}`);
  await signIn(page, 'Ada');
  const database = await knowDatabase(page, `Folder ${process.pid}`, own.owner.url);
  await page.goto(`/transitions/new?database=${database}&from=file`);

  const above = mkdtempSync(path.join(tmpdir(), 'segue-folder-'));
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(above, name)), { recursive: true });
    writeFileSync(path.join(above, name), text);
  };
  const entries = ['0000_init', '0001_phone', '0002_full_name'].map((tag, idx) => ({
    idx,
    tag,
    when: 1760000000000 + idx * 60_000,
  }));
  write('package.json', '{}');
  write('drizzle/meta/_journal.json', JSON.stringify({ entries }));
  write('drizzle/0000_init.sql', 'CREATE TABLE customers (id int);');
  write('drizzle/0001_phone.sql', 'ALTER TABLE customers ADD COLUMN phone text;');
  write('drizzle/0002_full_name.sql', 'ALTER TABLE customers RENAME COLUMN name TO full_name;');

  await test.step('it is dropped as a person drops it', async () => {
    const mouse = await page.context().newCDPSession(page);
    const data = { items: [], files: [above], dragOperationsMask: 1 };
    const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
      mouse.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
    await dragOver(page, async () => {
      await drag('dragEnter');
      await drag('dragOver');
    });
    await drag('drop');
  });
  const folder = page.getByRole('region', { name: 'Folder' });
  await expect(folder).toContainText('3 migrations, drizzle-kit');
  await expect(folder.getByRole('combobox')).toHaveValue('0002_full_name.sql');
  await expect(phases(page)).toContainText('rename name to full_name');
  const journal = page.getByRole('region', { name: 'Your tool’s journal' });
  await expect(journal).toContainText('Known from its folder: 0002_full_name, when 1760000120000');
  await expect(journal.getByRole('textbox')).toHaveCount(0);
  await expect(page.getByText('0001_phone comes before 0002_full_name.sql')).toBeVisible();

  await folder.getByRole('combobox').selectOption('0001_phone.sql');
  await expect(phases(page)).toContainText('add phone text');
  await expect(page.getByText('0001_phone comes before')).toHaveCount(0);
  await expect(journal).toContainText('0000_init.sql, which comes before it, is recorded');
  await save(page).click();
  await action(page, 'Approve plan').click();
  // Nobody is asked: its folder has told.
  await start(page, 'Start Add');
  const recorded = async () =>
    (await own.sql`SELECT created_at FROM drizzle.__drizzle_migrations ORDER BY id`).map(
      (row) => row.created_at,
    );
  await expect.poll(recorded, { timeout: 60_000 }).toEqual(['1760000000000', '1760000060000']);
  await expect(action(page, 'Roll back Add')).toBeEnabled();
  await own.sql.end();
  rmSync(above, { recursive: true });
});
