package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	goruntime "runtime"
	"testing"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/authgen/authgen/internal/conformance/auth"
)

// childVar makes the test binary a child process: it holds the order as JSON.
const childVar = "AUTHGEN_FAULTS_TEST_CHILD"

// An order is what a child process is to do, and where.
type order struct {
	Role  string // the key in roles
	Place place
	At    []string      // where it stops, see gate; nil: nowhere
	URL   string        // of the receiver
	Width int           // how much of each kind is done at a time; 0 is one
	Batch int           // of the relay
	Ahead time.Duration // of its clock
	Units int           // how many writes
	Relay bool          // an application: it has a relay as well
	Desks []auth.DeskID // that a writer writes to
}

// roles are the programs that a child process can be. They run until ctx ends,
// and what they print are lines that the test reads.
var roles = map[string]func(ctx context.Context, o order, p *program) error{
	"application": application,
	"relay":       relayUntilStopped,
	"receiver":    receiveUntilStopped,
	"writer":      writeUntilStopped,
	"bulk":        writeInBulk,
}

func TestMain(m *testing.M) {
	// The driver prints every connection that breaks, which here they are made to.
	_ = mysqldriver.SetLogger(&mysqldriver.NopLogger{})
	text, isChild := os.LookupEnv(childVar)
	if !isChild {
		os.Exit(m.Run())
	}
	if err := obey(text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// obey is the main function of a child process.
func obey(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	release := make(chan struct{})
	g := &gate{}
	g.arm(o.At, func() {
		fmt.Println("stopped")
		<-release
	})
	p, err := open(ctx, o.Place, g, func(what string, a arrival) { fmt.Println(what, a) }, slog.Default())
	if err != nil {
		return err
	}
	p.ahead.Store(int64(o.Ahead))
	go func() {
		defer end()
		listen(p, release)
	}()
	return errors.Join(roles[o.Role](ctx, o, p), p.close())
}

// listen does what the test asks of a child process, a line at a time, until it
// wants it to end.
func listen(p *program, release chan<- struct{}) {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		switch lines.Text() {
		case "pass": // time does
			p.pass()
		case "go": // on, from where it was stopped
			close(release)
		case "goroutines":
			fmt.Println("goroutines", goruntime.NumGoroutine())
		}
	}
}
