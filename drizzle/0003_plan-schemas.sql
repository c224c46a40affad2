CREATE TABLE "segue_control"."plan_schemas" (
	"rollout_id" uuid PRIMARY KEY NOT NULL,
	"plan_digest" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"schema" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "segue_control"."plan_schemas" ADD CONSTRAINT "plan_schemas_rollout_id_rollouts_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "segue_control"."rollouts"("id") ON DELETE cascade ON UPDATE no action;