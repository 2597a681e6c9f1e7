package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/equation"
)

// equationModels makes a builder of the models that the twin file itself describes, for all assets of the kinds that they
// compute; nil when there are none.
func equationModels(p *project.Project, store *history.Store) (*equation.Builder, error) {
	b := &equation.Builder{Past: store, RelTol: 1e-5}
	for _, s := range p.Simulations {
		m := p.EquationsOf(s.Model)
		kind := p.Kind(s.Kind)
		if m == nil || kind == nil {
			continue
		}
		program, err := equation.Compile(m.System)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		for _, asset := range kind.Assets {
			b.Instances = append(b.Instances, instanceOf(p.Tree, m, program, asset))
		}
	}
	if len(b.Instances) == 0 {
		return nil, nil
	}
	return b, nil
}

// instanceOf is a model of one asset. Its failure is the first event that stops the run, its power an output of that name.
func instanceOf(tree *twin.Tree, m *project.Equations, program *equation.Program, asset twin.AssetID) equation.Instance {
	signals := func(paths []string) []twin.SignalID {
		out := make([]twin.SignalID, len(paths))
		for i, path := range paths {
			if out[i] = twin.NoSignal; path != "" {
				out[i] = tree.Find(asset, path)
			}
		}
		return out
	}
	in := equation.Instance{Program: program, Asset: asset, Inputs: signals(m.InputSignals), States: signals(m.StateSignals), Outputs: signals(m.OutputSignals), Failure: -1, Power: -1}
	for i, e := range m.System.Events {
		if e.Stop {
			in.Failure, in.Name = i, strings.ToLower(e.Label)
			break
		}
	}
	watts, _ := twin.ParseUnit("W")
	for i, o := range m.System.Outputs {
		if o.Name == "power" && expression.TypeOf(&twin.Signal{Unit: watts}).Like(o.Tree.Type) {
			in.Power = i
		}
	}
	return in
}

// described puts together the models that the twin file itself describes: equations, FMUs, and studies that have a course;
// empty when there are none.
func (s *station) described() (sim.Together, error) {
	var out sim.Together
	written, err := equationModels(s.project, s.store)
	if err != nil {
		return nil, err
	}
	if written != nil {
		out = append(out, written)
	}
	if s.fmus == nil {
		if s.fmus, err = fmuModels(s.project, s.store); err != nil {
			return nil, err
		}
	}
	if s.fmus != nil {
		out = append(out, askingForTrust{s.fmus})
	}
	for _, study := range s.studies {
		remember(study, s.store)
		if course, ok := study.Study.(sim.Builder); ok {
			out = append(out, course)
		}
	}
	return out, nil
}

// builder fits the models of a twin to its history, and puts those beside them that the twin file describes; the calibration
// is nil when nothing is fitted.
func (s *station) builder(ctx context.Context, now time.Time, progress func(float64)) (sim.Builder, *predict.Calibration, error) {
	all, err := s.described()
	if err != nil {
		return nil, nil, err
	}
	fitted, err := calibrate(ctx, s.project, s.store, now, func(f float64, _ string) { progress(f) })
	switch {
	case err != nil:
		return nil, nil, err
	case fitted != nil:
		return with(all, fitted), fitted, nil
	case len(all) > 0:
		return with(all, nil), nil, nil
	}
	return nil, nil, errors.New("the twin file names no model under simulation: and no study, so there is no forecast")
}

// with puts a calibration, if there is one, beside other models.
func with(others sim.Together, fitted *predict.Calibration) sim.Builder {
	switch {
	case fitted == nil && len(others) == 1:
		return others[0]
	case fitted == nil:
		return others
	case len(others) == 0:
		return fitted
	}
	return append(sim.Together{fitted}, others...)
}
