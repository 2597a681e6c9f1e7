//go:build cgo && (linux || darwin)

package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

func init() { runtime.LockOSThread() } // FMUs may want one thread; the stack of the main one can grow

func main() {
	limit := flag.Duration("call-limit", 10*time.Second, "time that one call of the FMU may take")
	memory := flag.Int64("memory", 4096, "MB of memory that the FMU may take; 0 is unlimited")
	flag.Parse()
	if err := run(*limit, *memory<<20); err != nil {
		fmt.Fprintln(os.Stderr, "orrery-fmu:", err)
		os.Exit(1)
	}
}

// canceled is set while a request is to end early.
var canceled atomic.Bool

type message struct {
	kind    byte
	payload []byte
}

func run(limit time.Duration, memory int64) error {
	fd, err := ownStdout()
	if err != nil {
		return err
	}
	if err := confine(memory); err != nil {
		return err
	}
	begin(fd, limit)
	requests := make(chan message, 1)
	go listen(requests)
	s := &session{}
	for m := range requests {
		s.handle(m)
		flush()
	}
	return nil
}

// listen reads standard input; the process ends with it, also in the middle of a call.
func listen(requests chan<- message) {
	in := wire.NewReader(os.Stdin)
	for {
		kind, payload, err := in.Next()
		if err != nil {
			os.Exit(0)
		}
		if kind == wire.FrameCancel {
			canceled.Store(true)
			continue
		}
		canceled.Store(false)
		requests <- message{kind, append([]byte(nil), payload...)}
	}
}

// ownStdout returns what standard output is, and lets what the FMU prints there go to standard error.
func ownStdout() (int, error) {
	fd, err := unix.Dup(unix.Stdout)
	if err != nil {
		return 0, fmt.Errorf("standard output: %w", err)
	}
	unix.CloseOnExec(fd)
	if err := redirect(unix.Stderr, unix.Stdout); err != nil {
		return 0, fmt.Errorf("standard output: %w", err)
	}
	return fd, nil
}
