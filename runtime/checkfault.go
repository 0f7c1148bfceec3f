package runtime

import (
	"context"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// dataError returns the error of a value that the database refused. If a CHECK refused it,
// the program made the CHECK, or the table is older than the schema (S1): authgen has
// checked the rules of the schema before (C2).
func (db *DB) dataError(ctx context.Context, t *dialect.Table, key string, fault dialect.Fault, cause error) error {
	e := &authgen.ValidationError{Table: key, Field: fieldKeyOf(t, fault.Column), Rule: "type", Why: quoting[dialect.FaultData], Cause: cause}
	if fault.Check == "" {
		if limit := db.knownOf(t).limit(fault.Column); limit != "" {
			e.Why += ": the column is " + limit
		}
		return e
	}
	e.Rule, e.Why = "check", "a CHECK of the table refused the value"
	if t == nil {
		return e
	}
	if f := db.checkedField(ctx, t, fault.Check); f != nil {
		e.Field = f.Key
		if f.Enum != nil || f.MaxLength > 0 {
			e.Why += ": where the schema allows it, Open without WithSchemaCheck gives the ALTER TABLE"
		}
		return e
	}
	if isPlainName(fault.Check) {
		e.Why = "the CHECK " + fault.Check + " of the table refused the row"
	}
	return e
}

// checkedField returns the field that a CHECK is about, or nil. If neither its name nor its
// condition tells, checkedField asks the catalog, which knows a CHECK of one column.
func (db *DB) checkedField(ctx context.Context, t *dialect.Table, check string) *dialect.Field {
	if f := fieldOfCheck(t, check, db.Kind()); f != nil || !isPlainName(check) {
		return f
	}
	c, _ := db.lookUp(ctx, dialect.Fault{Kind: dialect.FaultData, Constraint: check}, t)
	if c.table != t.Name || len(c.columns) != 1 {
		return nil
	}
	return fieldAt(t, c.columns[0])
}

// fieldOfCheck returns the field that a CHECK is about, or nil. It goes by the name that
// databases give a CHECK of a column, or by the condition.
func fieldOfCheck(t *dialect.Table, check string, k dialect.Kind) *dialect.Field {
	for i := range t.Fields {
		f := &t.Fields[i]
		switch check {
		case f.Column, t.Name + "." + f.Column, t.Name + "_" + f.Column + "_check":
			return f
		}
	}
	if c, ok := conditionOf(dialect.LiveCheck{Condition: check}, k); ok {
		return fieldAt(t, c.column)
	}
	return nil
}

// isPlainName reports whether a text is a name, and not a condition.
func isPlainName(text string) bool {
	for _, r := range text {
		if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}
