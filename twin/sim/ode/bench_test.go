package ode

import "testing"

func BenchmarkProblems(b *testing.B) {
	for _, p := range problems() {
		s, err := New(p.sys, Options{RelTol: 1e-6, AbsTol: 1e-6 * p.abs})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Start(0, p.start); err != nil {
					b.Fatal(err)
				}
				if err := s.Advance(p.end); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBounces(b *testing.B) {
	s, err := New(ball(.8), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Start(0, []float64{1, 0}); err != nil {
			b.Fatal(err)
		}
		if err := s.Advance(3.5); err != nil {
			b.Fatal(err)
		}
	}
}
