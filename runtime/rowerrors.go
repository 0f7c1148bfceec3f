package runtime

import (
	"fmt"

	"github.com/authgen/authgen"
)

// NotFound returns the error of a call whose row does not exist.
func NotFound(t *Table) error { return fmt.Errorf("%s: %w", t.Key, authgen.ErrNotFound) }

// Immutable returns the error of a trigger that changed a field that cannot
// change.
func Immutable(t *Table, field string) error {
	return fmt.Errorf("%s.%s: %w", t.Key, field, authgen.ErrImmutable)
}

// DeletedByTrigger returns the error of a call whose row a trigger deleted.
func DeletedByTrigger(t *Table) error {
	return fmt.Errorf("%s: %w", t.Key, authgen.ErrDeletedByTrigger)
}
