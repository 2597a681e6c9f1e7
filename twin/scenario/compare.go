package scenario

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Shift is the difference of B against A for one unit, over paired members.
type Shift struct {
	Asset twin.AssetID
	Name  string // the part for people: "gearbox"
	// Days says by how many days the failure comes later, over the members that fail in A or in B within the horizon:
	// +Inf where B does not fail any more, −Inf where only B fails. NaN when no member fails.
	Days Interval
	// AtLeastDays is the same with the horizon in place of failures beyond it: a finite bound, towards zero.
	AtLeastDays Interval
	Members     int      // that fail in A or in B
	Energy      Interval // relative difference of the energy: 0.02 is 2 % more
	Certain     bool     // the interval of Days does not hold 0
}

// Comparison is B against A.
type Comparison struct {
	A, B    *Run
	Members int
	Energy  Interval // of all units together, relative
	Shifts  []Shift  // by unit; withdrawn ones are left out
}

// Compare compares two runs member by member: each member has the same weather and the same wear in both. ok is false
// when they do not pair: another moment, horizon, seed or set of units. A coarse answer is compared with the coarse answer
// of the other.
func Compare(a, b *Run) (c Comparison, ok bool) {
	if a == nil || b == nil || !a.Valid || !b.Valid || !a.Now.Equal(b.Now) || a.seed != b.seed || len(a.units) != len(b.units) {
		return c, false
	}
	switch {
	case a.bands.Grid.Step < b.bands.Grid.Step:
		a = a.coarser()
	case b.bands.Grid.Step < a.bands.Grid.Step:
		b = b.coarser()
	}
	if a == nil || b == nil || a.bands.Grid.Step != b.bands.Grid.Step || !a.Now.Equal(b.Now) || !a.Horizon.Equal(b.Horizon) {
		return c, false
	}
	n := min(a.Members, b.Members)
	c = Comparison{A: a, B: b, Members: n}
	sumA, sumB := make([]float64, n), make([]float64, n)
	for i := range a.units {
		x, y := &a.units[i], &b.units[i]
		if x.Asset != y.Asset {
			return Comparison{}, false
		}
		if a.withdrawn[i] != "" || b.withdrawn[i] != "" {
			continue
		}
		for m := range n {
			sumA[m] += x.energyJ[m]
			sumB[m] += y.energyJ[m]
		}
		s := shift(a, b, x, y, n)
		s.Energy = relative(x.energyJ[:n], y.energyJ[:n])
		c.Shifts = append(c.Shifts, s)
	}
	c.Energy = relative(sumA, sumB)
	return c, true
}

// coarser returns the coarse answer of the same moment with what was withdrawn since, nil if there is none.
func (r *Run) coarser() *Run {
	if r.rough == nil {
		return nil
	}
	c := *r.rough
	c.withdrawn = r.withdrawn
	return &c
}

func shift(a, b *Run, x, y *unit, n int) Shift {
	const day = 86400
	s := Shift{Asset: x.Asset, Name: x.Name}
	var days, bound []float64
	fork := b.Fork.Sub(a.Fork).Seconds()
	end := a.Horizon.Sub(a.Fork).Seconds()
	for m := range n {
		p, q := x.failsSec[m], y.failsSec[m]+fork
		switch pOpen, qOpen := math.IsInf(p, 1), math.IsInf(q, 1); {
		case pOpen && qOpen:
			continue
		case pOpen:
			days = append(days, math.Inf(-1))
		case qOpen:
			days = append(days, math.Inf(1))
		default:
			days = append(days, (q-p)/day)
		}
		bound = append(bound, (min(q, end)-min(p, end))/day)
	}
	s.Members = len(days)
	if len(days) == 0 {
		nan := math.NaN()
		s.Days, s.AtLeastDays = Interval{nan, nan, nan}, Interval{nan, nan, nan}
		return s
	}
	s.AtLeastDays = interval(bound)
	s.Days = Interval{nearest(days, .5), nearest(days, .1), nearest(days, .9)}
	s.Certain = s.Days.Low > 0 || s.Days.High < 0
	return s
}

// nearest is a quantile without interpolation, so that infinite values do not mix with finite ones.
func nearest(v []float64, p float64) float64 { return sim.Select(v, int(p*float64(len(v)-1)+.5)) }

func relative(a, b []float64) Interval {
	d := make([]float64, 0, len(a))
	for m := range a {
		if a[m] > 0 {
			d = append(d, b[m]/a[m]-1)
		}
	}
	if len(d) == 0 {
		return Interval{}
	}
	return interval(d)
}

// Text says the shift in words: "gearbox fails 5.2 d later (3.1 … 8.0)".
func (s Shift) Text() string {
	m := s.Days.Median
	switch {
	case math.IsNaN(m):
		return fmt.Sprintf("%s does not fail within the horizon in either", s.Name)
	case math.IsInf(m, 1):
		return fmt.Sprintf("%s fails later than the horizon, by more than %s d", s.Name, number(s.AtLeastDays.Median))
	case math.IsInf(m, -1):
		return fmt.Sprintf("%s fails within the horizon, sooner by more than %s d", s.Name, number(-s.AtLeastDays.Median))
	case !s.Certain:
		return fmt.Sprintf("%s: no clear difference (%s … %s d)", s.Name, number(s.Days.Low), number(s.Days.High))
	case m < 0:
		return fmt.Sprintf("%s fails %s d sooner (%s … %s)", s.Name, number(-m), number(-s.Days.High), number(-s.Days.Low))
	}
	return fmt.Sprintf("%s fails %s d later (%s … %s)", s.Name, number(m), number(s.Days.Low), number(s.Days.High))
}

func number(days float64) string {
	if math.IsInf(days, 0) {
		return "beyond the horizon"
	}
	return fmt.Sprintf("%.1f", days)
}
