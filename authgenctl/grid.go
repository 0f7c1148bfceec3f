package main

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fatih/color"
)

// A cell is a text in a table.
type cell struct {
	text  string
	paint *color.Color // nil: as the terminal has it
}

// A grid is a table with aligned columns: a head, and rows of as many cells.
type grid struct {
	head  []string
	right map[int]bool // columns of numbers
	rows  [][]cell
}

// add adds a row of plain texts.
func (g *grid) add(texts ...string) {
	row := make([]cell, len(texts))
	for i, text := range texts {
		row[i] = cell{text: text}
	}
	g.rows = append(g.rows, row)
}

// write prints the table.
func (g *grid) write(w io.Writer) error {
	widths := make([]int, len(g.head))
	head := make([]cell, len(g.head))
	for i, text := range g.head {
		head[i] = cell{text: text}
	}
	all := append([][]cell{head}, g.rows...)
	for _, row := range all {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(plain(c.text)))
		}
	}
	var b strings.Builder
	for _, row := range all {
		b.WriteString(strings.TrimRight(g.line(row, widths), " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (g *grid) line(row []cell, widths []int) string {
	var b strings.Builder
	for i, c := range row {
		text := plain(c.text)
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
		if c.paint != nil {
			text = c.paint.Sprint(text)
		}
		if i > 0 {
			b.WriteString("  ")
		}
		if g.right[i] {
			b.WriteString(pad + text)
		} else {
			b.WriteString(text + pad)
		}
	}
	return b.String()
}

// plain returns a text of the database's, some of which strangers wrote, without
// what a terminal would obey.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, text)
}

// short returns a text of at most so many characters.
func short(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
