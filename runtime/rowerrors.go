package runtime

import (
	"fmt"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// notFound returns the error of a call whose row does not exist.
func notFound(t *dialect.Table) error { return fmt.Errorf("%s: %w", t.Key, authgen.ErrNotFound) }

// Immutable returns the error of a trigger that changed a field that cannot
// change.
func Immutable(t *dialect.Table, field string) error {
	return fmt.Errorf("%s.%s: %w", t.Key, field, authgen.ErrImmutable)
}

// deletedByTrigger returns the error of a call whose row a trigger deleted.
func deletedByTrigger(t *dialect.Table) error {
	return fmt.Errorf("%s: %w", t.Key, authgen.ErrDeletedByTrigger)
}
