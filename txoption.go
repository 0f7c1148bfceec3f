package authgen

// A TxOption changes how one transaction works (U10). Join several with |.
type TxOption uint8

const (
	// Serializable gives the transaction the isolation level SERIALIZABLE. Transactions of
	// SQLite always have it.
	Serializable TxOption = 1 << iota
	// ReadOnly is for a transaction that only reads. Writes fail, and on SQLite it does not
	// wait for writers.
	ReadOnly
	// LazyWrite begins the transaction at its first write. Earlier reads each see what is
	// committed at their time.
	LazyWrite
	// NoRetry returns ErrConflict at the first conflict. It is for code that must not run
	// twice.
	NoRetry
	// Replan makes Postgres plan each statement again. Postgres keeps the plans of prepared
	// statements, and would go on reading a whole table that was small once. So this is for
	// tables that are empty one minute and full the next, such as those of the outbox. On
	// other databases it does nothing.
	Replan
)
