-- Record writes down what happened to a user.
-- name: Record :exec
INSERT INTO audit (user_id, action) VALUES ($1, $2);

-- RecordAll writes down much at once.
-- name: RecordAll :copyfrom
INSERT INTO audit (user_id, action) VALUES ($1, $2);

-- Actions returns what happened to a user, in order.
-- name: Actions :many
SELECT action FROM audit WHERE user_id = $1 ORDER BY id;
