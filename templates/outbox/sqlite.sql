-- Events that transactions recorded, until a relay puts them into the queues of their destinations.
CREATE TABLE IF NOT EXISTS `authgen_event` (
  `sequence` INTEGER PRIMARY KEY AUTOINCREMENT,
  `id` TEXT NOT NULL,
  `type` TEXT NOT NULL,
  `doc_table` TEXT NOT NULL,
  `document_id` TEXT NOT NULL,
  `operation` TEXT NOT NULL,
  `occurred_at` INTEGER NOT NULL,
  `body` TEXT NOT NULL
);

-- Jobs that transactions scheduled, until they are due and an engine has taken them.
CREATE TABLE IF NOT EXISTS `authgen_job` (
  `id` TEXT NOT NULL,
  `type` TEXT NOT NULL,
  `unique_key` TEXT,
  `args` TEXT NOT NULL,
  `due_at` INTEGER NOT NULL,
  `created_at` INTEGER NOT NULL,
  `leased_until` INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
);

CREATE UNIQUE INDEX IF NOT EXISTS `authgen_job_key_uidx` ON `authgen_job` (`type`, `unique_key`);

CREATE INDEX IF NOT EXISTS `authgen_job_due_idx` ON `authgen_job` (`due_at`);

-- One row for each event and each webhook endpoint or event sink that it goes to.
--   state          pending, leased, delivered, exhausted or cancelled
--   attempts       how many have begun
--   due_at         when the next attempt may begin (null for an event sink, which takes its events by sequence)
--   leased_until   when the attempt that is under way counts as dead
--   blocked_until  while an earlier event of the same row is not finished, when to look again (otherwise null)
--   finished_at    when it was delivered, exhausted or cancelled
--   kept_at        when clean-up last decided to keep it
--   position       the order in which relays look at the rows of one state: computed, for the index
-- Times are Unix milliseconds.
CREATE TABLE IF NOT EXISTS `authgen_delivery` (
  `endpoint` TEXT NOT NULL,
  `event_id` TEXT NOT NULL,
  `sequence` INTEGER NOT NULL,
  `type` TEXT NOT NULL,
  `doc_table` TEXT NOT NULL,
  `document_id` TEXT NOT NULL,
  `operation` TEXT NOT NULL,
  `body` TEXT NOT NULL,
  `state` TEXT NOT NULL,
  `attempts` INTEGER NOT NULL DEFAULT 0,
  `occurred_at` INTEGER NOT NULL,
  `due_at` INTEGER,
  `leased_until` INTEGER NOT NULL DEFAULT 0,
  `blocked_until` INTEGER,
  `finished_at` INTEGER,
  `kept_at` INTEGER,
  `position` INTEGER GENERATED ALWAYS AS (COALESCE(`kept_at`, `finished_at`, `blocked_until` + 4503599627370496, `due_at`, `sequence`)) VIRTUAL,
  `status` INTEGER,
  `error` TEXT,
  PRIMARY KEY (`endpoint`, `event_id`)
);

CREATE INDEX IF NOT EXISTS `authgen_delivery_position_idx` ON `authgen_delivery` (`endpoint`, `state`, `position`);

CREATE INDEX IF NOT EXISTS `authgen_delivery_document_idx` ON `authgen_delivery` (`endpoint`, `doc_table`, `document_id`, `state`, `sequence`);

-- Each webhook endpoint and each event sink that events have gone to.
--   next_slot_at  of an endpoint with a rate, when the next attempt may begin
--   leased_until  of an event sink, until when one relay has its queue
CREATE TABLE IF NOT EXISTS `authgen_endpoint` (
  `name` TEXT NOT NULL,
  `disabled_at` INTEGER,
  `reason` TEXT,
  `next_slot_at` INTEGER NOT NULL DEFAULT 0,
  `leased_until` INTEGER NOT NULL DEFAULT 0,
  `succeeded_at` INTEGER,
  `failed_at` INTEGER,
  PRIMARY KEY (`name`)
);
