package authgen

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// An Opt is a value that may be unset. An unset field of a patch is not changed; an unset
// field of a create gets its default. The zero Opt is unset.
type Opt[T any] struct {
	value T
	set   bool
}

// Set returns an Opt that holds v.
func Set[T any](v T) Opt[T] { return Opt[T]{value: v, set: true} }

// Null returns an Opt that is set to null. It fits nullable fields only, whose Go type is a
// pointer.
func Null[T any]() Opt[*T] { return Opt[*T]{set: true} }

// Get returns the value, and whether it is set.
func (o Opt[T]) Get() (T, bool) { return o.value, o.set }

// Or returns the value, or def if it is unset.
func (o Opt[T]) Or(def T) T {
	if o.set {
		return o.value
	}
	return def
}

// IsSet reports whether the value is set, also to null.
func (o Opt[T]) IsSet() bool { return o.set }

// Set makes v the value.
func (o *Opt[T]) Set(v T) { *o = Opt[T]{value: v, set: true} }

// Unset removes the value.
func (o *Opt[T]) Unset() { *o = Opt[T]{} }

// Format prints the value with the given verb, or "unset". Without this method fmt would
// ignore the methods of the value, and print a Secret.
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

// MarshalJSON writes the value, or null if it is unset.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.set {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON sets the value. It refuses null unless the field is nullable (P1).
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
