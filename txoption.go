package authgen

// A TxOption changes how one transaction works (U10). Several are joined with |.
type TxOption uint8

const (
	// Serializable makes the transaction one of isolation SERIALIZABLE.
	// SQLite's always are.
	Serializable TxOption = 1 << iota
	// ReadOnly makes the transaction one that writes nothing, and, on SQLite,
	// one that does not wait for writers.
	ReadOnly
	// LazyWrite begins the transaction at its first write. Reads before it see
	// what is committed at their time.
	LazyWrite
	// NoRetry makes a conflict ErrConflict at once, for what must not run twice.
	NoRetry
	// Replan has statements planned for the tables as they are. It is for those
	// that are empty one minute and full the next, as the outbox's: Postgres keeps
	// the plans of prepared statements, and would go on reading a whole table that
	// was small once. On other databases it changes nothing.
	Replan
)
