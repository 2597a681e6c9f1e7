package ensemble

import (
	"context"
	"fmt"
	"sync"

	"github.com/orrery-twin/orrery/twin/scenario"
)

// Model is what jobs of one batch are about, as it lies on the worker's disk.
type Model struct {
	Hash string // SHA-256 of the bundle in hexadecimal; empty: the jobs need none
	Dir  string // the folder into which the bundle was unpacked; it is not to be written to
}

// Opener makes a worker ready for all jobs of one kind and model. What it returns is called from many goroutines at once;
// release, which may be nil, is called when no job needs it any more.
//
// An error of the type *NotHere says that this machine cannot do it and another might: the job goes to another worker. Every
// other error is the answer to all jobs of this model.
type Opener func(ctx context.Context, m Model) (work scenario.Work, release func(), err error)

// Kinds are the kinds of jobs that a worker computes, by name.
type Kinds map[string]Opener

// Plain is a kind that needs no model.
func Plain(work scenario.Work) Opener {
	return func(context.Context, Model) (scenario.Work, func(), error) { return work, nil, nil }
}

// NotHere is the error of an Opener, or of the work itself, that this machine cannot do: native code that is not trusted
// here, a licence or a file that is missing. Another worker gets the job.
type NotHere struct{ Reason string }

func (e *NotHere) Error() string { return "ensemble: not on this machine: " + e.Reason }

// keptModels is how many opened models a worker keeps.
const keptModels = 4

// bench keeps opened models, the last used ones.
type bench struct {
	kinds Kinds
	fetch func(ctx context.Context, hash string) (dir string, err error)

	mu   sync.Mutex
	open []*opened // the last used is the last
}

type opened struct {
	kind, hash string
	users      int
	dropped    bool
	ready      chan struct{} // closed when the rest is set
	work       scenario.Work
	release    func()
	err        error
}

// take returns the opened model for a job; give it back with leave.
func (b *bench) take(ctx context.Context, kind, hash string) (*opened, error) {
	opener, ok := b.kinds[kind]
	if !ok {
		return nil, &NotHere{fmt.Sprintf("it knows no jobs of kind %q: bring it to the version of the desk", kind)}
	}
	b.mu.Lock()
	var o *opened
	for i, x := range b.open {
		if x.kind == kind && x.hash == hash {
			o = x
			b.open = append(append(b.open[:i:i], b.open[i+1:]...), x)
			break
		}
	}
	mine := o == nil
	if mine {
		o = &opened{kind: kind, hash: hash, ready: make(chan struct{})}
		b.open = append(b.open, o)
	}
	o.users++
	var old []*opened
	for len(b.open) > keptModels {
		old = append(old, b.open[0])
		b.open = b.open[1:]
	}
	b.mu.Unlock()
	for _, x := range old {
		b.drop(x)
	}
	if mine {
		b.prepare(ctx, o, opener)
	}
	select {
	case <-o.ready:
	case <-ctx.Done():
		b.leave(o)
		return nil, ctx.Err()
	}
	if o.err != nil {
		b.forget(o) // the next job tries again
		b.leave(o)
		return nil, o.err
	}
	return o, nil
}

func (b *bench) prepare(ctx context.Context, o *opened, opener Opener) {
	defer close(o.ready)
	defer func() {
		if p := recover(); p != nil {
			o.err = fmt.Errorf("ensemble: %s: opening the model: panic: %v: please report it", o.kind, p)
		}
	}()
	m := Model{Hash: o.hash}
	if o.hash != "" {
		if m.Dir, o.err = b.fetch(ctx, o.hash); o.err != nil {
			return
		}
	}
	o.work, o.release, o.err = opener(ctx, m)
}

func (b *bench) leave(o *opened) {
	b.mu.Lock()
	o.users--
	last := o.dropped && o.users == 0
	b.mu.Unlock()
	if last && o.release != nil {
		o.release()
	}
}

// drop releases a model as soon as nobody uses it. It is no longer in the list.
func (b *bench) drop(o *opened) {
	b.mu.Lock()
	free := !o.dropped && o.users == 0
	o.dropped = true
	b.mu.Unlock()
	if free && o.release != nil {
		o.release()
	}
}

func (b *bench) forget(o *opened) {
	b.mu.Lock()
	for i, x := range b.open {
		if x == o {
			b.open = append(b.open[:i:i], b.open[i+1:]...)
			break
		}
	}
	b.mu.Unlock()
	b.drop(o)
}

func (b *bench) close() {
	b.mu.Lock()
	all := b.open
	b.open = nil
	b.mu.Unlock()
	for _, o := range all {
		b.drop(o)
	}
}
