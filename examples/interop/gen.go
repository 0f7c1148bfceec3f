// Package interop holds one example for each way of writing the application's
// own table in the transaction of a trigger: plain SQL, code that sqlc
// generates for database/sql and for pgx, gorm, and ent.
package interop

//go:generate go tool authgen
