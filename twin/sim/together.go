package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Knower is a Builder that can say whether a parameter of a request means something to it.
type Knower interface {
	Knows(parameter string) bool
}

// Together is several builders as one: their models go side by side, each with the parameters that it knows. A parameter
// that a Knower does not know it is not given; other builders get all of them.
type Together []Builder

// Knows implements Knower.
func (t Together) Knows(parameter string) bool {
	return slices.ContainsFunc(t, func(b Builder) bool {
		k, ok := b.(Knower)
		return !ok || k.Knows(parameter)
	})
}

// Build implements Builder. Jobs have to be on the same grid.
func (t Together) Build(ctx context.Context, q Request) (*Job, error) {
	for name := range q.Values {
		if !t.Knows(name) {
			return nil, fmt.Errorf("sim: no model has a parameter %q: name one of theirs", name)
		}
	}
	var jobs []*Job
	for _, b := range t {
		own := q
		own.Values = known(b, q.Values)
		job, err := b.Build(ctx, own)
		if err != nil {
			return nil, errors.Join(err, closeAll(jobs))
		}
		jobs = append(jobs, job)
	}
	out, err := Join(jobs...)
	if err == nil {
		out.Model.(*sideBySide).builders = t
	}
	return out, err
}

// known are the values that a builder knows; all of them when it is no Knower.
func known(b Builder, values map[string]float64) map[string]float64 {
	k, ok := b.(Knower)
	if !ok {
		return values
	}
	out := map[string]float64{}
	for name, v := range values {
		if k.Knows(name) {
			out[name] = v
		}
	}
	return out
}

// Join makes one job of several on the same grid. Where they do not go together they are closed.
func Join(jobs ...*Job) (*Job, error) {
	if len(jobs) == 0 {
		return nil, errors.New("sim: there is no model")
	}
	m := &sideBySide{}
	out := &Job{Model: m, Grid: jobs[0].Grid}
	var rests []string
	for _, j := range jobs {
		if j.Grid != out.Grid || j.Model.Members() != jobs[0].Model.Members() {
			return nil, errors.Join(fmt.Errorf("sim: models of %d members in %d steps of %v and of %d in %d of %v do not go together",
				jobs[0].Model.Members(), out.Grid.N, out.Grid.Step, j.Model.Members(), j.Grid.N, j.Grid.Step), closeAll(jobs))
		}
		m.add(j)
		out.Channels, out.Units = append(out.Channels, j.Channels...), append(out.Units, j.Units...)
		if j.Rests != "" && !slices.Contains(rests, j.Rests) {
			rests = append(rests, j.Rests)
		}
	}
	out.Rests = strings.Join(rests, "; ")
	return out, nil
}

func closeAll(jobs []*Job) error {
	var errs []error
	for _, j := range jobs {
		if c, ok := j.Model.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// sideBySide is several models as one.
type sideBySide struct {
	models          []Model
	builders        Together // of the models, if they are known
	channels, units []of     // by channel and by unit
}

// of is something of one of the models.
type of struct{ model, index int }

func (m *sideBySide) add(j *Job) {
	for i := range j.Channels {
		m.channels = append(m.channels, of{len(m.models), i})
	}
	for i := range j.Units {
		m.units = append(m.units, of{len(m.models), i})
	}
	m.models = append(m.models, j.Model)
}

// Members implements Model, as do the others.
func (m *sideBySide) Members() int { return m.models[0].Members() }

func (m *sideBySide) Step(k int) {
	for _, x := range m.models {
		x.Step(k)
	}
}

func (m *sideBySide) Output(c int) []float64 {
	return m.models[m.channels[c].model].Output(m.channels[c].index)
}

func (m *sideBySide) FailureSec(u int) []float64 {
	return m.models[m.units[u].model].FailureSec(m.units[u].index)
}

func (m *sideBySide) EnergyJ(u int) []float64 {
	return m.models[m.units[u].model].EnergyJ(m.units[u].index)
}

// Err implements Failer.
func (m *sideBySide) Err() error {
	for _, x := range m.models {
		if f, ok := x.(Failer); ok && f.Err() != nil {
			return f.Err()
		}
	}
	return nil
}

// Adjust implements Adjuster: each model gets the values that its builder knows. One that cannot be adjusted is left alone
// when there are none for it.
func (m *sideBySide) Adjust(values map[string]float64) error {
	for name := range values {
		if !m.builders.Knows(name) {
			return fmt.Errorf("sim: no model has a parameter %q: name one of theirs", name)
		}
	}
	for i, x := range m.models {
		own := values
		if m.builders != nil {
			own = known(m.builders[i], values)
		}
		a, ok := x.(Adjuster)
		if !ok && len(own) == 0 {
			continue
		}
		if !ok {
			return errors.New("sim: one of the models cannot change while it runs: fork at the present or before it")
		}
		if err := a.Adjust(own); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the models that can be closed.
func (m *sideBySide) Close() error {
	var errs []error
	for _, x := range m.models {
		if c, ok := x.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}
