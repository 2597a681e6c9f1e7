//go:build cgo

package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// confine limits what the process may take beyond what it has now, in bytes (0: no limit), and sees to it that a crash
// leaves no core dump.
func confine(memory int64) error {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	if memory <= 0 {
		return nil
	}
	limit := uint64(addressSpace() + memory)
	if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
		return fmt.Errorf("limit the memory: %w", err)
	}
	return nil
}

// addressSpace is the size of what is mapped now, in bytes.
func addressSpace() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if fields := bytes.Fields(text); err == nil && len(fields) > 0 {
		if pages, err := strconv.ParseInt(string(fields[0]), 10, 64); err == nil {
			return pages * int64(os.Getpagesize())
		}
	}
	return 2 << 30
}

func redirect(from, to int) error { return unix.Dup3(from, to, 0) }
