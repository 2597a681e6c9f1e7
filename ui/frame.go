package ui

import (
	"context"
	"fmt"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/timeline"
)

// How often things may change on the screen.
const (
	numbersEvery = 250 * time.Millisecond // people cannot read faster
	cursorEvery  = 33 * time.Millisecond  // trend and timeline while the cursor moves
	blinkEvery   = 500 * time.Millisecond
	silentAfter  = 10 * time.Second // no value for so long is said in the badge
)

// pacer holds when things were last done.
type pacer struct {
	numbers, cursor, axis time.Time
}

// frame is the tick: it runs before each paint. It asks the timeline where the cursor is, pulls the snapshot that
// belongs there, and hands it on. Nothing in it waits.
func (x *session) frame() {
	now := x.s.clock()
	dt := now.Sub(x.last)
	x.last = now
	if x.models != nil {
		x.tickModels(now, dt)
	}
	if x.bare {
		x.bareFrame(now, dt)
		return
	}
	st := x.Timeline.Tick()
	moved := !st.At.Equal(x.state.At) && st.Mode != timeline.Live || st.Mode != x.state.Mode
	turned := st.Mode != x.state.Mode
	if x.state.Mode == timeline.Live && (st.Mode == timeline.Past || st.Mode == timeline.Playing) {
		x.leaveLive()
	}
	x.state = st

	took := x.pastAt.take()
	x.plots.take()
	x.lists.take()
	x.hovers.take()
	x.steps.take()
	snap := x.pull(st, now)
	v := &x.s.view
	v.snap, v.at, v.now = snap, st.At, st.Now
	v.speed = st.Speed
	v.phase, v.ahead = phaseOf(st)
	x.ghosts(st, moved)
	x.edits.tick()
	x.Stage.Apply(x.edits.seen(snap), st, dt)

	if st.Playing || st.Dragging {
		x.follow(st)
	}
	if moved && now.Sub(x.pace.cursor) >= cursorEvery || turned {
		x.pace.cursor = now
		x.moveCursors(st)
		if st.Dragging || took || turned {
			x.pace.numbers = time.Time{} // numbers follow the hand
		}
	}
	x.scenarios.tick(false)
	due := numbersEvery
	if calm(st) && x.s.order == nil && !x.awaits() {
		due = 4 * numbersEvery
	}
	if now.Sub(x.pace.numbers) >= due || moved && now.Sub(x.pace.numbers) >= due/2 {
		x.pace.numbers = now
		x.numbers(st, now)
		x.scenarios.tick(true)
	}
	x.feeds(st, now)
}

// awaits reports whether a new future has come that the panels do not show yet, or one is on its way.
func (x *session) awaits() bool {
	if x.Futures == nil {
		return false
	}
	var newest uint64
	for _, f := range []Future{x.Futures.Base(), x.Futures.Other()} {
		if f == nil {
			continue
		}
		about := f.About()
		if about.Coarse {
			return true
		}
		newest = max(newest, about.Generation)
	}
	fresh := newest != x.awaited
	x.awaited = newest
	return fresh
}

func phaseOf(st timeline.State) (phase, bool) {
	ahead := st.Mode == timeline.Future
	switch {
	case st.Mode == timeline.Live:
		return livePhase, false
	case st.Playing:
		return playingPhase, ahead
	case ahead:
		return futurePhase, true
	}
	return pastPhase, false
}

// pull returns the snapshot of the moment: never nil, and never of another mode than st's, except that the last result
// stays while the next one is fetched.
func (x *session) pull(st timeline.State, now time.Time) *twin.Snapshot {
	switch st.Mode {
	case timeline.Live:
		return x.present(now)
	case timeline.Future:
		return x.expected(st.At)
	}
	x.want(st)
	if x.past == nil {
		return x.nothing(twin.Recorded, st.At)
	}
	return x.past
}

// leaveLive makes the state that was just live the recorded one until that of the cursor has been read: what is steady
// does not flicker when the cursor leaves now, and nothing of an earlier visit to the past is seen again.
func (x *session) leaveLive() {
	if x.live == nil {
		return
	}
	held := *x.live
	held.Values = append([]twin.Value(nil), x.live.Values...)
	held.Generation, held.Origin = x.generation(), twin.Recorded
	x.past, x.pastWant = &held, 0
}

