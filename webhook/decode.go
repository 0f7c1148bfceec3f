package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// decode returns the event that a body holds. What a store goes by must be
// there, and of a size that no sender of events exceeds; a document's id may have
// any, as the caller of a sender may choose it.
func decode(body []byte, id string) (Event, error) {
	var e Event
	if err := json.Unmarshal(body, &e); err != nil {
		return e, errors.New("the body is not an event as JSON")
	}
	if e.ID != id {
		return e, fmt.Errorf("the id of the event is not that of the header %s", IDHeader)
	}
	for _, field := range []struct {
		name, text string
		most       int // characters
	}{
		{"id", e.ID, 255}, {"type", e.Type, 63}, {"table", e.Table, 63},
	} {
		if n := utf8.RuneCountInString(field.text); n == 0 || n > field.most || strings.ContainsRune(field.text, 0) {
			return e, fmt.Errorf("the event has no %s, or one that is not 1 to %d characters", field.name, field.most)
		}
	}
	switch {
	case e.DocumentID == "" || strings.ContainsRune(e.DocumentID, 0):
		return e, errors.New("the event has no documentId, or one with a zero byte in it")
	case e.Sequence < 1:
		return e, errors.New("the event has no sequence number")
	case e.Operation != "create" && e.Operation != "update" && e.Operation != "delete":
		return e, errors.New("the event has no operation: create, update or delete")
	}
	return e, nil
}
