-- Events that transactions recorded, until they are dispatched.
CREATE TABLE IF NOT EXISTS `authgen_event` (
  `sequence` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `id` VARCHAR(36) NOT NULL,
  `type` VARCHAR(63) NOT NULL,
  `doc_table` VARCHAR(63) NOT NULL,
  `document` VARCHAR(255) NOT NULL,
  `operation` VARCHAR(6) NOT NULL,
  `occurred_at` BIGINT NOT NULL,
  `body` LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;

-- Jobs that transactions scheduled, until they are due and handed over.
CREATE TABLE IF NOT EXISTS `authgen_job` (
  `id` VARCHAR(36) NOT NULL,
  `kind` VARCHAR(63) NOT NULL,
  `unique_key` VARCHAR(255),
  `args` LONGTEXT NOT NULL,
  `due_at` BIGINT NOT NULL,
  `created_at` BIGINT NOT NULL,
  `leased_until` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `authgen_job_key_uidx` (`kind`, `unique_key`),
  KEY `authgen_job_due_idx` (`due_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;

-- What becomes of each event at each webhook endpoint.
CREATE TABLE IF NOT EXISTS `authgen_delivery` (
  `endpoint` VARCHAR(63) NOT NULL,
  `event_id` VARCHAR(36) NOT NULL,
  `sequence` BIGINT NOT NULL,
  `type` VARCHAR(63) NOT NULL,
  `doc_table` VARCHAR(63) NOT NULL,
  `document` VARCHAR(255) NOT NULL,
  `operation` VARCHAR(6) NOT NULL,
  `body` LONGTEXT NOT NULL,
  `state` VARCHAR(9) NOT NULL,
  `attempts` BIGINT NOT NULL DEFAULT 0,
  `due_at` BIGINT NOT NULL,
  `leased_until` BIGINT NOT NULL DEFAULT 0,
  `created_at` BIGINT NOT NULL,
  `finished_at` BIGINT,
  `status` BIGINT,
  `error` TEXT,
  PRIMARY KEY (`endpoint`, `event_id`),
  KEY `authgen_delivery_due_idx` (`endpoint`, `state`, `due_at`),
  KEY `authgen_delivery_order_idx` (`endpoint`, `doc_table`, `document`, `state`, `sequence`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;

-- What is known of each webhook endpoint.
CREATE TABLE IF NOT EXISTS `authgen_endpoint` (
  `name` VARCHAR(63) NOT NULL,
  `disabled_at` BIGINT,
  `reason` TEXT,
  `next_slot_at` BIGINT NOT NULL DEFAULT 0,
  `succeeded_at` BIGINT,
  `failed_at` BIGINT,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;
