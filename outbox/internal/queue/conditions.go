package queue

import "strings"

// Conditions are the WHERE of a statement.
type Conditions struct {
	text strings.Builder
	args []any
}

// Add adds a condition, with ? for each of its values.
func (c *Conditions) Add(term string, args ...any) {
	if c.text.Len() > 0 {
		c.text.WriteString(" AND ")
	}
	c.text.WriteString(term)
	c.args = append(c.args, args...)
}

// AddIf adds the condition that a column has a value, unless the value is empty.
func (c *Conditions) AddIf(column, value string) {
	if value != "" {
		c.Add(`"`+column+`" = ?`, value)
	}
}

// Where returns the clause, which is empty without a condition.
func (c *Conditions) Where() string {
	if c.text.Len() == 0 {
		return ""
	}
	return " WHERE " + c.text.String()
}

// Args returns the values of the clause, and more behind them.
func (c *Conditions) Args(more ...any) []any {
	return append(c.args[:len(c.args):len(c.args)], more...)
}
