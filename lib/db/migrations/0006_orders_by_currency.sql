DROP INDEX "orders_user_total";--> statement-breakpoint
CREATE INDEX "orders_user_currency_total" ON "orders" USING btree ("user_id","currency","total_minor_units","number");