package dialect

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// JSON returns v as an argument that is stored as JSON text. A nil pointer is stored as
// null.
func JSON(v any) driver.Valuer { return JSONArg{v} }

// A JSONArg is a value on its way to a column of JSON.
type JSONArg struct{ V any }

// Value is called by database/sql.
func (a JSONArg) Value() (driver.Value, error) {
	text, err := EncodeJSON(a.V)
	if err != nil {
		return nil, err
	}
	if text == "null" {
		return nil, nil
	}
	return text, nil
}

// AsJSON returns a Scanner that reads a column of JSON text into what to points at.
func AsJSON(to any) sql.Scanner { return jsonScanner{to} }

type jsonScanner struct{ to any }

// Scan is called by database/sql.
func (s jsonScanner) Scan(src any) error {
	var text []byte
	switch v := src.(type) {
	case nil:
		text = []byte("null")
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return fmt.Errorf("JSON is stored as text, not as %T", src)
	}
	if err := json.Unmarshal(text, s.to); err != nil {
		// encoding/json may quote the text, which errors must not.
		return fmt.Errorf("the stored text is not the JSON of a %T", s.to)
	}
	return nil
}
