//go:build cgo && darwin

package main

import "golang.org/x/sys/unix"

func redirect(from, to int) error { return unix.Dup2(from, to) }

// confine sees to it that a crash leaves no core dump. The memory is not limited here.
func confine(int64) error {
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
