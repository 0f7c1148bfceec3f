package authgen

// A SchemaCheck is what to do about tables that differ from the schema (S1).
type SchemaCheck uint8

const (
	// RefuseDifferences makes Open and CreateTables return a [SchemaError]. It is
	// the default.
	RefuseDifferences SchemaCheck = iota
	// WarnOfDifferences has each logged with log/slog.
	WarnOfDifferences
	// IgnoreDifferences has nobody told of them.
	IgnoreDifferences
)
