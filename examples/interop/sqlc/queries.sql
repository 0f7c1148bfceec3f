-- Record writes down what happened to a user.
-- name: Record :exec
INSERT INTO audit (user_id, action) VALUES (sqlc.arg(user_id), sqlc.arg(action));

-- Actions returns what happened to a user, in order.
-- name: Actions :many
SELECT action FROM audit WHERE user_id = sqlc.arg(user_id) ORDER BY id;
