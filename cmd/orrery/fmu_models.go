package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/fmi"
)

// fmuModels makes a builder of the FMUs that the twin file gives to kinds, for all their assets; nil when there are none. Nothing
// of an FMU runs before a run is asked for.
func fmuModels(p *project.Project, store *history.Store) (*fmi.Builder, error) {
	b := &fmi.Builder{Past: store}
	wirings := map[string]*fmi.Wiring{}
	for _, s := range p.Simulations {
		f, kind := p.FMUOf(s.Model), p.Kind(s.Kind)
		if f == nil || kind == nil {
			continue
		}
		w := wirings[f.Name]
		if w == nil {
			var err error
			if w, err = wiringOf(p, f); err != nil {
				return nil, err
			}
			wirings[f.Name] = w
		}
		for _, asset := range kind.Assets {
			b.Subjects = append(b.Subjects, subjectOf(p.Tree, f, w, asset))
		}
	}
	if len(b.Subjects) == 0 {
		return nil, nil
	}
	trust, err := fmuTrust()
	if err != nil {
		return nil, err
	}
	b.Options.Trust = trust
	return b, nil
}

func subjectOf(tree *twin.Tree, f *project.FMU, w *fmi.Wiring, asset twin.AssetID) fmi.Subject {
	signals := func(list []project.FMUVariable) []twin.SignalID {
		out := make([]twin.SignalID, len(list))
		for i, v := range list {
			if out[i] = twin.NoSignal; v.Signal != "" {
				out[i] = tree.Find(asset, v.Signal)
			}
		}
		return out
	}
	return fmi.Subject{Wiring: w, Asset: asset, Inputs: signals(f.Inputs), Starts: signals(f.Starts), Outputs: signals(f.Outputs)}
}

