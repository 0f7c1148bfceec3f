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
func (o options) generate(ctx context.Context, stdout, progress io.Writer) error {
	var sizes []int
	for text := range strings.SplitSeq(o.sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("-n: %q is not a number of tables", text)
		}
		sizes = append(sizes, n)
	}
	run := generation.Run{Sizes: sizes, Times: max(1, o.generations)}
	results, err := run.Do(ctx, progress)
	if err != nil {
		return err
	}
	var text strings.Builder
	report.Generation(&text, report.Facts(), results)
	fmt.Fprint(stdout, text.String())
	if !o.write {
		return nil
	}
	return report.Replace(document, report.GenerationSection, text.String())
}
