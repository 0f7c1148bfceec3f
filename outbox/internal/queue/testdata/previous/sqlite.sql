-- Events that transactions recorded, until they are dispatched.
CREATE TABLE IF NOT EXISTS `authgen_event` (
  `sequence` INTEGER PRIMARY KEY AUTOINCREMENT,
  `id` TEXT NOT NULL,
  `type` TEXT NOT NULL,
  `doc_table` TEXT NOT NULL,
  `document` TEXT NOT NULL,
  `operation` TEXT NOT NULL,
  `occurred_at` INTEGER NOT NULL,
  `body` TEXT NOT NULL
);

-- Jobs that transactions scheduled, until they are due and handed over.
CREATE TABLE IF NOT EXISTS `authgen_job` (
  `id` TEXT NOT NULL,
  `kind` TEXT NOT NULL,
  `unique_key` TEXT,
  `args` TEXT NOT NULL,
  `due_at` INTEGER NOT NULL,
  `created_at` INTEGER NOT NULL,
  `leased_until` INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
);

CREATE UNIQUE INDEX IF NOT EXISTS `authgen_job_key_uidx` ON `authgen_job` (`kind`, `unique_key`);

CREATE INDEX IF NOT EXISTS `authgen_job_due_idx` ON `authgen_job` (`due_at`);

-- What becomes of each event at each webhook endpoint.
CREATE TABLE IF NOT EXISTS `authgen_delivery` (
  `endpoint` TEXT NOT NULL,
  `event_id` TEXT NOT NULL,
  `sequence` INTEGER NOT NULL,
  `type` TEXT NOT NULL,
  `doc_table` TEXT NOT NULL,
  `document` TEXT NOT NULL,
  `operation` TEXT NOT NULL,
  `body` TEXT NOT NULL,
  `state` TEXT NOT NULL,
  `attempts` INTEGER NOT NULL DEFAULT 0,
  `due_at` INTEGER NOT NULL,
  `leased_until` INTEGER NOT NULL DEFAULT 0,
  `created_at` INTEGER NOT NULL,
  `finished_at` INTEGER,
  `status` INTEGER,
  `error` TEXT,
  PRIMARY KEY (`endpoint`, `event_id`)
);

CREATE INDEX IF NOT EXISTS `authgen_delivery_due_idx` ON `authgen_delivery` (`endpoint`, `state`, `due_at`);

CREATE INDEX IF NOT EXISTS `authgen_delivery_order_idx` ON `authgen_delivery` (`endpoint`, `doc_table`, `document`, `state`, `sequence`);

-- What is known of each webhook endpoint.
CREATE TABLE IF NOT EXISTS `authgen_endpoint` (
  `name` TEXT NOT NULL,
  `disabled_at` INTEGER,
  `reason` TEXT,
  `next_slot_at` INTEGER NOT NULL DEFAULT 0,
  `succeeded_at` INTEGER,
  `failed_at` INTEGER,
  PRIMARY KEY (`name`)
);
