package ui

import (
	"context"
	"sync"
	"sync/atomic"
)

// lane runs jobs on a goroutine of its own, one at a time. Of the jobs that wait only the newest is kept, so a lane never
// falls behind: while the cursor is dragged, the last result is shown until the next is there.
type lane struct {
	mu      sync.Mutex
	next    func(context.Context) func()
	wake    chan struct{}
	done    atomic.Pointer[func()]
	running atomic.Bool
	stop    context.CancelFunc
	ended   chan struct{}
}

func newLane() *lane {
	ctx, stop := context.WithCancel(context.Background())
	l := &lane{wake: make(chan struct{}, 1), stop: stop, ended: make(chan struct{})}
	go l.work(ctx)
	return l
}

// ask hands a job over. It runs on the lane; the function it returns runs in the next call of take.
func (l *lane) ask(job func(context.Context) func()) {
	l.mu.Lock()
	l.next = job
	l.mu.Unlock()
	l.running.Store(true)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// busy reports whether a job waits or runs, or its result waits to be taken.
func (l *lane) busy() bool { return l.running.Load() || l.done.Load() != nil }

// take applies the newest result, if one has come. It is called on the Fyne goroutine.
func (l *lane) take() bool {
	f := l.done.Swap(nil)
	if f == nil {
		return false
	}
	(*f)()
	return true
}

// close ends the lane and waits for the job that runs.
func (l *lane) close() {
	l.stop()
	<-l.ended
}

func (l *lane) work(ctx context.Context) {
	defer close(l.ended)
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		for {
			l.mu.Lock()
			job := l.next
			l.next = nil
			if job == nil {
				l.running.Store(false)
			}
			l.mu.Unlock()
			if job == nil || ctx.Err() != nil {
				break
			}
			if f := job(ctx); f != nil {
				l.done.Store(&f)
			}
		}
	}
}
