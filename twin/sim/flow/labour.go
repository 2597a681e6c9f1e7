package flow

import (
	"fmt"
	"math"
)

// storm is the error of an element that makes parts without time passing.
func storm(name string, now float64) error {
	return fmt.Errorf("flow: %s moved %d parts at %g s without time passing: give it an interval, or what follows a cycle time", name, maxPush, now)
}

// pool is workers in motion.
type pool struct {
	*Pool
	plant *plant
	used  tally
	hours calendar
	queue fifo[request]
}

// request is a server of a station that waits for workers; server −1 is a repair.
type request struct {
	s      *station
	server int
	n      int
}

func newPool(p *plant, x *Pool) *pool {
	w := &pool{Pool: x, plant: p}
	w.hours.begin(p, x.Shift, w.serve)
	return w
}

func (w *pool) ask(r request) {
	w.queue.push(r)
	w.serve()
}

func (w *pool) release(n int) {
	w.used.add(w.plant.k.now, -n)
	w.serve()
}

// serve gives workers to those who wait longest. At the end of their shift workers finish what they do.
func (w *pool) serve() {
	for w.hours.on && w.queue.len() > 0 && w.used.value+w.queue.front().n <= w.Count {
		r := w.queue.pop()
		w.used.add(w.plant.k.now, r.n)
		r.s.granted(r.server)
	}
}

// calendar switches something on and off by a shift.
type calendar struct {
	on bool
}

// begin sets on for the present time and calls change after each switch.
func (c *calendar) begin(p *plant, shift string, change func()) {
	c.on = true
	for i := range p.m.Shifts {
		s := &p.m.Shifts[i]
		if s.Name != shift {
			continue
		}
		var next float64
		c.on, next = s.at(p.k.now)
		var flip func(int)
		flip = func(int) {
			was := c.on
			c.on, next = s.at(p.k.now)
			p.k.At(next, -100, flip, 0)
			if c.on != was {
				change()
			}
		}
		p.k.At(next, -100, flip, 0)
	}
}

// at tells whether a shift is on at a time, s, and when to look again: the next edge of a window.
func (s *Shift) at(t float64) (on bool, next float64) {
	every := s.every()
	begin := math.Floor(t/every) * every
	if begin+every <= t { // the quotient was rounded down over an edge
		begin += every
	}
	next = begin + every
	for _, w := range s.On {
		from, to := begin+float64(w.From), begin+float64(w.To)
		if from <= t && t < to {
			on = true
		}
		for _, edge := range [...]float64{from, to} {
			if edge > t {
				next = math.Min(next, edge)
			}
		}
	}
	return on, next
}
