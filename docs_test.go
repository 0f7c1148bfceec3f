package authgen_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/authgen/authgen/gen"
	"github.com/authgen/authgen/gen/schema"
	"github.com/authgen/authgen/webhook/endpoints"
)

// A block is a fenced block of a Markdown file.
type block struct {
	place    string // file and line
	language string
	tour     bool
	name     string // behind "tour:", a file to write or "output"
	text     string
}

var (
	fence  = regexp.MustCompile("^```(\\w*)$")
	marker = regexp.MustCompile(`^<!-- tour(?:: (\S+))? -->$`)
)

// blocks returns the fenced blocks of a Markdown file, in order.
func blocks(t *testing.T, file string) []block {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	var open *block
	var next block
	for i, line := range strings.Split(string(src), "\n") {
		switch m := fence.FindStringSubmatch(line); {
		case open != nil && line == "```":
			all = append(all, *open)
			open, next = nil, block{}
		case open != nil:
			open.text += line + "\n"
		case m != nil:
			next.place, next.language = fmt.Sprintf("%s:%d", file, i+1), m[1]
			open = &next
		default:
			if m := marker.FindStringSubmatch(line); m != nil {
				next = block{tour: true, name: m[1]}
			}
		}
	}
	return all
}

// TestTour does what the README says, in an empty folder, and compares what the
// program prints with what the README says it prints.
func TestTour(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a program")
	}
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var last string
	for _, b := range blocks(t, "README.md") {
		switch {
		case !b.tour:
		case b.name == "output":
			if last != b.text {
				t.Errorf("%s: the program prints\n%s\nthe README says\n%s", b.place, last, b.text)
			}
		case b.name != "":
			path := filepath.Join(dir, filepath.FromSlash(b.name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(b.text), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			for line := range strings.Lines(b.text) {
				last = command(t, dir, line)
				if strings.HasPrefix(line, "go mod init") {
					// The one thing a reader does not do: take this checkout
					// for the published module.
					command(t, dir, "go mod edit -require="+module+"@v0.0.0 -replace="+module+"="+root)
				}
			}
		}
	}
	if last == "" {
		t.Error("the tour ended without a program")
	}
	for _, check := range []string{"go vet ./...", "go tool authgen check"} {
		command(t, dir, check)
	}
}

// command runs one line of a shell and returns what it printed on stdout.
func command(t *testing.T, dir, line string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if strings.HasPrefix(line, "go get") {
		// A proxy that cannot know the unpublished module may answer with any
		// error, which is not the end. The go.sum of this checkout vouches for
		// what the module needs.
		cmd.Env = append(cmd.Env, "GOPROXY="+anyError(t)+"|off", "GOSUMDB=off")
	}
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.TrimSpace(line), err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// anyError returns the machine's module proxies, of which the next is asked after
// any error, and no repository.
func anyError(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOPROXY").Output()
	if err != nil {
		t.Fatal(err)
	}
	proxies := strings.FieldsFunc(strings.TrimSpace(string(out)), func(r rune) bool { return r == ',' || r == '|' })
	return strings.Join(slices.DeleteFunc(proxies, func(p string) bool { return p == "direct" }), "|")
}

// TestSamples checks the samples of the documentation that the tour does not
// run: YAML is a schema, or a file of endpoints, without errors; Go stands in an
// example, or in the tour, word for word.
func TestSamples(t *testing.T) {
	code := exampleCode(t)
	files, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks(t, "README.md") {
		if b.tour && b.language == "go" {
			code += unindented(b.text)
		}
	}
	for _, file := range append(files, "README.md") {
		for _, b := range blocks(t, file) {
			switch {
			case b.tour:
			case b.language == "yaml" && strings.HasPrefix(b.text, "endpoints:"):
				checkEndpoints(t, b)
			case b.language == "yaml":
				checkSchema(t, b)
			case b.language == "go":
				if !strings.Contains(code, unindented(b.text)) {
					t.Errorf("%s: neither an example nor the tour has this code", b.place)
				}
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

// TestLinks follows the links of the documentation to files of the repository.
func TestLinks(t *testing.T) {
	files, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "README.md", "CONTRIBUTING.md") {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(src), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// checkSchema loads a sample, which may leave out the head of a schema.
func checkSchema(t *testing.T, b block) {
	t.Helper()
	src := b.text
	if !strings.Contains(src, "version:") {
		src = "version: 1\nout: ./auth\nuse: [better-auth/core]\n" + src
	}
	if _, problems := gen.Load(b.place, []byte(src)); len(problems) > 0 {
		t.Errorf("%s", schema.Report(b.place, problems))
	}
}

// checkEndpoints loads a sample whose variables are a host and secrets.
func checkEndpoints(t *testing.T, b block) {
	t.Helper()
	_, err := endpoints.Parse(b.place, []byte(b.text), func(name string) (string, bool) {
		if strings.HasSuffix(name, "_URL") {
			return "http://localhost:3000", true
		}
		return "whsec_" + base64.StdEncoding.EncodeToString([]byte("the secret of the sample "+name)), true
	})
	if err != nil {
		t.Error(err)
	}
}

// exampleCode returns the Go files of the examples, without indentation.
func exampleCode(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir("examples", func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		src, err := os.ReadFile(path)
		all.WriteString(unindented(string(src)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func unindented(src string) string {
	var b strings.Builder
	for line := range strings.Lines(src) {
		b.WriteString(strings.TrimLeft(line, "\t "))
	}
	return b.String()
}

// TestExampleSchema generates from schema.example.yaml, so that it cannot rot.
func TestExampleSchema(t *testing.T) {
	src, err := os.ReadFile("schema.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, problems := gen.Load("schema.example.yaml", src)
	if len(problems) > 0 {
		t.Fatal(schema.Report("schema.example.yaml", problems))
	}
	files, err := gen.Files(m)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Error("nothing was generated")
	}
}
