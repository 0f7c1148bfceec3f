package authgen

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// An Opt is a value that may be unset: the field of a patch that is left
// alone, or the field of a create that gets its default. The zero Opt is
// unset.
type Opt[T any] struct {
	value T
	set   bool
}

// Set returns an Opt that holds v.
func Set[T any](v T) Opt[T] { return Opt[T]{value: v, set: true} }

// Null returns an Opt that is set to null. It fits nullable fields only, whose
// Go type is a pointer.
func Null[T any]() Opt[*T] { return Opt[*T]{set: true} }

// Get returns the value and whether it is set.
func (o Opt[T]) Get() (T, bool) { return o.value, o.set }

// Or returns the value, or def where it is unset.
func (o Opt[T]) Or(def T) T {
	if o.set {
		return o.value
	}
	return def
}

// IsSet reports whether there is a value, null included.
func (o Opt[T]) IsSet() bool { return o.set }

// Set makes v the value.
func (o *Opt[T]) Set(v T) { *o = Opt[T]{value: v, set: true} }

// Unset takes the value away.
func (o *Opt[T]) Unset() { *o = Opt[T]{} }

// Format prints the value with the verb given, or "unset". Without it fmt would
// look into the Opt past the methods of the value, and print a Secret.
func (o Opt[T]) Format(f fmt.State, verb rune) {
	if !o.set {
		_, _ = io.WriteString(f, "unset")
		return
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), o.value)
}

// IsZero reports whether the value is unset, for the option omitzero of
// encoding/json.
func (o Opt[T]) IsZero() bool { return !o.set }

// MarshalJSON writes the value, or null where it is unset.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.set {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON sets the value. Null is refused unless the field is nullable (P1).
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	var v T
	if string(b) == "null" && reflect.TypeFor[T]().Kind() != reflect.Pointer {
		return errors.New("null for a field that is not nullable")
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	o.Set(v)
	return nil
}
