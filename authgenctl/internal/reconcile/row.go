package reconcile

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/internal/criteria"
	"github.com/authgen/authgen/runtime"
)

// A shape is how the rows of a table are read: the columns that its events carry,
// which are never secret, and no others.
type shape struct {
	table  dialect.Table
	fields []*model.Field
}

// shapeOf returns the shape of a table for events of it.
func shapeOf(t *model.Table, events []*model.Event) *shape {
	s := &shape{table: dialect.Table{Key: t.Key, Name: t.SQLName, ID: t.ID.Column, Serial: t.ID.Serial}}
	s.table.Fields = []dialect.Field{{Key: "id", Column: t.ID.Column}}
	for _, e := range events {
		for _, f := range e.Fields {
			// No event carries a secret: package schema sees to that, and so do we.
			if !slices.Contains(s.fields, f) && !isSecret(f) {
				s.fields = append(s.fields, f)
				s.table.Fields = append(s.table.Fields, dialect.Field{Key: f.Key, Column: f.Column, Millis: f.Millis})
			}
		}
	}
	return s
}

func isSecret(f *model.Field) bool { return f.Type.String() == "Secret" }

// A row is a row of a table as its events tell of it.
type row struct {
	id     string                     // as text
	values map[string]json.RawMessage // by key of the field
}

// payload returns the data of an event, as the generated type of it would be
// written.
func (r *row) payload(e *model.Event) json.RawMessage {
	return payloadOf(e, e.Table.ID, r.id, r.values)
}

// payloadOf returns the data of an event of those values that are known.
func payloadOf(e *model.Event, id *model.ID, document string, values map[string]json.RawMessage) json.RawMessage {
	data := []byte("{")
	member := func(key string, value json.RawMessage) {
		if len(data) > 1 {
			data = append(data, ',')
		}
		data = append(append(append(data, jsonText(key)...), ':'), value...)
	}
	if e.WithID {
		value := jsonText(document)
		if _, err := strconv.ParseInt(document, 10, 64); id.Serial && !id.EventText && err == nil {
			value = json.RawMessage(document)
		}
		member("id", value)
	}
	for _, f := range e.Fields {
		if value, known := values[f.Key]; known {
			member(f.Key, value)
		}
	}
	return append(data, '}')
}

// behind reads up to limit rows with an id behind one, in the order of ids.
func (s *shape) behind(ctx context.Context, session runtime.Handle, after string, limit int) ([]row, error) {
	where := criteria.Expr{}
	switch {
	case after == "":
	case s.table.Serial:
		n, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not an id of table %s, whose ids are numbers", after, s.table.Key)
		}
		column := authgen.Ordered[row, int64](s.table.ID)
		where = column.Gt(n).Expr()
	default:
		column := authgen.Ordered[row, string](s.table.ID)
		where = column.Gt(after).Expr()
	}
	return s.read(ctx, session, criteria.Query{Where: where, Limit: limit})
}

// among reads the rows with these ids, as far as they are there. If they are to
// be locked, for the rest of the unit, whoever wants to write them waits: what is
// recorded of them meanwhile has its place before what is recorded later.
func (s *shape) among(ctx context.Context, session runtime.Handle, ids []string, lock criteria.Lock) ([]row, error) {
	return s.read(ctx, session, criteria.Query{Where: s.oneOf(ids), Lock: lock})
}

// oneOf returns the condition that the id is one of these.
func (s *shape) oneOf(ids []string) criteria.Expr {
	if !s.table.Serial {
		column := authgen.Ordered[row, string](s.table.ID)
		return column.In(ids...).Expr()
	}
	var numbers []int64
	for _, id := range ids {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil { // else no row has it
			numbers = append(numbers, n)
		}
	}
	column := authgen.Ordered[row, int64](s.table.ID)
	return column.In(numbers...).Expr()
}

// read reads the rows of a query in the order of their ids.
func (s *shape) read(ctx context.Context, session runtime.Handle, q criteria.Query) (rows []row, err error) {
	q.OrderBy = []criteria.OrderTerm{{Column: s.table.ID}}
	err = session.Select(ctx, &s.table, q, func(from dialect.Row) error {
		r := row{values: make(map[string]json.RawMessage, len(s.fields))}
		var number int64
		dest, values := []any{&r.id}, make([]any, len(s.fields))
		if s.table.Serial {
			dest[0] = &number
		}
		for i, f := range s.fields {
			to, value := placeFor(f)
			dest, values[i] = append(dest, to), value
		}
		if err := from.Scan(dest...); err != nil {
			return err
		}
		if s.table.Serial {
			r.id = runtime.Key(number)
		}
		for i, f := range s.fields {
			text, err := dialect.EncodeJSON(values[i])
			if err != nil {
				return fmt.Errorf("%s.%s of %s cannot be written as JSON", s.table.Key, f.Key, r.id)
			}
			if f.EventText && text != "null" {
				text = `"` + text + `"`
			}
			r.values[f.Key] = json.RawMessage(text)
		}
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// placeFor returns what a column of a field is read into, and what of it the JSON
// is made of: values of the types that the generated package has, which are
// written alike.
func placeFor(f *model.Field) (dest, value any) {
	switch f.Storage {
	case model.Clock:
		v := new(*time.Time)
		if f.Millis {
			return dialect.NullInstant{To: v}, moment{v}
		}
		return dialect.NullTime{To: v}, moment{v}
	case model.AsJSON:
		v := new(*json.RawMessage)
		return dialect.AsJSON(v), v
	}
	switch cmp.Or(f.Base, f.Type.String()) {
	case "string":
		v := new(*string)
		return v, v
	case "int", "int64":
		v := new(*int64)
		return v, v
	case "float64":
		v := new(*float64)
		return v, v
	case "bool":
		v := new(*bool)
		return v, v
	case "[]byte":
		v := new(*[]byte)
		return v, v
	}
	v := new(stored)
	return v, v
}

// A moment is a time that may be null, as events carry it.
type moment struct{ of **time.Time }

// MarshalJSON writes it.
func (m moment) MarshalJSON() ([]byte, error) { return json.Marshal(authgen.TimestampOf(*m.of)) }

// isOpaque reports whether the JSON of a field is made by a Go type of the
// user's, which is not known here.
func isOpaque(f *model.Field) bool {
	_, value := placeFor(f)
	_, opaque := value.(*stored)
	return opaque
}

// A stored is a value of a type of the user's, as the driver gives it.
type stored struct{ v any }

// Scan is called by database/sql.
func (s *stored) Scan(src any) error {
	s.v = src
	if text, ok := src.([]byte); ok {
		s.v = string(text)
	}
	return nil
}

// MarshalJSON writes text as text, and numbers as numbers.
func (s *stored) MarshalJSON() ([]byte, error) { return json.Marshal(s.v) }
