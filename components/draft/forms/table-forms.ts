import type { OperationKind } from '@/lib/core/operation';
import { block, flag, otherTable, relation, sql, TABLE, text } from './field-makers';
import type { OperationForm } from './form-field';

const PARTITIONED = { ...TABLE, label: 'Partitioned table' };

/** Operations on whole tables. */
export const TABLE_FORMS = {
  create_table: {
    title: 'Create a table',
    about: 'New code may use it from Add on.',
    verb: 'create',
    fields: [
      relation('table', 'New table', { placeholder: 'invoices' }),
      block('definition', 'Columns and constraints (SQL)', {
        placeholder: 'id bigint PRIMARY KEY,\ncustomer_id bigint NOT NULL,\ntotal numeric NOT NULL',
        hint: 'What stands between the parentheses of CREATE TABLE. Name other tables and types with their schema.',
      }),
      text('partitionBy', 'Partitioned by', {
        optional: true,
        placeholder: 'RANGE (created_at)',
        hint: 'Empty: it has no partitions.',
      }),
      block('also', 'What belongs to it (SQL)', {
        optional: true,
        placeholder: 'CREATE INDEX ON public.invoices (customer_id);',
        hint: 'Statements on the new table alone: indexes, comments, rights. They run in the same transaction.',
      }),
    ],
  },
  update_rows: {
    title: 'Update rows',
    about: 'In batches, each row once; the old values are kept until Delete.',
    verb: 'update',
    fields: [
      TABLE,
      text('as', 'Its name in the SQL', { optional: true, hint: "Empty: the table's own." }),
      sql('set', 'Set', { placeholder: 'email = lower(email)' }),
      sql('from', 'From other tables', {
        optional: true,
        placeholder: 'public.accounts a',
        hint: 'With their schema. One row for each row of the table.',
      }),
      sql('where', 'Where', { optional: true, placeholder: 'email <> lower(email)' }),
      flag('keep', 'Do not keep the old values: the way back then leaves the new ones', {
        initial: true,
        inverted: true,
      }),
      sql('down', 'Way back of rows that code has changed since', {
        optional: true,
        placeholder: 'price = price / 100',
        hint: 'Empty: they stay as code wrote them.',
        when: (values) => values.keep !== false,
      }),
    ],
  },
  delete_rows: {
    title: 'Delete rows',
    about: 'In batches; they are kept until Delete and come back on the way back.',
    verb: 'delete',
    fields: [
      TABLE,
      text('as', 'Its name in the SQL', { optional: true, hint: "Empty: the table's own." }),
      sql('where', 'Where', {
        optional: true,
        placeholder: "expires_at < now() - interval '1 year'",
        hint: 'Empty: all rows. Other tables with their schema: EXISTS (SELECT FROM public.orders o WHERE …).',
      }),
    ],
  },
  rename_table: {
    title: 'Rename a table',
    about: 'A view stands in under the old name until Retire: both names read and write.',
    verb: 'rename',
    fields: [TABLE, text('to', 'New name', { placeholder: 'clients' })],
  },
  drop_table: {
    title: 'Drop a table',
    about: 'Kept under another name, with its rows, until Delete.',
    verb: 'drop',
    fields: [TABLE],
  },
  attach_partition: {
    title: 'Attach a partition',
    about: 'That its rows belong there is proven first, so that attaching reads none of them.',
    verb: 'attach',
    fields: [
      PARTITIONED,
      otherTable('partition', 'Table to attach'),
      sql('values', 'Its rows', { placeholder: "FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')" }),
    ],
  },
  detach_partition: {
    title: 'Detach a partition',
    about: 'It becomes a table of its own, with its rows.',
    verb: 'detach',
    fields: [PARTITIONED, otherTable('partition', 'Partition')],
  },
} as const satisfies Partial<Record<OperationKind, OperationForm>>;
