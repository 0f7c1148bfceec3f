// Package interop has an example for each way to write the application's own table in the
// transaction of a trigger: plain SQL, sqlc for database/sql and for pgx, gorm, and ent.
package interop

//go:generate go tool authgen
