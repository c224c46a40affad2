DROP INDEX IF EXISTS "orders_open_idx";--> statement-breakpoint
ALTER TABLE "orders" DROP COLUMN IF EXISTS "note";--> statement-breakpoint
ALTER TYPE "public"."order_state" ADD VALUE 'returned';
