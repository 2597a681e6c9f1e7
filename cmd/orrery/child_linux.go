package main

import "syscall"

// dieWithParent lets the kernel end a child when this process dies, even by kill -9. The signal follows the death of
// the thread that started the child, so such a child is started from a goroutine that is locked to its thread.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
