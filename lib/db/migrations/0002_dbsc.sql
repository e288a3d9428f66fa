ALTER TABLE "sessions" ADD COLUMN "dbsc_id" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "dbsc_key" jsonb;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "dbsc_challenges" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "dbsc_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_dbsc_id_unique" UNIQUE("dbsc_id");