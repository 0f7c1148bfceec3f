//go:build unix

package output

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// toolEnv makes the test binary a tool that does one thing to a folder.
const toolEnv = "AUTHGEN_OUTPUT_TEST_TOOL"

var kills = flag.Int("kills", 120, "how often to kill a run")

func TestMain(m *testing.M) {
	if tool := os.Getenv(toolEnv); tool != "" {
		os.Exit(runTool(tool))
	}
	os.Exit(m.Run())
}

// runTool writes one version of the big set to the current folder: after it
// said so on stdout, and after the limits that the tool's name asks for.
func runTool(tool string) int {
	name, arg, _ := strings.Cut(tool, " ")
	version, err := strconv.Atoi(arg)
	set := bigSet(version)
	switch name {
	case "full": // as a full disk: writes beyond this size fail
		err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 6_000, Max: 6_000})
	case "readonly":
		if os.Getuid() == 0 {
			err = syscall.Setuid(65534) // for root no folder is read-only
		}
	}
	if err == nil {
		fmt.Println("go")
		_, err = Write(".", set)
	}
	if err != nil {
		fmt.Println(err)
		return 2
	}
	return 0
}

const bigFiles = 300

// bigSet returns a few hundred files whose content depends on the version;
// every third version lacks every tenth file.
func bigSet(version int) Set {
	set := Set{Files: map[string]File{}, Dirs: []string{"auth", "auth/sql"}}
	for i := range bigFiles {
		name := fmt.Sprintf("auth/t%03d.go", i)
		if i%7 == 0 {
			name = fmt.Sprintf("auth/sql/t%03d.go", i)
		}
		if i%10 == 0 && version%3 == 0 {
			continue
		}
		set.Files[name] = File{Data: bigContent(i, version)}
	}
	return set
}

func bigContent(i, version int) []byte {
	line := fmt.Sprintf("// file %d of version %d\n", i, version)
	return []byte(GoHeader + "\n" + strings.Repeat(line, 20+i) + "// end\n")
}

// start starts the tool in a folder and waits until it is about to write.
func start(t *testing.T, dir, tool string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), toolEnv+"="+tool)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	if line, err := r.ReadString('\n'); err != nil || line != "go\n" {
		t.Fatalf("the tool said %q, %v", line, err)
	}
	return cmd, r
}

// firstFile is among the first that a run puts in place, and in every version.
const firstFile = "auth/sql/t007.go"

// awaitFirst waits until a run has begun to put files in place.
func awaitFirst(dir string, first os.FileInfo) {
	for range 10_000 {
		now, err := os.Stat(filepath.Join(dir, firstFile))
		if err == nil && !os.SameFile(first, now) {
			return
		}
		time.Sleep(20 * time.Microsecond)
	}
}

// TestKill kills runs at random moments, every other one while it puts files
// in place, and checks that each file is as it
// was or as it will be, and that one more run completes the work.
func TestKill(t *testing.T) {
	wanted := *kills
	if testing.Short() {
		wanted = min(wanted, 20)
	}
	dir := t.TempDir()
	began := time.Now()
	if _, err := Write(dir, bigSet(0)); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(began)
	var killed, mixed, leftovers int
	version := 0
	for killed < wanted {
		version++
		before := read(t, dir)
		first, err := os.Stat(filepath.Join(dir, firstFile))
		if err != nil {
			t.Fatal(err)
		}
		cmd, _ := start(t, dir, fmt.Sprint("write ", version))
		if version%2 == 0 {
			awaitFirst(dir, first)
			time.Sleep(time.Duration(rand.Int64N(int64(2 * time.Millisecond))))
		} else {
			time.Sleep(time.Duration(rand.Int64N(int64(whole))))
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			continue // it was done
		}
		killed++
		olds, news, temps := compare(t, before, read(t, dir), bigSet(version))
		if olds > 0 && news > 0 {
			mixed++
		}
		leftovers += temps
		if t.Failed() {
			t.Fatalf("after %d kills", killed)
		}
	}
	t.Logf("%d kills: %d between the first file and the last, %d temporary files left over in all", killed, mixed, leftovers)
	if mixed < killed/10 || leftovers == 0 {
		t.Error("too few kills hit a run in its middle")
	}
	last := bigSet(version)
	if _, err := Write(dir, last); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"auth/": "", "auth/sql/": ""}
	for name, f := range last.Files {
		want[name] = string(f.Data)
	}
	wantTree(t, dir, want)
}

