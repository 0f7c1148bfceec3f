CREATE TABLE IF NOT EXISTS authgen_received (
  event_id TEXT NOT NULL PRIMARY KEY,
  received_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS authgen_received_at_idx ON authgen_received (received_at);
CREATE TABLE IF NOT EXISTS authgen_received_document (
  doc_table TEXT NOT NULL,
  document_id TEXT NOT NULL,
  type TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (doc_table, document_id, type)
);
