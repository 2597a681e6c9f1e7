//go:build !linux

package cad

// defaultMemory is 0, no limit: the tool can limit its memory on Linux alone.
func defaultMemory() int64 { return 0 }
