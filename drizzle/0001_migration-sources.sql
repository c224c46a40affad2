CREATE TABLE "segue_control"."migration_sources" (
	"transition_id" uuid PRIMARY KEY NOT NULL,
	"file_name" text NOT NULL,
	"text" text NOT NULL,
	"answers" jsonb NOT NULL,
	"reading" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "segue_control"."migration_sources" ADD CONSTRAINT "migration_sources_transition_id_transitions_id_fk" FOREIGN KEY ("transition_id") REFERENCES "segue_control"."transitions"("id") ON DELETE cascade ON UPDATE no action;