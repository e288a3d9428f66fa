ALTER TABLE "sessions" ADD COLUMN "refreshes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "refreshes_since" timestamp with time zone DEFAULT now() NOT NULL;