//go:build unix

package mesh

import "golang.org/x/sys/unix"

// cpuSeconds is the time that processors have worked for this process: what counts on a machine that others use too.
func cpuSeconds() float64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
