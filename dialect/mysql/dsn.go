package mysql

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// A parameter of the DSN that the contract needs to have one value.
type parameter struct {
	name string
	want []string // the first is what is added where it is missing, if it is not empty
	why  string
}

var parameters = []parameter{
	{"clientFoundRows", []string{"true", "1", "TRUE", "True"}, "an UPDATE that stores what is there already would count as no such row"},
	{"parseTime", []string{"true", "1", "TRUE", "True"}, "times would come as text"},
	{"loc", []string{"UTC"}, "times are stored in UTC"},
	{"charset", []string{"utf8mb4"}, "text is UTF-8 of up to four bytes a character"},
	{"time_zone", []string{"'+00:00'", "'UTC'"}, "times are stored in UTC"},
	{"timeTruncate", []string{"", "0", "0s", "1ms", "1us", "1ns"}, "times are stored in milliseconds"},
}

// interpolate lets the driver write values into the text of a statement, for
// those of tx.SQL(), which are sent once instead of prepared, run and closed, and
// where the server prepares no more. In utf8mb4 that is safe.
const interpolate = "interpolateParams"

// corrected returns the DSN with the parameters that the contract needs.
func corrected(dsn string) (string, error) {
	slash := strings.LastIndexByte(dsn, '/')
	if slash < 0 {
		return "", errors.New("the DSN has no / in front of the name of the database: it is user:password@tcp(host:port)/database")
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
			continue // as the driver does
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
				return "", fmt.Errorf("the DSN has %s=%s, but %s: take it out of the DSN", p.name, value, p.why)
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

// refuseVariables refuses a DSN that sets a variable of the session otherwise
// than each connection will be set up. That others do so, such as the server's
// configuration, is no error.
func refuseVariables(given map[string][]string) error {
	for key, values := range given {
		for _, value := range values {
			if err := refuseVariable(strings.ToLower(key), strings.ToUpper(strings.Trim(value, "'"))); err != nil {
				return fmt.Errorf("the DSN has %s=%s, but %w: take it out of the DSN", key, value, err)
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

// words are those that a SET takes for a number.
var words = map[string]string{"ON": "1", "TRUE": "1", "OFF": "0", "FALSE": "0"}
