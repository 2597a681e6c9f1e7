//go:build occt && cgo && !linux

package main

import (
	"errors"
	"os"
)

// confine can limit nothing here.
func confine(_ string, maxMemory int64) (limit int64, err error) {
	if maxMemory > 0 {
		return 0, errors.New("the memory can be limited on Linux alone; leave -max-memory out")
	}
	return 0, nil
}

func ownStdout() (*os.File, error) { return os.Stdout, nil }

func peakMemory() int64 { return 0 }
