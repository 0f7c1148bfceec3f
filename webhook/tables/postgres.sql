CREATE TABLE IF NOT EXISTS authgen_received (
  event_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  received_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS authgen_received_at_idx ON authgen_received (received_at);
CREATE TABLE IF NOT EXISTS authgen_received_document (
  doc_table TEXT COLLATE "C" NOT NULL,
  document_id TEXT COLLATE "C" NOT NULL,
  type TEXT COLLATE "C" NOT NULL,
  sequence BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (doc_table, document_id, type)
);
