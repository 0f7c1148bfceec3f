package runtime

import (
	"context"

	"github.com/authgen/authgen"
)

// observe tells the observer, if there is one, of a step.
func (db *DB) observe(ctx context.Context, step authgen.Step) (context.Context, func(error)) {
	if db.options.Observer == nil {
		return ctx, ignore
	}
	return db.options.Observer.Observe(ctx, step)
}

func ignore(error) {}
