package chain

import (
	"context"
	"testing"

	"github.com/orrery-twin/orrery/twin/sim"
)

// A day of the small chain: four ships, five ports, four flows.
func BenchmarkDay(b *testing.B) {
	w, err := ready(context.Background(), mustPlan(b, small(b)), 1, 0, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := w.run(context.Background(), w.k.Now()+daySec); err != nil {
			b.Fatal(err)
		}
	}
}

// A question of a closed port, run in, with its recommendation, of eight pairs.
func BenchmarkAnswer(b *testing.B) {
	s, err := NewStudy([]byte(small(b)), sim.Site{})
	if err != nil {
		b.Fatal(err)
	}
	q := sim.Question{Seed: 1, Runs: 8, Changes: []sim.Change{{Field: "west.closed_for", Value: "5 d"}}}
	for b.Loop() {
		if _, err := s.Answer(context.Background(), q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDistance(b *testing.B) {
	p, q := Degrees(30, 120), Degrees(52, 4)
	for b.Loop() {
		if Distance(p, q) < 1e6 {
			b.Fatal("wrong")
		}
	}
}

// All signals of a step of 64 members.
func BenchmarkStep(b *testing.B) {
	s, err := NewStudy([]byte(small(b)), sim.Site{Tree: tree(b)})
	if err != nil {
		b.Fatal(err)
	}
	c := &course{ctx: context.Background(), stepSec: 600}
	if err := c.people(s.base, 1, 64, nil); err != nil {
		b.Fatal(err)
	}
	c.outputs(s.live)
	c.sampleAll()
	b.ReportAllocs()
	k := 0
	for b.Loop() {
		c.Step(k)
		k++
	}
}
