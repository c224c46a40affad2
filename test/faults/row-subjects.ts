import { partitioned, ROWS, type Subject, setup, subject } from './subject';

/** Counts, in its transaction, how often a row went or came back. */
const COUNTED_BOTH_WAYS = `
  CREATE FUNCTION count_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.touched SELECT coalesce(NEW.id, OLD.id), 1 ON CONFLICT (id) DO UPDATE SET times = public.touched.times + 1; RETURN NULL; END $$;
  CREATE TRIGGER count_way AFTER INSERT OR DELETE ON customers FOR EACH ROW EXECUTE FUNCTION count_way();`;

/** Rows that hang on others, in two steps. */
const HANGING = `
  CREATE TABLE lines (customer_id bigint CONSTRAINT lines_customer_fk REFERENCES customers ON DELETE CASCADE, number int, PRIMARY KEY (customer_id, number));
  CREATE TABLE notes (id int PRIMARY KEY, customer_id bigint, number int, FOREIGN KEY (customer_id, number) REFERENCES lines ON DELETE CASCADE);
  INSERT INTO lines SELECT id, 1 FROM customers WHERE id % 2 = 0;
  INSERT INTO notes SELECT customer_id, customer_id, 1 FROM lines WHERE customer_id % 3 = 0;`;

/** No step of theirs waits for a strong lock on a table that is there. */
const uncrowded = { crowded: null };

const COLUMNS = ['name text NOT NULL, price int NOT NULL', "'Name ' || g, g"] as const;

/** A list that a file adds to, with rows that it changes. */
const LISTED: Subject = {
  name: 'rows that a file adds and changes',
  setup: `CREATE TABLE staff (id int PRIMARY KEY, login text UNIQUE, rank text, size int DEFAULT 0);
    INSERT INTO staff SELECT g, 'l' || g, 'old' FROM generate_series(1, ${ROWS}) g;
    CREATE TABLE crews (login text);
    INSERT INTO crews SELECT 'l' || g FROM generate_series(200, 600) g; ANALYZE;`,
  operations: [],
  file: `INSERT INTO staff AS s (id, login, rank) SELECT substr(login, 2)::int + 1000, login, 'chief' FROM crews
    ON CONFLICT (login) DO UPDATE SET rank = 'chief', size = s.size + 1 WHERE s.login <> 'l300';`,
  crowded: null,
};

/** Rows changed, deleted and added by a file; what they held is kept beside. */
export const ROW_SUBJECTS: readonly Subject[] = [
  subject(
    'update rows',
    setup(...COLUMNS),
    { update_rows: { table: 'customers', set: 'name = upper(name), price = price + 1' } },
    uncrowded,
  ),
  subject(
    'update rows, computed from others of the table',
    setup(...COLUMNS),
    {
      update_rows: {
        table: 'customers',
        as: 'c',
        set: 'price = (SELECT count(*) FROM public.customers o WHERE o.price < c.price)',
        where: 'id % 3 > 0',
        down: 'price = -1',
      },
    },
    uncrowded,
  ),
  subject(
    'partitioned: update rows by another table',
    partitioned(
      ...COLUMNS,
      'CREATE TABLE prices (price int, other int); INSERT INTO prices SELECT g, 2 * g FROM generate_series(1, 300) g;',
    ),
    {
      update_rows: {
        table: 'customers',
        as: 'c',
        set: 'price = p.other',
        from: 'public.prices p',
        where: 'p.price = c.price',
      },
    },
    uncrowded,
  ),
  subject(
    'delete rows',
    setup(...COLUMNS, HANGING) + COUNTED_BOTH_WAYS,
    { delete_rows: { table: 'customers', where: 'price % 4 > 0' } },
    uncrowded,
  ),
  subject(
    'delete rows, found by others of the table',
    setup(...COLUMNS, HANGING) + COUNTED_BOTH_WAYS,
    {
      delete_rows: {
        table: 'customers',
        as: 'c',
        where: 'EXISTS (SELECT FROM public.customers o WHERE o.id = c.id + 1 AND o.price % 2 = 0)',
      },
    },
    uncrowded,
  ),
  subject(
    'partitioned: delete rows',
    partitioned(...COLUMNS, '', '') + COUNTED_BOTH_WAYS,
    { delete_rows: { table: 'customers', where: 'price % 4 > 0' } },
    uncrowded,
  ),
  LISTED,
];
