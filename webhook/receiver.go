package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/authgen/authgen"
)

// An Event is what a receiver is handed.
type Event = authgen.Event

// Handler returns the handler that receives events. It verifies that each event is signed
// with one of the secrets, and calls handle with each event once. It answers
//
//   - 200 if handle returned nil, or did not have to be called: the body, such as
//     {"status":"done"}, has the [Receipt];
//   - 401 if the signature is wrong or the timestamp further off than
//     [WithTolerance] allows: the answer does not say which, the log does;
//   - 405 to a method other than POST, 413 to a body larger than [WithMaxBody], 415 if the
//     Content-Type is not JSON, and 400 if the body is not an event;
//   - 500 if handle or the store failed, so that the event is delivered again.
//
// With a store, handle runs in a transaction of the receiver's database, which
// [TxFrom] gives it, and which is rolled back if handle fails: what it writes
// there is written once. If the store is nil, duplicates are not recognised: handle is
// called with every delivery, and must itself cope with an event that comes twice or
// late. After a panic of handle the transaction is rolled back, and the panic goes on to
// the server; the sender gets no answer, and tries again.
//
// The context of handle is that of the request: it ends when the sender hangs
// up, by default after 15 s. Put longer work into a job.
//
// The body must have come within 30 s, which is as long as an attempt lasts at most. The
// connection of a body that is refused and still comes then is closed. The server itself
// limits the time for the header: set [http.Server.ReadHeaderTimeout], because without it
// a client may send the header for ever.
//
// The error says which secret cannot be one: see [Endpoint.Secrets]. Give two secrets, or
// more, while one replaces the other.
func Handler(secrets []Secret, store Store, handle func(context.Context, Event) error, options ...HandlerOption) (http.Handler, error) {
	keys, err := parseKeys(secrets)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	if handle == nil {
		return nil, errors.New("webhook: there is no function to handle events")
	}
	r := &receiver{keys: keys, store: store, handle: handle, maxBody: DefaultMaxBody, tolerance: defaultTolerance, patience: maxTimeout}
	for _, option := range options {
		option(r)
	}
	if r.maxBody <= 0 || r.tolerance <= 0 {
		return nil, errors.New("webhook: WithMaxBody and WithTolerance take more than zero; leave them out for the defaults")
	}
	return r, nil
}

// A HandlerOption changes how a Handler works.
type HandlerOption func(*receiver)

// defaultTolerance is that of the libraries of Standard Webhooks.
const defaultTolerance = 5 * time.Minute

// WithTolerance makes d how far the timestamp of an attempt may be from the clock
// of the receiver; five minutes is the default. Within it, an attempt that somebody
// recorded can be made again, which a store takes for the duplicate that it is.
func WithTolerance(d time.Duration) HandlerOption { return func(r *receiver) { r.tolerance = d } }

// WithMaxBody makes n the largest body that is read, in bytes; [DefaultMaxBody] is
// the default. It must be at least the sender's [Endpoint.MaxBody].
func WithMaxBody(n int64) HandlerOption { return func(r *receiver) { r.maxBody = n } }

// WithLogger makes logger the one that is told of failures, and of deliveries
// that were refused; slog.Default() is the default. It is told no payload.
func WithLogger(logger *slog.Logger) HandlerOption { return func(r *receiver) { r.logger = logger } }

// A receiver is what Handler returns.
type receiver struct {
	keys    []key
	store   Store
	handle  func(context.Context, Event) error
	maxBody int64
	logger  *slog.Logger

	tolerance time.Duration
	patience  time.Duration // with a body that comes
}

