//go:build unix

package output

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestModes(t *testing.T) {
	root := tree(t, map[string]string{"auth/user.go": goFile, "triggers/stubs.go": "package triggers\n"})
	chmod := func(name string, mode fs.FileMode) {
		if err := os.Chmod(filepath.Join(root, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	chmod("auth/user.go", 0o600)
	chmod("triggers/stubs.go", 0o664)
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	if _, err := Write(root, testSet("package triggers\n")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{
		"auth/user.go":      0o600,
		"triggers/stubs.go": 0o664,
		"auth/session.go":   0o640,
	} {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v (%v)", name, info.Mode(), want, err)
		}
	}
}

// TestSymlinks checks that links stay links, that what they lead to is
// written, and that orphans behind them are not ours to remove.
func TestSymlinks(t *testing.T) {
	outside := tree(t, map[string]string{"real.go": goFile, "dir/gone.go": goFile, ".authgen-1-00000000.tmp": ""})
	root := tree(t, map[string]string{"auth/x": "", "triggers/real.go": "package triggers\n"})
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	link(filepath.Join(outside, "real.go"), "auth/user.go")
	link("real.go", "triggers/stubs.go")
	link(filepath.Join(outside, "dir"), "linked")
	link(filepath.Join(outside, "dir", "gone.go"), "auth/gone.go")
	set := testSet("package triggers\n")
	set.Dirs = append(set.Dirs, "linked")
	r, err := Write(root, set)
	if err != nil || len(r.Orphaned) > 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	wantTree(t, outside, map[string]string{
		"real.go": string(set.Files["auth/user.go"].Data), "dir/": "", "dir/gone.go": goFile,
	})
	got := read(t, root)
	for name, want := range map[string]string{
		"auth/user.go":      "-> " + filepath.Join(outside, "real.go"),
		"triggers/stubs.go": "-> real.go",
		"triggers/real.go":  string(set.Files["triggers/stubs.go"].Data),
	} {
		if got[name] != want {
			t.Errorf("%s holds %q, want %q", name, got[name], want)
		}
	}
}

func TestOddFiles(t *testing.T) {
	root := tree(t, map[string]string{"auth/x": ""})
	if err := os.Symlink("nowhere", filepath.Join(root, "auth", "user.go")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(root, "auth", "session.go"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Write(root, testSet(""))
	for _, want := range []string{
		"auth/user.go is a symbolic link that leads nowhere",
		"auth/session.go is not a regular file; move it away",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error lacks %q: %v", want, err)
		}
	}
}
