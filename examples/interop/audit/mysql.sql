CREATE TABLE audit (
  id bigint AUTO_INCREMENT PRIMARY KEY,
  user_id varchar(36) NOT NULL,
  action varchar(36) NOT NULL,
  UNIQUE (user_id, action)
);
