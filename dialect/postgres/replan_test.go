package postgres_test

import (
	"context"
	"testing"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/runtime"
)

// TestReplan holds that a unit which asks for it, whether or not it writes, has
// its statements planned anew, and no other has.
func TestReplan(t *testing.T) {
	db := open(t)
	for options, want := range map[authgen.TxOption]string{
		0:                                 "auto",
		authgen.Replan:                    "force_custom_plan",
		authgen.Replan | authgen.ReadOnly: "force_custom_plan",
	} {
		var got string
		err := db.Unit(t.Context(), options, func(ctx context.Context, tx *runtime.Tx) error {
			return tx.SQL().QueryRowContext(ctx, "SHOW plan_cache_mode").Scan(&got)
		})
		if got != want || err != nil {
			t.Errorf("options %b: plans are %q, %v; want %q", options, got, err, want)
		}
	}
}