// compare checks that each file is what it was before a run or what the run
// wants, and counts them.
func compare(t *testing.T, before, after map[string]string, set Set) (olds, news, temps int) {
	t.Helper()
	for name, data := range before {
		_, wanted := set.Files[name]
		if _, ok := after[name]; !ok && wanted {
			t.Errorf("%s is gone", name)
		} else if !ok && !isTemp(filepath.Base(name)) && !HasHeader([]byte(data)) {
			t.Errorf("%s was not an orphan and is gone", name)
		}
	}
	for name, data := range after {
		old, existed := before[name]
		f, wanted := set.Files[name]
		switch {
		case strings.HasSuffix(name, "/"):
		case isTemp(filepath.Base(name)):
			temps++
		case wanted && data == string(f.Data):
			news++
		case existed && data == old:
			olds++
		default:
			t.Errorf("%s is neither old nor new: %d bytes", name, len(data))
		}
	}
	return olds, news, temps
}

// TestTogether lets several runs write to one folder at the same time: first the same set, and
// then two versions of it.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	for round := range 5 {
		var group sync.WaitGroup
		for range 4 {
			cmd, out := start(t, dir, fmt.Sprint("write ", round))
			group.Go(func() {
				text, _ := io.ReadAll(out)
				if err := cmd.Wait(); err != nil {
					t.Errorf("%v: %s", err, text)
				}
			})
		}
		group.Wait()
		set := bigSet(round)
		if _, err := Write(dir, set); err != nil {
			t.Fatal(err)
		}
		if r, err := Check(dir, set); err != nil || !r.Fresh() {
			t.Fatalf("round %d: %+v, %v", round, r, err)
		}
	}
	for version := range 5 {
		before := read(t, dir)
		one, outOne := start(t, dir, fmt.Sprint("write ", 101+2*version))
		two, outTwo := start(t, dir, fmt.Sprint("write ", 102+2*version))
		for _, r := range []io.Reader{outOne, outTwo} {
			if _, err := io.Copy(io.Discard, r); err != nil {
				t.Fatal(err)
			}
		}
		// An error is fine, as the runs disagree; half a file is not.
		_, _ = one.Wait(), two.Wait()
		setOne, setTwo := bigSet(101+2*version), bigSet(102+2*version)
		for name, data := range read(t, dir) {
			whole := data == before[name] || data == string(setOne.Files[name].Data) || data == string(setTwo.Files[name].Data)
			if !whole && !strings.HasSuffix(name, "/") && !isTemp(filepath.Base(name)) {
				t.Errorf("%s is of no version", name)
			}
		}
	}
}

// TestFullDisk and TestReadOnly check that a run that cannot go on says so
// once and leaves all as it was.
func TestFullDisk(t *testing.T) {
	testTrouble(t, "full 2", "nothing was written: auth/", "file too large", func(string) {})
}

func TestReadOnly(t *testing.T) {
	testTrouble(t, "readonly 2", "nothing was written: cannot write to the folder auth", "permission denied", func(dir string) {
		if err := os.Chmod(filepath.Join(dir, "auth"), 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(filepath.Join(dir, "auth"), 0o755) })
	})
}

func testTrouble(t *testing.T, tool, prefix, suffix string, prepare func(dir string)) {
	t.Helper()
	dir := t.TempDir()
	// Another user may have to come this way.
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Write(dir, bigSet(0)); err != nil {
		t.Fatal(err)
	}
	prepare(dir)
	before := read(t, dir)
	cmd, out := start(t, dir, tool)
	text, _ := io.ReadAll(out)
	if err := cmd.Wait(); err == nil {
		t.Fatal("the run succeeded")
	}
	if !strings.HasPrefix(string(text), prefix) || !strings.HasSuffix(string(text), suffix+"\n") || strings.Count(string(text), "\n") != 1 {
		t.Errorf("the run said:\n%s", text)
	}
	wantTree(t, dir, before)
}
