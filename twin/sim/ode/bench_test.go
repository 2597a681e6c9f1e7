package ode

import "testing"

func BenchmarkProblems(b *testing.B) {
	for _, p := range Problems() {
		s, err := New(p.System, Options{RelTol: 1e-6, AbsTol: 1e-6 * p.AbsTol})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(p.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Start(0, p.Start); err != nil {
					b.Fatal(err)
				}
				if err := s.Advance(p.End); err != nil {
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
