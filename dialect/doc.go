// Package dialect is the interface between package runtime and the databases. It has the
// interface Dialect, connections and results, kinds of failures, descriptions of tables
// as generated code and as catalogs have them, and the conversion of values.
//
// The packages below it implement the dialects. A program calls sqlite.Open,
// postgres.Open or mysql.Open, and needs at most Kind and Database of this package.
package dialect
