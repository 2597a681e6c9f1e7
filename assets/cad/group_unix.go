//go:build unix

package cad

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup puts a child and those that it may start into a process group of their own.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends all of the group at once.
func killGroup(cmd *exec.Cmd) error {
	if cmd.Process == nil {
		return os.ErrProcessDone
	}
	if syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) != nil {
		return os.ErrProcessDone
	}
	return nil
}

// signalOf names the signal that ended a process, or "".
func signalOf(state *os.ProcessState) string {
	if state == nil {
		return ""
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal().String()
	}
	return ""
}
