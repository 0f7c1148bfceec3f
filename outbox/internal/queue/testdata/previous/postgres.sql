-- Events that transactions recorded, until they are dispatched.
CREATE TABLE IF NOT EXISTS "authgen_event" (
  "sequence" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "id" TEXT COLLATE "C" NOT NULL,
  "type" TEXT COLLATE "C" NOT NULL,
  "doc_table" TEXT COLLATE "C" NOT NULL,
  "document" TEXT COLLATE "C" NOT NULL,
  "operation" TEXT COLLATE "C" NOT NULL,
  "occurred_at" BIGINT NOT NULL,
  "body" TEXT NOT NULL
);

-- Jobs that transactions scheduled, until they are due and handed over.
CREATE TABLE IF NOT EXISTS "authgen_job" (
  "id" TEXT COLLATE "C" NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "unique_key" TEXT COLLATE "C",
  "args" TEXT NOT NULL,
  "due_at" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "leased_until" BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX IF NOT EXISTS "authgen_job_key_uidx" ON "authgen_job" ("kind", "unique_key");

CREATE INDEX IF NOT EXISTS "authgen_job_due_idx" ON "authgen_job" ("due_at");

-- What becomes of each event at each webhook endpoint.
CREATE TABLE IF NOT EXISTS "authgen_delivery" (
  "endpoint" TEXT COLLATE "C" NOT NULL,
  "event_id" TEXT COLLATE "C" NOT NULL,
  "sequence" BIGINT NOT NULL,
  "type" TEXT COLLATE "C" NOT NULL,
  "doc_table" TEXT COLLATE "C" NOT NULL,
  "document" TEXT COLLATE "C" NOT NULL,
  "operation" TEXT COLLATE "C" NOT NULL,
  "body" TEXT NOT NULL,
  "state" TEXT COLLATE "C" NOT NULL,
  "attempts" BIGINT NOT NULL DEFAULT 0,
  "due_at" BIGINT NOT NULL,
  "leased_until" BIGINT NOT NULL DEFAULT 0,
  "created_at" BIGINT NOT NULL,
  "finished_at" BIGINT,
  "status" BIGINT,
  "error" TEXT,
  PRIMARY KEY ("endpoint", "event_id")
);

CREATE INDEX IF NOT EXISTS "authgen_delivery_due_idx" ON "authgen_delivery" ("endpoint", "state", "due_at");

CREATE INDEX IF NOT EXISTS "authgen_delivery_order_idx" ON "authgen_delivery" ("endpoint", "doc_table", "document", "state", "sequence");

-- What is known of each webhook endpoint.
CREATE TABLE IF NOT EXISTS "authgen_endpoint" (
  "name" TEXT COLLATE "C" NOT NULL,
  "disabled_at" BIGINT,
  "reason" TEXT,
  "next_slot_at" BIGINT NOT NULL DEFAULT 0,
  "succeeded_at" BIGINT,
  "failed_at" BIGINT,
  PRIMARY KEY ("name")
);
