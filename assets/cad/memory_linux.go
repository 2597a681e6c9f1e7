package cad

import (
	"bytes"
	"os"
	"strconv"
)

// defaultMemory is three quarters of this machine's memory in bytes, or 0 when it cannot be told.
func defaultMemory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(text) {
		if f := bytes.Fields(line); len(f) >= 2 && string(f[0]) == "MemTotal:" {
			kb, err := strconv.ParseInt(string(f[1]), 10, 64)
			if err != nil {
				return 0
			}
			return kb << 10 / 4 * 3
		}
	}
	return 0
}
