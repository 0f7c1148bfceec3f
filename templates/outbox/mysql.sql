-- Events that transactions recorded, until a relay puts them into the queues of their destinations.
CREATE TABLE IF NOT EXISTS `authgen_event` (
  `sequence` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `id` VARCHAR(36) NOT NULL,
  `type` VARCHAR(63) NOT NULL,
  `doc_table` VARCHAR(63) NOT NULL,
  `document_id` VARCHAR(255) NOT NULL,
  `operation` VARCHAR(6) NOT NULL,
  `occurred_at` BIGINT NOT NULL,
  `body` LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;

-- Jobs that transactions scheduled, until they are due and an engine has taken them.
CREATE TABLE IF NOT EXISTS `authgen_job` (
  `id` VARCHAR(36) NOT NULL,
  `type` VARCHAR(63) NOT NULL,
  `unique_key` VARCHAR(255),
  `args` LONGTEXT NOT NULL,
  `due_at` BIGINT NOT NULL,
  `created_at` BIGINT NOT NULL,
  `leased_until` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `authgen_job_key_uidx` (`type`, `unique_key`),
  KEY `authgen_job_due_idx` (`due_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;

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
  `endpoint` VARCHAR(63) NOT NULL,
  `event_id` VARCHAR(36) NOT NULL,
  `sequence` BIGINT NOT NULL,
  `type` VARCHAR(63) NOT NULL,
  `doc_table` VARCHAR(63) NOT NULL,
  `document_id` VARCHAR(255) NOT NULL,
  `operation` VARCHAR(6) NOT NULL,
  `body` LONGTEXT NOT NULL,
  `state` VARCHAR(9) NOT NULL,
  `attempts` BIGINT NOT NULL DEFAULT 0,
  `occurred_at` BIGINT NOT NULL,
  `due_at` BIGINT,
  `leased_until` BIGINT NOT NULL DEFAULT 0,
  `blocked_until` BIGINT,
  `finished_at` BIGINT,
  `kept_at` BIGINT,
  `position` BIGINT GENERATED ALWAYS AS (COALESCE(`kept_at`, `finished_at`, `blocked_until` + 4503599627370496, `due_at`, `sequence`)) STORED,
  `status` BIGINT,
  `error` TEXT,
  PRIMARY KEY (`endpoint`, `event_id`),
  KEY `authgen_delivery_position_idx` (`endpoint`, `state`, `position`),
  KEY `authgen_delivery_document_idx` (`endpoint`, `doc_table`, `document_id`, `state`, `sequence`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;

-- Each webhook endpoint and each event sink that events have gone to.
--   next_slot_at  of an endpoint with a rate, when the next attempt may begin
--   leased_until  of an event sink, until when one relay has its queue
CREATE TABLE IF NOT EXISTS `authgen_endpoint` (
  `name` VARCHAR(63) NOT NULL,
  `disabled_at` BIGINT,
  `reason` TEXT,
  `next_slot_at` BIGINT NOT NULL DEFAULT 0,
  `leased_until` BIGINT NOT NULL DEFAULT 0,
  `succeeded_at` BIGINT,
  `failed_at` BIGINT,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;

-- A row that the relay locks that puts events into the queues of their destinations.
CREATE TABLE IF NOT EXISTS `authgen_lock` (
  `name` VARCHAR(63) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;
