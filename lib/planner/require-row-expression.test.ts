import { describe } from 'vitest';
import { operationOn } from '@/test/plan-of';
import { itRefuses, withColumn, withTable } from '@/test/plan-refusals';
import { sampleColumn, sampleIndex } from '@/test/sample-catalog';

const change = operationOn.changeType('name', 'integer', { to: 'number', onFailure: 'reject' });
const drop = operationOn.drop('name');

describe('types, values and expressions are refused', () => {
  itRefuses([
    {
      name: 'a new type that does not exist',
      operations: operationOn.changeType('name', 'intger', { to: 'n' }),
      code: 'bad_expression',
      object: 'public.users.n',
      message: /does not know the type intger/,
    },
    {
      name: 'an up expression with another column',
      operations: { ...change, up: 'name || other' },
      catalog: withTable({}, sampleColumn('name'), sampleColumn('other')),
      code: 'bad_expression',
      object: 'name || other',
      message: /names the column "other"/,
    },
    {
      name: 'an up expression with a subquery',
      operations: { ...change, up: '(SELECT 1)' },
      code: 'bad_expression',
      object: '(SELECT 1)',
      message: /contains a subquery/,
    },
    {
      name: 'an up expression that is volatile',
      operations: { ...change, up: 'random()' },
      code: 'bad_expression',
      object: 'random()',
      message: /random\(\), which is volatile/,
    },
    {
      name: 'an up expression that reads the clock',
      operations: { ...change, up: 'current_date' },
      code: 'bad_expression',
      object: 'current_date',
      message: /reads the clock/,
    },
    {
      name: 'an up expression that is not SQL',
      operations: { ...change, up: 'name +' },
      code: 'bad_expression',
      object: 'name +',
      message: /not valid SQL/,
    },
    {
      name: 'two statements as an expression',
      operations: { ...change, up: '1); DROP TABLE users; SELECT (1' },
      code: 'bad_expression',
      object: '1); DROP TABLE users; SELECT (1',
      message: /not one SQL expression/,
    },
    {
      name: 'a serial column',
      operations: operationOn.add('n', 'bigserial'),
      code: 'unsupported',
      object: 'public.users.n',
      message: /would rewrite the table/,
    },
    {
      name: 'a new NOT NULL column without a value',
      operations: operationOn.add('n', 'text', { nullable: false }),
      code: 'invalid_input',
      object: 'public.users.n',
      message: /needs a value/,
    },
    {
      name: 'NOT NULL without a value',
      operations: operationOn.setNotNull('name'),
      code: 'invalid_input',
      object: 'public.users.name',
      message: /needs a value/,
    },
    {
      name: 'NOT NULL that is there already',
      operations: operationOn.setNotNull('name', "''"),
      catalog: withColumn({ notNull: true }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /NOT NULL already/,
    },
    {
      name: 'dropping a NOT NULL column without restore',
      operations: drop,
      catalog: withColumn({ notNull: true }),
      code: 'invalid_input',
      object: 'public.users.name',
      message: /NOT NULL and has no default/,
    },
    {
      name: 'restoring NULL into a NOT NULL column',
      operations: operationOn.drop('name', 'NULL'),
      catalog: withColumn({ notNull: true }),
      code: 'invalid_input',
      object: 'public.users.name',
      message: /cannot find NULL there/,
    },
    {
      name: 'restoring one value into a unique column',
      operations: operationOn.drop('name', "'x'"),
      catalog: withTable(
        { indexes: [sampleIndex('users_name_key', ['name'], { unique: true })] },
        sampleColumn('name', { notNull: true }),
      ),
      code: 'invalid_input',
      object: 'public.users.name',
      message: /is unique \(users_name_key\)/,
    },
  ]);
});
