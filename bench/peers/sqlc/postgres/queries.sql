-- name: CreateUser :exec
INSERT INTO "user" ("id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt", "username", "role")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: CreateProfile :exec
INSERT INTO "profile" ("id", "userId", "avatar", "bio") VALUES ($1, $2, $3, $4);

-- name: GetUser :one
SELECT * FROM "user" WHERE "id" = $1 FOR UPDATE;

-- name: GetUserByEmail :one
SELECT * FROM "user" WHERE "email" = $1;

-- name: UpdateUser :exec
UPDATE "user" SET "name" = $1, "image" = $2, "updatedAt" = $3 WHERE "id" = $4;

-- name: UpdateAvatar :exec
UPDATE "profile" SET "avatar" = $1 WHERE "userId" = $2;

-- name: DeleteUser :one
DELETE FROM "user" WHERE "id" = $1 RETURNING *;

-- name: DeleteProfile :exec
DELETE FROM "profile" WHERE "userId" = $1;

-- name: GetSessions :many
SELECT * FROM "session" WHERE "userId" = $1 FOR UPDATE;

-- name: ExtendSessions :exec
UPDATE "session" SET "expiresAt" = $1, "updatedAt" = $2 WHERE "userId" = $3;

-- name: DeleteSessions :many
DELETE FROM "session" WHERE "userId" = $1 RETURNING *;
