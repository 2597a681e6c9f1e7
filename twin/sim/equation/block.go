package equation

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/twin/sim/ode"
)

// block takes some members through time together, in common steps of Dormand and Prince's method. A member in which
// something happens goes on by itself from the step before to the end of the span; all do when the system is stiff.
type block struct {
	*machine
	n          int       // members
	y, next    []float64 // states × width, as the rest
	k          [7][]float64
	stage, six []float64
	err        []float64 // by lane
	tol        tolerances
	t, h       float64
	last       float64 // error of the last accepted step
	fresh      bool    // k[0] is the rate at y
	stiff      int     // steps that looked stiff
	alone      int     // spans that all members are still to go by themselves
	side       []int8  // by event and lane: whether it is below or above zero
	crossed    []bool  // by lane: something has happened in the last step
	aside      []bool  // by lane: it has gone by itself to the end of the span, where it is parked
	parked     []float64
	ended      []bool // by lane: an event has ended it
	single     *single
	member     []float64    // the state of one
	lane       int          // that goes by itself now
	method     []ode.Method // by lane: of the last span that all went by themselves
	step1      []float64    // by lane: the step with which it ended, 0: none
	happened   func(t float64, lane, event int)
	stats      Stats
}

// Stats counts the work of an ensemble.
type Stats struct {
	Rates  int // right-hand sides of one member
	Steps  int // common steps of a block
	Alone  int // spans that a member went by itself
	Events int
}

const (
	aloneSpans = 32 // that members go by themselves before common steps are tried again
	maxCommon  = 20_000
)

func (p *Program) block(n, width int, relative float64, happened func(t float64, lane, event int)) (*block, error) {
	states := len(p.System.States)
	b := &block{machine: p.machine(width), n: n, tol: p.tolerances(relative), happened: happened, last: 1e-4,
		err: make([]float64, width), side: make([]int8, len(p.events)*width), crossed: make([]bool, width), aside: make([]bool, width), ended: make([]bool, width), member: make([]float64, states), method: make([]ode.Method, width), step1: make([]float64, width)}
	for _, v := range append([]*[]float64{&b.y, &b.next, &b.stage, &b.six, &b.parked}, &b.k[0], &b.k[1], &b.k[2], &b.k[3], &b.k[4], &b.k[5], &b.k[6]) {
		*v = make([]float64, states*width)
	}
	for i, v := range p.System.States {
		for j := range width {
			b.y[i*width+j] = v.Value
		}
	}
	var err error
	b.single, err = p.single(b.tol, ode.Auto, func(t float64, event int) {
		b.stats.Events++
		if b.happened != nil {
			b.happened(t, b.lane, event)
		}
	})
	return b, err
}

// start computes what rests on parameters and notes on which side of zero each event is.
func (b *block) start(t float64) {
	b.prepareAll()
	b.t, b.h, b.fresh = t, 0, false
	b.look(t, b.y, b.stand)
}

// look evaluates all events at a state.
func (b *block) look(t float64, y []float64, see func(event, lane int, side int8)) {
	if len(b.events) == 0 {
		return
	}
	b.setState(t, y)
	for e := range b.events {
		b.run(b.events[e].code, b.n)
		for j, v := range b.row(b.events[e].roots[0])[:b.n] {
			side := int8(0)
			if v > 0 {
				side = 1
			} else if v < 0 {
				side = -1
			}
			see(e, j, side)
		}
	}
}

// driven tells the block that inputs have changed.
func (b *block) driven() {
	b.run(b.drive.code, b.width)
	b.fresh = false
}

func (b *block) rate(t float64, y, dy []float64) {
	b.setState(t, y)
	b.run(b.rates.code, b.n)
	b.take(&b.rates, dy, b.n)
	b.stats.Rates += b.n
}

// advance takes all members to a time. The error is that of the first member that could not go on.
func (b *block) advance(to float64) error {
	copy(b.aside, b.ended)
	if err := b.together(to); err != nil {
		return err
	}
	b.rejoin(to)
	return nil
}

// together makes common steps to a time as long as that serves; then each member goes the rest by itself.
func (b *block) together(to float64) error {
	if b.mass != nil || b.alone > 0 {
		b.alone--
		return b.apart(to)
	}
	if !b.fresh {
		b.rate(b.t, b.y, b.k[0])
	}
	for steps := 0; b.t < to; steps++ {
		if b.everyoneAside() {
			return nil
		}
		from := b.t
		if steps >= maxCommon || b.stiff >= 15 || !b.step(to) {
			b.stiff, b.h, b.alone = 0, 0, aloneSpans
			return b.apart(to)
		}
		if err := b.happen(from, to); err != nil {
			return err
		}
	}
	return nil
}