// present returns the newest snapshot. Values age on the screen even when the engine stands still: what is past its
// time-out is shown as stale.
func (x *session) present(now time.Time) *twin.Snapshot {
	snap := x.Engine.Snapshot()
	if snap == x.liveSeen && now.Sub(x.assessed) < numbersEvery {
		return x.live
	}
	if snap != x.liveSeen {
		x.live, x.liveSeen = snap, snap
	}
	x.assessed = now
	signals := x.Project.Tree.Signals()
	var own *twin.Snapshot
	for i := range min(len(x.live.Values), len(signals)) {
		val := x.live.Values[i]
		q := twin.Assess(&signals[i], val, now)
		if q == val.Quality {
			continue
		}
		if own == nil {
			copied := *x.live
			copied.Values = append([]twin.Value(nil), x.live.Values...)
			copied.Generation = x.generation()
			own = &copied
		}
		own.Values[i].Quality = q
	}
	if own != nil {
		x.live = own
	}
	return x.live
}

// generation numbers the snapshots made here; those of the engine never come so far.
func (x *session) generation() uint64 {
	x.counter++
	return 1<<62 + x.counter
}

// want asks for the recorded state at the cursor, unless it is there or on its way.
func (x *session) want(st timeline.State) {
	at := st.At.UnixNano()
	if x.History == nil || at == x.pastWant {
		return
	}
	x.pastWant = at
	var into *twin.Snapshot
	if n := len(x.spare); n > 0 {
		into, x.spare = x.spare[n-1], x.spare[:n-1]
	} else {
		into = new(twin.Snapshot)
	}
	dir := 1
	if st.Speed < 0 {
		dir = -1
	}
	playing := st.Playing
	x.pastAt.ask(func(ctx context.Context) func() {
		err := x.History.LatestAt(ctx, st.At, into)
		if playing {
			x.History.Prefetch(st.At, dir)
		}
		return func() {
			if err != nil {
				x.s.Fail(fmt.Errorf("the history could not be read: %w", err))
				return
			}
			into.Generation = x.generation()
			into.Origin = twin.Recorded
			if x.past != nil && len(x.spare) < 3 && x.past != x.s.view.snap {
				x.spare = append(x.spare, x.past)
			}
			x.past = into
		}
	})
}

// expected returns the predicted state. What the forecast does not cover or may not show has no data.
func (x *session) expected(t time.Time) *twin.Snapshot {
	if x.Futures == nil {
		return x.nothing(twin.Simulated, t)
	}
	run := x.Futures.Base()
	if run == nil {
		return x.nothing(twin.Simulated, t)
	}
	about := run.About()
	shown := &x.ahead[x.aheadTurn]
	if x.aheadAt == t.UnixNano() && x.aheadOf == about.Generation {
		return shown
	}
	x.aheadTurn = 1 - x.aheadTurn
	into := &x.ahead[x.aheadTurn]
	if !about.Valid || !run.At(t, into) {
		into.Reset(len(x.Project.Tree.Signals()))
	}
	x.aheadAt, x.aheadOf = t.UnixNano(), about.Generation
	into.Generation, into.Origin, into.Time = x.generation(), twin.Simulated, t.UnixNano()
	return into
}

// nothing is a snapshot without data.
func (x *session) nothing(o twin.Origin, t time.Time) *twin.Snapshot {
	if v := x.s.view.snap; v != nil && v.Origin == o && v.Time == t.UnixNano() {
		return v
	}
	s := &twin.Snapshot{Origin: o, Time: t.UnixNano()}
	s.Reset(len(x.Project.Tree.Signals()))
	s.Generation = x.generation()
	return s
}

// ghosts shows the what-if as a second plant beside the first.
func (x *session) ghosts(st timeline.State, moved bool) {
	if x.Futures == nil {
		return
	}
	run := x.Futures.Other()
	on := run != nil && x.s.view.whatIf.Shown && st.Mode != timeline.Live && run.About().Valid
	if !on {
		if x.ghosting {
			x.ghosting = false
			x.Stage.Ghost(nil)
		}
		return
	}
	if x.ghosting && !moved && run.About().Generation == x.ghost.Generation {
		return
	}
	if !run.At(st.At, &x.ghost) {
		if x.ghosting {
			x.ghosting = false
			x.Stage.Ghost(nil)
		}
		return
	}
	x.ghost.Generation, x.ghost.Origin = run.About().Generation, twin.Simulated
	x.ghosting = true
	x.Stage.Ghost(&x.ghost)
}

// follow keeps a cursor that plays or is dragged on the axis.
func (x *session) follow(st timeline.State) {
	if !st.Dragging {
		x.keepInView(st.At)
	}
}

// limits picks the limit drawn for each signal: that of its most urgent alarm.
func limits(p *project.Project) map[twin.SignalID]float64 {
	out := map[twin.SignalID]float64{}
	prio := map[twin.SignalID]twin.Priority{}
	for _, a := range p.Alarms {
		if a.Condition != "high" && a.Condition != "low" {
			continue
		}
		if had := prio[a.Signal]; had != 0 && had <= a.Priority {
			continue
		}
		out[a.Signal], prio[a.Signal] = a.Limit, a.Priority
	}
	return out
}
