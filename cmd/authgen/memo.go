package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/authgen/authgen/gen"
)

// Rendering takes most of a run's time, and most runs find everything as it
// was. So generate notes, in the user's cache folder, what it rendered from
// which text of the schema, by hash: where the files on disk have these
// hashes, they are what rendering would give again. A memo that is missing,
// or is of another schema or another build of authgen, costs the time and
// nothing else.

// A memo is the note about one schema.
type memo struct {
	path string // of the note; empty: there is none to read or write
	key  string // what the files depend on
}

// memoOf returns the memo of a schema.
func (p *project) memoOf() memo {
	dir, err := os.UserCacheDir()
	if err != nil {
		return memo{}
	}
	tool, err := os.Executable()
	if err != nil {
		return memo{}
	}
	info, err := os.Stat(tool)
	if err != nil {
		return memo{}
	}
	build := fmt.Sprintf("%s %d %d %s", tool, info.Size(), info.ModTime().UnixNano(), versionText())
	name := hash([]byte(filepath.Join(p.schema, filepath.Base(p.File))))
	return memo{
		path: filepath.Join(dir, "authgen", name),
		key:  hash([]byte(hash([]byte(build)) + hash([]byte(p.File)) + hash(p.Text))),
	}
}

// hash returns the SHA-256 of data in hexadecimal.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// files returns what gen.Files would, read from disk where the memo allows
// it, and whether it was rendered.
func (p *project) files() (files map[string][]byte, rendered bool, err error) {
	if files := p.memoOf().recall(p.schema); files != nil {
		return files, false, nil
	}
	files, err = gen.Files(p.Model)
	return files, true, err
}

// recall returns the files of the memo as they are below a folder; nil unless
// all of them are there with the same content.
func (m memo) recall(dir string) map[string][]byte {
	if m.path == "" {
		return nil
	}
	note, err := os.ReadFile(m.path)
	if err != nil {
		return nil
	}
	key, rest, _ := bytes.Cut(note, []byte("\n"))
	if string(key) != m.key {
		return nil
	}
	files := map[string][]byte{}
	for line := range bytes.Lines(rest) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if !ok || err != nil || hash(data) != sum {
			return nil
		}
		files[name] = data
	}
	return files
}

// keep writes the memo. It may fail, as a memo is only there to save time.
func (m memo) keep(files map[string][]byte) {
	if m.path == "" {
		return
	}
	note := []byte(m.key + "\n")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		note = fmt.Appendf(note, "%s %s\n", hash(files[name]), name)
	}
	if err := os.MkdirAll(filepath.Dir(m.path), 0o777); err != nil {
		return
	}
	temp, err := os.CreateTemp(filepath.Dir(m.path), "*.tmp")
	if err != nil {
		return
	}
	_, err = temp.Write(note)
	if closeErr := temp.Close(); err != nil || closeErr != nil || os.Rename(temp.Name(), m.path) != nil {
		os.Remove(temp.Name())
	}
}
