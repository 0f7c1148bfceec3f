package authgen

import "context"

// Request says what is known about the request that led to a write (T6). Unknown values are
// unset, not zero. It informs triggers; it does not authorize anything.
type Request struct {
	Path      Opt[string] // the endpoint, such as "/sign-up/email"
	Method    Opt[string] // HTTP method
	IP        Opt[string] // the address of the client
	UserAgent Opt[string]
	SessionID Opt[string] // the session that made the request
	ActorID   Opt[string] // the user who made the request
	RequestID Opt[string] // the id of the request in the program's logs
}

type requestKey struct{}

// WithRequest returns a copy of ctx that carries r. Triggers get it with RequestFrom.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestFrom returns the Request that ctx carries, and whether it carries one.
func RequestFrom(ctx context.Context) (Request, bool) {
	r, ok := ctx.Value(requestKey{}).(Request)
	return r, ok
}