// checkFMUs compares what a twin file says of FMUs with what they hold. Nothing of them runs.
func checkFMUs(p *project.Project) error {
	var faults project.Errors
	for i := range p.FMUs {
		_, err := wiringOf(p, &p.FMUs[i])
		var placed project.Errors
		if errors.As(err, &placed) {
			faults = append(faults, placed...)
		} else if err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// wiringOf opens an FMU and checks its wiring. Faults have their places in the twin file.
func wiringOf(p *project.Project, f *project.FMU) (*fmi.Wiring, error) {
	if p.Dir == "" {
		return nil, project.Errors{f.Fault("file", "an FMU in a packed twin cannot be run", "unpack the twin into a folder")}
	}
	path := filepath.Join(p.Dir, filepath.FromSlash(f.File))
	file, err := fmi.Open(path)
	if err != nil {
		return nil, project.Errors{f.Fault("file", err.Error(), "export it again, or name another file")}
	}
	defer file.Close()
	w := &fmi.Wiring{Name: f.Name, Path: path, Kind: kindOf(f, file), StepSec: f.Step.Seconds(), LeadSec: f.Settle.Seconds(), Tolerance: f.Tolerance,
		Failed: f.Failed, Failure: f.Failure, Power: f.Power}
	if w.Failure == "" {
		w.Failure = f.Label
	}
	t := tying{project: p, fmu: f, file: file}
	w.Inputs, w.Parameters = t.links("inputs", f.Inputs), t.links("parameters", f.Parameters)
	w.Starts, w.Outputs = t.links("starts", f.Starts), t.links("outputs", f.Outputs)
	for _, x := range w.Check(file) {
		t.faults = append(t.faults, f.Fault(x.Place, x.What, x.Remedy))
	}
	if len(t.faults) > 0 {
		return nil, t.faults
	}
	return w, nil
}

// kindOf is the interface that the twin file names, or the first that runs here.
func kindOf(f *project.FMU, file *fmi.File) fmi.Kind {
	switch {
	case f.Type == "model-exchange":
		return fmi.ModelExchange
	case f.Type == "" && file.Runs(fmi.CoSimulation) != nil && file.Runs(fmi.ModelExchange) == nil:
		return fmi.ModelExchange
	}
	return fmi.CoSimulation
}

// tying turns what the twin file says of variables into links.
type tying struct {
	project *project.Project
	fmu     *project.FMU
	file    *fmi.File
	faults  project.Errors
}

func (t *tying) links(list string, variables []project.FMUVariable) []fmi.Link {
	out := make([]fmi.Link, 0, len(variables))
	for _, v := range variables {
		out = append(out, t.link(list, v))
	}
	return out
}

// link reads quantities in the unit of the variable. One that is not there is left to Wiring.Check.
func (t *tying) link(list string, v project.FMUVariable) fmi.Link {
	l := fmi.Link{Name: v.Name, Variable: v.Variable, Value: math.NaN()}
	if v.Unit != nil {
		l.Unit = &fmi.Unit{Name: v.Unit.Symbol, Known: true, Factor: v.Unit.SI(1) - v.Unit.SI(0), Offset: v.Unit.SI(0)}
	}
	unit := l.Unit
	if of := t.file.Variable(v.Variable); of != nil {
		if declared := t.file.UnitOf(of); unit == nil && declared != nil && declared.Known {
			unit = declared
		}
		t.compare(list, v, of)
	}
	si := func(q project.Quantity) float64 {
		switch {
		case q.Unit != nil:
			return q.Unit.SI(q.Number)
		case unit != nil:
			return unit.SI(q.Number)
		}
		return q.Number
	}
	if v.Value.Given {
		l.Value = si(v.Value)
	}
	if v.Range[0].Given && v.Range[1].Given {
		if l.Low, l.Hi = si(v.Range[0]), si(v.Range[1]); !(l.Low < l.Hi) {
			t.faults = append(t.faults, t.fmu.Fault(list+"."+v.Name, "its range is empty in the unit of the variable", "write [low, high]"))
		}
	}
	if v.SD.Given {
		zero := v.SD
		zero.Number = 0
		l.SD = si(v.SD) - si(zero)
	}
	return l
}

// compare checks that a signal, and the unit that the file gives, measure what the variable measures.
func (t *tying) compare(list string, v project.FMUVariable, of *fmi.Variable) {
	declared := t.file.UnitOf(of)
	if declared == nil || !declared.Known {
		return
	}
	fits := func(d expression.Dimension, unknown bool) bool {
		e := declared.Exponents // kg, m, s, A, K, mol, cd, rad
		return unknown || [7]int8(e[:7]) == [7]int8{d.Kilogram, d.Metre, d.Second, d.Ampere, d.Kelvin}
	}
	fail := func(place, what string) {
		t.faults = append(t.faults, t.fmu.Fault(place, fmt.Sprintf("%s, %q of %s is in %q", what, v.Variable, t.file.Model, declared.Name), "tie it to one of its quantity"))
	}
	if v.Unit != nil {
		if d := expression.TypeOf(&twin.Signal{Unit: *v.Unit}); !fits(d.Dimension, d.Unknown) {
			fail(list+"."+v.Name, fmt.Sprintf("the unit %q does not fit", v.Unit.Symbol))
		}
		return
	}
	if sig := t.signal(v.Signal); sig != nil && sig.Unit.Symbol != "" {
		if d := expression.TypeOf(sig); !fits(d.Dimension, d.Unknown) {
			fail(list+"."+v.Name+".signal", fmt.Sprintf("the signal %q is in %q", v.Signal, sig.Unit.Symbol))
		}
	}
}

// signal is one of an asset that the FMU computes; nil when there is none.
func (t *tying) signal(path string) *twin.Signal {
	for _, s := range t.project.Simulations {
		if kind := t.project.Kind(s.Kind); s.Model == t.fmu.Name && kind != nil && len(kind.Assets) > 0 && path != "" {
			if id := t.project.Tree.Find(kind.Assets[0], path); id != twin.NoSignal {
				return t.project.Tree.Signal(id)
			}
		}
	}
	return nil
}

// askingForTrust builds, and turns the question of an FMU that is not trusted into what to type.
type askingForTrust struct{ *fmi.Builder }

// Build implements sim.Builder.
func (a askingForTrust) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	job, err := a.Builder.Build(ctx, q)
	return job, asked(err)
}
