package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// cpuOf returns the processor time of a process, from /proc (proc(5): utime and stime are the 14th and 15th field, in
// ticks of 1/100 s).
func cpuOf(pid int) time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	field := strings.Fields(rest)
	if len(field) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(field[11], 10, 64)
	system, _ := strconv.ParseInt(field[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// residentMB returns the resident memory of a process in megabytes.
func residentMB(pid int) float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, ok := strings.Cut(string(raw), "VmRSS:")
	field := strings.Fields(rest)
	if !ok || len(field) == 0 {
		return 0
	}
	kB, _ := strconv.ParseFloat(field[0], 64)
	return kB / 1024
}
