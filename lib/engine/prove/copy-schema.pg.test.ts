import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARRIED_CASES } from '@/test/lifecycle/carried-cases';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS, serverVariable } from '@/test/postgres/test-majors';
import { openTarget } from '../target';
import { copySchema, readSchemaSource } from './copy-schema';
import { ScratchServer } from './scratch';

const MORE = `
  CREATE TABLE parent_of_all (); CREATE SCHEMA crm; COMMENT ON SCHEMA crm IS 'clients'; GRANT USAGE ON SCHEMA crm TO :app;
  CREATE TYPE crm.pair AS (a int, b text);
  CREATE DOMAIN crm.positive AS int DEFAULT 1 CONSTRAINT above CHECK (VALUE > 0); COMMENT ON DOMAIN crm.positive IS 'above';
  CREATE FUNCTION crm.next_number() RETURNS int LANGUAGE sql AS $$ SELECT count(*)::int FROM public.parent_of_all $$;
  CREATE FUNCTION crm.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := now(); RETURN NEW; END $$;
  REVOKE ALL ON FUNCTION crm.touch FROM PUBLIC; GRANT EXECUTE ON FUNCTION crm.touch TO :app;
  CREATE TABLE crm.clients (id int GENERATED ALWAYS AS IDENTITY (START 5), number int DEFAULT crm.next_number(), amount crm.positive NOT NULL, p crm.pair, touched timestamptz, twice int GENERATED ALWAYS AS (number * 2) STORED) WITH (fillfactor = 80);
  ALTER TABLE crm.clients ADD PRIMARY KEY (id), ADD EXCLUDE USING btree (amount WITH =), REPLICA IDENTITY FULL;
  CREATE TRIGGER touch BEFORE UPDATE ON crm.clients FOR EACH ROW WHEN (OLD.number > 0) EXECUTE FUNCTION crm.touch();
  ALTER TABLE crm.clients ENABLE ALWAYS TRIGGER touch; COMMENT ON TRIGGER touch ON crm.clients IS 'when';
  CREATE RULE quiet AS ON DELETE TO crm.clients DO INSTEAD NOTHING;
  CREATE POLICY own ON crm.clients AS RESTRICTIVE FOR UPDATE TO :app USING (id > 0) WITH CHECK (id > 1);
  ALTER TABLE crm.clients FORCE ROW LEVEL SECURITY; CREATE STATISTICS crm.both ON id, number FROM crm.clients;
  CREATE TABLE logs (id bigint, day date NOT NULL, note text) PARTITION BY RANGE (day);
  CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE INDEX logs_note ON logs (note);
  CREATE TABLE parent (a int CHECK (a > 0)); CREATE TABLE child (b int) INHERITS (parent);
  CREATE MATERIALIZED VIEW crm.numbers AS SELECT id, number FROM crm.clients; CREATE VIEW crm.v AS SELECT * FROM crm.numbers;
  ALTER DEFAULT PRIVILEGES IN SCHEMA crm GRANT SELECT ON TABLES TO :app;`;

describe.each(FEWER_MAJORS)('the schema of a live database, on PostgreSQL %i', (major) => {
  let server: ScratchServer;
  let live: TestDatabase;
  beforeAll(async () => {
    server = new ScratchServer(process.env[serverVariable(major)] ?? '');
    live = await createTestDatabase({ major });
    const target = openTarget({ url: live.owner.url });
    const setup = `SET search_path = public; ${CARRIED_CASES[0]?.setup ?? ''} ${MORE}`;
    await target.sql.unsafe(setup.replaceAll(':app', `"${live.apps[0]?.name ?? ''}"`));
    await target.close();
  });
  afterAll(async () => {
    await server.close();
    await live.drop();
  });

  it('is made again from its catalog, and what the copy lacks is named', async () => {
    const target = openTarget({ url: live.superuserUrl });
    const source = await readSchemaSource(target);
    await target.close();
    expect(await copySchema(server, await server.create(), source)).toEqual({ differences: [] });
    const without = source.statements.filter((statement) => !statement.startsWith('CREATE POLICY own'));
    expect(await copySchema(server, await server.create(), { ...source, statements: without })).toEqual({
      differences: [expect.stringMatching(/^- policy crm\.clients own /)],
    });
    const broken = [...source.statements, 'CREATE TABLE x (y nothing)'];
    expect(await copySchema(server, await server.create(), { ...source, statements: broken })).toEqual({
      fault: {
        code: '42704',
        message: expect.stringContaining('type "nothing" does not exist, in CREATE TABLE x'),
      },
    });
  });

  it('is copied while another transition is under way in it, whose triggers are named as missing', async () => {
    const target = openTarget({ url: live.superuserUrl });
    await target.sql.unsafe(`CREATE SCHEMA segue; CREATE FUNCTION segue.sync() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
      CREATE TRIGGER zzz_segue_1 BEFORE UPDATE ON crm.clients FOR EACH ROW EXECUTE FUNCTION segue.sync();
      ALTER TABLE crm.clients ENABLE ALWAYS TRIGGER zzz_segue_1; COMMENT ON TRIGGER zzz_segue_1 ON crm.clients IS 'sync'`);
    const source = await readSchemaSource(target);
    await target.close();
    expect(await copySchema(server, await server.create(), source)).toEqual({
      differences: [expect.stringContaining('zzz_segue_1')],
    });
  });
});
