package fmi

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Wiring says how an FMU becomes a model of assets: what drives it, what may be set, and what it shows.
type Wiring struct {
	Name       string // for people and errors
	Path       string // of the file
	Kind       Kind
	Inputs     []Link // driven in each step: inputs, or tunable parameters
	Parameters []Link // set before the start, or while it runs where they are tunable
	Starts     []Link // set before the start from what is measured then
	Outputs    []Link
	StepSec    float64 // the longest communication step; 0: that of the grid
	LeadSec    float64 // how long before the start of a run it begins, to swing in
	Tolerance  float64 // relative; 0: as Setup has it
	Failed     string  // variable that is above 0.5 once the asset has failed; empty: none
	Failure    string  // what has failed then, for people
	Power      string  // variable that is the power of the asset, in its unit; empty: none
}

// Link ties a variable of an FMU to a name. Numbers are SI, of the unit of the variable; those of a variable without one are as
// they are.
type Link struct {
	Name     string // by which a request sets it; empty: that of the variable
	Variable string
	Unit     *Unit   // of the variable, where the FMU does not say or says it wrongly; nil: as it says
	Value    float64 // NaN: as the FMU has it
	Low, Hi  float64 // Low < Hi: its ends; a parameter without Value and SD differs evenly between them over the members
	SD       float64 // above 0: members differ normally around the value, within the ends
}

// name by which it is set.
func (l *Link) name() string {
	if l.Name != "" {
		return l.Name
	}
	return l.Variable
}

// unit is that of the variable; nil: it is as it is.
func (l *Link) unit(d *Description) *Unit {
	if l.Unit != nil {
		return l.Unit
	}
	if u := d.UnitOf(d.Variable(l.Variable)); u != nil && u.Known {
		return u
	}
	return nil
}

// give turns an SI value into one of the variable: of its unit, its type, and within its ends.
func (l *Link) give(d *Description, si float64) float64 {
	v := d.Variable(l.Variable)
	if u := l.unit(d); u != nil {
		si = u.FromSI(si)
	}
	switch {
	case v.Type == Boolean || v.Type == Clock:
		if si > .5 {
			return 1
		}
		return 0
	case v.Type != Float64 && v.Type != Float32:
		si = math.Round(si)
	}
	return max(v.Min, min(v.Max, si))
}

// sampled reports whether members differ.
func (l *Link) sampled() bool {
	return l.SD > 0 || l.Low < l.Hi && math.IsNaN(l.Value)
}

// draw is the value of a member, SI, NaN where it stays as the FMU has it; set is what a request gives, NaN for nothing.
func (l *Link) draw(noise sim.Noise, set float64) float64 {
	base, normal, even := l.Value, noise.NormFloat64(), noise.Float64() // drawn always, so that members stay as they are whatever is set
	if !math.IsNaN(set) {
		base = set
	}
	switch {
	case l.SD > 0 && !math.IsNaN(base):
		base += l.SD * normal
	case math.IsNaN(base) && l.Low < l.Hi:
		base = l.Low + (l.Hi-l.Low)*even
	}
	if l.Low < l.Hi {
		base = max(l.Low, min(l.Hi, base)) // NaN stays
	}
	return base
}

// Check says what of the wiring does not fit an FMU; places read "inputs.speed".
func (w *Wiring) Check(f *File) (faults sim.Faults) {
	fail := func(place, remedy, format string, args ...any) {
		faults = append(faults, sim.Fault{Place: place, What: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	if err := f.Runs(w.Kind); err != nil {
		fail("type", "choose the other one, or another file", "%v", err)
	}
	find := func(place, name string) *Variable {
		v := f.Variable(name)
		switch {
		case v == nil:
			fail(place, "orrery fmu info lists them"+f.near(name), "%s has no variable %q", f.Model, name)
		case !v.Numeric() || v.Count() != 1:
			fail(place, "name one that is a single number", "%q of %s is a text or an array", name, f.Model)
			return nil
		}
		return v
	}
	for i := range w.Inputs {
		l := &w.Inputs[i]
		if v := find("inputs."+l.name(), l.Variable); v != nil && v.Causality != Input && !v.Tunable() {
			fail("inputs."+l.name(), "put it under parameters or starts", "%q of %s is a %s %s, which nothing drives while it runs", l.Variable, f.Model, v.Variability, v.Causality)
		}
	}
	for _, list := range []struct {
		key   string
		links []Link
	}{{"parameters", w.Parameters}, {"starts", w.Starts}} {
		for i := range list.links {
			l := &list.links[i]
			if v := find(list.key+"."+l.name(), l.Variable); v != nil && !v.Settable() {
				fail(list.key+"."+l.name(), "take it out", "%q of %s is a %s %s, which cannot be set", l.Variable, f.Model, v.Variability, v.Causality)
			}
		}
	}
	for i := range w.Outputs {
		find("outputs."+w.Outputs[i].name(), w.Outputs[i].Variable)
	}
	for place, name := range map[string]string{"failed": w.Failed, "power": w.Power} {
		if name != "" {
			find(place, name)
		}
	}
	return faults
}
