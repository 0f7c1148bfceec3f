package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/authgen/authgen/bench/report"
)

// Where documents are written, as seen from this module.
const (
	document = "../docs/benchmarks.md"
	charts   = "../docs/benchmarks"
)

// A section measures a part of the document.
type section func(ctx context.Context, progress io.Writer) (part, error)

// A part is what was measured.
type part struct {
	title string
	print func(w io.Writer, charts string)
	draw  func(folder string) error // draws charts; nil: it has no charts
}

// writeSections measures sections, prints each, and writes all at the end: until then
// the commit that is measured is as it was.
func writeSections(ctx context.Context, sections []section, write bool, stdout, progress io.Writer) error {
	var parts []part
	for _, measure := range sections {
		p, err := measure(ctx, progress)
		if err != nil {
			return err
		}
		p.print(stdout, "")
		fmt.Fprintln(stdout)
		parts = append(parts, p)
	}
	if !write {
		return nil
	}
	var errs []error
	for _, p := range parts {
		var text strings.Builder
		p.print(&text, filepath.Base(charts))
		errs = append(errs, report.Replace(document, p.title, text.String()))
		if p.draw != nil {
			errs = append(errs, p.draw(charts))
		}
	}
	return errors.Join(errs...)
}

// speed runs the races.
func (o options) speed(ctx context.Context, progress io.Writer) (part, error) {
	speed, err := o.profiled(ctx, progress)
	return part{title: report.SpeedSection, print: speed.Markdown, draw: speed.Charts}, err
}
