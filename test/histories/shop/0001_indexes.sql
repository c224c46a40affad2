CREATE INDEX IF NOT EXISTS "orders_customer_idx" ON "orders" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "orders_open_idx" ON "orders" USING btree ("placed_at" DESC) WHERE "orders"."state" = 'open';
