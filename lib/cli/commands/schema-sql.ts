import { segueSchemaScript } from '@/lib/engine/segue-schema';

/**
 * `segue schema-sql`: prints the SQL of Segue's own schema, for the subscribers of a publication FOR ALL TABLES. Asks no
 * database; running it twice does no harm.
 */
export async function schemaSql(): Promise<0> {
  process.stdout.write(segueSchemaScript());
  return 0;
}
