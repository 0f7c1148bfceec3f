package runtime

import "slices"

// Other programs keep an enum in a type of its own, which Postgres, MariaDB and MySQL
// have. It sorts in the order in which its values were declared; on Postgres it is
// compared so too, and with no other text. The contract is that of text (W8, W9).

// labelsOf returns the values of the enum type of a column, or nil if it has another
// type.
func (k *known) labelsOf(column string) []string {
	if k == nil {
		return nil
	}
	return k.labels[column]
}

// AsText appends a column that is used as text. It is for dialects.
func (b *Builder) AsText(column string) {
	b.Ident(column)
	if b.dialect.Kind() == Postgres && b.known.labelsOf(column) != nil {
		b.Text("::text")
	}
}

// operand returns what a condition compares. Whether a column is one of some of the
// values of its type is asked as it stands, by which an index fits.
func (b *Builder) operand(e Expr) Operand {
	o := e.operand()
	labels := b.known.labelsOf(e.column)
	if labels == nil || b.dialect.Kind() != Postgres {
		return o
	}
	switch e.op {
	case opEq, opNe:
		o.Text = !isLabel(labels, e.arg)
	case opIn, opNotIn:
		o.Text = slices.ContainsFunc(e.args, func(v any) bool { return !isLabel(labels, v) })
	default:
		o.Text = true
	}
	return o
}

func isLabel(labels []string, v any) bool {
	text, _ := textOf(v)
	return slices.Contains(labels, text)
}
