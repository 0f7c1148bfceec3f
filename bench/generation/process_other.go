//go:build !linux

package generation

import (
	"context"
	"os"
	"os/exec"
)

// peakOf returns 0: memory is measured on Linux only.
func peakOf(*os.ProcessState) int64 { return 0 }

// killAll does nothing: the context ends the command alone.
func killAll(*exec.Cmd) {}

// watch does nothing: there is no limit of memory.
func watch(context.Context, int, func()) {}
