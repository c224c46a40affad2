DO $$ BEGIN
 ALTER TABLE "plain" ADD CONSTRAINT "plain_b_teams_id_fk" FOREIGN KEY ("b") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
ALTER TABLE "crm"."users" ADD COLUMN "phone" text, ADD COLUMN "rank" integer DEFAULT 0 NOT NULL;
ALTER TABLE "crm"."users" RENAME COLUMN "Email" TO "address";
ALTER TABLE "crm"."users" ALTER COLUMN "phone" SET DATA TYPE varchar(30);
ALTER TABLE "crm"."users" ALTER COLUMN "phone" SET DEFAULT 'none';
ALTER TABLE "crm"."users" ALTER COLUMN "at" DROP NOT NULL, ALTER COLUMN "seen" SET NOT NULL;
ALTER TABLE crm.users DROP COLUMN level;
ALTER TABLE plain ADD CONSTRAINT positive CHECK (b > 0) NOT VALID;
ALTER TABLE plain VALIDATE CONSTRAINT positive;
ALTER TYPE mood ADD VALUE 'calm' BEFORE 'happy';
ALTER TABLE teams RENAME TO squads;
ALTER TABLE squads RENAME CONSTRAINT teams_code_unique TO squads_code_unique;
CREATE UNIQUE INDEX plain_a ON plain (a);
ALTER TABLE plain ADD CONSTRAINT plain_a_key2 UNIQUE USING INDEX plain_a;
CREATE VIEW crm.addresses AS SELECT u.address, u.team FROM crm.users u;
CREATE MATERIALIZED VIEW totals AS SELECT team, sum(total) AS total FROM crm.users GROUP BY team;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TRIGGER touch BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE plain ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plain USING (b > 1);
