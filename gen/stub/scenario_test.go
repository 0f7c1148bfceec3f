package stub

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expectations of the scenarios")

// TestScenarios runs testdata/stub/*.txtar. The files under in/ are the
// trigger package. The comment names each declared trigger in a line "trigger
// OnCreateUser". Files under mod/PATH/ are package example.com/app/PATH of the
// module. A line "crlf" or "nonewline" says how the files are stored.
// Expected are the files under out/ and the report.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("../../testdata/stub/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := runScenario(t, archive)
			if *update {
				if err := os.WriteFile(name, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(txtar.Format(archive)), string(txtar.Format(got))); diff != "" {
				t.Errorf("run with -update if this is meant (-want +got):\n%s", diff)
			}
		})
	}
}

// runScenario returns the archive with its expectations replaced.
func runScenario(t *testing.T, archive *txtar.Archive) *txtar.Archive {
	req, crlf := scenarioRequest(archive)
	res, err := Insert(req)
	for name, out := range res.Files {
		checkInsertion(t, name, req.Files[name], out)
	}
	got := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "in/") || strings.HasPrefix(f.Name, "mod/") {
			got.Files = append(got.Files, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(res.Files)) {
		data := string(res.Files[name])
		if crlf {
			data = strings.ReplaceAll(data, "\r\n", "<CR>\n")
		}
		got.Files = append(got.Files, txtar.File{Name: "out/" + name, Data: []byte(data)})
	}
	got.Files = append(got.Files, txtar.File{Name: "report", Data: []byte(report(res, err))})
	return got
}

func scenarioRequest(archive *txtar.Archive) (req Request, crlf bool) {
	req = Request{
		Dir:        "triggers",
		Package:    "triggers",
		Import:     "example.com/app/auth",
		ImportName: "auth",
		Files:      map[string][]byte{},
	}
	nonewline := false
	for line := range strings.Lines(string(archive.Comment)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "trigger":
			req.Methods = append(req.Methods, trigger(words[1]))
		case len(words) == 1 && words[0] == "crlf":
			crlf = true
		case len(words) == 1 && words[0] == "nonewline":
			nonewline = true
		}
	}
	siblings := map[string]map[string][]byte{}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "mod/"); ok {
			dir, base := path.Split(name)
			if siblings[dir] == nil {
				siblings[dir] = map[string][]byte{}
			}
			siblings[dir][base] = f.Data
		}
	}
	req.Sibling = func(importPath string) (map[string][]byte, string) {
		dir := strings.TrimPrefix(importPath, "example.com/app/")
		return siblings[dir+"/"], dir
	}
	for _, f := range archive.Files {
		name, ok := strings.CutPrefix(f.Name, "in/")
		if !ok {
			continue
		}
		data := string(f.Data)
		if nonewline {
			data = strings.TrimSuffix(data, "\n")
		}
		if crlf {
			data = strings.ReplaceAll(data, "\n", "\r\n")
		}
		req.Files[name] = []byte(data)
	}
	return req, crlf
}

// trigger returns the declaration of a method by its name, as the model
// would.
func trigger(name string) Method {
	kinds := []struct{ prefix, doc, params string }{
		{"BeforeCreate", "runs before a %s is inserted. It may change the document, or return an error to refuse it.", "$v *auth.$T"},
		{"OnCreate", "runs after a %s was inserted, in the same transaction: an error undoes both.", "$v auth.$T"},
		{"BeforeUpdate", "runs before a %s is updated. It may change the patch, or return an error to refuse it.", "old auth.$T,patch *auth.$TPatch"},
		{"OnUpdate", "runs after a %s was updated, in the same transaction: an error undoes both.", "change auth.$TChange"},
		{"BeforeDelete", "runs before a %s is deleted; an error refuses it.", "$v auth.$T"},
		{"OnDelete", "runs after a %s was deleted, in the same transaction: an error undoes both.", "$v auth.$T"},
	}
	for _, k := range kinds {
		table, ok := strings.CutPrefix(name, k.prefix)
		if !ok {
			continue
		}
		lower := strings.ToLower(table)
		m := Method{
			Name:   name,
			Doc:    name + " " + fmt.Sprintf(k.doc, lower),
			Params: []Param{{"ctx", "context.Context"}, {"tx", "*auth.Tx"}},
			File:   FileName(lower),
		}
		params := strings.NewReplacer("$v", lower, "$T", table).Replace(k.params)
		for param := range strings.SplitSeq(params, ",") {
			name, typ, _ := strings.Cut(param, " ")
			m.Params = append(m.Params, Param{name, typ})
		}
		return m
	}
	panic("no such kind of trigger: " + name)
}

// report writes what Insert returned besides files.
func report(res Result, err error) string {
	var b strings.Builder
	for _, a := range res.Added {
		fmt.Fprintf(&b, "added %s to %s\n", a.Method, a.File)
	}
	for _, m := range res.Moved {
		fmt.Fprintln(&b, m)
	}
	for _, f := range slices.Concat(res.Mismatched, res.Undeclared) {
		fmt.Fprintln(&b, f)
	}
	if err != nil {
		kind := "error"
		if unseen := (*UnseenError)(nil); errors.As(err, &unseen) {
			kind = "unseen"
			if unseen.Elsewhere {
				kind = "elsewhere"
			}
		}
		fmt.Fprintf(&b, "%s: %v\n", kind, err)
	}
	return b.String()
}
