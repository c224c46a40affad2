import type { TransitionFile } from '@/lib/core/operation';
import { EVERY_OPERATION, everyOperationSetup } from './every-operation';

/** A plan whose every statement is held against what PostgreSQL does. */
export interface LockCase {
  readonly name: string;
  readonly dualWrite: 'managed' | 'application';
  /** SQL that makes the tables, which the case before has left dropped. */
  readonly setup: string;
  readonly operations: TransitionFile['operations'];
}

const CHANGE_UNDER_ITS_NAME: LockCase = {
  name: 'a change of type under its own name',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE regions (id int PRIMARY KEY);
    INSERT INTO regions SELECT generate_series(0, 9);
    CREATE TABLE customers (id bigint PRIMARY KEY, region int NOT NULL DEFAULT 0 CONSTRAINT customers_region_fk REFERENCES regions CONSTRAINT small CHECK (region < 100), code varchar(9) UNIQUE);
    CREATE INDEX customers_region_idx ON customers (region) INCLUDE (code);
    CREATE INDEX customers_half_idx ON customers ((region / 2));
    INSERT INTO customers SELECT g, g % 10, 'c' || g FROM generate_series(1, 200) g;
    ANALYZE customers;`,
  operations: [
    { change_type: { table: 'customers', column: 'region', type: 'bigint' } },
    { change_type: { table: 'customers', column: 'code', type: 'text' } },
  ],
};

export const LOCK_CASES: readonly LockCase[] = [
  {
    name: 'every operation of the guide',
    dualWrite: 'managed',
    setup: everyOperationSetup(200),
    operations: EVERY_OPERATION,
  },
  {
    name: 'dual writes by the application',
    dualWrite: 'application',
    setup: everyOperationSetup(200),
    operations: EVERY_OPERATION.slice(0, 3),
  },
  CHANGE_UNDER_ITS_NAME,
];
