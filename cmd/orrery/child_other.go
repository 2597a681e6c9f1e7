//go:build !linux

package main

import "syscall"

// dieWithParent needs Linux; elsewhere a child is ended by the context alone.
func dieWithParent() *syscall.SysProcAttr { return nil }
