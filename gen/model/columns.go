package model

// A ColumnGroup is columns of one type.
type ColumnGroup struct {
	Type    string  // a type of runtime: "Ordered", "Text", "Column", "Opaque"
	Value   *GoType // the type of their values; nil if these cannot be compared
	Names   []string
	Columns []string // SQL names
}

// ColumnGroups returns the columns of a table, grouped by type, in the order in which
// the types first occur.
func (t *Table) ColumnGroups() []*ColumnGroup {
	groups := []*ColumnGroup{{Type: "Ordered", Value: &t.ID.Type, Names: []string{"ID"}, Columns: []string{t.ID.Column}}}
	byType := map[string]*ColumnGroup{}
	for _, f := range t.Fields {
		g := &ColumnGroup{Type: f.ColumnType, Value: &f.Type}
		if f.ColumnType == "Opaque" {
			g.Value = nil
		}
		key := g.Type
		if g.Value != nil {
			key += " " + g.Value.String()
		}
		if have := byType[key]; have != nil {
			g = have
		} else {
			byType[key] = g
			groups = append(groups, g)
		}
		g.Names, g.Columns = append(g.Names, f.GoName), append(g.Columns, f.Column)
	}
	return groups
}
