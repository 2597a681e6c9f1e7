//go:build unix

package cad

import (
	"os"
	"syscall"
)

// killSelf ends the process as kill -9 does.
func killSelf() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }
