package mysql

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// A parameter is a parameter of the DSN that must have a certain value.
type parameter struct {
	name string
	want []string // the right values; a DSN without any gets the first, unless that is empty
	why  string
}

var parameters = []parameter{
	{"clientFoundRows", []string{"true", "1", "TRUE", "True"}, "an UPDATE that changes nothing would count as one that finds no row"},
	{"parseTime", []string{"true", "1", "TRUE", "True"}, "times would come as text"},
	{"loc", []string{"UTC"}, "times are stored in UTC"},
	{"charset", []string{"utf8mb4"}, "text is UTF-8, with up to four bytes for a character"},
	{"time_zone", []string{"'+00:00'", "'UTC'"}, "times are stored in UTC"},
	{"timeTruncate", []string{"", "0", "0s", "1ms", "1us", "1ns"}, "times are stored in milliseconds"},
}

// interpolate lets the driver write values into the text of a statement. Statements of
// tx.SQL() are then sent once, instead of being prepared, run and closed. It also serves when
// the server keeps no more prepared statements. In utf8mb4 it is safe.
const interpolate = "interpolateParams"

// corrected returns the DSN with the parameters that the contract needs.
func corrected(dsn string) (string, error) {
	slash := strings.LastIndexByte(dsn, '/')
	if slash < 0 {
		return "", errors.New("the DSN has no / before the name of the database: write user:password@tcp(host:port)/database")
	}
	name, query, _ := strings.Cut(dsn[slash+1:], "?")
	if name == "" {
		return "", errors.New("the DSN names no database: add it behind the /")
	}
	given := map[string][]string{}
	var all []string
	for _, param := range strings.Split(query, "&") {
		key, value, ok := strings.Cut(param, "=")
		if !ok {
			continue // the driver skips it too
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		given[key] = append(given[key], value)
		all = append(all, param)
	}
	for _, p := range parameters {
		for _, value := range given[p.name] {
			if !slices.Contains(p.want, value) {
				return "", fmt.Errorf("the DSN has %s=%s, but %s: remove it from the DSN", p.name, value, p.why)
			}
		}
		if len(given[p.name]) == 0 && p.want[0] != "" {
			all = append(all, p.name+"="+url.QueryEscape(p.want[0]))
		}
	}
	if err := refuseVariables(given); err != nil {
		return "", err
	}
	if given[interpolate] == nil {
		all = append(all, interpolate+"=true")
	}
	return dsn[:slash+1] + name + "?" + strings.Join(all, "&"), nil
}

// refuseVariables refuses a DSN that sets a variable of the session to another value than
// the setup of each connection. If the server's configuration does so, that is not an
// error.
func refuseVariables(given map[string][]string) error {
	for key, values := range given {
		for _, value := range values {
			if err := refuseVariable(strings.ToLower(key), strings.ToUpper(strings.Trim(value, "'"))); err != nil {
				return fmt.Errorf("the DSN has %s=%s, but %w: remove it from the DSN", key, value, err)
			}
		}
	}
	return nil
}

func refuseVariable(name, value string) error {
	for _, v := range variables {
		if v.name == name && value != v.want && value != v.shown && words[value] != v.want {
			return errors.New(v.because)
		}
	}
	if name != "sql_mode" {
		return nil
	}
	for _, m := range modes {
		if slices.Contains(strings.Split(value, ","), m.name) {
			return errors.New(m.because)
		}
	}
	return nil
}

// words are the words that SET takes for numbers.
var words = map[string]string{"ON": "1", "TRUE": "1", "OFF": "0", "FALSE": "0"}
