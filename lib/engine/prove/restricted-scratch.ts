import { randomBytes } from 'node:crypto';
import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import { postgres } from '@/lib/driver/postgres';
import { ScratchServer } from './scratch';

const MAKER = 'segue_scratch_maker';
const PROVER = 'segue_scratch_prover';

/**
 * A scratch server on which the schema, the file and the plan run without a superuser's rights, so that nothing of them reaches the machine's files
 * or programs. `url` is a superuser's, of a server started for this alone: that role is renamed, for its usual name belongs to those
 * who own the tables of a copied schema. Call it once for a server.
 */
export async function restrictedScratch(url: string): Promise<ScratchServer> {
  const [makerPassword, proverPassword] = [password(), password()];
  const first = new URL(url);
  await run(url, [
    `CREATE ROLE ${MAKER} SUPERUSER LOGIN PASSWORD ${quoteLiteral(makerPassword)}`,
    // Rows that a policy hides are compared too.
    `CREATE ROLE ${PROVER} LOGIN BYPASSRLS PASSWORD ${quoteLiteral(proverPassword)}`,
  ]);
  const made = new URL(url);
  made.username = MAKER;
  made.password = makerPassword;
  await run(made.href, [
    `ALTER ROLE ${quoteIdent(decodeURIComponent(first.username))} RENAME TO segue_scratch_first`,
  ]);
  return new ScratchServer(made.href, { name: PROVER, password: proverPassword });
}

const password = () => randomBytes(24).toString('base64url');

async function run(url: string, statements: readonly string[]): Promise<void> {
  const sql = postgres(url, { max: 1, prepare: false, fetch_types: false, onnotice: () => undefined });
  try {
    for (const statement of statements) await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
