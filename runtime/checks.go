package runtime

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// Checks collects what is wrong with the values of one document or patch (C2).
// Generated code calls a method for each rule of each field; the first value
// that breaks one is what Err returns.
type Checks struct {
	Table *dialect.Table
	err   error
}

// Err returns the first broken rule as a [authgen.ValidationError], or nil.
func (c *Checks) Err() error { return c.err }

func (c *Checks) fail(field, rule, format string, args ...any) {
	if c.err == nil {
		c.err = &authgen.ValidationError{Table: c.Table.Key, Field: field, Rule: rule, Why: fmt.Sprintf(format, args...)}
	}
}

// Required refuses a value that is missing. Only types that have a value for
// "missing" are checked: ids, times, secrets and JSON; an empty string is a
// value.
func (c *Checks) Required(field string, missing bool) {
	if missing {
		c.fail(field, "required", "is required")
	}
}

// String refuses text that not every database can store.
func (c *Checks) String(field, v string) {
	switch {
	case !utf8.ValidString(v):
		c.fail(field, "type", "is not valid UTF-8")
	case strings.IndexByte(v, 0) >= 0:
		c.fail(field, "type", "contains a NUL character, which not every database stores")
	}
}

// Key refuses an id that is missing, and text that not every database can
// store.
func (c *Checks) Key(field, v string) {
	c.Required(field, v == "")
	c.String(field, v)
}

// PatchKey is Key for the field of a patch.
func (c *Checks) PatchKey(field string, set bool, v string) {
	if set {
		c.Key(field, v)
	}
}

// MaxLength refuses text of more than limit characters.
func (c *Checks) MaxLength(field, v string, limit int) {
	if len(v) > limit && utf8.RuneCountInString(v) > limit {
		c.fail(field, "maxLength", "is longer than %d characters", limit)
	}
}

// Enum refuses text that is none of the allowed values.
func (c *Checks) Enum(field, v string, allowed ...string) {
	if !slices.Contains(allowed, v) {
		c.fail(field, "enum", "is none of %s", strings.Join(allowed, ", "))
	}
}

// Int refuses a number that a column of 32 bits cannot store.
func (c *Checks) Int(field string, v int) {
	if v < math.MinInt32 || v > math.MaxInt32 {
		c.fail(field, "type", "is outside the range of an int; bigint stores 64 bits")
	}
}

// Float refuses infinities and NaN, which not every database stores.
func (c *Checks) Float(field string, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		c.fail(field, "type", "is not a finite number")
	}
}

// Time cuts a time to milliseconds, and refuses one that is missing, or of a
// year that not every database stores.
func (c *Checks) Time(field string, v *time.Time) {
	c.Required(field, v.IsZero())
	*v = dialect.Millis(*v)
	if y := v.Year(); y < 0 || y > 9999 {
		c.fail(field, "type", "has a year outside 0 to 9999")
	}
}

// PatchTime is Time for the field of a patch.
func (c *Checks) PatchTime(field string, o *authgen.Opt[time.Time]) {
	if v, ok := o.Get(); ok {
		c.Time(field, &v)
		o.Set(v)
	}
}

// NullTime is Time for a time that may be null. What the pointer points at is
// the caller's and stays as it is.
func (c *Checks) NullTime(field string, v **time.Time) {
	if *v != nil {
		cut := **v
		c.Time(field, &cut)
		*v = &cut
	}
}

// PatchNullTime is NullTime for the field of a patch.
func (c *Checks) PatchNullTime(field string, o *authgen.Opt[*time.Time]) {
	if v, ok := o.Get(); ok {
		c.NullTime(field, &v)
		o.Set(v)
	}
}

// Deref returns what p points at, or the zero value, which breaks no rule
// about text and numbers.
func Deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// DerefOr returns what p points at, or def.
func DerefOr[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}

// Strings refuses a list with text that not every database can store.
func (c *Checks) Strings(field string, vs []string) {
	for _, v := range vs {
		c.String(field, v)
	}
}

// ManyUnique returns the error of a patch that would give several rows one
// unique value (M5).
func ManyUnique(t *dialect.Table, field string) error {
	return &authgen.ValidationError{Table: t.Key, Field: field, Rule: "unique",
		Why: "is unique: UpdateMany cannot set it to one value for many rows"}
}

// noPredicate returns the error of a many-row call without a condition (W2).
func noPredicate(t *dialect.Table) error {
	return &authgen.ValidationError{Table: t.Key, Rule: "predicate", Why: "the predicate is empty; All says every row"}
}

// Secret refuses a text that not every database can store, and [redacted], which
// is what a Secret prints as and so never one.
func (c *Checks) Secret(field string, v authgen.Secret) {
	text := v.Reveal()
	c.String(field, text)
	if text == authgen.Redacted {
		c.fail(field, "secret", "is the text %s, which is what a secret prints as: the secret itself was lost on the way", authgen.Redacted)
	}
}
