package loading

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Parallel calls work for each index below n, on as many goroutines as there are processors, in rising order of start.
// It returns the first error; after one, or when the job shall stop, no more work is begun. Work on mapped bytes must
// run in here or in Guard.
func (j *Job) Parallel(n int, work func(i int) error) error {
	workers := min(n, runtime.GOMAXPROCS(0))
	var next atomic.Int64
	var stop atomic.Bool
	errs := make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			errs[w] = Guard(func() error {
				for !stop.Load() {
					i := int(next.Add(1)) - 1
					if i >= n {
						return nil
					}
					if err := j.Err(); err != nil {
						return err
					}
					if err := work(i); err != nil {
						return err
					}
				}
				return nil
			})
			if errs[w] != nil {
				stop.Store(true)
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return j.Err()
}

// Guard runs work and turns into an error what must not end the process: a mapped file that was cut short while it was
// read, and mistakes of ours that a broken file brings to light.
func Guard(work func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch p := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }: // a memory fault, see debug.SetPanicOnFault
			err = errors.New("the file was changed while it was read; open it again")
		default:
			err = fmt.Errorf("the file is broken in a way that the importer did not foresee: %v", p)
		}
	}()
	return work()
}
