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

// A Cost is what a command took. CPU is the time of it and of what it started, of user
// and system. Peak is the most memory that one of these processes had at once, in bytes.
type Cost struct {
	Wall, CPU time.Duration
	Peak      int64
	Stopped   string // which limit it went past; empty: none
}

// Costs are those of several runs.
type Costs []Cost

// Stopped returns the limit that a run went past; empty: none did.
func (c Costs) Stopped() string {
	for _, one := range c {
		if one.Stopped != "" {
			return one.Stopped
		}
	}
	return ""
}

// Peak returns the most memory of all runs.
func (c Costs) Peak() (peak int64) {
	for _, one := range c {
		peak = max(peak, one.Peak)
	}
	return peak
}

// Wall returns the least, the median and the most time on the clock.
func (c Costs) Wall() (least, median, most time.Duration) {
	return c.spread(func(one Cost) time.Duration { return one.Wall })
}

// CPU returns the least, the median and the most time of processors.
func (c Costs) CPU() (least, median, most time.Duration) {
	return c.spread(func(one Cost) time.Duration { return one.CPU })
}

func (c Costs) spread(of func(Cost) time.Duration) (least, median, most time.Duration) {
	if len(c) == 0 {
		return 0, 0, 0
	}
	var times []time.Duration
	for _, one := range c {
		times = append(times, of(one))
	}
	slices.Sort(times)
	return times[0], times[len(times)/2], times[len(times)-1]
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
	cost := Cost{Wall: time.Since(began), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Peak: peakOf(cmd.ProcessState)}
	if cause := context.Cause(limited); errors.Is(cause, errStopped) {
		cost.Stopped = cause.Error()
		return cost, nil
	}
	if err != nil {
		return cost, fmt.Errorf("%s %v: %w\n%s", filepath.Base(name), args, err, out.Bytes())
	}
	return cost, nil
}
