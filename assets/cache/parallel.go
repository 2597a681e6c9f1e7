package cache

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// inParallel calls work for each index below n on all processors until one call says no, and reports whether none did.
func inParallel(n int, work func(i int) bool) bool {
	var next atomic.Int64
	var failed atomic.Bool
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if !work(i) {
					failed.Store(true)
				}
			}
		})
	}
	group.Wait()
	return !failed.Load()
}
