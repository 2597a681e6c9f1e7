//go:build occt && cgo && !linux

package main

import (
	"errors"
	"os"
)

// confine can limit nothing here.
func confine(_ string, maxMemory int64) error {
	if maxMemory > 0 {
		return errors.New("the memory can be limited on Linux alone; leave -max-memory out")
	}
	return nil
}

func ownStdout() (*os.File, error) { return os.Stdout, nil }

func peakMemory() int64 { return 0 }
