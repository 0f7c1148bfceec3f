// Package dialect is what a database has to do for authgen, and what it is told to do
// so: the interface Dialect, connections and results, kinds of failures, descriptions
// of tables as generated code has them and as the catalog tells of them, and values on
// their way to columns and back.
//
// The packages below it implement it. A program names sqlite.Open, postgres.Open or
// mysql.Open, and of this package at most a Kind or a Database.
package dialect
