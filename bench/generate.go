package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/authgen/authgen/bench/generation"
	"github.com/authgen/authgen/bench/report"
)

// generate measures generators.
func (o options) generate(ctx context.Context, progress io.Writer) (part, error) {
	var sizes []int
	for text := range strings.SplitSeq(o.sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return part{}, fmt.Errorf("-n: %q is not a number of tables", text)
		}
		sizes = append(sizes, n)
	}
	run := generation.Run{Sizes: sizes, Times: max(1, o.generations)}
	facts := report.Facts()
	results, err := run.Do(ctx, progress)
	return part{title: report.GenerationSection, print: func(w io.Writer, _ string) { report.Generation(w, facts, results) }}, err
}
