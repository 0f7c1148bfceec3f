// Package criteria has the conditions and orders of reads and writes, as trees about the
// columns of one table. Columns and predicates of package authgen make them, and package
// runtime turns them into SQL.
package criteria
