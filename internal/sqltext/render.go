package sqltext

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// A List is a value that stands for all of IN (…): it is written as WHERE "id" ?.
type List[T int64 | string] []T

// Render brings a statement into the words of a database. The statement has ? for each
// value, and names in double quotes. Its literals contain neither.
func Render(w dialect.Words, query string, args []any) (string, []any) {
	r := rendering{words: w, bound: make([]any, 0, len(args))}
	for i := range len(query) {
		switch c := query[i]; c {
		case '?':
			r.value(args[0])
			args = args[1:]
		case '"':
			r.text.WriteByte(w.Quote)
		default:
			r.text.WriteByte(c)
		}
	}
	return r.text.String(), r.bound
}

// A rendering is a statement that is partly rendered.
type rendering struct {
	words dialect.Words
	text  strings.Builder
	bound []any
}

func (r *rendering) value(v any) {
	switch v := v.(type) {
	case List[int64]:
		appendList(r, v)
	case List[string]:
		appendList(r, v)
	default:
		r.bind(v)
	}
}

// bind appends a placeholder.
func (r *rendering) bind(v any) {
	r.bound = append(r.bound, v)
	if r.words.Numbered {
		r.text.WriteByte('$')
		r.text.WriteString(strconv.Itoa(len(r.bound)))
		return
	}
	r.text.WriteByte('?')
}

// appendList binds a list. If each value is bound by itself, appendList binds the last one
// again until the number is a power of two, so that few texts have to be prepared. It does
// not do so if there are very many values.
func appendList[T int64 | string](r *rendering, values List[T]) {
	switch r.words.Lists {
	case dialect.ListArray:
		r.text.WriteString("= ANY(")
		r.bind([]T(values))
		r.text.WriteByte(')')
	case dialect.ListJSON:
		text, _ := json.Marshal(values) // numbers and strings can always be encoded
		r.text.WriteString("IN (SELECT value FROM json_each(")
		r.bind(string(text))
		r.text.WriteString("))")
	default:
		r.text.WriteString("IN (")
		n := 1
		for n < len(values) {
			n *= 2
		}
		if n > 1024 {
			n = len(values)
		}
		for i := range n {
			if i > 0 {
				r.text.WriteString(", ")
			}
			r.bind(values[min(i, len(values)-1)])
		}
		r.text.WriteByte(')')
	}
}
