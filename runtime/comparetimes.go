package runtime

import (
	"slices"

	"github.com/authgen/authgen/dialect"
)

// A formed is the form that times have, and the form that they should have.
type formed struct{ there, wanted dialect.TimeForms }

// times finds times of another form than the schema says. It reports the columns of a table
// that are alike as one difference.
func (c *comparison) times(p pair) {
	var forms []formed
	var fields [][]string
	all := 0
	for i := range p.Fields {
		f := &p.Fields[i]
		l := p.live.Column(f.Column)
		if f.Type != dialect.TypeTime {
			continue
		}
		all++
		if l == nil || !l.Holds.Has(dialect.TypeTime) || l.Times&formOf(f) != 0 {
			continue
		}
		form := formed{l.Times, formOf(f)}
		at := slices.Index(forms, form)
		if at < 0 {
			at = len(forms)
			forms, fields = append(forms, form), append(fields, nil)
		}
		fields[at] = append(fields[at], f.Key)
	}
	for i, form := range forms {
		c.add(p.Table, fields[i], form.what(len(fields[i])), nil, form.note(len(fields[i]), all))
	}
}

// what says, in words, what n columns hold.
func (f formed) what(n int) string {
	holds, has := "the column holds", "it has "
	if n > 1 {
		holds, has = "the columns hold", "they have "
	}
	what := holds + " times in another form than " + f.wanted.String()
	if f.there != 0 {
		what += ": " + has + f.there.String()
	}
	return what
}

// note says what to do about n columns of a table. all is how many columns of times the
// table has.
func (f formed) note(n, all int) string {
	of := "the field"
	switch {
	case n == all:
		of = "the table"
	case n > 1:
		of = "each of the fields"
	}
	switch f.there {
	case dialect.TimesText:
		return "say times: text for " + of + " in schema.yaml"
	case dialect.TimesInteger:
		return "say times: integer for " + of + " in schema.yaml"
	}
	return "rewrite the values in that form with an UPDATE, in every program that writes the table too: SQLite compares a form with itself only"
}
