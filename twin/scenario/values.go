package scenario

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Values reads changes as values of a model, SI, by field. Each must be one number: what is spread belongs into an
// experiment. Of two changes of one field the later holds.
func Values(fields []sim.Field, changes []sim.Change) (map[string]float64, error) {
	out := make(map[string]float64, len(changes))
	for _, c := range changes {
		f, ok := fieldNamed(fields, c.Field)
		if !ok {
			return nil, noField(c.Field, fields)
		}
		s, err := design.Parse(f, c.Value)
		if err != nil {
			return nil, fmt.Errorf("scenario: %s: %w", c.Field, err)
		}
		if s.Shape != design.Single || math.IsNaN(s.Levels[0].SI) {
			return nil, fmt.Errorf("scenario: %s: %q is not one number: give one, or run it as an experiment", c.Field, c.Value)
		}
		out[c.Field] = s.Levels[0].SI
	}
	return out, nil
}

// Axes reads changes as the axes of an experiment: those that vary, and the rest as plain changes.
func Axes(fields []sim.Field, changes []sim.Change) (axes []design.Axis, fixed []sim.Change, err error) {
	for _, c := range changes {
		f, ok := fieldNamed(fields, c.Field)
		if !ok {
			return nil, nil, noField(c.Field, fields)
		}
		a, err := design.NewAxis(f, c.Value)
		if err != nil {
			return nil, nil, fmt.Errorf("scenario: %s: %w", c.Field, err)
		}
		if a.Fixed() {
			fixed = append(fixed, c)
			continue
		}
		axes = append(axes, a)
	}
	return axes, fixed, nil
}

func fieldNamed(fields []sim.Field, id string) (sim.Field, bool) {
	for _, f := range fields {
		if f.ID == id {
			return f, true
		}
	}
	return sim.Field{}, false
}

func noField(id string, fields []sim.Field) error {
	return fmt.Errorf("scenario: %w", noSuch("field", id, fields))
}

// noSuch says that there is no such thing, and which there are.
func noSuch(what, id string, fields []sim.Field) error {
	const most = 12
	names := ""
	for i, f := range fields {
		if i == most {
			names += fmt.Sprintf(" and %d more", len(fields)-most)
			break
		}
		if i > 0 {
			names += ", "
		}
		names += f.ID
	}
	if names == "" {
		return fmt.Errorf("there is no %s %q: the model has none", what, clipped(id))
	}
	return fmt.Errorf("there is no %s %q: choose one of %s", what, clipped(id), names)
}
