CREATE TABLE "segue_control"."proofs" (
	"rollout_id" uuid PRIMARY KEY NOT NULL,
	"plan_digest" text NOT NULL,
	"state" text NOT NULL,
	"worker" text,
	"heartbeat_at" timestamp with time zone,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"report" jsonb,
	CONSTRAINT "proofs_state" CHECK ("segue_control"."proofs"."state" in ('queued', 'running', 'done')),
	CONSTRAINT "proofs_report" CHECK (("segue_control"."proofs"."state" = 'done') = ("segue_control"."proofs"."report" is not null)),
	CONSTRAINT "proofs_worker" CHECK (("segue_control"."proofs"."state" = 'running') = ("segue_control"."proofs"."worker" is not null))
);
--> statement-breakpoint
ALTER TABLE "segue_control"."proofs" ADD CONSTRAINT "proofs_rollout_id_rollouts_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "segue_control"."rollouts"("id") ON DELETE cascade ON UPDATE no action;