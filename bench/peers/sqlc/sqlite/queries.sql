-- name: CreateUser :exec
INSERT INTO "user" ("id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt", "username", "role")
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CreateProfile :exec
INSERT INTO "profile" ("id", "userId", "avatar", "bio") VALUES (?, ?, ?, ?);

-- name: GetUser :one
SELECT * FROM "user" WHERE "id" = ?;

-- name: GetUserByEmail :one
SELECT * FROM "user" WHERE "email" = ?;

-- name: UpdateUser :exec
UPDATE "user" SET "name" = ?, "image" = ?, "updatedAt" = ? WHERE "id" = ?;

-- name: UpdateAvatar :exec
UPDATE "profile" SET "avatar" = ? WHERE "userId" = ?;

-- name: DeleteUser :exec
DELETE FROM "user" WHERE "id" = ?;

-- name: DeleteProfile :exec
DELETE FROM "profile" WHERE "userId" = ?;

-- name: GetSessions :many
SELECT * FROM "session" WHERE "userId" = ?;

-- name: ExtendSessions :exec
UPDATE "session" SET "expiresAt" = ?, "updatedAt" = ? WHERE "userId" = ?;

-- name: DeleteSessions :exec
DELETE FROM "session" WHERE "userId" = ?;
