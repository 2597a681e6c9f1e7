package process

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// ranges calls work for consecutive ranges that together are 0 … n-1, each of size items at most, on as many goroutines as
// there are processors. Ranges are numbered from 0 and begun in order.
func ranges(n, size int, work func(k, from, to int)) {
	count := rangeCount(n, size)
	workers := min(count, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for k := range count {
			work(k, k*size, min(n, (k+1)*size))
		}
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for {
				k := int(next.Add(1)) - 1
				if k >= count {
					return
				}
				work(k, k*size, min(n, (k+1)*size))
			}
		})
	}
	group.Wait()
}

// rangeCount is the number of ranges of ranges.
func rangeCount(n, size int) int { return (n + size - 1) / size }
