package fmi

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/twin/sim"
)

// ModelOptions say how an FMU becomes an ensemble.
type ModelOptions struct {
	Session  Options // its Outputs are not used
	Grid     sim.Grid
	StartSec float64                       // the time of the FMU at the start of the grid
	Members  int                           // 1 if 0
	Channels []Channel                     // outputs by channel
	Values   func(member int) []Assignment // set before the start; may be nil
	Inputs   func(sec float64, inputs []float64)
	State    []byte    // that Export returned: all members begin in it, at StartSec; nil: from the initialisation
	Counted  []Counted // by unit
}

// Channel is a variable that is read as a channel of the model.
type Channel struct {
	Variable string // numeric, no array; its values become SI by its unit
	Channel  sim.Channel
}

// Assignment is a variable and its value, in the unit of the FMU.
type Assignment struct {
	Name  string
	Value Value
}

// Counted says which variables tell of a unit that can fail: one that is above 0.5 once it has failed, and its power. Either may
// be empty.
type Counted struct {
	Unit          sim.Unit
	Failed, Power string
}

// Model is an FMU as an ensemble. It implements sim.Model and sim.Failer; close it. Where an FMU cannot go on the ensemble
// stops: Err says why, and the outputs stay those of the last step.
type Model struct {
	opts     ModelOptions
	ctx      context.Context
	sessions []*Session
	groups   [][]*Instance // by session
	member   []map[int]int // by session: the member of each instance
	column   []int         // in a row, by channel
	units    []*Unit       // by channel; nil: as it is
	failed   []int         // columns by unit, -1: none
	power    []int

	outputs [][]float64 // by channel and member, after the last step
	failure [][]float64
	energy  [][]float64
	lastW   [][]float64
	window  int         // first step that is in ahead
	ahead   [][]float64 // rows by step and member
	err     error
}

// mostProcesses bounds the members of an FMU that can be instantiated only once per process.
const mostProcesses = 256

// stepsAhead are computed at once: the messages of many members cost little then.
const stepsAhead = 32

