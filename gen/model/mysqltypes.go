package model

import (
	"strconv"

	"github.com/authgen/authgen/gen/schema"
)

// A mysqlType is the type of a column on MySQL, and the room that it takes.
type mysqlType struct {
	sql string

	// How many bytes it takes at most: key in an index, row in a row as MySQL counts rows,
	// and page in the row's page of InnoDB.
	key, row, page int
}

// mysqlTypes are the types that depend on the type in schema.yaml only.
var mysqlTypes = map[schema.Type]mysqlType{
	schema.Int: fixed("int", 4), schema.Bigint: fixed("bigint", 8), schema.Float: fixed("double", 8),
	schema.Bool: fixed("boolean", 1), schema.Time: fixed("datetime(3)", 7),
	schema.Text: blob("longtext"), schema.JSON: blob("json"), schema.Bytes: blob("longblob"), schema.Strings: blob("json"), schema.Ints: blob("json"),
}

func fixed(sql string, bytes int) mysqlType { return mysqlType{sql, bytes, bytes, bytes} }

// outside is how many bytes InnoDB keeps in the page for a value that it can store outside
// of the page: 40 bytes, and one for their number.
const outside = 41

func blob(sql string) mysqlType { return mysqlType{sql: sql, row: 12, page: outside} }

// isBlob reports whether a column of the type takes no plain literal as default.
func (t mysqlType) isBlob() bool { return t.key == 0 }

func varbinary(bytes int) mysqlType {
	t := mysqlType{sql: "varbinary(" + strconv.Itoa(bytes) + ")", key: bytes, row: bytes + 1, page: bytes + 1}
	if bytes > 255 { // two bytes hold the length, and the value may be stored outside
		t.row, t.page = bytes+2, outside
	}
	return t
}

// varchar is of characters of up to four bytes each.
func varchar(characters int) mysqlType {
	t := varbinary(4 * characters)
	t.sql = "varchar(" + strconv.Itoa(characters) + ")"
	return t
}

// Lengths of text on MySQL, in characters.
const (
	textLength    = 255   // the length of Better Auth's columns
	longestString = 16000 // a longer one leaves no room for others in the row
	longestKey    = 768   // bytes, or characters of four bytes
)

// mysqlID returns the type of the ids of a table.
func (t *Table) mysqlID() mysqlType {
	if t.ID.Serial {
		return mysqlTypes[schema.Bigint]
	}
	return varchar(textLength)
}

// mysqlField returns the type of a field. A field that refers to another has the type of
// that field, because a foreign key asks for it.
func (t *Table) mysqlField(f *Field) mysqlType {
	for depth := 0; f.source.References != nil && depth < maxChain; depth++ {
		fk := t.foreignOf(f)
		if fk.target == nil {
			return fk.parent.mysqlID()
		}
		t, f = fk.parent, fk.target
	}
	isText := f.source.Type == schema.String || f.source.Type == schema.Text
	limit, keyed := f.source.MaxLength, t.isKeyed(f)
	switch {
	case keyed && f.source.Type == schema.Bytes:
		return varbinary(longestKey)
	case keyed && isText && limit > 0:
		return varchar(limit)
	case keyed && isText:
		return varchar(textLength)
	case f.source.Type != schema.String:
		return mysqlTypes[f.source.Type]
	case limit > longestString:
		return mysqlTypes[schema.Text]
	case limit > 0:
		return varchar(limit)
	}
	return varchar(textLength)
}

// foreignOf returns the foreign key of a field that refers to another table.
func (t *Table) foreignOf(f *Field) *foreign {
	for _, fk := range t.layout.foreign {
		if fk.Field == f.Key {
			return fk
		}
	}
	return nil
}
