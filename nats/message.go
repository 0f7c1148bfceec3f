package nats

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/authgen/authgen/outbox"
)

// The headers of a message, beside Nats-Msg-Id, which is the id of the entry.
// Values that could hold anything are percent-encoded, as in the path of a URL.
const (
	KindHeader     = "Authgen-Kind"     // "event", "job" or "delivery"
	TypeHeader     = "Authgen-Type"     // of the event or of the job; encoded
	EndpointHeader = "Authgen-Endpoint" // of a delivery; encoded
	TableHeader    = "Authgen-Table"    // of an event
	DocumentHeader = "Authgen-Document" // of an event: the id of the row; encoded
	SequenceHeader = "Authgen-Sequence" // of an event: larger than that of every earlier one of the document
	DueHeader      = "Authgen-Due"      // RFC 3339, UTC
)

// branches are the tokens of a subject behind the prefix.
var branches = map[outbox.Kind]string{
	outbox.KindEvent: "events", outbox.KindJob: "jobs", outbox.KindDelivery: "deliveries",
}

// subject returns the subject of an entry: "auth.events.user.updated". What
// cannot be in a subject is percent-encoded.
func (s *Sink) subject(e outbox.Entry) string {
	name := e.Type
	if e.Kind == outbox.KindDelivery {
		name = e.Endpoint
	}
	return s.prefix + "." + branches[e.Kind] + "." + plain(name)
}

// plain returns text as one or more tokens of a subject: without wildcards,
// white space, or a token that is empty.
func plain(text string) string {
	text = url.PathEscape(text)
	if strings.HasPrefix(text, ".") || strings.HasSuffix(text, ".") || strings.Contains(text, "..") {
		text = strings.ReplaceAll(text, ".", "%2E")
	}
	return text
}

// message returns what is published of an entry. Its data is the body of the
// entry: a whole event as JSON, or the arguments of a job.
func (s *Sink) message(e outbox.Entry) *nats.Msg {
	header := nats.Header{
		jetstream.MsgIDHeader: {e.ID},
		KindHeader:            {e.Kind.String()},
		TypeHeader:            {url.PathEscape(e.Type)},
		DueHeader:             {e.Due.UTC().Format(time.RFC3339Nano)},
	}
	if e.Endpoint != "" {
		header[EndpointHeader] = []string{url.PathEscape(e.Endpoint)}
	}
	if e.Table != "" {
		header[TableHeader] = []string{e.Table}
		header[DocumentHeader] = []string{url.PathEscape(e.DocumentID)}
		header[SequenceHeader] = []string{strconv.FormatInt(e.Sequence, 10)}
	}
	return &nats.Msg{Subject: s.subject(e), Header: header, Data: e.Body}
}

// DecodeEntry returns the entry that a message was made of, from its headers and its
// data, for [outbox.Handlers.Run] or [outbox.Outbox.Attempt]. The error is one of
// a header that is missing, or is not as a Sink writes it.
func DecodeEntry(header nats.Header, data []byte) (outbox.Entry, error) {
	e := outbox.Entry{ID: header.Get(jetstream.MsgIDHeader), Table: header.Get(TableHeader), Body: data}
	if e.ID == "" {
		return e, fmt.Errorf("the message has no header %s: no outbox sent it", jetstream.MsgIDHeader)
	}
	for name, read := range map[string]func(string) error{
		KindHeader:     func(text string) error { return e.Kind.UnmarshalText([]byte(text)) },
		TypeHeader:     func(text string) (err error) { e.Type, err = url.PathUnescape(text); return },
		EndpointHeader: func(text string) (err error) { e.Endpoint, err = url.PathUnescape(text); return },
		DueHeader:      func(text string) (err error) { e.Due, err = time.Parse(time.RFC3339Nano, text); return },
		DocumentHeader: func(text string) (err error) { e.DocumentID, err = url.PathUnescape(text); return },
		SequenceHeader: func(text string) (err error) { e.Sequence, err = strconv.ParseInt(text, 10, 64); return },
	} {
		if e.Table == "" && (name == DocumentHeader || name == SequenceHeader) {
			continue // of a job
		}
		if err := read(header.Get(name)); err != nil {
			return e, fmt.Errorf("message %s: header %s: %w", e.ID, name, err)
		}
	}
	return e, nil
}
