package mysql

import (
	"fmt"
	"strings"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/sqltext"
)

// A declared is the type of a column in information_schema.
type declared struct {
	data, full         string // "varchar", "varchar(255)"
	length             int64  // of text, in characters; of the types called text, in bytes
	digits             int64  // of a time: digits of a second
	charset, collation string // of text
	bytewise           string // the collation that text should have
}

// The types of fields whose values a type keeps unchanged.
var (
	smallNumbers = dialect.TypesOf(dialect.TypeBool)
	numbers      = smallNumbers | dialect.TypesOf(dialect.TypeInt)
	allNumbers   = numbers | dialect.TypesOf(dialect.TypeBigint)
	documents    = dialect.TypesOf(dialect.TypeJSON, dialect.TypeStrings, dialect.TypeInts)
	texts        = dialect.TypesOf(dialect.TypeString, dialect.TypeText) | documents
	blobs        = dialect.TypesOf(dialect.TypeBytes)

	held = map[string]dialect.FieldTypes{
		"varchar": texts, "tinytext": texts, "text": texts, "mediumtext": texts, "longtext": texts, "json": documents,
		"enum":    dialect.TypesOf(dialect.TypeString, dialect.TypeText),
		"tinyint": smallNumbers, "smallint": smallNumbers, "mediumint": smallNumbers, "int": numbers, "bigint": allNumbers,
		"double":    dialect.TypesOf(dialect.TypeFloat),
		"varbinary": blobs, "tinyblob": blobs, "blob": blobs, "mediumblob": blobs, "longblob": blobs,
		"datetime": dialect.TypesOf(dialect.TypeTime), "timestamp": dialect.TypesOf(dialect.TypeTime),
		"uuid": dialect.TypesOf(dialect.TypeString),
	}
)

// long are the types whose values MariaDB does not sort by as a whole.
var long = map[string]bool{"mediumtext": true, "longtext": true, "mediumblob": true, "longblob": true}

// rewrites has the types of fields whose values a type keeps in another form.
var rewrites = map[string]dialect.FieldTypes{"json": dialect.TypesOf(dialect.TypeJSON), "uuid": dialect.TypesOf(dialect.TypeString)}

// utf8Bytes is the largest number of bytes of a character in utf8mb4.
const utf8Bytes = 4

// describe records in c what the type means.
func (d declared) describe(c *dialect.LiveColumn) {
	c.Holds, c.Times = held[d.data], dialect.TimesText|dialect.TimesInteger
	c.Long, c.Limit = long[d.data], d.limit()
	isText := d.charset != "" && d.data != "json"
	c.UUIDs, c.Rewrites = d.data == "uuid", rewrites[d.data]
	switch {
	case d.data == "enum":
		c.Values = labels(d.full)
	case d.digits > 3:
		c.Micros = true
	case held[d.data].Has(dialect.TypeTime) && d.digits < 3, d.data == "double" && d.full != "double": // with digits, it is rounded
		c.Holds = 0
	case strings.Contains(d.full, "unsigned") && !strings.Contains(d.full, "tinyint"):
		c.Holds = smallNumbers // nothing below zero
	case d.data == "varchar":
		c.Length = int(d.length)
		c.Cuts.Limit = c.Length
	case d.data == "tinytext" || d.data == "text" || d.data == "mediumtext":
		c.Length = int(d.length / utf8Bytes)
		c.Cuts = dialect.Cut{Limit: int(d.length), Bytes: true}
	}
	if !isText {
		return
	}
	if d.charset != "utf8mb4" {
		c.Charset = d.charset
	}
	if !byBytes(d.collation) {
		c.Folding, c.Pads = d.collation, strings.HasSuffix(d.collation, "_bin")
	}
	c.Collation, c.Bytewise = d.collation, d.bytewise
}

// limit says how large the values of a type may be, and which type takes larger ones.
func (d declared) limit() string {
	switch d.data {
	case "timestamp":
		return "times from 1970 to 2038; datetime(3) holds all"
	case "varchar":
		return fmt.Sprintf("up to %d characters; a longer varchar, or a text without an index, holds more", d.length)
	case "tinytext", "text", "mediumtext":
		return fmt.Sprintf("up to %d bytes; longtext holds more", d.length)
	case "varbinary", "tinyblob", "blob", "mediumblob":
		return fmt.Sprintf("up to %d bytes; longblob holds more", d.length)
	case "int":
		return "whole numbers of 32 bits; bigint holds more"
	}
	return ""
}

// byBytes reports whether a collation compares by bytes without padding (W8). Collations
// called _bin pad the shorter text with spaces, except MariaDB's that have nopad in their
// names, and that of MySQL 8.
func byBytes(collation string) bool {
	return strings.HasSuffix(collation, "_nopad_bin") || collation == "utf8mb4_0900_bin" || collation == "binary"
}

// labels returns the values of an enum type.
func labels(full string) []string {
	var values []string
	for _, t := range (sqltext.Style{}).Tokens(full) {
		if t.Kind == sqltext.Text {
			values = append(values, t.Value)
		}
	}
	return values
}
