import { defineConfig } from 'drizzle-kit';

/** Makes the control database's migrations: `npm run db:generate -- --name what-changed`. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './lib/store/tables/index.ts',
  out: './drizzle',
});
