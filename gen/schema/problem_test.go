package schema_test

import (
	"testing"

	"github.com/authgen/authgen/gen/schema"
)

func TestReport(t *testing.T) {
	here := schema.Problem{Pos: schema.Pos{Line: 12, Column: 9}, Message: "a"}
	used := schema.Problem{Pos: schema.Pos{Line: 3, Column: 7, Preset: "better-auth/core"}, Message: "b"}
	sorted := schema.SortProblems([]schema.Problem{here, used, here})
	want := "x/schema.yaml:3:7: preset better-auth/core: b\nx/schema.yaml:12:9: a\n2 errors\n"
	if got := schema.Report("x/schema.yaml", sorted); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := schema.Report("s", sorted[1:]); got != "s:12:9: a\n1 error\n" {
		t.Errorf("got %q", got)
	}
	if got := schema.Report("s", nil); got != "" {
		t.Errorf("got %q", got)
	}
	if got := here.String(); got != "12:9: a" {
		t.Errorf("got %q", got)
	}
}
