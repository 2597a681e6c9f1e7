package main

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

// benchFortnight computes fourteen days of six fitted turbines, with few members and with many.
func benchFortnight(ctx context.Context, tree *twin.Tree, b sim.Builder, now time.Time) ([]figure, error) {
	fortnight := func(members int) func() error {
		return func() error {
			_, err := scenario.Compute(ctx, b, scenario.Scenario{Values: map[string]float64{"power_limit": .8}}, now, scenario.Options{Tree: tree, Members: members})
			return err
		}
	}
	few, err := quickest(5, fortnight(64))
	if err != nil {
		return nil, err
	}
	many, err := quickest(2, fortnight(1000))
	return []figure{
		atMost(fmt.Sprintf("fitted turbines: 64 members × 14 days × 6, %d cores", runtime.GOMAXPROCS(0)), few.Seconds(), "s", .5),
		atMost(fmt.Sprintf("fitted turbines: 1,000 members × 14 days × 6, %d cores", runtime.GOMAXPROCS(0)), many.Seconds(), "s", 5),
	}, err
}

// benchExperiments holds the indices of Sobol' against closed forms.
func benchExperiments(context.Context) ([]figure, error) {
	ishigami, err := ishigamiError()
	if err != nil {
		return nil, err
	}
	return []figure{atMost("Ishigami: indices of Sobol' from 8,192 rows, furthest from the closed form", ishigami, "", .01)}, nil
}

// ishigamiError is the largest error of the first-order and total indices of Ishigami's function with a = 7, b = 0.1:
// S = 0.3139, 0.4424, 0; ST = 0.5576, 0.4424, 0.2437 (T. Ishigami and T. Homma, 1990).
func ishigamiError() (float64, error) {
	const a, b = 7, .1
	var axes []design.Axis
	for i := range 3 {
		f := sim.Field{ID: fmt.Sprintf("x%d", i+1), Min: -math.Pi, Max: math.Pi}
		axes = append(axes, design.Axis{Field: f, Spread: design.Spread{Shape: design.Interval, Low: -math.Pi, High: math.Pi}})
	}
	p, err := design.Saltelli(axes, 1<<13, 1)
	if err != nil {
		return 0, err
	}
	y := make([]float64, len(p.Points))
	for k, x := range p.Points {
		s := math.Sin(x[1].SI)
		y[k] = math.Sin(x[0].SI) + a*s*s + b*math.Pow(x[2].SI, 4)*math.Sin(x[0].SI)
	}
	v1 := .5 * math.Pow(1+b*math.Pow(math.Pi, 4)/5, 2)
	v2, v13 := a*a/8., b*b*math.Pow(math.Pi, 8)*(1./18-1./50)
	all := v1 + v2 + v13
	worst := 0.
	for i, want := range [][2]float64{{v1 / all, (v1 + v13) / all}, {v2 / all, v2 / all}, {0, v13 / all}} {
		x := design.SobolIndices(p, y, 0, 0)[i]
		worst = math.Max(worst, math.Max(math.Abs(x.First.Value-want[0]), math.Abs(x.Total.Value-want[1])))
	}
	return worst, nil
}
