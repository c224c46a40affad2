import { expect, it } from 'vitest';
import { operationOn, planOf, sqlOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleTable } from '@/test/sample-catalog';

/** The whole SQL of a change of type, as a reviewer reads it. A change here changes what runs in people's databases. */
it('a change of type is this SQL', () => {
  const price = sampleColumn('price', { type: 'integer', notNull: true, default: '0' });
  const operation = operationOn.changeType('price', 'numeric(10,2)', {
    to: 'price_decimal',
    up: 'price / 100.0',
    down: '(price_decimal * 100)::int',
    onFailure: 'reject',
  });
  expect(sqlOf(planOf(operation, sampleCatalog(sampleTable([price]))))).toMatchInlineSnapshot(`
    "== expand
    -- 1.expand.add_column: Add the column price_decimal to users. May pause queries on users up to 400 ms.
    ALTER TABLE "public"."users" ADD COLUMN "price_decimal" numeric(10,2)
      back: ALTER TABLE "public"."users" RENAME COLUMN "price_decimal" TO "segue_retired_9f86d081_price_new"
      back: ALTER TABLE "public"."users" DROP COLUMN "segue_retired_9f86d081_price_new"
    == dual_write
    -- 1.dual_write.sync: Keep price and price_decimal the same from now on. May pause queries on users up to 400 ms.
    CREATE OR REPLACE FUNCTION segue."up_9f86d081_1"(source integer) RETURNS numeric(10,2) LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    DECLARE result numeric(10,2);
    BEGIN
      result := CAST((source / 100.0) AS numeric(10,2));
      RETURN result;
    EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR plpgsql_error OR case_not_found THEN
      RETURN NULL;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."up_fails_9f86d081_1"(source integer) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    DECLARE result numeric(10,2);
    BEGIN
      result := CAST((source / 100.0) AS numeric(10,2));
      RETURN false;
    EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR plpgsql_error OR case_not_found THEN
      RETURN true;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."down_9f86d081_1"(source numeric(10,2)) RETURNS integer LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    DECLARE result integer;
    BEGIN
      result := CAST(((source * 100)::int) AS integer);
      RETURN result;
    EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR plpgsql_error OR case_not_found THEN
      RETURN NULL;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."down_fails_9f86d081_1"(source numeric(10,2)) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    DECLARE result integer;
    BEGIN
      result := CAST(((source * 100)::int) AS integer);
      RETURN false;
    EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR plpgsql_error OR case_not_found THEN
      RETURN true;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    DECLARE
      wrote_old boolean;
      wrote_new boolean;
      key_is_new boolean;
      row_is_touched boolean;
      key_place tid;
    BEGIN
      IF TG_OP = 'INSERT' THEN
        wrote_new := coalesce(pg_catalog.current_setting('segue.row_omits_9f86d081_1_' || pg_catalog.pg_trigger_depth(), true), '') <> '1';
        wrote_old := NOT wrote_new OR (NEW."price" IS DISTINCT FROM CAST((0) AS integer));
      ELSE
        wrote_old := NEW."price" IS DISTINCT FROM OLD."price";
        wrote_new := pg_catalog.record_image_ne(ROW(NEW."price_decimal"), ROW(OLD."price_decimal")) AND pg_catalog.current_setting('segue.backfill', true) IS DISTINCT FROM 'on';
        IF NEW."price_decimal" IS NULL AND pg_catalog.current_setting('segue.omitted_9f86d081_1', true) = '1' THEN
          PERFORM pg_catalog.set_config('segue.omitted_9f86d081_1', '', true);
          IF NOT wrote_old THEN
            NEW."price" := CAST((0) AS integer);
          END IF;
          NEW."price_decimal" := segue."up_9f86d081_1"(NEW."price");
        END IF;
      END IF;
      IF pg_catalog.record_image_ne(ROW(NEW."price_decimal"), ROW(segue."up_9f86d081_1"(NEW."price"))) AND NEW."price" IS DISTINCT FROM segue."down_9f86d081_1"(NEW."price_decimal") THEN
        IF wrote_old AND wrote_new THEN
          INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
          VALUES ('test', 0, pg_catalog.jsonb_build_object('id', NEW."id"), (NEW."price")::text, (NEW."price_decimal")::text);
          wrote_new := false;
        END IF;
        IF wrote_new THEN
          NEW."price" := CAST(((NEW."price_decimal" * 100)::int) AS integer);
        ELSE
          NEW."price_decimal" := CAST((NEW."price" / 100.0) AS numeric(10,2));
        END IF;
      END IF;
      RETURN NEW;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."record_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    BEGIN
      IF NEW."price_decimal" IS DISTINCT FROM segue."up_9f86d081_1"(NEW."price") THEN
        INSERT INTO segue.exceptions (transition, operation, side, key, value)
        VALUES ('test', 0, 'new', pg_catalog.jsonb_build_object('id', NEW."id"), (NEW."price_decimal")::text)
        ON CONFLICT (transition, operation, side, key) DO UPDATE SET value = EXCLUDED.value, seen_at = pg_catalog.now();
      END IF;
      IF NEW."price" IS DISTINCT FROM segue."down_9f86d081_1"(segue."up_9f86d081_1"(NEW."price")) THEN
        INSERT INTO segue.exceptions (transition, operation, side, key, value)
        VALUES ('test', 0, 'old', pg_catalog.jsonb_build_object('id', NEW."id"), (NEW."price")::text)
        ON CONFLICT (transition, operation, side, key) DO UPDATE SET value = EXCLUDED.value, seen_at = pg_catalog.now();
      END IF;
      RETURN NULL;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."note_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $segue$
    BEGIN
      IF TG_LEVEL = 'ROW' THEN
        PERFORM pg_catalog.set_config('segue.row_omits_9f86d081_1_' || pg_catalog.pg_trigger_depth(), coalesce(pg_catalog.current_setting('segue.omitted_9f86d081_1', true), ''), true);
      END IF;
      PERFORM pg_catalog.set_config('segue.omitted_9f86d081_1', '', true);
      RETURN NEW;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."omitted_9f86d081_1"() RETURNS numeric(10,2) LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $segue$
    BEGIN
      PERFORM pg_catalog.set_config('segue.omitted_9f86d081_1', '1', true);
      RETURN NULL;
    END $segue$
    GRANT EXECUTE ON FUNCTION segue."omitted_9f86d081_1"() TO PUBLIC
    ALTER TABLE "public"."users" ALTER COLUMN "price_decimal" SET DEFAULT segue."omitted_9f86d081_1"()
    CREATE TRIGGER "!segue_9f86d081_1_clear" BEFORE INSERT OR UPDATE ON "public"."users" FOR EACH STATEMENT WHEN (pg_catalog.current_setting('segue.omitted_9f86d081_1', true) = '1') EXECUTE FUNCTION segue."note_9f86d081_1"()
    CREATE TRIGGER "!segue_9f86d081_1_note" BEFORE INSERT ON "public"."users" FOR EACH ROW EXECUTE FUNCTION segue."note_9f86d081_1"()
    CREATE TRIGGER "zzz_segue_9f86d081_1_rec_ins" AFTER INSERT ON "public"."users" FOR EACH ROW EXECUTE FUNCTION segue."record_9f86d081_1"()
    CREATE TRIGGER "zzz_segue_9f86d081_1_rec_upd" AFTER UPDATE ON "public"."users" FOR EACH ROW WHEN ((NEW."price" IS DISTINCT FROM OLD."price") OR (NEW."price_decimal" IS NULL AND pg_catalog.current_setting('segue.omitted_9f86d081_1', true) = '1') OR (((pg_catalog.record_image_ne(ROW(NEW."price_decimal"), ROW(OLD."price_decimal")))) AND pg_catalog.current_setting('segue.backfill', true) IS DISTINCT FROM 'on')) EXECUTE FUNCTION segue."record_9f86d081_1"()
    CREATE TRIGGER "zzz_segue_9f86d081_1_ins" BEFORE INSERT ON "public"."users" FOR EACH ROW EXECUTE FUNCTION segue."sync_9f86d081_1"()
    CREATE TRIGGER "zzz_segue_9f86d081_1_upd" BEFORE UPDATE ON "public"."users" FOR EACH ROW WHEN ((NEW."price" IS DISTINCT FROM OLD."price") OR (NEW."price_decimal" IS NULL AND pg_catalog.current_setting('segue.omitted_9f86d081_1', true) = '1') OR (((pg_catalog.record_image_ne(ROW(NEW."price_decimal"), ROW(OLD."price_decimal")))) AND pg_catalog.current_setting('segue.backfill', true) IS DISTINCT FROM 'on')) EXECUTE FUNCTION segue."sync_9f86d081_1"()
    ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "zzz_segue_9f86d081_1_upd", ENABLE ALWAYS TRIGGER "zzz_segue_9f86d081_1_ins", ENABLE ALWAYS TRIGGER "zzz_segue_9f86d081_1_rec_upd", ENABLE ALWAYS TRIGGER "zzz_segue_9f86d081_1_rec_ins", ENABLE ALWAYS TRIGGER "!segue_9f86d081_1_note", ENABLE ALWAYS TRIGGER "!segue_9f86d081_1_clear"
      back: ALTER TABLE "public"."users" ALTER COLUMN "price_decimal" DROP DEFAULT
      back: DROP TRIGGER "zzz_segue_9f86d081_1_upd" ON "public"."users"
      back: DROP TRIGGER "zzz_segue_9f86d081_1_ins" ON "public"."users"
      back: DROP TRIGGER "zzz_segue_9f86d081_1_rec_upd" ON "public"."users"
      back: DROP TRIGGER "zzz_segue_9f86d081_1_rec_ins" ON "public"."users"
      back: DROP TRIGGER "!segue_9f86d081_1_note" ON "public"."users"
      back: DROP TRIGGER "!segue_9f86d081_1_clear" ON "public"."users"
      back: DROP FUNCTION segue."sync_9f86d081_1"()
      back: DROP FUNCTION segue."record_9f86d081_1"()
      back: DROP FUNCTION segue."note_9f86d081_1"()
      back: DROP FUNCTION segue."omitted_9f86d081_1"()
      back: DROP FUNCTION segue."up_9f86d081_1"(integer)
      back: DROP FUNCTION segue."up_fails_9f86d081_1"(integer)
      back: DROP FUNCTION segue."down_9f86d081_1"(numeric(10,2))
      back: DROP FUNCTION segue."down_fails_9f86d081_1"(numeric(10,2))
    -- 1.dual_write.backfill: Copy price to price_decimal in the rows that are there. Blocks nobody.
    UPDATE "public"."users" AS t SET "price_decimal" = CAST((t."price" / 100.0) AS numeric(10,2)) WHERE pg_catalog.record_image_ne(ROW(t."price_decimal"), ROW(CAST((t."price" / 100.0) AS numeric(10,2)))) AND (t."price_decimal" IS NULL OR t."price" IS DISTINCT FROM CAST(((t."price_decimal" * 100)::int) AS integer))
    -- 1.dual_write.constraint.segue_nn_9f86d081_1: Ask for price_decimal is never NULL in new writes. May pause queries on users up to 400 ms.
    ALTER TABLE "public"."users" ADD CONSTRAINT "segue_nn_9f86d081_1" CHECK ("price_decimal" IS NOT NULL) NOT VALID
      back: ALTER TABLE "public"."users" DROP CONSTRAINT "segue_nn_9f86d081_1"
    -- 1.dual_write.validate.segue_nn_9f86d081_1: Prove price_decimal is never NULL for every row. Blocks nobody.
    ALTER TABLE "public"."users" VALIDATE CONSTRAINT "segue_nn_9f86d081_1"
    -- 1.dual_write.analyze: Refresh the statistics of users. Blocks nobody.
    ANALYZE "public"."users" ("price_decimal")
    == switch
    -- 1.switch.lead: Let price_decimal lead. May pause queries on users up to 400 ms.
    ALTER TABLE "public"."users" ALTER COLUMN "price_decimal" SET NOT NULL
    CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    DECLARE
      wrote_old boolean;
      wrote_new boolean;
      key_is_new boolean;
      row_is_touched boolean;
      key_place tid;
    BEGIN
      IF TG_OP = 'INSERT' THEN
        wrote_new := coalesce(pg_catalog.current_setting('segue.row_omits_9f86d081_1_' || pg_catalog.pg_trigger_depth(), true), '') <> '1';
        wrote_old := NOT wrote_new OR (NEW."price" IS DISTINCT FROM CAST((0) AS integer));
      ELSE
        wrote_old := NEW."price" IS DISTINCT FROM OLD."price";
        wrote_new := pg_catalog.record_image_ne(ROW(NEW."price_decimal"), ROW(OLD."price_decimal")) AND pg_catalog.current_setting('segue.backfill', true) IS DISTINCT FROM 'on';
        IF NEW."price_decimal" IS NULL AND pg_catalog.current_setting('segue.omitted_9f86d081_1', true) = '1' THEN
          PERFORM pg_catalog.set_config('segue.omitted_9f86d081_1', '', true);
          IF NOT wrote_old THEN
            NEW."price" := CAST((0) AS integer);
          END IF;
          NEW."price_decimal" := segue."up_9f86d081_1"(NEW."price");
        END IF;
      END IF;
      IF pg_catalog.record_image_ne(ROW(NEW."price_decimal"), ROW(segue."up_9f86d081_1"(NEW."price"))) AND NEW."price" IS DISTINCT FROM segue."down_9f86d081_1"(NEW."price_decimal") THEN
        IF wrote_old AND wrote_new THEN
          INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
          VALUES ('test', 0, pg_catalog.jsonb_build_object('id', NEW."id"), (NEW."price_decimal")::text, (NEW."price")::text);
          wrote_old := false;
        END IF;
        IF wrote_new OR NOT wrote_old THEN
          NEW."price" := CAST(((NEW."price_decimal" * 100)::int) AS integer);
        ELSE
          NEW."price_decimal" := CAST((NEW."price" / 100.0) AS numeric(10,2));
        END IF;
      END IF;
      RETURN NEW;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."record_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER … as above
      back: ALTER TABLE "public"."users" ALTER COLUMN "price_decimal" DROP NOT NULL
      back: CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER … as above
      back: CREATE OR REPLACE FUNCTION segue."record_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER … as above
    == contract
    -- 1.contract.retire: Retire price. May pause queries on users up to 400 ms.
    ALTER TABLE "public"."users" ALTER COLUMN "price_decimal" SET DEFAULT CAST(((0) / 100.0) AS numeric(10,2))
    ALTER TABLE "public"."users" ALTER COLUMN "price" DROP DEFAULT
    ALTER TABLE "public"."users" ALTER COLUMN "price" DROP NOT NULL
    ALTER TABLE "public"."users" RENAME COLUMN "price" TO "segue_retired_9f86d081_price"
    CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    DECLARE
      wrote_old boolean;
      wrote_new boolean;
      key_is_new boolean;
      row_is_touched boolean;
      key_place tid;
    BEGIN
      IF pg_catalog.record_image_ne(ROW(NEW."price_decimal"), ROW(segue."up_9f86d081_1"(NEW."segue_retired_9f86d081_price"))) AND NEW."segue_retired_9f86d081_price" IS DISTINCT FROM segue."down_9f86d081_1"(NEW."price_decimal") THEN
        NEW."segue_retired_9f86d081_price" := segue."down_9f86d081_1"(NEW."price_decimal");
      END IF;
      RETURN NEW;
    END $segue$
    CREATE OR REPLACE FUNCTION segue."record_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD'
    SET IntervalStyle = 'postgres'
    AS $segue$
    BEGIN
      IF NEW."price_decimal" IS DISTINCT FROM segue."up_9f86d081_1"(NEW."segue_retired_9f86d081_price") THEN
        INSERT INTO segue.exceptions (transition, operation, side, key, value)
        VALUES ('test', 0, 'new', pg_catalog.jsonb_build_object('id', NEW."id"), (NEW."price_decimal")::text)
        ON CONFLICT (transition, operation, side, key) DO UPDATE SET value = EXCLUDED.value, seen_at = pg_catalog.now();
      END IF;
      RETURN NULL;
    END $segue$
      back: ALTER TABLE "public"."users" RENAME COLUMN "segue_retired_9f86d081_price" TO "price"
      back: CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER … as above
      back: CREATE OR REPLACE FUNCTION segue."record_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER … as above
      back: ALTER TABLE "public"."users" ALTER COLUMN "price" SET DEFAULT 0
      back: ALTER TABLE "public"."users" ALTER COLUMN "price_decimal" SET DEFAULT segue."omitted_9f86d081_1"()
      back: ALTER TABLE "public"."users" ALTER COLUMN "price" SET NOT NULL
      back: ALTER TABLE "public"."users" DROP CONSTRAINT "segue_back_9f86d081_1"
    -- 1.contract.prove_back: On the way back: prove that price is never NULL. Blocks nobody.
      back: ALTER TABLE "public"."users" VALIDATE CONSTRAINT "segue_back_9f86d081_1"
    -- 1.contract.ask_back: On the way back: ask that price is never NULL. May pause queries on users up to 400 ms.
    ALTER TABLE "public"."users" DROP CONSTRAINT IF EXISTS "segue_back_9f86d081_1"
      back: ALTER TABLE "public"."users" ADD CONSTRAINT "segue_back_9f86d081_1" CHECK ("segue_retired_9f86d081_price" IS NOT NULL) NOT VALID
    == purge
    -- 1.purge.drop: Delete the retired price. May pause queries on users up to 400 ms.
    DROP TRIGGER "zzz_segue_9f86d081_1_upd" ON "public"."users"
    DROP TRIGGER "zzz_segue_9f86d081_1_ins" ON "public"."users"
    DROP TRIGGER "zzz_segue_9f86d081_1_rec_upd" ON "public"."users"
    DROP TRIGGER "zzz_segue_9f86d081_1_rec_ins" ON "public"."users"
    DROP TRIGGER "!segue_9f86d081_1_note" ON "public"."users"
    DROP TRIGGER "!segue_9f86d081_1_clear" ON "public"."users"
    DROP FUNCTION segue."sync_9f86d081_1"()
    DROP FUNCTION segue."record_9f86d081_1"()
    DROP FUNCTION segue."note_9f86d081_1"()
    DROP FUNCTION segue."omitted_9f86d081_1"()
    DROP FUNCTION segue."up_9f86d081_1"(integer)
    DROP FUNCTION segue."up_fails_9f86d081_1"(integer)
    DROP FUNCTION segue."down_9f86d081_1"(numeric(10,2))
    DROP FUNCTION segue."down_fails_9f86d081_1"(numeric(10,2))
    ALTER TABLE "public"."users" DROP CONSTRAINT "segue_nn_9f86d081_1"
    ALTER TABLE "public"."users" DROP COLUMN "segue_retired_9f86d081_price""
  `);
});
