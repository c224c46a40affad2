UPDATE "customers" SET "name" = '' WHERE "name" IS NULL;--> statement-breakpoint
ALTER TABLE "customers" ALTER COLUMN "name" SET DEFAULT '';--> statement-breakpoint
ALTER TABLE "customers" ALTER COLUMN "name" SET NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "items_order_sku" ON "items" USING btree ("order_id","sku");
