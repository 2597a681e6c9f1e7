package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// watchEvery is how often the inputs of the forecasts are looked at.
const watchEvery = time.Second

func (r *Runner) work(ctx context.Context) {
	defer close(r.done)
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	for {
		r.turn()
		for ctx.Err() == nil && r.next(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-watch.C:
			r.watch()
		}
	}
}

// turn begins a new epoch when one is due: all scenarios are computed again as of now, the base first.
func (r *Runner) turn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.opts.Clock()
	if r.builder == nil || now.Before(r.due) {
		return
	}
	r.epoch = now.Truncate(time.Second)
	r.due = now.Add(r.opts.Refresh)
	if r.opts.Refresh < 0 {
		r.due = now.Add(100 * 365 * 24 * time.Hour)
	}
	r.entries.Range(func(name, v any) bool {
		e := v.(*entry)
		for _, t := range r.queue {
			if t.entry == e { // asked for just now: it goes ahead
				t.rough = nil
				return true
			}
		}
		t := &task{entry: e, name: name.(string), quiet: e.latest.Load() != nil}
		if t.name == Base {
			r.queue = append([]*task{t}, r.queue...)
		} else {
			r.queue = append(r.queue, t)
		}
		return true
	})
}

// next works on one task; it reports false when there is none.
func (r *Runner) next(ctx context.Context) bool {
	r.mu.Lock()
	if len(r.queue) == 0 || r.builder == nil {
		r.mu.Unlock()
		return false
	}
	t := r.queue[0]
	r.queue = r.queue[1:]
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r.busy, r.stop = t, stop
	s, b, now := t.entry.want, r.builder, r.epoch
	r.mu.Unlock()

	opts := r.opts
	if t.rough == nil {
		opts.Members, opts.Step = min(opts.Coarse, opts.Members), coarseSteps*opts.Step
	}
	run, err := Compute(ctx, b, s, now, opts)

	r.mu.Lock()
	stopped := ctx.Err() != nil || t.entry.gone
	r.busy, r.stop = nil, nil
	if !stopped && err == nil {
		run.Coarse, run.rough = t.rough == nil, t.rough
		if run.Coarse {
			t.rough = run
			r.queue = append(r.queue, t)
		}
	}
	r.mu.Unlock()
	switch {
	case stopped:
		return true
	case err != nil:
		switch old := t.entry.latest.Load(); {
		case errors.Is(err, context.Canceled):
		case old != nil && old.bands != nil:
			r.publish(t.entry, old.with(old.withdrawn, err.Error()))
		default:
			r.publish(t.entry, nothing(opts.Tree, s, now, now.Add(opts.Horizon), err))
		}
		t.entry.err.Store(&err)
		return true
	}
	t.entry.err.Store(nil)
	if run.Coarse && t.quiet {
		return true
	}
	reasons, _ := r.stale(run)
	if slices.ContainsFunc(reasons, func(s string) bool { return s != "" }) {
		run = run.with(reasons, "")
	}
	r.publish(t.entry, run)
	return true
}

func (r *Runner) publish(e *entry, run *Run) {
	e.latest.Store(run)
	if r.opts.OnUpdate != nil {
		r.opts.OnUpdate(run)
	}
}

// watch withdraws the forecasts of units whose inputs went stale and restores them when they are back.
func (r *Runner) watch() {
	if r.opts.Snapshot == nil {
		return
	}
	restored := false
	r.entries.Range(func(_, v any) bool {
		e := v.(*entry)
		run := e.latest.Load()
		if run == nil || len(run.units) == 0 {
			return true
		}
		reasons, ok := r.stale(run)
		if !ok || slices.Equal(causes(reasons), causes(run.withdrawn)) {
			return true
		}
		for i := range reasons {
			restored = restored || reasons[i] == "" && run.withdrawn[i] != ""
		}
		r.publish(e, run.with(reasons, run.failed))
		return true
	})
	if restored { // what came back must enter the forecast before it is shown for long
		r.Refresh()
	}
}

// causes strips the ages off the reasons, which change all the time.
func causes(reasons []string) []string {
	out := make([]string, len(reasons))
	for i, s := range reasons {
		out[i], _, _ = strings.Cut(s, " for ")
	}
	return out
}

// stale says for each unit of a run why its inputs cannot be relied on, empty if they can. ok is false when the present is not known.
func (r *Runner) stale(run *Run) (reasons []string, ok bool) {
	reasons = make([]string, len(run.units))
	if r.opts.Snapshot == nil {
		return reasons, false
	}
	snap := r.opts.Snapshot()
	if snap == nil {
		return reasons, false
	}
	now := r.opts.Clock()
	for i := range run.units {
		u := &run.units[i]
		worst := twin.Value{Quality: twin.Good}
		var name string
		for _, id := range u.Inputs {
			s := r.opts.Tree.Signal(id)
			v := snap.At(id)
			v.Quality = twin.Assess(s, v, now)
			if !v.Quality.Usable() && (name == "" || v.Quality.Class() < worst.Quality.Class()) {
				worst, name = v, s.Label
				if name == "" {
					name = s.Name
				}
			}
		}
		r.mu.Lock()
		if name == "" {
			delete(r.since, u.Asset)
			r.mu.Unlock()
			continue
		}
		begin, seen := r.since[u.Asset]
		if !seen {
			begin = now
			r.since[u.Asset] = now
		}
		r.mu.Unlock()
		if now.Sub(begin) >= r.opts.Grace {
			reasons[i] = fmt.Sprintf("%s is %s for %s", name, worst.Quality, now.Sub(begin).Round(time.Second))
		}
	}
	return reasons, true
}