// ServeHTTP receives one event. The limit of its body is set before anything is read, as
// the server goes on reading the body of a request that was refused. Where the
// connection knows no such limits, the server's is the only one.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(r.patience))
	body, err := r.read(w, req)
	var event Event
	if err == nil {
		event, err = decode(body, req.Header.Get(IDHeader))
	}
	if err != nil {
		r.refuse(w, req, err)
		return
	}
	outcome, err := r.receive(req.Context(), event)
	if err != nil {
		r.log().LogAttrs(req.Context(), slog.LevelError, "webhook: an event was not handled, and will be delivered again",
			slog.String("event", event.ID), slog.String("type", event.Type), slog.String("attempt", req.Header.Get(AttemptHeader)), slog.Any("error", err))
		answer(w, http.StatusInternalServerError, "error", "the event was not handled")
		return
	}
	answer(w, http.StatusOK, "status", string(outcome))
}

// receive has the event handled, in the store's transaction if there is one.
func (r *receiver) receive(ctx context.Context, event Event) (Receipt, error) {
	if r.store == nil {
		return Done, r.handle(ctx, event)
	}
	return r.store.Receive(ctx, event, func(ctx context.Context) error { return r.handle(ctx, event) })
}

// A refusal is why a request is not even looked into.
type refusal struct {
	code   int
	text   string // for the sender
	why    string // for the log
	unread bool   // the body was not read to its end
}

func (r *refusal) Error() string { return r.why }

// read returns the body of a request that is signed.
func (r *receiver) read(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	if req.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, &refusal{http.StatusMethodNotAllowed, "only POST is allowed", "the method is not POST", true}
	}
	if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, &refusal{http.StatusUnsupportedMediaType, "the content type must be application/json", "the content type is not application/json", true}
	}
	body, err := r.readAll(w, req)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &refusal{http.StatusRequestEntityTooLarge, "the body is too large", "the body is larger than WithMaxBody allows", true}
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, "the body cannot be read", "the body broke off", true}
	}
	if err := r.verify(body, req.Header); err != nil {
		return nil, &refusal{http.StatusUnauthorized, "unauthorized", err.Error(), false}
	}
	return body, nil
}

// readAll reads the body. The limit is taken away behind one that came whole, or
// the connection would seem to break while the event is handled.
func (r *receiver) readAll(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, r.maxBody))
	if err == nil {
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	}
	return body, err
}

// verify returns nil if one of the keys has signed the body lately. All of them
// are tried, so that the time it takes does not tell which it was.
func (r *receiver) verify(body []byte, header http.Header) error {
	verified := false
	var why error
	for _, key := range r.keys {
		if err := key().VerifyIgnoringTimestamp(body, header); err != nil {
			why = err
		} else {
			verified = true
		}
	}
	if !verified {
		return why
	}
	seconds, err := strconv.ParseInt(header.Get(TimestampHeader), 10, 64)
	if off := time.Since(time.Unix(seconds, 0)); err != nil || off.Abs() > r.tolerance {
		return fmt.Errorf("the timestamp is %v off, and WithTolerance allows %v", off.Truncate(time.Second), r.tolerance)
	}
	return nil
}

// refuse answers a request that is not looked into. What may still come of its body
// is nothing to wait for: the connection serves no other request.
func (r *receiver) refuse(w http.ResponseWriter, req *http.Request, err error) {
	var refused *refusal
	if !errors.As(err, &refused) {
		refused = &refusal{http.StatusBadRequest, err.Error(), err.Error(), false}
	}
	r.log().LogAttrs(req.Context(), slog.LevelWarn, "webhook: a delivery was refused",
		slog.Int("status", refused.code), slog.String("why", refused.why), slog.String("from", req.RemoteAddr))
	if refused.unread && req.ContentLength != 0 && req.ProtoMajor < 2 { // HTTP/2 ends the stream by itself
		w.Header().Set("Connection", "close")
	}
	answer(w, refused.code, "error", refused.text)
}

func (r *receiver) log() *slog.Logger {
	if r.logger != nil {
		return r.logger
	}
	return slog.Default()
}

// answer writes a JSON object of one member.
func answer(w http.ResponseWriter, code int, key, text string) {
	body, err := json.Marshal(map[string]string{key: text})
	if err != nil {
		code, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(body) // who hung up needs no answer
}
