CREATE TABLE audit (
  id integer PRIMARY KEY,
  user_id text NOT NULL,
  action text NOT NULL,
  UNIQUE (user_id, action)
);
