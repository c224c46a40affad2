/** Imports run one way: core ← planner ← engine ← services ← actions ← app. */

/** @param {string} name @param {string} from @param {string[]} allowed folders of this project that it may import */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$' },
  to: { path: '^(lib|app|components|scripts|test|e2e|bench|bin)/', pathNot: [from, ...allowed] },
});

const core = '^lib/core/';
const planner = '^lib/planner/';
const sql = '^lib/sql/';
const driver = '^lib/driver/';
const engine = '^lib/engine/';
const store = '^lib/store/';
const postgres = '^lib/postgres/';
const services = '^lib/services/';
const sandbox = '^lib/sandbox/';
const worker = '^lib/worker/';
const views = '^lib/views/';
const actions = '^lib/actions/';
/** What every action answers, as types and pure functions. */
const actionResult = '^lib/actions/action-result\\.ts$';
const components = '^components/';
const pageActions = '^app/(actions|.*/actions)[./]';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('core-imports-nothing', core, []),
    only('sql-imports-core', sql, [core]),
    only('planner-imports-core-and-sql', planner, [core, sql]),
    only('driver-imports-nothing', driver, []),
    only('store-imports-core', store, [core, driver]),
    only('postgres-imports-core', postgres, [core, driver]),
    only('engine-imports-planner', engine, [core, driver, planner, sql]),
    only('views-import-core', views, [core, planner]),
    only('services-do-not-know-the-app', services, [
      core,
      planner,
      sql,
      engine,
      store,
      postgres,
      views,
      sandbox,
    ]),
    only('sandbox-is-a-use-case', sandbox, [
      core,
      driver,
      planner,
      sql,
      engine,
      store,
      postgres,
      views,
      services,
    ]),
    only('worker-calls-services', worker, [
      core,
      driver,
      planner,
      sql,
      engine,
      store,
      postgres,
      views,
      services,
      sandbox,
    ]),
    only('actions-call-services', actions, [
      core,
      planner,
      sql,
      engine,
      store,
      postgres,
      views,
      services,
      sandbox,
      worker,
    ]),
    only('components-know-views-and-actions', components, [core, views, pageActions, actionResult]),
    {
      name: 'the-driver-is-opened-in-one-place',
      comment: 'lib/driver mends what the driver does to results after a failure.',
      severity: 'error',
      from: { path: '^(lib|app|scripts)/', pathNot: [driver, '\\.test\\.tsx?$'] },
      to: { path: 'node_modules/postgres/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-the-app',
      severity: 'error',
      from: { path: '^lib/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(app|components|scripts|test|e2e|bench|bin)/' },
    },
    {
      name: 'pure-core',
      comment: 'core, planner and sql compute; they reach no file, database or framework.',
      severity: 'error',
      from: { path: '^lib/(core|planner|sql)/', pathNot: '\\.test\\.tsx?$' },
      to: {
        path: '^(node:)?(fs|fs/promises|net|http|https|child_process)$|node_modules/(postgres|pg|pg-boss|next|drizzle-orm)/',
      },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^(app|components|lib|bin)/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '\\.test\\.tsx?$|^test/|node_modules/(vitest|@playwright)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.next' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
