package runtime

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/authgen/authgen/dialect"
)

// Databases differ in what they take as JSON, and encoding/json takes more than each of
// them. authgen takes the texts that all databases of a schema store and return with the
// same meaning (C2).

const (
	// MariaDB takes JSON that is nested 31 deep, MySQL 100.
	deepestMySQL = 31
	// deepestJSON is what SQLite's functions for JSON take; Postgres takes more.
	deepestJSON = 1000
	// longestNumber is how many characters a number has at most. Postgres stores
	// 16,383 digits behind the point.
	longestNumber = 1000
)

// jsonDepthOf returns how deep the JSON of a field may be nested.
func jsonDepthOf(f *dialect.Field) int {
	if f.Shallow {
		return deepestMySQL
	}
	return deepestJSON
}

// jsonFault returns what keeps valid JSON from being stored, or nothing.
func jsonFault(text []byte, deepest int) string {
	if !utf8.Valid(text) {
		return "is JSON that is not valid UTF-8"
	}
	depth := 0
	for i := 0; i < len(text); {
		size, fault := 1, ""
		switch c := text[i]; {
		case c == '"':
			size, fault = jsonString(text[i:])
		case c == '-' || '0' <= c && c <= '9':
			size, fault = jsonNumber(text[i:])
		case c == '[' || c == '{':
			if depth++; depth > deepest {
				fault = "is JSON that is nested deeper than " + strconv.Itoa(deepest)
			}
		case c == ']' || c == '}':
			depth--
		}
		if fault != "" {
			return fault
		}
		i += size
	}
	return ""
}

// jsonString returns the size of the string at the beginning of text, and what keeps
// it from being stored.
func jsonString(text []byte) (size int, fault string) {
	for i := 1; ; i++ {
		switch text[i] {
		case '"':
			return i + 1, ""
		case '\\':
			i++
			if text[i] != 'u' {
				continue
			}
			switch code := hexCode(text[i+1:]); {
			case code == 0:
				return 0, "is JSON with a NUL character, which not every database stores"
			case 0xD800 <= code && code < 0xDC00 && text[i+5] == '\\' && text[i+6] == 'u' && hexCode(text[i+7:])&0xFC00 == 0xDC00:
				i += 10
			case code&0xF800 == 0xD800:
				return 0, "is JSON with half of a surrogate pair, which not every database stores"
			default:
				i += 4
			}
		}
	}
}

// hexCode returns the number of the four hexadecimal digits at the beginning of text.
func hexCode(text []byte) uint64 {
	code, _ := strconv.ParseUint(string(text[:4]), 16, 16) // never fails: the JSON is valid
	return code
}

// jsonNumber returns the size of the number at the beginning of text, and what keeps
// it from being stored. The number must be in the range of 64-bit floats. RFC 8259,
// section 6, expects that of programs that exchange JSON. MySQL looks at the exponent of a
// zero too.
func jsonNumber(text []byte) (size int, fault string) {
	zero := true // whether every digit ahead of the exponent is zero
	exponent := 0
	for size < len(text) {
		c := text[size]
		if c == 'e' || c == 'E' {
			exponent = size
		} else if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' {
			break
		}
		zero = zero && (exponent > 0 || c < '1' || c > '9')
		size++
	}
	if size > longestNumber {
		return 0, "is JSON with a number of more than " + strconv.Itoa(longestNumber) + " characters"
	}
	number := string(text[:size])
	if zero && exponent > 0 {
		number = "1" + number[exponent:]
	}
	v, _ := strconv.ParseFloat(number, 64)
	if math.IsInf(v, 0) || v == 0 && !zero {
		return 0, "is JSON with a number outside of the range of a float"
	}
	return size, ""
}