// NewModel starts the sessions and makes all members. The context ends the steps as well.
func NewModel(ctx context.Context, f *File, opts ModelOptions) (_ *Model, err error) {
	opts.Members = max(opts.Members, 1)
	m := &Model{opts: opts, ctx: ctx, window: -1}
	defer func() {
		if err != nil {
			m.Close()
		}
	}()
	if err := m.columns(f); err != nil {
		return nil, err
	}
	face, _ := f.Interface(opts.Session.Kind)
	if face.OncePerProcess && opts.Members > mostProcesses {
		return nil, fmt.Errorf("fmi: %s takes a process for each member, %d are too many: take %d", f.Model, opts.Members, mostProcesses)
	}
	for i := range opts.Members {
		if i == 0 || face.OncePerProcess {
			s, err := Start(ctx, f, m.opts.Session)
			if err != nil {
				return nil, err
			}
			m.sessions, m.groups, m.member = append(m.sessions, s), append(m.groups, nil), append(m.member, map[int]int{})
		}
		if err := m.add(ctx, i); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// columns finds where in a row each channel and each unit's variables stand.
func (m *Model) columns(f *File) error {
	at := map[string]int{}
	m.opts.Session.Outputs = []string{}
	find := func(name string) (int, *Unit, error) {
		if name == "" {
			return -1, nil, nil
		}
		v := f.Variable(name)
		if v == nil {
			return 0, nil, fmt.Errorf("fmi: %s has no variable %q%s", f.Model, name, f.near(name))
		}
		if v.Count() != 1 {
			return 0, nil, fmt.Errorf("fmi: %s: %q is an array, which is no channel", f.Model, name)
		}
		if _, known := at[name]; !known {
			at[name] = len(m.opts.Session.Outputs)
			m.opts.Session.Outputs = append(m.opts.Session.Outputs, name)
		}
		u := f.UnitOf(v)
		if u != nil && !u.Known {
			u = nil
		}
		return at[name], u, nil
	}
	for _, c := range m.opts.Channels {
		i, u, err := find(c.Variable)
		if err != nil {
			return err
		}
		if i < 0 {
			return fmt.Errorf("fmi: %s: a channel without a variable", f.Model)
		}
		m.column, m.units = append(m.column, i), append(m.units, u)
		m.outputs = append(m.outputs, make([]float64, m.opts.Members))
	}
	for _, c := range m.opts.Counted {
		failed, _, err := find(c.Failed)
		power, _, err2 := find(c.Power)
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		m.failed, m.power = append(m.failed, failed), append(m.power, power)
		never := make([]float64, m.opts.Members)
		for i := range never {
			never[i] = math.Inf(1)
		}
		m.failure, m.energy = append(m.failure, never), append(m.energy, make([]float64, m.opts.Members))
		m.lastW = append(m.lastW, make([]float64, m.opts.Members))
	}
	return nil
}

// add makes a member in the last session.
func (m *Model) add(ctx context.Context, member int) error {
	g := len(m.sessions) - 1
	s := m.sessions[g]
	setup := Setup{StartSec: m.opts.StartSec, Values: map[string]Value{}}
	if m.opts.Inputs != nil {
		row := m.inputs(s, 0)
		at := 0
		for _, v := range s.inputs {
			setup.Values[v.Name] = Number(row[at : at+v.Count()]...)
			at += v.Count()
		}
	}
	if m.opts.Values != nil {
		for _, p := range m.opts.Values(member) {
			setup.Values[p.Name] = p.Value
		}
	}
	in, err := s.New(ctx, setup)
	if err != nil {
		return err
	}
	row := in.first
	if m.opts.State != nil {
		if err := in.Adopt(ctx, m.opts.State); err != nil {
			return err
		}
		row = make([]float64, 0, s.outWide)
		got, err := in.Get(ctx, m.opts.Session.Outputs...)
		if err != nil {
			return err
		}
		for _, v := range got {
			row = append(row, v.Numbers...)
		}
	}
	m.groups[g] = append(m.groups[g], in)
	m.member[g][in.id] = member
	m.take(member, row, 0, 0)
	return m.err
}

func (m *Model) inputs(s *Session, k int) []float64 {
	row := make([]float64, s.inWide)
	m.opts.Inputs(m.opts.StartSec+float64(k)*m.opts.Grid.Step.Seconds(), row)
	return row
}

// take makes a row the present of a member, the given time from the start of the grid.
func (m *Model) take(member int, row []float64, sec, step float64) {
	for c, at := range m.column {
		v := row[at]
		if u := m.units[c]; u != nil {
			v = u.SI(v)
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			m.err = fmt.Errorf("fmi: %s: %q is no number %g s after the start (member %d)", m.sessions[0].file.Model, m.opts.Channels[c].Variable, sec, member)
			return
		}
		m.outputs[c][member] = v
	}
	for u := range m.failed {
		if at := m.failed[u]; at >= 0 && row[at] > .5 && math.IsInf(m.failure[u][member], 1) {
			m.failure[u][member] = sec
		}
		if at := m.power[u]; at >= 0 {
			m.energy[u][member] += (m.lastW[u][member] + row[at]) / 2 * step
			m.lastW[u][member] = row[at]
		}
	}
}

// Members is the number of ensemble members.
func (m *Model) Members() int { return m.opts.Members }

// Step advances all members over step k.
func (m *Model) Step(k int) {
	if m.err != nil {
		return
	}
	if m.window < 0 || k >= m.window+len(m.ahead)/m.opts.Members {
		if m.compute(k); m.err != nil {
			return
		}
	}
	step := m.opts.Grid.Step.Seconds()
	for i := range m.opts.Members {
		if row := m.ahead[(k-m.window)*m.opts.Members+i]; row != nil {
			m.take(i, row, float64(k+1)*step, step)
		}
	}
}

// compute makes the next steps of all members. A member that ended keeps its last row.
func (m *Model) compute(k int) {
	n := min(stepsAhead, max(m.opts.Grid.N-k, 1))
	m.window, m.ahead = k, make([][]float64, n*m.opts.Members)
	times := make([]float64, n+1)
	for i := range times {
		times[i] = m.opts.StartSec + float64(k+i)*m.opts.Grid.Step.Seconds()
	}
	for g, s := range m.sessions {
		var inputs []float64
		if m.opts.Inputs != nil {
			for i := range times {
				inputs = append(inputs, m.inputs(s, k+i)...)
			}
		}
		_, err := s.Advance(m.ctx, m.groups[g], times, inputs, func(r *Row) {
			m.ahead[r.Step*m.opts.Members+m.member[g][r.Instance]] = append([]float64(nil), r.Values...)
		})
		if err != nil && m.err == nil {
			m.err = err
		}
	}
}

// Output returns the values of a channel, one per member, SI.
func (m *Model) Output(channel int) []float64 { return m.outputs[channel] }

// FailureSec returns when each member's unit failed, to the step; +Inf if it has not.
func (m *Model) FailureSec(unit int) []float64 { return m.failure[unit] }

// EnergyJ returns what each member's unit has delivered, by the trapezoidal rule over the steps.
func (m *Model) EnergyJ(unit int) []float64 { return m.energy[unit] }

// Err says why no further step can be made.
func (m *Model) Err() error { return m.err }

// Job is the model made ready for a run.
func (m *Model) Job() *sim.Job {
	j := &sim.Job{Model: m, Grid: m.opts.Grid, Rests: "the FMU " + m.sessions[0].file.Model}
	for _, c := range m.opts.Channels {
		j.Channels = append(j.Channels, c.Channel)
	}
	for _, c := range m.opts.Counted {
		j.Units = append(j.Units, c.Unit)
	}
	return j
}

// Close ends the sessions.
func (m *Model) Close() error {
	var err error
	for _, s := range m.sessions {
		err = errors.Join(err, s.Close())
	}
	return err
}

var (
	_ sim.Model  = (*Model)(nil)
	_ sim.Failer = (*Model)(nil)
)
