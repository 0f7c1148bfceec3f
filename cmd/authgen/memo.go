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

// Rendering takes most of the time of a run, and most runs change nothing. So generate
// stores, in the user's cache folder, the hashes of the schema and of the files that it
// rendered from it. If the files on disk still have these hashes, there is no need to
// render them again. If the memo is missing, or is about another schema or another build
// of authgen, the run only takes longer.

// A memo has the hashes of one schema and its files.
type memo struct {
	path string // of its file; empty: memos cannot be stored
	key  string // the hash of everything that the files depend on
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

// files returns the generated files, and whether they had to be rendered. It reads them
// from disk if the memo allows it.
func (p *project) files() (files map[string][]byte, rendered bool, err error) {
	if files := p.memoOf().recall(p.schema); files != nil {
		return files, false, nil
	}
	files, err = gen.Files(p.Model)
	return files, true, err
}

// recall returns the files of the memo below a folder; nil unless all of them exist with
// the same content.
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

// keep writes the memo. It ignores errors, because a memo only saves time.
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
