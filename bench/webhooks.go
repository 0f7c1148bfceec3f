package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/authgen/authgen/bench/report"
)

// webhooks runs the benchmark of sign-ups whose events go to endpoints. It is part of
// the root module's tests.
func webhooks(ctx context.Context, progress io.Writer) (part, error) {
	fmt.Fprintln(progress, "webhooks:", report.WebhooksCommand)
	facts := report.Facts()
	args := strings.Fields(strings.ReplaceAll(report.WebhooksCommand, "'", ""))
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	if err != nil {
		return part{}, fmt.Errorf("%s: %w\n%s", report.WebhooksCommand, err, out)
	}
	return part{title: report.WebhooksSection, print: func(w io.Writer, _ string) { report.Webhooks(w, facts, string(out)) }}, nil
}
