package fmi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// SystemRun says how a system is simulated.
type SystemRun struct {
	StartSec, StopSec float64 // both 0: as the archive says
	StepSec           float64 // of communication between the FMUs; 0: a five-hundredth of the run
	Inputs            *Table  // courses of the inputs of the whole system; may be nil
	Options           Options // of all sessions; Kind, Inputs and Outputs are not used
	Rows              func(done, all int)
}

// part is a component on its way.
type part struct {
	*Component
	session *Session
	in      *Instance
	feeds   []Connection   // of its inputs, in the order of the session
	at      map[string]int // output → where its value stands
	row     []float64      // inputs as they were set last
	now     []float64      // outputs
	over    bool
}

// Simulate runs the FMUs of a system, each in a process of its own, with fixed steps of communication. A component that
// stands after those that feed it gets what they came to in the same step (Gauss–Seidel); against the order, in a cycle,
// inputs lag by one step. When something fails on the way, the result holds the steps before that.
func (s *System) Simulate(ctx context.Context, r SystemRun) (_ *Table, err error) {
	times, err := r.times(s)
	if err != nil {
		return nil, err
	}
	parts := make([]*part, len(s.Components))
	defer func() {
		for _, p := range parts {
			if p != nil {
				err = errors.Join(err, p.session.Close())
			}
		}
	}()
	for _, i := range s.order {
		if parts[i], err = s.begin(ctx, i, parts, r, times); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Components[i].Name, err)
		}
	}
	out := s.table(parts)
	out.addSystem(times[0], parts)
	for k := range len(times) - 1 {
		for _, i := range s.order {
			if err := parts[i].step(ctx, parts, r.Inputs, times[k], times[k+1]); err != nil {
				return out, fmt.Errorf("%s: %w", s.Components[i].Name, err)
			}
		}
		out.addSystem(times[k+1], parts)
		if r.Rows != nil {
			r.Rows(k+1, len(times)-1)
		}
	}
	return out, nil
}

func (r *SystemRun) times(s *System) ([]float64, error) {
	start, stop := r.StartSec, r.StopSec
	if start == 0 && stop == 0 {
		start, stop = s.Experiment.StartSec, s.Experiment.StopSec
	}
	if stop == 0 {
		stop = start + 1
	}
	whole := Run{Setup: Setup{StartSec: start}, StopSec: stop, StepSec: r.StepSec}
	return whole.times(&File{Description: &Description{Model: s.Name}}, 0)
}

// begin starts a component with what those that feed it begin with.
func (s *System) begin(ctx context.Context, i int, parts []*part, r SystemRun, times []float64) (*part, error) {
	c := &s.Components[i]
	p := &part{Component: c, at: map[string]int{}}
	byInput := map[string]Connection{}
	for _, f := range s.Connections {
		if f.To == i {
			byInput[f.Input] = f
		}
	}
	opts := r.Options
	opts.Kind, opts.Outputs, opts.Inputs = c.Kind, nil, slices.AppendSeq([]string{}, maps.Keys(byInput)) // none is not nil, which is all
	session, err := Start(ctx, c.File, opts)
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*part, error) { return nil, errors.Join(err, session.Close()) }
	p.session = session
	for _, v := range session.Inputs() {
		p.feeds = append(p.feeds, byInput[v.Name])
	}
	p.row = session.startInputs(1)
	p.gather(parts, r.Inputs, times[0])
	setup := Setup{StartSec: times[0], StopSec: times[len(times)-1]}
	if setup.Values, err = session.firstInputs(c.Values, slices.Clone(p.row)); err != nil {
		return fail(err)
	}
	if p.in, err = session.New(ctx, setup); err != nil {
		return fail(err)
	}
	at := 0
	for _, v := range session.Outputs() {
		p.at[v.Name] = at
		at += v.Count()
	}
	p.now = slices.Clone(p.in.Initial())
	return p, nil
}

// gather takes over what feeds the inputs, as far as it is there.
func (p *part) gather(parts []*part, inputs *Table, time float64) {
	for k, f := range p.feeds {
		switch {
		case f.From >= 0 && parts[f.From] != nil:
			p.row[k] = f.Factor*parts[f.From].now[parts[f.From].at[f.Output]] + f.Offset
		case f.From < 0 && inputs != nil:
			if c := slices.Index(inputs.Names, f.Output); c >= 0 {
				p.row[k] = f.Factor*inputs.At(c, time, true) + f.Offset
			}
		}
	}
}

// step goes one step of communication. The inputs of Model Exchange go evenly from the last ones to the new ones.
func (p *part) step(ctx context.Context, parts []*part, inputs *Table, from, to float64) error {
	if p.over {
		return nil
	}
	before := slices.Clone(p.row)
	p.gather(parts, inputs, to)
	if p.Kind == CoSimulation {
		copy(before, p.row)
	}
	over, err := p.session.Advance(ctx, []*Instance{p.in}, []float64{from, to}, append(before, p.row...), func(r *Row) { copy(p.now, r.Values) })
	p.over = len(over) > 0
	return err
}

// table names the results: component.output, with the number of an element of an array.
func (s *System) table(parts []*part) *Table {
	t := &Table{}
	for _, p := range parts {
		for _, v := range p.session.Outputs() {
			for e := range v.Count() {
				name := p.Name + "." + v.Name
				if v.Count() > 1 {
					name += fmt.Sprintf("[%d]", e+1)
				}
				t.Names = append(t.Names, name)
			}
		}
	}
	t.Columns = make([][]float64, len(t.Names))
	return t
}

func (t *Table) addSystem(time float64, parts []*part) {
	t.Time = append(t.Time, time)
	c := 0
	for _, p := range parts {
		for _, v := range p.now {
			t.Columns[c] = append(t.Columns[c], v)
			c++
		}
	}
}