// apart lets each member that is not aside go to a time by itself.
func (b *block) apart(to float64) error {
	for j := range b.n {
		if b.aside[j] {
			continue
		}
		if err := b.solve(j, b.t, to, true); err != nil {
			return err
		}
	}
	return nil
}

func (b *block) everyoneAside() bool {
	for _, a := range b.aside[:b.n] {
		if !a {
			return false
		}
	}
	return true
}

// step makes one common step; it is false when none can be made.
func (b *block) step(to float64) bool {
	if b.h == 0 {
		b.h = (to - b.t) / 8
	}
	for rejected := false; ; rejected = true {
		h, clipped := b.h, false
		if left := to - b.t; h*1.01 >= left {
			h, clipped = left, true
		}
		if !clipped && h < 64*0x1p-52*math.Abs(b.t) || h < 1e-12*(to-b.t) {
			return false
		}
		err := b.try(h)
		if !(err <= 1) {
			shrink := .1
			if err < 1e9 {
				shrink = math.Max(.2, .9/math.Pow(err, .17))
			}
			b.h = h * shrink
			continue
		}
		grow := math.Min(10, math.Max(.2, .9/math.Pow(math.Max(err, 1e-10), .17)*math.Pow(b.last, .04)))
		if rejected {
			grow = math.Min(grow, 1)
		}
		b.last = math.Max(err, 1e-4)
		if !clipped || h*grow < b.h || h == b.h {
			b.h = h * grow
		}
		b.stats.Steps++
		b.watchStiffness(h)
		b.t += h
		if clipped {
			b.t = to
		}
		return true
	}
}

// watchStiffness estimates the largest eigenvalue in each lane as Hairer's dopri5 does.
func (b *block) watchStiffness(h float64) {
	worst := 0.
	for j := range b.n {
		if b.aside[j] {
			continue
		}
		var num, den float64
		for i := j; i < len(b.y); i += b.width {
			x, y := b.k[6][i]-b.k[5][i], b.next[i]-b.six[i]
			num, den = num+x*x, den+y*y
		}
		if den > 0 {
			worst = math.Max(worst, num/den)
		}
	}
	if h*math.Sqrt(worst) > 3.25 {
		b.stiff++
	} else {
		b.stiff = 0
	}
}

// happen looks for events in the step that was made, in its middle and at its end, and lets the members in which one
// happens go by themselves. It ends with the new state in y.
func (b *block) happen(from, to float64) error {
	clear(b.crossed)
	see := func(e, lane int, side int8) {
		at := &b.side[e*b.width+lane]
		if *at < 0 && side > 0 {
			b.crossed[lane] = true
		} else if side != 0 {
			*at = side
		}
	}
	if len(b.events) > 0 {
		b.middle(b.t - from)
		b.look((from+b.t)/2, b.stage, see)
		b.look(b.t, b.next, see)
	}
	for j, crossed := range b.crossed[:b.n] {
		if crossed && !b.aside[j] {
			if err := b.solve(j, from, to, false); err != nil {
				return err
			}
		}
	}
	b.y, b.next = b.next, b.y
	b.k[0], b.k[6] = b.k[6], b.k[0]
	b.fresh = true
	return nil
}

// rejoin puts the members that went by themselves beside the others again.
func (b *block) rejoin(to float64) {
	b.t = to
	any := false
	for j := range b.n {
		if !b.aside[j] {
			continue
		}
		any = true
		for i := j; i < len(b.y); i += b.width {
			b.y[i] = b.parked[i]
		}
	}
	if any {
		b.fresh = false
		b.look(to, b.y, b.stand)
	}
}

// stand notes on which side of zero an event is.
func (b *block) stand(event, lane int, side int8) {
	if side != 0 {
		b.side[event*b.width+lane] = side
	}
}

// solve takes one member to a time by itself, from its state in y, and parks it. A span that is whole goes on with the
// method and the step of the one before.
func (b *block) solve(lane int, from, to float64, whole bool) error {
	s := b.single
	b.lane, b.aside[lane] = lane, true
	b.stats.Alone++
	s.adopt(b.machine, lane)
	for i := range b.member {
		b.member[i] = b.y[i*b.width+lane]
	}
	before := s.solver.Stats().Rates
	err := s.solver.Start(from, b.member)
	if err == nil {
		if whole {
			s.solver.Suggest(b.method[lane], b.step1[lane])
		}
		err = s.solver.Advance(to)
		if whole {
			b.method[lane], b.step1[lane] = s.solver.Method(), s.solver.NextStep()
		}
	}
	b.stats.Rates += s.solver.Stats().Rates - before
	for i, v := range s.solver.State() {
		b.parked[i*b.width+lane] = v
	}
	if err != nil {
		return fmt.Errorf("equation: member %d: %w", lane, err)
	}
	_, b.ended[lane] = s.solver.Ended()
	return nil
}
