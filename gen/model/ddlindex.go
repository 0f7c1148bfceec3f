package model

import (
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// indexes writes statements that make the indexes which a table may lack.
func (w *ddl) indexes(t *Table) {
	if w.dialect == schema.MySQL {
		w.statements = append(w.statements, w.addIndexes(t)...)
		return
	}
	for _, i := range t.layout.indexes {
		w.statements = append(w.statements, "CREATE "+i.kind()+" IF NOT EXISTS "+w.ident(i.name)+" ON "+w.ident(t.SQLName)+" ("+idents(w.dialect, i.columns)+")")
	}
}

func (i *index) kind() string {
	if i.unique {
		return "UNIQUE INDEX"
	}
	return "INDEX"
}

// inline returns an index as a part of CREATE TABLE or ALTER TABLE, because MySQL does not
// have CREATE INDEX IF NOT EXISTS.
func (w *ddl) inline(i *index) string {
	return i.kind() + " " + w.ident(i.name) + " (" + idents(w.dialect, i.columns) + ")"
}

// addIndexes returns the statements that give a table of MySQL the indexes that it lacks,
// because the table may have been there before. An index of another name is as good.
func (w *ddl) addIndexes(t *Table) []string {
	if len(t.layout.indexes) == 0 {
		return nil
	}
	parts := make([]string, len(t.layout.indexes))
	for n, i := range t.layout.indexes {
		parts[n] = "IF(" + w.hasIndex(t, i) + ", NULL, " + literal(w.dialect, "ADD "+w.inline(i)) + ")"
	}
	alter := literal(w.dialect, "ALTER TABLE "+w.ident(t.SQLName)+" ")
	statements := w.prepared("COALESCE(CONCAT(" + alter + ", NULLIF(CONCAT_WS(', ', " + strings.Join(parts, ", ") + "), '')), 'DO 0')")
	statements[0] = "-- The indexes that the table lacks, if it was there before.\n" + statements[0]
	return statements
}

// hasIndex returns the condition that a table has an index on the same columns. The index
// must cover each column in full, and be unique if this one is.
func (w *ddl) hasIndex(t *Table, i *index) string {
	columns := make([]string, len(i.columns))
	for n, c := range i.columns {
		columns[n] = "seq_in_index = " + strconv.Itoa(n+1) + " AND column_name = " + literal(w.dialect, c)
	}
	unique := ""
	if i.unique {
		unique = " AND non_unique = 0"
	}
	n := strconv.Itoa(len(columns))
	return "EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = " + literal(schema.MySQL, t.SQLName) + unique +
		" GROUP BY index_name HAVING COUNT(*) = " + n + " AND SUM(sub_part IS NULL AND (" + strings.Join(columns, " OR ") + ")) = " + n + ")"
}
