import { expect, it } from 'vitest';
import { operationOn, planOf, sqlOf } from '@/test/plan-of';

/** The whole SQL of a rename, as a reviewer reads it. A change here changes what runs in people's databases. */
it('a rename is this SQL', () => {
  expect(sqlOf(planOf(operationOn.rename('name', 'full_name')))).toMatchInlineSnapshot(`
    "== expand
    -- 1.expand.add_column: Add the column full_name to users. May pause queries on users up to 400 ms.
    ALTER TABLE "public"."users" ADD COLUMN "full_name" text
      back: ALTER TABLE "public"."users" RENAME COLUMN "full_name" TO "segue_retired_9f86d081_name_new"
      back: ALTER TABLE "public"."users" DROP COLUMN "segue_retired_9f86d081_name_new"
    == dual_write
    -- 1.dual_write.sync: Keep name and full_name the same from now on. May pause writes to users up to 400 ms.
    CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $segue$
    DECLARE
      wrote_old boolean;
      wrote_new boolean;
      key_is_new boolean;
      row_is_touched boolean;
      key_place tid;
    BEGIN
      IF TG_OP = 'INSERT' THEN
        wrote_old := NEW."name" IS NOT NULL;
        wrote_new := NEW."full_name" IS NOT NULL;
      ELSE
        wrote_old := NEW."name" IS DISTINCT FROM OLD."name";
        wrote_new := NEW."full_name" IS DISTINCT FROM OLD."full_name" AND pg_catalog.current_setting('segue.backfill', true) IS DISTINCT FROM 'on';
      END IF;
      IF NEW."name" IS DISTINCT FROM NEW."full_name" THEN
        IF wrote_old AND wrote_new THEN
          INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
          VALUES ('test', 0, pg_catalog.jsonb_build_object('id', NEW."id"), (NEW."name")::text, (NEW."full_name")::text);
          wrote_new := false;
        END IF;
        IF wrote_new THEN
          NEW."name" := NEW."full_name";
        ELSE
          NEW."full_name" := NEW."name";
        END IF;
      END IF;
      RETURN NEW;
    END $segue$
    CREATE TRIGGER "zzz_segue_9f86d081_1_ins" BEFORE INSERT ON "public"."users" FOR EACH ROW WHEN (NEW."name" IS DISTINCT FROM NEW."full_name") EXECUTE FUNCTION segue."sync_9f86d081_1"()
    CREATE TRIGGER "zzz_segue_9f86d081_1_upd" BEFORE UPDATE ON "public"."users" FOR EACH ROW WHEN ((NEW."name" IS DISTINCT FROM NEW."full_name")) EXECUTE FUNCTION segue."sync_9f86d081_1"()
    ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "zzz_segue_9f86d081_1_upd", ENABLE ALWAYS TRIGGER "zzz_segue_9f86d081_1_ins"
      back: DROP TRIGGER "zzz_segue_9f86d081_1_upd" ON "public"."users"
      back: DROP TRIGGER "zzz_segue_9f86d081_1_ins" ON "public"."users"
      back: DROP FUNCTION segue."sync_9f86d081_1"()
    -- 1.dual_write.backfill: Copy name to full_name in the rows that are there. Blocks nobody.
    UPDATE "public"."users" AS t SET "full_name" = t."name" WHERE t."name" IS DISTINCT FROM t."full_name"
    -- 1.dual_write.analyze: Refresh the statistics of users. Blocks nobody.
    ANALYZE "public"."users" ("full_name")
    == switch
    -- 1.switch.lead: Let full_name lead. Blocks nobody.
    CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $segue$
    DECLARE
      wrote_old boolean;
      wrote_new boolean;
      key_is_new boolean;
      row_is_touched boolean;
      key_place tid;
    BEGIN
      IF TG_OP = 'INSERT' THEN
        wrote_old := NEW."name" IS NOT NULL;
        wrote_new := NEW."full_name" IS NOT NULL;
      ELSE
        wrote_old := NEW."name" IS DISTINCT FROM OLD."name";
        wrote_new := NEW."full_name" IS DISTINCT FROM OLD."full_name" AND pg_catalog.current_setting('segue.backfill', true) IS DISTINCT FROM 'on';
      END IF;
      IF NEW."name" IS DISTINCT FROM NEW."full_name" THEN
        IF wrote_old AND wrote_new THEN
          INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
          VALUES ('test', 0, pg_catalog.jsonb_build_object('id', NEW."id"), (NEW."full_name")::text, (NEW."name")::text);
          wrote_old := false;
        END IF;
        IF wrote_new OR NOT wrote_old THEN
          NEW."name" := NEW."full_name";
        ELSE
          NEW."full_name" := NEW."name";
        END IF;
      END IF;
      RETURN NEW;
    END $segue$
      back: CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER … as above
    == contract
    -- 1.contract.retire: Retire name. May pause queries on users up to 400 ms.
    ALTER TABLE "public"."users" RENAME COLUMN "name" TO "segue_retired_9f86d081_name"
    CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $segue$
    DECLARE
      wrote_old boolean;
      wrote_new boolean;
      key_is_new boolean;
      row_is_touched boolean;
      key_place tid;
    BEGIN
      IF NEW."segue_retired_9f86d081_name" IS DISTINCT FROM NEW."full_name" THEN
        NEW."segue_retired_9f86d081_name" := NEW."full_name";
      END IF;
      RETURN NEW;
    END $segue$
      back: ALTER TABLE "public"."users" RENAME COLUMN "segue_retired_9f86d081_name" TO "name"
      back: CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER … as above
    == purge
    -- 1.purge.drop: Delete the retired name. May pause queries on users up to 400 ms.
    DROP TRIGGER "zzz_segue_9f86d081_1_upd" ON "public"."users"
    DROP TRIGGER "zzz_segue_9f86d081_1_ins" ON "public"."users"
    DROP FUNCTION segue."sync_9f86d081_1"()
    ALTER TABLE "public"."users" DROP COLUMN "segue_retired_9f86d081_name""
  `);
});
