package authgen

// A SchemaCheck says what to do about tables that differ from the schema (S1).
type SchemaCheck uint8

const (
	// RefuseDifferences makes Open and CreateTables return a [SchemaError]. It is the
	// default.
	RefuseDifferences SchemaCheck = iota
	// WarnOfDifferences logs each difference with log/slog.
	WarnOfDifferences
	// IgnoreDifferences ignores them.
	IgnoreDifferences
)
