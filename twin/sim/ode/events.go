package ode

import "math"

// watch finds the events of a system. Between two steps it knows on which side of zero each event stood last.
type watch struct {
	side []int8 // by event: −1, +1, or 0 when it has stood at zero since the start
	now  []int8
	at   []float64 // when each changes sides in the piece of the step that is looked at, +Inf if it does not
	y    []float64
	last int     // event that happened last
	when float64 // it happened
	near int     // events in a row that followed one another within the dwell
}

const (
	looks   = 4  // places within a step where events are looked for, so that two crossings in one step are seen
	chatter = 12 // events in a row within the dwell of one another that are too many
)

func newWatch(n, events int) *watch {
	return &watch{side: make([]int8, events), now: make([]int8, events), at: make([]float64, events), y: make([]float64, n)}
}

func sign(x float64) int8 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// begin notes the sides at the start: an event that is at zero already does not happen.
func (w *watch) begin(s *Solver) {
	w.near, w.when, w.last = 0, math.Inf(-1), 0
	for i := range w.side {
		w.side[i] = sign(s.sys.Events[i].Value(s.t, s.y))
	}
}

// look searches the step that began at a time and ends at s.t. If something happens in it, the solver then stands at that
// moment, with the state as the events left it.
func (w *watch) look(s *Solver, from float64) (happened bool, err error) {
	to := s.t
	width := (to - from) / looks
	for p := range looks {
		a, b := from+float64(p)*width, from+float64(p+1)*width
		if p == looks-1 {
			b = to
		}
		at := w.first(s, a, b)
		if at <= b {
			return true, w.happen(s, at)
		}
	}
	return false, nil
}

// crosses reports whether an event that stood on one side and now on the other has happened.
func (e *Event) crosses(before, after int8) bool {
	return before*after < 0 && (e.Direction == Both || int8(e.Direction) == after)
}

// state gives the state at a time of the last step.
func (w *watch) state(s *Solver, t float64) []float64 {
	if t == s.t {
		return s.y
	}
	s.dense.at(t, w.y)
	return w.y
}

// first returns when the first event happens between a and b, +Inf if none does, and then notes the new sides.
func (w *watch) first(s *Solver, a, b float64) float64 {
	y := w.state(s, b)
	found := false
	for i := range s.sys.Events {
		w.now[i] = sign(s.sys.Events[i].Value(b, y))
		found = found || s.sys.Events[i].crosses(w.side[i], w.now[i])
	}
	at := math.Inf(1)
	if found {
		for i := range s.sys.Events {
			w.at[i] = math.Inf(1)
			if w.side[i]*w.now[i] < 0 {
				w.at[i] = w.locate(s, i, a, b)
			}
			if s.sys.Events[i].crosses(w.side[i], w.now[i]) {
				at = math.Min(at, w.at[i])
			}
		}
		return at
	}
	for i, side := range w.now {
		if side != 0 {
			w.side[i] = side
		}
	}
	return at
}

// locate returns the first number at which an event stands on its new side, to the last bits of the time.
func (w *watch) locate(s *Solver, i int, a, b float64) float64 {
	e := &s.sys.Events[i]
	up := float64(w.now[i])
	return bracket(a, b, func(t float64) float64 { return up * e.Value(t, w.state(s, t)) })
}

// happen puts the solver to a moment and lets all events happen that have crossed there, then those that they cause.
func (w *watch) happen(s *Solver, at float64) error {
	copy(s.y, w.state(s, at))
	s.t = at
	dwell := s.opts.Dwell
	if dwell == 0 {
		dwell = 1e-9 * math.Max(1, math.Abs(at))
	}
	gap := at - w.when
	if w.near++; gap > dwell {
		w.near = 0
	}
	w.when = at
	for i := range w.side {
		if w.at[i] <= at {
			crossed := s.sys.Events[i].crosses(w.side[i], w.now[i])
			if w.side[i] = w.now[i]; crossed {
				w.fire(s, i)
			}
		}
	}
	for round := 0; ; round++ {
		any := false
		for i := range s.sys.Events {
			e := &s.sys.Events[i]
			after := sign(e.Value(s.t, s.y))
			crossed := e.crosses(w.side[i], after)
			if after != 0 {
				w.side[i] = after
			}
			if !crossed {
				continue
			}
			any = true
			w.fire(s, i)
		}
		if !any {
			break
		}
		if round >= chatter {
			return s.failEvent(Chatter, w.last)
		}
	}
	if w.near >= chatter {
		return s.failEvent(Chatter, w.last)
	}
	if i := unfinite(s.y); i >= 0 {
		return s.fail(NotFinite, i)
	}
	if err := s.restart(); err != nil {
		return err
	}
	s.h = math.Min(s.h, math.Max(gap/2, least(at))) // the next event may be as near as this one
	return nil
}

func (w *watch) fire(s *Solver, i int) {
	e := &s.sys.Events[i]
	w.last = i
	s.stats.Events++
	if e.Apply != nil {
		e.Apply(s.t, s.y)
	}
	if s.opts.OnEvent != nil {
		s.opts.OnEvent(s.t, i, s.y)
	}
	if e.Terminal && s.ended < 0 {
		s.ended = i
	}
}

// bracket returns the least number found in [a, b] at which f is not negative, where f(b) ≥ 0, by the ITP method
// (Oliveira and Takahashi, ACM TOMS 47 (2021) 5) down to neighbouring numbers: at most as many calls as bisection and one.
func bracket(a, b float64, f func(float64) float64) float64 {
	fa, fb := f(a), f(b)
	if fa >= 0 {
		return a // it stood at zero before
	}
	tol := 4 * 0x1p-52 * math.Max(math.Abs(a), math.Abs(b))
	if tol == 0 {
		tol = math.SmallestNonzeroFloat64
	}
	k1 := .2 / (b - a)
	steps := math.Ceil(math.Log2(math.Max(2, (b-a)/tol))) + 1
	for j := 0.; b-a > tol; j++ {
		mid := a + (b-a)/2
		x := mid
		if fb > fa {
			regula := (fb*a - fa*b) / (fb - fa)
			toward := math.Copysign(1, mid-regula)
			shift := math.Min(k1*(b-a)*(b-a), math.Abs(mid-regula))
			x = regula + toward*shift
			if reach := tol/2*math.Exp2(steps-j) - (b-a)/2; math.Abs(x-mid) > reach {
				x = mid - toward*math.Max(reach, 0)
			}
		}
		if !(x > a && x < b) {
			x = mid
		}
		if x <= a || x >= b {
			break
		}
		if fx := f(x); fx >= 0 {
			b, fb = x, fx
		} else {
			a, fa = x, fx
		}
	}
	return b
}
