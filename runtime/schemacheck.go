package runtime

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
)

// Programs that start together create their tables together, table by table and
// index by index. If only such additions are missing, Open looks again as long as another
// program makes more of them.
const (
	additionPause = 50 * time.Millisecond
	additionLooks = 20 // without anything new
)

// checkSchema compares the tables that exist with the schema (S1). It learns what the
// catalog says of them, even if they differ.
func (db *DB) checkSchema(ctx context.Context) error {
	if len(db.tables) == 0 {
		return nil
	}
	if db.options.SchemaCheck == authgen.IgnoreDifferences {
		_, err := db.inspect(ctx)
		return err
	}
	differences, err := db.settledDifferences(ctx)
	if err != nil || len(differences) == 0 {
		return err
	}
	if db.options.SchemaCheck == authgen.RefuseDifferences {
		return &authgen.SchemaError{Differences: differences}
	}
	for _, d := range differences {
		slog.WarnContext(ctx, "authgen: a table does not fit the schema", "difference", d)
	}
	return nil
}

// settledDifferences returns the differences when no other program is mending them any more.
func (db *DB) settledDifferences(ctx context.Context) ([]authgen.Difference, error) {
	for before, looks := -1, 0; ; looks++ {
		differences, err := db.differences(ctx)
		if err != nil || slices.ContainsFunc(differences, func(d authgen.Difference) bool { return !d.Missing }) {
			return differences, err
		}
		if len(differences) != before {
			before, looks = len(differences), 0
		}
		if len(differences) == 0 || looks == additionLooks {
			return differences, nil
		}
		select {
		case <-ctx.Done():
			return nil, contextError(ctx)
		case <-time.After(additionPause):
		}
	}
}

func (db *DB) differences(ctx context.Context) ([]authgen.Difference, error) {
	live, err := db.inspect(ctx)
	if err != nil {
		return nil, err
	}
	return compare(db.schema, live, db.dialect, db.Now()), nil
}

// inspect reads what the catalog says of the tables, and learns from it.
func (db *DB) inspect(ctx context.Context) ([]*dialect.LiveTable, error) {
	live, err := db.dialect.Inspect(ctx, db.pool, db.tables)
	if err != nil {
		return nil, fmt.Errorf("cannot read what tables there are: %w", err)
	}
	db.learn(live)
	return live, nil
}
