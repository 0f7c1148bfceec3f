package reconcile

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/outbox/admin"
	"github.com/authgen/authgen/runtime"
)

// told is what an endpoint was told of a document.
type told struct {
	there  bool                       // it was told of it, and not of its end
	values map[string]json.RawMessage // as it was told last, by key of the field
}

// told returns what the endpoint was told of a document: the values of these
// fields, as far as they are known. The last event need not carry all of them;
// then the ones before it may.
func (c *Comparison) told(ctx context.Context, last *outbox.Delivery, fields []string) (told, error) {
	if last == nil || last.Operation == runtime.OperationDelete {
		return told{}, nil
	}
	known := told{there: true, values: map[string]json.RawMessage{}}
	if err := known.learn(last.Body); err != nil {
		return known, fmt.Errorf("%s/%s: %w", c.Endpoint, last.EventID, err)
	}
	if len(known.lacking(fields)) == 0 {
		return known, nil
	}
	earlier, err := c.earlier(ctx, last)
	if err != nil {
		return known, err
	}
	seen := map[string]bool{last.Type: true}
	for _, r := range earlier {
		lacking := known.lacking(fields)
		if r.Operation == runtime.OperationDelete || len(lacking) == 0 {
			break
		}
		if seen[r.Type] || !c.mayTell(r.Type, lacking) {
			continue
		}
		seen[r.Type] = true
		shown, err := c.Admin.Show(ctx, r.ID)
		switch {
		case errors.Is(err, authgen.ErrNotFound): // cleaned up meanwhile
			continue
		case err != nil:
			return known, err
		}
		if err := known.learn(shown[0].Body); err != nil {
			return known, fmt.Errorf("%s: %w", r.ID, err)
		}
	}
	return known, nil
}

// learn takes in the values of an event, which is older than those before.
func (t *told) learn(event json.RawMessage) error {
	var e authgen.Event
	data := map[string]json.RawMessage{}
	if err := json.Unmarshal(event, &e); err != nil {
		return fmt.Errorf("what was delivered is not an event: %w", err)
	}
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return fmt.Errorf("the data of what was delivered is not an object: %w", err)
	}
	for key, value := range data {
		if _, known := t.values[key]; !known {
			t.values[key] = value
		}
	}
	return nil
}

func (t *told) lacking(fields []string) (keys []string) {
	for _, key := range fields {
		if _, known := t.values[key]; !known {
			keys = append(keys, key)
		}
	}
	return keys
}

// mayTell reports whether events of a type may carry one of the fields. One that
// schema.yaml does not declare any more may carry anything.
func (c *Comparison) mayTell(eventType string, fields []string) bool {
	for _, e := range c.Events {
		if e.Key == eventType {
			return slices.ContainsFunc(e.Fields, func(f *model.Field) bool { return slices.Contains(fields, f.Key) })
		}
	}
	return true
}

// listBatch is how many records are read at once.
const listBatch = 1000

// earlier returns what was delivered of the document before, the newest first, as
// far as it was kept.
func (c *Comparison) earlier(ctx context.Context, last *outbox.Delivery) (all []admin.Record, err error) {
	filter := admin.Filter{Endpoint: c.Endpoint, Table: last.Table, DocumentID: last.DocumentID, States: []admin.State{admin.StateDelivered}}
	for cursor, more := "", true; more; more = cursor != "" {
		var records []admin.Record
		if records, cursor, err = c.Admin.List(ctx, filter, cursor, listBatch); err != nil {
			return nil, err
		}
		all = append(all, records...)
	}
	all = slices.DeleteFunc(all, func(r admin.Record) bool { return r.Sequence >= last.Sequence })
	slices.SortFunc(all, func(a, b admin.Record) int { return cmp.Compare(b.Sequence, a.Sequence) })
	return all, nil
}
