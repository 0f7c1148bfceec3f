// Package testprint is for tests. It prints values in all ways in which programs, loggers and
// error reporters print.
package testprint

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	htmltemplate "html/template"
	"log"
	"log/slog"
	"reflect"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"
)

// Shows returns the name of a way of printing that shows a text of the values, plain or in hex,
// or "" if none does.
func Shows(hidden string, values ...any) string {
	for _, v := range values {
		for how, text := range prints(v) {
			for _, form := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden), fmt.Sprintf("% x", hidden), strings.Trim(fmt.Sprint([]byte(hidden)), "[]")} {
				if strings.Contains(text, form) {
					return fmt.Sprintf("%T shows its secret under %s: %s", v, how, text)
				}
			}
		}
	}
	return ""
}

// prints returns v as each way of printing prints it.
func prints(v any) map[string]string {
	w := walk{seen: map[uintptr]bool{}}
	w.into(reflect.ValueOf(v))
	texts := map[string]string{"a walk by reflection": w.found.String()}
	for _, verb := range strings.Fields("%v %+v %#v %s %q %#q %x %X %#x %d %o %b %c %U %e %f %g %t %p %w %T %z %10.3v") {
		texts[verb] = fmt.Sprintf(verb, v) + fmt.Errorf(verb, v).Error()
	}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
	log.New(&b, "", 0).Print(v)
	asJSON, _ := json.Marshal(v)
	asXML, _ := xml.Marshal(v)
	_ = gob.NewEncoder(&b).Encode(v)
	_ = template.Must(template.New("").Parse("{{.}} {{printf \"%s\" .}} {{js .}}")).Execute(&b, v)
	_ = htmltemplate.Must(htmltemplate.New("").Parse("{{.}} <script>{{.}}</script>")).Execute(&b, v)
	texts["loggers, encoders and templates"] = b.String() + string(asJSON) + string(asXML) + asYAML(v)
	return texts
}

// asYAML returns v as YAML, or nothing if the encoder panics, as it does for functions.
func asYAML(v any) (text string) {
	defer func() { _ = recover() }()
	out, _ := yaml.Marshal(v)
	return string(out)
}

// A walk looks for text by reflection and calls no methods, like printers for tests and error
// reporters.
type walk struct {
	found strings.Builder
	seen  map[uintptr]bool // pointers
}

func (w *walk) into(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		w.found.WriteString(v.String() + "\n")
	case reflect.Pointer:
		if !w.seen[v.Pointer()] {
			w.seen[v.Pointer()] = true
			w.into(v.Elem())
		}
	case reflect.Interface:
		w.into(v.Elem())
	case reflect.Struct:
		for _, f := range v.Fields() {
			w.into(f)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			fmt.Fprintf(&w.found, "%s\n", v)
			return
		}
		for i := range v.Len() {
			w.into(v.Index(i))
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			w.into(entries.Key())
			w.into(entries.Value())
		}
	}
}
