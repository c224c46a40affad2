ALTER TABLE "customers" RENAME COLUMN "phone" TO "phone_number";--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "locale" text;--> statement-breakpoint
UPDATE "customers" SET "locale" = 'en' WHERE "locale" IS NULL;--> statement-breakpoint
ALTER TABLE "customers" ALTER COLUMN "locale" SET NOT NULL;
