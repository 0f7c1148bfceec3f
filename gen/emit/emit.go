// Package emit writes a [model.Model] as the files of a Go package. It decides
// nothing: the model says what to write, and emit only gives it the form of Go. It is the
// only package that uses jennifer.
package emit

import (
	"path"
	"runtime"
	"sync"

	"github.com/authgen/authgen/gen/model"
	"github.com/dave/jennifer/jen"
)

// Files returns the files of the package, by path relative to the folder of
// the schema. It renders them on all cores. The result is always the same.
func Files(m *model.Model) (map[string][]byte, error) {
	jobs := jobsOf(m)
	results := make([]result, len(jobs))
	var next counter
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		group.Go(func() {
			for i := next.take(); i < len(jobs); i = next.take() {
				results[i] = jobs[i].run()
			}
		})
	}
	group.Wait()
	files := make(map[string][]byte, len(jobs)+len(m.Scripts))
	for i, r := range results {
		if r.err != nil {
			return nil, r.err
		}
		files[path.Join(m.Out, jobs[i].name)] = r.data
	}
	for _, s := range m.Scripts {
		files[path.Join(m.Out, s.File)] = []byte(s.Text())
	}
	return files, nil
}

// A job is one Go file to write.
type job struct {
	name  string // base name
	build func() *jen.File
}

type result struct {
	data []byte
	err  error
}

// jobsOf returns the Go files of a package.
func jobsOf(m *model.Model) []job {
	jobs := []job{
		{"db.go", func() *jen.File { return dbFile(m) }},
		{"vocabulary.go", func() *jen.File { return vocabularyFile(m) }},
		{"schema.go", func() *jen.File { return schemaFile(m) }},
	}
	if m.HasTriggers {
		jobs = append(jobs, job{"triggers.go", func() *jen.File { return triggersFile(m) }})
	}
	if len(m.Events) > 0 {
		jobs = append(jobs, job{"events.go", func() *jen.File { return eventsFile(m) }})
	}
	for _, t := range m.Tables {
		jobs = append(jobs, job{t.File, func() *jen.File { return tableFile(m, t) }})
	}
	return jobs
}

// run writes the file.
func (j job) run() result {
	data, err := render(j.name, j.build())
	return result{data, err}
}

// A counter hands out jobs.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) take() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n - 1
}
