package runtime

import (
	"cmp"

	"github.com/authgen/authgen/dialect"
)

// Describe completes the description of a table, because generated code leaves out what
// follows from the rest. A missing SQL name is the key. The id is the first field, and holds
// whole numbers if the database counts it. The primary key is a unique index of the id.
func Describe(t dialect.Table) *dialect.Table {
	t.Name = cmp.Or(t.Name, t.Key)
	t.Serial = t.IDs == "serial"
	columns := make(map[string]string, len(t.Fields))
	for i := range t.Fields {
		f := &t.Fields[i]
		f.Column = cmp.Or(f.Column, f.Key)
		columns[f.Key] = f.Column
	}
	id := &t.Fields[0]
	t.ID, id.Fixed, id.Reference = id.Column, true, true
	if t.Serial {
		id.Type = dialect.TypeBigint
	}
	t.Uniques = append([]dialect.Unique{{Fields: []string{id.Key}}}, t.Uniques...)
	for i := range t.Uniques {
		u := &t.Uniques[i]
		for _, key := range u.Fields {
			u.Columns = append(u.Columns, columns[key])
		}
	}
	for i := range t.Foreign {
		t.Foreign[i].Column = columns[t.Foreign[i].Field]
	}
	return &t
}
