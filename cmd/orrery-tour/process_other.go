//go:build !linux

package main

import "time"

// cpuOf and residentMB are known on Linux alone, where the virtual display lives.
func cpuOf(int) time.Duration { return 0 }

func residentMB(int) float64 { return 0 }
