package traffic

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Difference is one row of a comparison of two cases, run with the same seeds.
type Difference struct {
	Name, Unit      string
	Base, Other     float64 // means over the seeds
	Change          float64 // mean of the differences
	Low, High       float64 // 95 % confidence interval of Change
	Distinguishable bool    // the interval does not hold zero
}

func (d Difference) String() string {
	if !d.Distinguishable {
		return fmt.Sprintf("%s: %.4g → %.4g %s, not distinguishable", d.Name, d.Base, d.Other, d.Unit)
	}
	return fmt.Sprintf("%s: %.4g → %.4g %s, %+.3g (%+.3g to %+.3g)", d.Name, d.Base, d.Other, d.Unit, d.Change, d.Low, d.High)
}

// paired is the difference of two rows of values, one per seed, with Student's t interval of the paired differences.
func paired(name, unit string, base, other []float64) Difference {
	k := min(len(base), len(other))
	d := Difference{Name: name, Unit: unit}
	for i := range k {
		d.Base += base[i] / float64(k)
		d.Other += other[i] / float64(k)
	}
	d.Change = d.Other - d.Base
	ss := 0.
	for i := range k {
		e := other[i] - base[i] - d.Change
		ss += e * e
	}
	if k < 2 {
		d.Low, d.High = math.Inf(-1), math.Inf(1)
		return d
	}
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(k - 1)}.Quantile(.975) * math.Sqrt(ss/float64(k-1)/float64(k))
	d.Low, d.High = d.Change-half, d.Change+half
	d.Distinguishable = d.Low > 0 || d.High < 0
	return d
}

// Compare makes the table of differences of two cases: the whole network first. Runs are paired by their order: give
// both the same seeds.
func Compare(base, other []*Result) []Difference {
	var out []Difference
	for _, q := range []struct {
		name, unit string
		of         func(*Result) float64
	}{
		{"time spent by all", "h", func(r *Result) float64 { return r.Total / 3600 }},
		{"mean travel time", "s", func(r *Result) float64 { return r.MeanTime }},
		{"mean delay", "s", func(r *Result) float64 { return r.MeanDelay }},
		{"arrivals", "", func(r *Result) float64 { return float64(r.Arrived) }},
		{"still on the way at the end", "", func(r *Result) float64 { return float64(r.Inside) }},
		{"longest queue, all links", "vehicles", func(r *Result) float64 { return r.MostQueue }},
		{"trips without a route", "", func(r *Result) float64 { return float64(r.Unserved) }},
	} {
		out = append(out, paired(q.name, q.unit, values(base, q.of), values(other, q.of)))
	}
	return out
}

func values(runs []*Result, of func(*Result) float64) []float64 {
	out := make([]float64, len(runs))
	for i, r := range runs {
		out[i] = of(r)
	}
	return out
}

// CompareTrips makes the table of mean travel times from zone to zone, of trips that arrived in all runs of both, the
// largest change first.
func CompareTrips(n *Network, base, other []*Result) []Difference {
	if len(base) == 0 || len(other) == 0 {
		return nil
	}
	where := map[[2]int]int{}
	for i, t := range other[0].Trips {
		where[[2]int{t.From, t.To}] = i
	}
	var out []Difference
	for i, t := range base[0].Trips {
		j, ok := where[[2]int{t.From, t.To}]
		if !ok || !arrived(base, i) || !arrived(other, j) {
			continue
		}
		mean := func(trip int) func(*Result) float64 {
			return func(r *Result) float64 { return r.ByTrip[trip].Time / float64(r.ByTrip[trip].Arrived) }
		}
		out = append(out, paired(n.Zones[t.From].Name+" to "+n.Zones[t.To].Name, "s", values(base, mean(i)), values(other, mean(j))))
	}
	slices.SortStableFunc(out, largestFirst)
	return out
}

func arrived(runs []*Result, trip int) bool {
	return !slices.ContainsFunc(runs, func(r *Result) bool { return r.ByTrip[trip].Arrived == 0 })
}

// CompareLinks makes the table of mean flows of links that both have, the largest change first.
func CompareLinks(n *Network, base, other []*Result) []Difference {
	if len(base) == 0 || len(other) == 0 || len(base[0].Flow) == 0 || len(other[0].Flow) == 0 {
		return nil
	}
	var out []Difference
	for l := range min(len(base[0].Flow[0]), len(other[0].Flow[0])) {
		mean := func(r *Result) float64 {
			sum := 0.
			for _, row := range r.Flow {
				sum += row[l]
			}
			return 3600 * sum / float64(max(1, len(r.Flow)))
		}
		out = append(out, paired(n.Links[l].Name, "vehicles/h", values(base, mean), values(other, mean)))
	}
	slices.SortStableFunc(out, largestFirst)
	return out
}

// largestFirst orders by the size of the change; what cannot be distinguished comes last.
func largestFirst(a, b Difference) int {
	if a.Distinguishable != b.Distinguishable {
		if a.Distinguishable {
			return -1
		}
		return 1
	}
	switch x, y := math.Abs(a.Change), math.Abs(b.Change); {
	case x > y:
		return -1
	case x < y:
		return 1
	}
	return 0
}
