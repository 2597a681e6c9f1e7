package scenario

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"
	"sync"
)

// Pool is the Executor of this machine: it computes jobs over its cores.
type Pool struct {
	Work    Work
	Workers int // 0: as many as there are cores
}

// Run implements Executor. It pulls jobs in the goroutine of its caller. A job that panics has an error as its result. It
// returns once all workers have ended.
func (p *Pool) Run(ctx context.Context, jobs iter.Seq[Job], result func(Result)) error {
	workers := p.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ahead := make(chan Job, workers)
	var put sync.Mutex
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range ahead {
				if ctx.Err() != nil {
					continue
				}
				payload, err := guarded(ctx, p.Work, j)
				if err != nil && ctx.Err() != nil {
					continue // no answer, only the end of the run
				}
				put.Lock()
				result(Result{ID: j.ID, Payload: payload, Err: err})
				put.Unlock()
			}
		})
	}
	feed(ctx, jobs, ahead)
	close(ahead)
	wg.Wait()
	return ctx.Err()
}

// feed sends each job once, until ctx ends.
func feed(ctx context.Context, jobs iter.Seq[Job], ahead chan<- Job) {
	seen := map[string]bool{}
	for j := range jobs {
		if ctx.Err() != nil {
			return
		}
		if seen[j.ID] {
			continue
		}
		seen[j.ID] = true
		select {
		case ahead <- j:
		case <-ctx.Done():
			return
		}
	}
}

// guarded computes a job and turns a panic of its model into an error.
func guarded(ctx context.Context, work Work, j Job) (payload []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			payload, err = nil, fmt.Errorf("scenario: job %s: the model broke down: %v at %s", j.ID, r, place(debug.Stack()))
		}
	}()
	payload, err = work(ctx, j)
	if err != nil {
		payload = nil
	}
	return payload, err
}
