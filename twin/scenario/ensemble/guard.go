package ensemble

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Times of the guard.
const (
	purgeEach  = 1000            // results
	staleAfter = 5 * time.Second // without a result, it is checked where the jobs are
	checkEvery = 5 * time.Second // at most so often
)

// guard watches over a batch: it sends again what was lost, removes the results that were taken, tells the workers that the
// batch is still wanted, and ends it when nobody is left to do it. It belongs to the goroutine of Run; requests to the
// server run beside it, one at a time.
type guard struct {
	b         *batch
	busy      chan struct{} // holds one token while a request runs
	running   sync.WaitGroup
	purged    atomic.Uint64 // results up to this sequence number are removed
	beat      time.Time
	checked   time.Time
	connected time.Time
}

func newGuard(b *batch) *guard {
	return &guard{b: b, busy: make(chan struct{}, 1), beat: time.Now(), checked: time.Now(), connected: time.Now()}
}

func (g *guard) look(ctx context.Context, now time.Time) error {
	switch nc := g.b.link.nc; {
	case nc.IsClosed():
		return errors.New("the connection was closed")
	case nc.IsConnected():
		g.connected = now
	default:
		if p := g.b.opts.Patience; p > 0 && now.Sub(g.connected) > p {
			return fmt.Errorf("the server has not answered for %v: is it running, and the network up?", p)
		}
		return nil
	}
	if now.Sub(g.beat) >= beatEvery {
		g.beat = now
		g.b.tell(opAlive)
	}
	for _, e := range g.b.book.resend(now) {
		g.b.publish(e)
	}
	seq, _, last := g.b.book.counts()
	switch {
	case seq >= g.purged.Load()+purgeEach:
		g.beside(func() {
			if g.b.link.purgeSubject(ctx, resultStream, resultSubject+g.b.name+".*", seq+1) == nil {
				g.purged.Store(seq)
			}
		})
	case now.Sub(last) > staleAfter && now.Sub(g.checked) > checkEvery:
		g.checked = now
		g.beside(func() { g.check(ctx, now) })
	}
	return g.b.crew.look(now, g.b.opts.Patience)
}

// beside runs a request unless another one runs.
func (g *guard) beside(request func()) {
	select {
	case g.busy <- struct{}{}:
	default:
		return
	}
	g.running.Go(func() {
		request()
		<-g.busy
	})
}

func (g *guard) wait() { g.running.Wait() }

// check looks where the jobs are that nobody has answered: those that neither stream holds are sent again.
func (g *guard) check(ctx context.Context, now time.Time) {
	if g.b.link.prepare(ctx) != nil { // streams in memory are gone after a restart
		return
	}
	jobs, err := g.b.link.tokens(ctx, jobStream, jobSubject+g.b.name+".")
	if err != nil {
		return
	}
	results, err := g.b.link.tokens(ctx, resultStream, resultSubject+g.b.name+".")
	if err != nil {
		return
	}
	g.b.book.absent(now.Add(-staleAfter), jobs, results)
}
