package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/authgen/authgen/internal/scenario"
)

const scenarios = "../../testdata/scenario"

var update = flag.Bool("update", false, "rewrite the expectations of the scenarios")

// TestMain makes the test binary the tool when a scenario calls it by name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"authgen": main,
	})
}

// TestScenarios runs testdata/scenario/*.txtar, and then, but for -short, compiles
// and vets everything that they generated. Besides testscript's own commands there are:
//
//	exits CODE PROGRAM ARG...  runs a program that must end with this exit code
//	remember                   notes content and times of all files
//	unchanged                  fails if any file was written, created or removed since
//	crlf FILE...               gives files Windows line endings
//	compile                    keeps the module in the current folder for the compiler
//	nocompile REASON           says why what was generated is not kept
//
// Each scenario that generates code must do one of the last two.
func TestScenarios(t *testing.T) {
	kept := &collection{dir: t.TempDir()}
	surroundings := surroundings(t)
	t.Run("run", func(t *testing.T) {
		testscript.Run(t, testscript.Params{
			Dir:                scenarios,
			UpdateScripts:      *update,
			RequireUniqueNames: true,
			Setup: func(env *testscript.Env) error {
				env.Vars = append(env.Vars, surroundings...)
				env.Values[stateKey{}] = &state{given: generatedIn(env.WorkDir)}
				env.Defer(func() { env.Values[stateKey{}].(*state).finish(env.T(), env.WorkDir) })
				return nil
			},
			Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
				"exits":     scenario.Exits,
				"remember":  remember,
				"unchanged": unchanged,
				"crlf":      crlf,
				"compile":   kept.compile,
				"nocompile": nocompile,
			},
		})
	})
	if !t.Failed() && !testing.Short() {
		kept.vet(t)
	}
}

// surroundings returns the environment of the scenarios, in which the go
// command works without a network.
func surroundings(t *testing.T) []string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	vars := []string{"NO_COLOR=", "TERM=xterm", "ROOT=" + root, "GOFLAGS=-mod=mod", "GOWORK=off"}
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	caches := strings.Fields(string(out))
	return append(vars, "GOMODCACHE="+caches[0], "GOCACHE="+caches[1])
}

// A state is what the commands of one scenario share.
type state struct {
	given    map[string]bool // generated files of the scenario itself
	settled  bool            // compile or nocompile was called
	snapshot map[string]string
}

type stateKey struct{}

func stateOf(ts *testscript.TestScript) *state { return ts.Value(stateKey{}).(*state) }

// finish fails a scenario that generated code and had it neither compiled nor
// excused.
func (s *state) finish(t testscript.T, dir string) {
	if s.settled {
		return
	}
	for name := range generatedIn(dir) {
		if s.given[name] {
			continue
		}
		t.Log("it generated " + name + " and says neither compile nor nocompile")
		t.FailNow()
	}
}

// TestManyScenarios keeps half of the scenarios about what goes wrong.
func TestManyScenarios(t *testing.T) {
	entries, err := os.ReadDir(scenarios)
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, e := range entries {
		if len(e.Name()) > 6 && e.Name()[:6] == "error_" {
			wrong++
		}
	}
	if all := len(entries); all < 50 || wrong < all/2 {
		t.Errorf("%d scenarios, %d of them of errors; want 50 and half of them", all, wrong)
	}
}
