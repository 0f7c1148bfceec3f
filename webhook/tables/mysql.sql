CREATE TABLE IF NOT EXISTS authgen_received (
  event_id VARCHAR(255) NOT NULL PRIMARY KEY,
  received_at BIGINT NOT NULL,
  KEY authgen_received_at_idx (received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;
CREATE TABLE IF NOT EXISTS authgen_received_document (
  doc_table VARCHAR(63) NOT NULL,
  document_id VARCHAR(255) NOT NULL,
  type VARCHAR(63) NOT NULL,
  sequence BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (doc_table, document_id, type)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*M!COLLATE=utf8mb4_nopad_bin*/ /*!80017 COLLATE=utf8mb4_0900_bin*/;
