package reconcile

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// sameJSON reports whether two texts of JSON mean the same: whatever the order of
// members, and however a number is written. Databases and encoders write them as
// they like.
func sameJSON(a, b json.RawMessage) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, errX := decodeJSON(a)
	y, errY := decodeJSON(b)
	return errX == nil && errY == nil && sameValue(x, y)
}

func decodeJSON(text json.RawMessage) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

func sameValue(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for key, v := range a {
			if w, there := b[key]; !there || !sameValue(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i, v := range a {
			if !sameValue(v, b[i]) {
				return false
			}
		}
		return true
	case json.Number:
		b, ok := b.(json.Number)
		return ok && decimalOf(a) == decimalOf(b)
	}
	return a == b
}

// A decimal is a number in one way of writing: 0.digits times a power of ten,
// the first and the last digit not zero.
type decimal struct {
	negative bool
	digits   string
	exponent string
}

// decimalOf reads a number as JSON writes it, of any size: making a number of
// 1e999999999 takes no more than its text.
func decimalOf(n json.Number) decimal {
	text, negative := strings.CutPrefix(string(n), "-")
	mantissa, power := text, "0"
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, power = text[:i], strings.TrimPrefix(text[i+1:], "+")
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	all := whole + fraction
	digits := strings.TrimLeft(all, "0")
	point := len(whole) - (len(all) - len(digits)) // where it is, counted from the first digit
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return decimal{}
	}
	exponent, ok := new(big.Int).SetString(power, 10)
	if !ok {
		return decimal{digits: string(n)} // no number; equal to itself
	}
	exponent.Add(exponent, big.NewInt(int64(point)))
	return decimal{negative, digits, exponent.String()}
}

// jsonText returns a string as JSON.
func jsonText(s string) json.RawMessage {
	text, _ := dialect.EncodeJSON(s) // strings can always be
	return json.RawMessage(text)
}
