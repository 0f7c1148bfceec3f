package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/examples/quickstart/auth"
)

// A story prints the steps of the adapter as they happen.
type story struct {
	out    io.Writer
	quiet  bool
	titles int
}

func (s *story) title(text string) {
	s.titles++
	fmt.Fprintf(s.out, "\n%d. %s\n", s.titles, text)
}

func (s *story) say(format string, args ...any) {
	fmt.Fprintf(s.out, "   %s\n", fmt.Sprintf(format, args...))
}

// Observe implements auth.Observer.
func (s *story) Observe(ctx context.Context, step auth.Step) (context.Context, func(error)) {
	if s.quiet {
		return ctx, func(error) {}
	}
	indent := strings.Repeat("   ", step.Depth+1)
	switch step.Kind {
	case authgen.StepTrigger:
		fmt.Fprintf(s.out, "%s▸ %s\n", indent, step.Name)
	case authgen.StepBegin, authgen.StepStatement, authgen.StepCommit, authgen.StepRollback:
		fmt.Fprintf(s.out, "%s%s\n", indent, short(step.SQL))
	}
	return ctx, func(err error) {
		if err != nil && step.Kind == authgen.StepTrigger {
			fmt.Fprintf(s.out, "%s✗ %s: %v\n", indent, step.Name, err)
		}
	}
}

// long are the lists of columns and placeholders, three names or more.
var long = regexp.MustCompile("[\"`]\\w+[\"`](, [\"`]\\w+[\"`]){2,}|[?$]\\d*(, [?$]\\d*){2,}")

// short leaves out the lists of columns and placeholders.
func short(sql string) string { return long.ReplaceAllString(sql, "…") }
