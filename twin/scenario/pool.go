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

// Run implements Executor. A job that panics has an error as its result. It returns once all workers have ended.
func (p *Pool) Run(ctx context.Context, jobs iter.Seq[Job], result func(Result)) error {
	// Not in the caller's goroutine: the main one of a program with windows is bound to its thread, and then no other may pull.
	done := make(chan error, 1)
	go func() { done <- p.run(ctx, jobs, result) }()
	return <-done
}

func (p *Pool) run(ctx context.Context, jobs iter.Seq[Job], result func(Result)) error {
	next, stop := iter.Pull(jobs)
	defer stop()
	var pull, put sync.Mutex
	seen := map[string]bool{}
	take := func() (Job, bool) {
		pull.Lock()
		defer pull.Unlock()
		for ctx.Err() == nil {
			j, ok := next()
			if !ok {
				return Job{}, false
			}
			if !seen[j.ID] {
				seen[j.ID] = true
				return j, true
			}
		}
		return Job{}, false
	}
	workers := p.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j, ok := take(); ok; j, ok = take() {
				payload, err := guarded(ctx, p.Work, j)
				if err != nil && ctx.Err() != nil {
					return // no answer, only the end of the run
				}
				put.Lock()
				result(Result{ID: j.ID, Payload: payload, Err: err})
				put.Unlock()
			}
		})
	}
	wg.Wait()
	return ctx.Err()
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
