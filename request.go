package authgen

import "context"

// Request holds what is known of the request that led to a write (T6). What is
// not known is unset, never zero. It informs triggers; it authorizes nothing.
type Request struct {
	Path      Opt[string] // endpoint, "/sign-up/email"
	Method    Opt[string] // HTTP method
	IP        Opt[string] // address of the client
	UserAgent Opt[string]
	SessionID Opt[string] // session that made the request
	ActorID   Opt[string] // user that made the request
	RequestID Opt[string] // what the program's logs call the request
}

type requestKey struct{}

// WithRequest returns a copy of ctx that carries r. Triggers find it with
// RequestFrom.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestFrom returns the request facts that ctx carries, and whether it
// carries any.
func RequestFrom(ctx context.Context) (Request, bool) {
	r, ok := ctx.Value(requestKey{}).(Request)
	return r, ok
}
