package gen

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// awkward are keys that may collide with names of generated code, or with each other.
var awkward = []string{
	"user", "id_", "type", "func", "ctx", "tx", "err", "string", "error", "context", "runtime", "time", "json", "createdAt", "created_at", "updatedAt",
	"userId", "patch", "old", "changed", "where", "set", "null", "s", "t", "in", "row", "ID2", "URL", "http_url", "len", "new", "any", "select", "table", "order",
	"limit", "key", "value", "now", "scan", "values", "check", "reveal", "a", "b", "aAndB", "x1", "doc", "quiet", "db", "watch", "update", "delete", "create", "init", "main",
}

// A dice makes schemas.
type dice struct{ *rand.Rand }

func (d dice) one(of []string) string { return of[d.IntN(len(of))] }

func (d dice) likely(percent int) bool { return d.IntN(100) < percent }

// some returns different keys.
func (d dice) some(n int) []string {
	keys := make([]string, 0, n)
	for _, i := range d.Perm(len(awkward))[:n] {
		keys = append(keys, awkward[i])
	}
	return keys
}

var types = []string{"string", "text", "int", "bigint", "float", "bool", "time", "json", "bytes", "string[]", "int[]"}

var literals = map[string]string{"string": `"it's \"a\" \\n"`, "text": `""`, "int": "-1", "bigint": "9007199254740993", "float": "0.5", "bool": "true", "time": "now", "json": `{a: [1]}`, "string[]": "[x]", "int[]": "[1]"}

// field returns the declaration of a field in a table of tables.
func (d dice) field(tables []string) string {
	if d.likely(25) {
		rule := d.one([]string{"cascade", "setNull", "restrict"})
		return fmt.Sprintf("{references: {table: %s, onDelete: %s}, nullable: true%s}", d.one(tables), rule, d.flag(", unique: true", 20))
	}
	kind := d.one(types)
	text := "{type: \"" + kind + "\""
	switch {
	case kind == "string" && d.likely(30):
		return text + ", enum: [a, A, a+, a-, type, x y]" + d.flag(", nullable: true", 30) + d.flag(", default: a", 40) + d.flag(", unique: true", 10) + "}"
	case (kind == "string" || kind == "text") && d.likely(20):
		return text + ", secret: true" + d.flag(", nullable: true", 30) + d.flag(", unique: true", 30) + "}"
	}
	if kind != "json" && !strings.HasSuffix(kind, "]") {
		text += d.flag(", unique: true", 15)
	}
	text += d.flag(", nullable: true", 30) + d.flag(", immutable: true", 10)
	if literal := literals[kind]; literal != "" {
		text += d.flag(", default: "+literal, 30)
	}
	return text + "}"
}

func (d dice) flag(text string, percent int) string {
	if d.likely(percent) {
		return text
	}
	return ""
}

// schema returns a schema, which may have problems.
func (d dice) schema(out string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nout: ./%s\n", out)
	tables := d.some(1 + d.IntN(4))
	var events []string
	b.WriteString("tables:\n")
	for _, t := range tables {
		fmt.Fprintf(&b, "  %s:\n    ids: %s\n", t, d.one([]string{"nanoid", "uuid", "serial", "caller"}))
		b.WriteString(d.flag("    times: integer\n", 20))
		b.WriteString("    fields:\n")
		for _, f := range d.some(1 + d.IntN(6)) {
			fmt.Fprintf(&b, "      %s: %s\n", f, d.field(tables))
		}
		var triggers []string
		for _, name := range []string{"beforeCreate", "onCreate", "beforeUpdate", "onUpdate", "beforeDelete", "onDelete"} {
			if d.likely(40) {
				triggers = append(triggers, name)
			}
		}
		fmt.Fprintf(&b, "    triggers: [%s]\n", strings.Join(triggers, ", "))
		for _, op := range []string{"create", "update", "delete"} {
			if d.likely(15) {
				events = append(events, fmt.Sprintf("  %s.%sd: {on: %[1]s.%[2]s}\n", t, op))
			}
		}
	}
	if len(events) > 0 {
		b.WriteString("events:\n" + strings.Join(events, ""))
	}
	return b.String()
}

// TestRandomSchemasCompile makes random schemas of awkward names. Each is either refused, with
// a position, or its generated code compiles and passes vet.
func TestRandomSchemasCompile(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	const wanted = 24
	dir := t.TempDir()
	seed := rand.Uint64()
	d := dice{rand.New(rand.NewPCG(seed, 0))}
	for made, tried := 0, 0; made < wanted; tried++ {
		if tried == 100*wanted {
			t.Fatalf("of %d schemas only %d are right", tried, made)
		}
		out := fmt.Sprintf("p%d", made)
		text := d.schema(out)
		m, problems := Load("schema.yaml", []byte(text))
		for _, p := range problems {
			if p.Pos.Line == 0 {
				t.Errorf("a problem without a place: %s\n%s", p.Format("schema.yaml"), text)
			}
		}
		if len(problems) > 0 {
			continue
		}
		files, err := Files(m)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		files[out+"/schema.yaml"] = []byte(text)
		write(t, dir, files)
		made++
	}
	writeModule(t, dir)
	t.Logf("the seed is %d", seed)
	run(t, dir, "go", "vet", "-trimpath", "./...")
}
