package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// calibrationSpan is how much of the history the models are fitted to.
const calibrationSpan = 7 * 24 * time.Hour

// means lets the models read the history.
type means struct{ *history.Store }

// Means implements predict.Reader.
func (m means) Means(ctx context.Context, sig twin.SignalID, from, to time.Time, mean []float64) error {
	cols, err := m.Columns(ctx, sig, from, to, len(mean), nil)
	if err != nil {
		return err
	}
	for i := range mean {
		mean[i] = math.NaN()
		if i < len(cols) && cols[i].Count > 0 {
			mean[i] = cols[i].Mean
		}
	}
	return nil
}

// turbines returns the assets that the twin file gives to the wind turbine model, and the public data of their type.
func turbines(p *project.Project) ([]twin.AssetID, wind.Spec, error) {
	for _, s := range p.Simulations {
		if p.EquationsOf(s.Model) != nil || p.FMUOf(s.Model) != nil {
			continue
		}
		if s.Model != "wind-turbine" {
			return nil, wind.Spec{}, fmt.Errorf("the twin file asks for the model %q, known are wind-turbine and those under equations and fmus", s.Model)
		}
		spec, err := specOf(s.Options)
		if err != nil {
			return nil, wind.Spec{}, err
		}
		for _, k := range p.Kinds {
			if k.Name == s.Kind {
				return k.Assets, spec, nil
			}
		}
	}
	return nil, wind.Spec{}, nil
}

// calibrate fits the models of the twin to the history up to now. It returns nil when the twin file names no model.
func calibrate(ctx context.Context, p *project.Project, store *history.Store, now time.Time, progress func(float64, string)) (*predict.Calibration, error) {
	units, spec, err := turbines(p)
	if err != nil || len(units) == 0 {
		return nil, err
	}
	first, _, ok := store.Extent()
	if !ok || now.Sub(first) < 24*time.Hour {
		return nil, fmt.Errorf("a forecast needs at least a day of history, there is %s", have(first, now, ok))
	}
	from := now.Add(-calibrationSpan)
	if from.Before(first) {
		from = first
	}
	return predict.Calibrate(ctx, means{store}, predict.Options{Tree: p.Tree, Units: units, Spec: spec, From: from, To: now, Progress: progress})
}

func have(first, now time.Time, ok bool) string {
	if !ok {
		return "none"
	}
	return now.Sub(first).Round(time.Minute).String()
}

// parameterValues reads "id=value" pairs in the display unit of each parameter into SI values.
func parameterValues(p *project.Project, pairs []string) (map[string]float64, error) {
	out := map[string]float64{}
	for _, pair := range pairs {
		id, text, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("--set %s: write PARAMETER=VALUE, for example power_limit=70", pair)
		}
		found := false
		for _, par := range p.Parameters {
			if par.ID != id {
				continue
			}
			var v float64
			if _, err := fmt.Sscanf(text, "%g", &v); err != nil {
				return nil, fmt.Errorf("--set %s: %q is no number", pair, text)
			}
			si := par.Unit.SI(v)
			if si < par.Min-1e-9 || si > par.Max+1e-9 {
				return nil, fmt.Errorf("--set %s: %s lies between %s and %s %s", pair, id, par.Unit.Format(par.Min, 1), par.Unit.Format(par.Max, 1), par.Unit.Symbol)
			}
			out[id], found = si, true
		}
		if !found {
			var known []string
			for _, par := range p.Parameters {
				known = append(known, par.ID)
			}
			return nil, fmt.Errorf("--set %s: no parameter %q, there are %s", pair, id, strings.Join(known, ", "))
		}
	}
	return out, nil
}
