CREATE SCHEMA IF NOT EXISTS "segue_control";
--> statement-breakpoint
CREATE TABLE "segue_control"."acts" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_id" uuid,
	"via" text NOT NULL,
	"action" text NOT NULL,
	"transition_id" uuid,
	"database_id" uuid,
	"object" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "acts_via" CHECK ("segue_control"."acts"."via" in ('web', 'api', 'cli', 'worker'))
);
--> statement-breakpoint
CREATE TABLE "segue_control"."approvals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"rollout_id" uuid NOT NULL,
	"actor_id" uuid NOT NULL,
	"plan_digest" text NOT NULL,
	"binding_digest" text NOT NULL,
	"binding_facts" jsonb NOT NULL,
	"position" integer NOT NULL,
	"note" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"voided_at" timestamp with time zone,
	"voided_because" jsonb,
	CONSTRAINT "approvals_position" CHECK ("segue_control"."approvals"."position" >= 0),
	CONSTRAINT "approvals_voided" CHECK (("segue_control"."approvals"."voided_at" is null) = ("segue_control"."approvals"."voided_because" is null))
);
--> statement-breakpoint
CREATE TABLE "segue_control"."databases" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"environment" text NOT NULL,
	"secret_url" text,
	"shown_url" text NOT NULL,
	"tls" text DEFAULT 'prefer' NOT NULL,
	"sandbox" boolean DEFAULT false NOT NULL,
	"report" jsonb,
	"unreachable" text,
	"checked_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "databases_environment" CHECK ("segue_control"."databases"."environment" in ('development', 'staging', 'production')),
	CONSTRAINT "databases_tls" CHECK ("segue_control"."databases"."tls" in ('disable', 'prefer', 'require', 'verify-full')),
	CONSTRAINT "databases_url" CHECK (("segue_control"."databases"."secret_url" is null) = ("segue_control"."databases"."removed_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "segue_control"."events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"type" text NOT NULL,
	"payload" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "segue_control"."people" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"display_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "people_display_name" CHECK (length(trim("segue_control"."people"."display_name")) between 1 and 80)
);
--> statement-breakpoint
CREATE TABLE "segue_control"."rollouts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"transition_id" uuid NOT NULL,
	"database_id" uuid NOT NULL,
	"plan" jsonb NOT NULL,
	"plan_digest" text NOT NULL,
	"target_rollout_id" text,
	"settings" jsonb,
	"fact" jsonb,
	"progress" jsonb,
	"fact_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rollouts_digest" CHECK ("segue_control"."rollouts"."plan_digest" = "segue_control"."rollouts"."plan" ->> 'digest')
);
--> statement-breakpoint
CREATE TABLE "segue_control"."runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"rollout_id" uuid NOT NULL,
	"direction" text NOT NULL,
	"phase" integer NOT NULL,
	"actor_id" uuid,
	"state" text DEFAULT 'queued' NOT NULL,
	"words" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"acknowledged" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"worker" text,
	"heartbeat_at" timestamp with time zone,
	"retry_at" timestamp with time zone,
	"outages" integer DEFAULT 0 NOT NULL,
	"error" jsonb,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "runs_state" CHECK ("segue_control"."runs"."state" in ('queued', 'running', 'paused', 'done', 'failed', 'turned_back')),
	CONSTRAINT "runs_direction" CHECK ("segue_control"."runs"."direction" in ('forward', 'back')),
	CONSTRAINT "runs_phase" CHECK ("segue_control"."runs"."phase" >= 1),
	CONSTRAINT "runs_ended" CHECK (("segue_control"."runs"."ended_at" is not null) = ("segue_control"."runs"."state" in ('done', 'failed', 'turned_back')))
);
--> statement-breakpoint
CREATE TABLE "segue_control"."settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "segue_control"."transitions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"author_id" uuid,
	"spec" jsonb NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transitions_state" CHECK ("segue_control"."transitions"."state" in ('draft', 'open', 'done', 'abandoned'))
);
--> statement-breakpoint
ALTER TABLE "segue_control"."acts" ADD CONSTRAINT "acts_actor_id_people_id_fk" FOREIGN KEY ("actor_id") REFERENCES "segue_control"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."acts" ADD CONSTRAINT "acts_transition_id_transitions_id_fk" FOREIGN KEY ("transition_id") REFERENCES "segue_control"."transitions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."acts" ADD CONSTRAINT "acts_database_id_databases_id_fk" FOREIGN KEY ("database_id") REFERENCES "segue_control"."databases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."approvals" ADD CONSTRAINT "approvals_rollout_id_rollouts_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "segue_control"."rollouts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."approvals" ADD CONSTRAINT "approvals_actor_id_people_id_fk" FOREIGN KEY ("actor_id") REFERENCES "segue_control"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."databases" ADD CONSTRAINT "databases_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "segue_control"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."events" ADD CONSTRAINT "events_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "segue_control"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."rollouts" ADD CONSTRAINT "rollouts_transition_id_transitions_id_fk" FOREIGN KEY ("transition_id") REFERENCES "segue_control"."transitions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."rollouts" ADD CONSTRAINT "rollouts_database_id_databases_id_fk" FOREIGN KEY ("database_id") REFERENCES "segue_control"."databases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."runs" ADD CONSTRAINT "runs_rollout_id_rollouts_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "segue_control"."rollouts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."runs" ADD CONSTRAINT "runs_actor_id_people_id_fk" FOREIGN KEY ("actor_id") REFERENCES "segue_control"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segue_control"."transitions" ADD CONSTRAINT "transitions_author_id_people_id_fk" FOREIGN KEY ("author_id") REFERENCES "segue_control"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "acts_at" ON "segue_control"."acts" USING btree ("at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "acts_transition" ON "segue_control"."acts" USING btree ("transition_id","id");--> statement-breakpoint
CREATE INDEX "approvals_rollout" ON "segue_control"."approvals" USING btree ("rollout_id","at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "databases_name" ON "segue_control"."databases" USING btree (lower("name")) WHERE "segue_control"."databases"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "events_run" ON "segue_control"."events" USING btree ("run_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "rollouts_transition_database" ON "segue_control"."rollouts" USING btree ("transition_id","database_id");--> statement-breakpoint
CREATE UNIQUE INDEX "rollouts_target" ON "segue_control"."rollouts" USING btree ("database_id","target_rollout_id");--> statement-breakpoint
CREATE INDEX "rollouts_database" ON "segue_control"."rollouts" USING btree ("database_id");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_one_open" ON "segue_control"."runs" USING btree ("rollout_id") WHERE "segue_control"."runs"."state" in ('queued', 'running', 'paused');--> statement-breakpoint
CREATE INDEX "runs_rollout" ON "segue_control"."runs" USING btree ("rollout_id","requested_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "transitions_updated" ON "segue_control"."transitions" USING btree ("updated_at" DESC NULLS LAST);