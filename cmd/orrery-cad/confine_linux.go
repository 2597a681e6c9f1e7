//go:build occt && cgo

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// confine limits the memory of the process, unless maxMemory is 0, and the files that OpenCASCADE can open to those in
// the folder of the model. It must run on the main thread. It returns the limit of the address space, 0 for none.
func confine(model string, maxMemory int64) (limit int64, err error) {
	// Recursion over deep structures of a file needs stack; that of the main thread grows up to the limit.
	var stack unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_STACK, &stack) == nil {
		stack.Cur = min(stack.Max, 64<<20)
		_ = unix.Setrlimit(unix.RLIMIT_STACK, &stack)
	}
	core := unix.Rlimit{}
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &core) // a crash is expected now and then
	if maxMemory > 0 {
		limit = addressSpace() + maxMemory
		if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: uint64(limit), Max: uint64(limit)}); err != nil {
			return 0, fmt.Errorf("limit the memory: %w", err)
		}
	}
	restrictReading(filepath.Dir(model))
	return limit, nil
}

// addressSpace is the size of what is mapped now, in bytes.
func addressSpace() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	fields := bytes.Fields(text)
	if err != nil || len(fields) == 0 {
		return 2 << 30
	}
	pages, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		return 2 << 30
	}
	return pages * int64(os.Getpagesize())
}

// restrictReading lets this thread, and those that it starts, read in one folder alone: a STEP file names others that
// belong to it. A kernel without Landlock (see landlock(7)) leaves it at that.
func restrictReading(dir string) {
	const reading = unix.LANDLOCK_ACCESS_FS_READ_FILE
	attr := unix.LandlockRulesetAttr{Handled_access_fs: reading}
	ruleset, _, failed := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr.Handled_access_fs), 0)
	if failed != 0 {
		return
	}
	defer unix.Close(int(ruleset))
	for _, allowed := range []string{dir, "/proc", "/sys"} { // the latter are what allocators and thread pools look at
		fd, err := unix.Open(allowed, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			continue
		}
		rule := unix.LandlockPathBeneathAttr{Allowed_access: reading, Parent_fd: int32(fd)}
		_, _, failed = unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, ruleset, unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
		_ = unix.Close(fd)
		if failed != 0 {
			return
		}
	}
	if unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != nil {
		return
	}
	_, _, _ = unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0, 0)
}

// ownStdout returns what standard output is, and lets everything that prints there print into nothing: OpenCASCADE does
// so here and there, and it would end up in the GLB.
func ownStdout() (*os.File, error) {
	fd, err := unix.Dup(unix.Stdout)
	if err != nil {
		return nil, fmt.Errorf("standard output: %w", err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("standard output: %w", err)
	}
	defer null.Close()
	if err := unix.Dup3(int(null.Fd()), unix.Stdout, 0); err != nil {
		return nil, fmt.Errorf("standard output: %w", err)
	}
	return os.NewFile(uintptr(fd), "standard output"), nil
}

// peakMemory is the most memory that the process held, in bytes.
func peakMemory() int64 {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return usage.Maxrss << 10
}
