package model

import (
	"slices"
	"strconv"
	"strings"

	"github.com/authgen/authgen/gen/schema"
)

// The limits of MySQL on tables (dev.mysql.com/doc/refman/8.0/en/innodb-limits.html,
// column-count-limit.html). MariaDB's are the same or wider.
const (
	maxKeyBytes  = 3072
	maxRowBytes  = 65535
	maxPageBytes = 8126 // the part of a row in its page, which must fit into half of 16 KiB
	maxKeys      = 64   // keys of a table, with the primary key
)

// withoutMySQL ends a message about a limit of MySQL.
const withoutMySQL = `, or leave mysql out of "dialects"`

// checkMySQL reports tables and indexes that are too large for MySQL.
func (b *builder) checkMySQL() {
	if !b.model.has(schema.MySQL) {
		return
	}
	for _, t := range b.model.Tables {
		b.checkRow(t)
		for _, i := range t.layout.indexes {
			b.checkKey(t, i)
		}
		if keys := t.mysqlKeys(); keys > maxKeys {
			b.problem(t.source.Pos, "table %s: its id, indexes and references make %d keys, and MySQL takes %d; remove some"+withoutMySQL, strconv.Quote(t.Key), keys, maxKeys)
		}
	}
}

// mysqlKeys returns how many indexes a table gets: that of the id, those of the schema, and
// one that MySQL makes for each reference with which no index begins.
func (t *Table) mysqlKeys() int {
	n := 1 + len(t.layout.indexes)
	for _, f := range t.layout.foreign {
		if !slices.ContainsFunc(t.layout.indexes, func(i *index) bool { return i.columns[0] == f.Column }) {
			n++
		}
	}
	return n
}

// checkKey reports an index whose values may be too long.
func (b *builder) checkKey(t *Table, i *index) {
	bytes, keys := 0, make([]string, len(i.fields))
	for n, f := range i.fields {
		if f == nil {
			bytes, keys[n] = bytes+t.mysqlID().key, "id"
		} else {
			bytes, keys[n] = bytes+t.mysqlField(f).key, f.Key
		}
	}
	if bytes > maxKeyBytes {
		b.problem(i.pos, `table %s: the index on %s takes %d bytes, and MySQL's take %d; give the text in it a smaller "maxLength", a character of which takes four`+withoutMySQL,
			strconv.Quote(t.Key), strings.Join(keys, ", "), bytes, maxKeyBytes)
	}
}

// checkRow reports a table whose rows may be too long.
func (b *builder) checkRow(t *Table) {
	id := t.mysqlID()
	row, page, nullable := id.row, id.page, 0
	for _, f := range t.Fields {
		ft := t.mysqlField(f)
		row, page = row+ft.row, page+ft.page
		if f.Nullable {
			nullable++
		}
	}
	bits := (nullable + 7) / 8
	row, page = row+bits, page+bits+18 // what InnoDB notes of each row
	switch what := "table " + strconv.Quote(t.Key); {
	case row > maxRowBytes:
		b.problem(t.source.Pos, `%s: its rows take %d bytes, and MySQL's take %d; give strings, of which a character takes four, a smaller "maxLength", or make them texts, which do not count`+withoutMySQL,
			what, row, maxRowBytes)
	case page > maxPageBytes:
		b.problem(t.source.Pos, `%s: its rows take %d bytes beside what MySQL can store elsewhere, and there is room for %d; put some of the %d fields into another table, or make them one of type json`+withoutMySQL,
			what, page, maxPageBytes, len(t.Fields))
	}
}
