package equation

import (
	"math"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin/expression"
)

// A decay whose rate changes half way: x = exp(−(k1·t1 + k2·t2)) + u·…, with u an input that adds at a constant rate.
func TestParametersChangeOnTheWay(t *testing.T) {
	p := compile(t, &expression.SystemText{
		Inputs:     variables("u", "0 1/s"),
		Parameters: []expression.VariableText{{Name: "k", Value: "0.001 1/s", SD: "0.0001 1/s"}},
		States:     variables("x", "1", "y", "0"),
		Equations:  passage("dx/dt = -k*x\ndy/dt = u"),
		Outputs:    []expression.OutputText{{Name: "x", Text: "x"}, {Name: "y", Text: "y"}, {Name: "k", Unit: "1/s", Text: "k"}},
	})
	const members = 100 // two blocks
	e, err := NewEnsemble(Options{Program: p, Members: members, StepSec: 100, RelTol: 1e-9, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	for k := range 10 {
		e.Step(k)
	}
	before := append([]float64(nil), e.Output(2)...)
	for name, values := range map[string]map[string]float64{"no input or parameter": {"q": 1}, "where a state starts": {"x": 1}} {
		if err := e.Adjust(values); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: %v", values, err)
		}
	}
	if err := e.Adjust(map[string]float64{"k": .003, "u": 2}); err != nil {
		t.Fatal(err)
	}
	for k := 10; k < 20; k++ {
		e.Step(k)
	}
	if e.Err() != nil {
		t.Fatal(e.Err())
	}
	for m := range members {
		if k := e.Output(2)[m]; math.Abs(k-before[m]-.002) > 1e-12 {
			t.Fatalf("member %d: k went from %g to %g", m, before[m], k)
		}
		if x, want := e.Output(0)[m], math.Exp(-1000*(2*before[m]+.002)); math.Abs(x-want) > 1e-7 {
			t.Fatalf("member %d: x = %g, want %g", m, x, want)
		}
		if y := e.Output(1)[m]; math.Abs(y-2000) > 1e-6 {
			t.Fatalf("member %d: y = %g", m, y)
		}
	}
	if err := e.Adjust(nil); err != nil {
		t.Fatal(err)
	}
	e.Step(20)
	if k := e.Output(2)[7]; k != before[7] {
		t.Errorf("taken back: k = %g, was %g", k, before[7])
	}
}
