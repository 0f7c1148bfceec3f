package generation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// What a command may take at most.
const (
	timeLimit   = 10 * time.Minute
	memoryLimit = 10 << 30
)

// A Cost is what a command took. Peak is the most memory that it, or one
// process that it started, had at once, in bytes.
type Cost struct {
	Wall    time.Duration
	Peak    int64
	Stopped string // which limit it went past; empty: none
}

// errStopped is the cause of a command's end by a limit.
var errStopped = errors.New("stopped")

// measured runs a command that must succeed.
func measured(ctx context.Context, dir string, env []string, name string, args ...string) (Cost, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limited, stop := context.WithTimeoutCause(ctx, timeLimit, fmt.Errorf("%w after %v", errStopped, timeLimit))
	defer stop()
	cmd := exec.CommandContext(limited, name, args...)
	killAll(cmd)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return Cost{}, err
	}
	go watch(limited, cmd.Process.Pid, func() { cancel(fmt.Errorf("%w at %d GiB", errStopped, memoryLimit>>30)) })
	err := cmd.Wait()
	cost := Cost{Wall: time.Since(began), Peak: peakOf(cmd.ProcessState)}
	if cause := context.Cause(limited); errors.Is(cause, errStopped) {
		cost.Stopped = cause.Error()
		return cost, nil
	}
	if err != nil {
		return cost, fmt.Errorf("%s %v: %w\n%s", filepath.Base(name), args, err, out.Bytes())
	}
	return cost, nil
}

// median returns the median of the times and the most memory.
func median(costs []Cost) Cost {
	slices.SortFunc(costs, func(a, b Cost) int { return int(a.Wall - b.Wall) })
	m := costs[len(costs)/2]
	for _, c := range costs {
		m.Peak = max(m.Peak, c.Peak)
	}
	return m
}
