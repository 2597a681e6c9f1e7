package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/sim/equation"
	"github.com/orrery-twin/orrery/twin/sim/ode"
)

// benchSimulation is all figures of simulation: of the solvers, of lines and queues, of the future of the demo, and of what is spread
// over processes.
func benchSimulation(ctx context.Context) ([]figure, error) {
	var out []figure
	for _, bench := range []func(context.Context) ([]figure, error){benchSolvers, benchFlow, benchChain, benchTraffic, benchSim, benchExperiments, benchEnsemble} {
		figures, err := bench(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, figures...)
	}
	return out, nil
}

// benchSolvers judges the solvers by published values, and measures how fast equations of a twin file run.
func benchSolvers(ctx context.Context) ([]figure, error) {
	const tol = 1e-7
	var out []figure
	for _, p := range ode.Problems() {
		worst := 0.
		for _, m := range p.Methods {
			e, err := p.Error(m, tol)
			if err != nil {
				return nil, fmt.Errorf("%s by %v: %w", p.Name, m, err)
			}
			worst = math.Max(worst, e/tol)
		}
		out = append(out, atMost(p.Name+" at 1e-7: error at the published end, worst method", worst, "tolerances", 100))
	}
	order, err := ode.ObservedOrder(ode.DormandPrince)
	if err != nil {
		return nil, err
	}
	out = append(out, atMost("Dormand–Prince: observed order less 5", math.Abs(order-5), "", .1))
	rober, err := quickest(5, func() error { _, err := ode.Problems()[0].Error(ode.Auto, 1e-6); return err })
	if err != nil {
		return nil, err
	}
	out = append(out, atMost("ROBER to 1e11 at 1e-6", ms(rober), "ms", 50))
	equations, err := benchEquations(ctx)
	return append(out, equations...), err
}

// quickest is the shortest of n times.
func quickest(n int, f func() error) (time.Duration, error) {
	best := time.Duration(math.MaxInt64)
	for range n {
		begin := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		best = min(best, time.Since(begin))
	}
	return best, nil
}

// gearboxHeat is the thermal model of a gearbox as a twin file holds it: four temperatures, wear, and energy.
func gearboxHeat() (*equation.Program, error) {
	v := func(name, value, sd string) expression.VariableText {
		return expression.VariableText{Name: name, Value: value, SD: sd}
	}
	system, err := expression.CompileSystem(&expression.SystemText{
		Inputs: []expression.VariableText{v("P", "1000 kW", ""), v("Tamb", "12 °C", "")},
		Parameters: []expression.VariableText{v("eta", "0.97", ""), v("hA", "500 W/K", "20 W/K"), v("C", "2 MJ/K", "100 kJ/K"), v("K12", "500 W/K", ""), v("K23", "600 W/K", ""),
			v("K34", "80 W/K", ""), v("M", "1e-8 1/s", "1e-9 1/s"), v("T0", "70 °C", ""), v("a", "0.05 1/K", "")},
		States: []expression.VariableText{v("T1", "20 °C", ""), v("T2", "20 °C", ""), v("T3", "20 °C", ""), v("T4", "20 °C", ""), v("wear", "0", ""), v("Q", "0 J", "")},
		Equations: []expression.Passage{{Text: `
dT1/dt = (P*(1 - eta) - hA*(T1 - Tamb) - K12*(T1 - T2)) / C
dT2/dt = (K12*(T1 - T2) - K23*(T2 - T3)) / C
dT3/dt = (K23*(T2 - T3) - hA*(T3 - Tamb) - K34*(T3 - T4)) / C
dT4/dt = (K34*(T3 - T4) - hA*(T4 - Tamb)) / (2*C)
dwear/dt = M*exp(a*(T3 - T0))
dQ/dt = wear > 0.5 ? P*0.9 : P`}},
		Outputs: []expression.OutputText{{Name: "oil", Unit: "°C", Text: "T3"}, {Name: "wear", Text: "wear"}, {Name: "power", Unit: "kW", Text: "P*(1 - wear)"}},
		Events:  []expression.EventText{{Name: "worn", When: "wear > 1"}},
	})
	if err != nil {
		return nil, err
	}
	return equation.Compile(system)
}

// benchEquations lets six gearboxes run fourteen days in steps of ten minutes, with a load that changes each step.
func benchEquations(ctx context.Context) ([]figure, error) {
	p, err := gearboxHeat()
	if err != nil {
		return nil, err
	}
	var rates float64 // of a member and second
	fortnight := func(members, workers int) func() error {
		return func() error {
			begin, n := time.Now(), 0
			for turbine := range 6 {
				e, err := equation.NewEnsemble(equation.Options{Program: p, Members: members, StepSec: 600, RelTol: 1e-5, Seed: uint64(turbine + 1), Workers: workers,
					Units: []equation.Counted{{Failure: 0, Power: 2}}, Drive: func(k int, in []float64) { in[0] = 1e6 * (1 + math.Sin(float64(k)/20)) }})
				if err != nil {
					return err
				}
				for k := range 2016 {
					e.Step(k)
				}
				if err := e.Err(); err != nil {
					return err
				}
				n += e.Stats().Rates
			}
			rates = math.Max(rates, float64(n)/time.Since(begin).Seconds())
			return ctx.Err()
		}
	}
	few, err := quickest(3, fortnight(64, 1))
	if err != nil {
		return nil, err
	}
	one := rates
	many, err := quickest(1, fortnight(1000, 2))
	if err != nil {
		return nil, err
	}
	return []figure{
		atLeast("right-hand sides of six states, integrator included, one core", one/1e6, "M/s", 15),
		atMost("equations: 64 members × 14 days × 6 gearboxes, one core", few.Seconds(), "s", .5),
		atMost("equations: 1,000 members × 14 days × 6 gearboxes, two cores", many.Seconds(), "s", 5),
	}, nil
}
