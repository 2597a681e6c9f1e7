package fmi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// ModelOptions say how an FMU becomes an ensemble.
type ModelOptions struct {
	Session   Options  // its Outputs are not used
	Shared    *Session // to be used instead of a new one, with the outputs that Shows gives; it is not closed
	Grid      sim.Grid
	StepSec   float64                       // the longest communication step; 0: that of the grid
	StartSec  float64                       // the time of the FMU at the start of the grid
	LeadSec   float64                       // how long before that members begin, to swing in; not with State
	Tolerance float64                       // relative; 0: as Setup has it
	Members   int                           // 1 if 0
	Channels  []Channel                     // outputs by channel
	Values    func(member int) []Assignment // set before the start; may be nil
	Inputs    func(sec float64, inputs []float64)
	State     []byte                        // that Export returned: all members begin in it, at StartSec; nil: from the initialisation
	Tuned     func(member int) []Assignment // tunable parameters, set at the start of the grid; may be nil
	Counted   []Counted                     // by unit
}

// Channel is a variable that is read as a channel of the model.
type Channel struct {
	Variable string // numeric, no array; its values become SI by its unit
	Unit     *Unit  // instead of that of the variable; may be nil
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

// Shows are the outputs of a session that a model of these channels and units reads, in the order of its rows.
func Shows(channels []Channel, counted []Counted) []string {
	out := []string{}
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, c := range channels {
		add(c.Variable)
	}
	for _, c := range counted {
		add(c.Failed)
		add(c.Power)
	}
	return out
}

// Model is an FMU as an ensemble. It implements sim.Model, sim.Failer and io.Closer; close it. Where an FMU cannot go on the ensemble
// stops: Err says why, and the outputs stay those of the last step that all members made.
type Model struct {
	opts     ModelOptions
	ctx      context.Context
	name     string
	sessions []*Session
	groups   [][]*Instance // by session
	member   []map[int]int // by session: the member of each instance
	column   []int         // in a row, by channel
	units    []*Unit       // by channel; nil: as it is
	failed   []int         // columns by unit, -1: none
	power    []int
	sub      int // communication steps of one step of the grid

	outputs [][]float64 // by channel and member, after the last step
	failure [][]float64
	energy  [][]float64
	lastW   [][]float64
	window  int       // first step that was computed ahead
	width   int       // of a row
	rows    []float64 // by step and member
	have    []bool    // which rows there are
	over    []bool    // which members ended by themselves
	late    error     // why no more steps were computed ahead
	err     error
}

// mostProcesses bounds the members of an FMU that can be instantiated only once per process.
const mostProcesses = 256

// stepsAhead are computed at once: the messages of many members cost little then.
const stepsAhead = 32

// mostSub bounds the communication steps of one step of the grid.
const mostSub = 1_000_000

// NewModel starts the sessions and makes all members. The context ends the steps as well.
func NewModel(ctx context.Context, f *File, opts ModelOptions) (_ *Model, err error) {
	opts.Members = max(opts.Members, 1)
	m := &Model{opts: opts, ctx: ctx, name: f.Model, window: -1, over: make([]bool, opts.Members)}
	defer func() {
		if err != nil {
			m.Close()
		}
	}()
	if err := m.columns(f); err != nil {
		return nil, err
	}
	m.sub = 1
	if opts.StepSec > 0 {
		m.sub = int(math.Ceil(opts.Grid.Step.Seconds()/opts.StepSec - 1e-9))
	}
	if m.sub = max(m.sub, 1); m.sub > mostSub {
		return nil, fmt.Errorf("fmi: %s: steps of %g s within %v are too many: take longer ones", f.Model, opts.StepSec, opts.Grid.Step)
	}
	face, _ := f.Interface(opts.Session.Kind)
	if face.OncePerProcess && opts.Members > mostProcesses {
		return nil, fmt.Errorf("fmi: %s takes a process for each member, %d are too many: take %d", f.Model, opts.Members, mostProcesses)
	}
	for i := range opts.Members {
		if i == 0 || face.OncePerProcess {
			s := opts.Shared
			if s == nil || face.OncePerProcess {
				if s, err = Start(ctx, f, m.opts.Session); err != nil {
					return nil, err
				}
			}
			m.sessions, m.groups, m.member = append(m.sessions, s), append(m.groups, nil), append(m.member, map[int]int{})
		}
		if err := m.add(ctx, i); err != nil {
			return nil, err
		}
	}
	return m, m.begin(ctx)
}

// begin brings all members to the start of the grid.
func (m *Model) begin(ctx context.Context) error {
	for g, s := range m.sessions {
		if m.opts.LeadSec > 0 && m.opts.State == nil {
			n := max(1, int(math.Ceil(m.opts.LeadSec/m.opts.Grid.Step.Seconds()-1e-9))) * m.sub
			times := make([]float64, n+1)
			for i := range times {
				times[i] = m.opts.StartSec - m.opts.LeadSec*float64(n-i)/float64(n)
			}
			_, err := s.AdvanceEvery(ctx, m.groups[g], times, m.inputs(s, times), n, func(r *Row) { m.take(m.member[g][r.Instance], r.Values, 0, 0) })
			if err != nil {
				return err
			}
		}
		if m.opts.Tuned == nil {
			continue
		}
		for _, in := range m.groups[g] {
			given := m.opts.Tuned(m.member[g][in.id])
			if len(given) == 0 {
				continue
			}
			if err := in.Set(ctx, valuesOf(given)); err != nil {
				return err
			}
			if err := m.look(ctx, in, m.member[g][in.id]); err != nil {
				return err
			}
		}
	}
	return m.err
}

func valuesOf(list []Assignment) map[string]Value {
	out := make(map[string]Value, len(list))
	for _, a := range list {
		out[a.Name] = a.Value
	}
	return out
}

// look reads the outputs of an instance between two steps.
func (m *Model) look(ctx context.Context, in *Instance, member int) error {
	row := make([]float64, 0, in.s.outWide)
	got, err := in.Get(ctx, m.opts.Session.Outputs...)
	if err != nil {
		return err
	}
	for _, v := range got {
		row = append(row, v.Numbers...)
	}
	m.take(member, row, 0, 0)
	return m.err
}

// columns finds where in a row each channel and each unit's variables stand.
func (m *Model) columns(f *File) error {
	m.opts.Session.Outputs = Shows(m.opts.Channels, m.opts.Counted)
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
		u := f.UnitOf(v)
		if u != nil && !u.Known {
			u = nil
		}
		return slices.Index(m.opts.Session.Outputs, name), u, nil
	}
	for _, c := range m.opts.Channels {
		i, u, err := find(c.Variable)
		if err != nil {
			return err
		}
		if i < 0 {
			return fmt.Errorf("fmi: %s: a channel without a variable", f.Model)
		}
		if c.Unit != nil {
			u = c.Unit
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
	setup := Setup{StartSec: m.opts.StartSec - m.opts.LeadSec, Tolerance: m.opts.Tolerance, Values: map[string]Value{}}
	if m.opts.Inputs != nil {
		row := m.inputs(s, []float64{setup.StartSec})
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
	m.groups[g] = append(m.groups[g], in)
	m.member[g][in.id] = member
	if m.opts.State == nil {
		m.take(member, in.first, 0, 0)
		return m.err
	}
	if err := in.Adopt(ctx, m.opts.State); err != nil {
		return err
	}
	return m.look(ctx, in, member)
}

// inputs are the rows of inputs at times, nil where the model drives none.
func (m *Model) inputs(s *Session, times []float64) []float64 {
	if m.opts.Inputs == nil {
		return nil
	}
	rows := s.startInputs(len(times))
	for i, t := range times {
		m.opts.Inputs(t, rows[i*s.inWide:(i+1)*s.inWide])
	}
	return rows
}

// take makes a row the present of a member, the given time from the start of the grid.
func (m *Model) take(member int, row []float64, sec, step float64) {
	for c, at := range m.column {
		v := row[at]
		if u := m.units[c]; u != nil {
			v = u.SI(v)
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			m.err = fmt.Errorf("fmi: %s: %q is no number %g s after the start (member %d)", m.name, m.opts.Channels[c].Variable, sec, member)
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
	if m.window < 0 || k >= m.window+len(m.have)/m.opts.Members {
		m.compute(k)
	}
	at := (k - m.window) * m.opts.Members
	if m.late != nil && slices.ContainsFunc(m.missing(at), func(i int) bool { return !m.over[i] }) {
		m.err = m.late
		return
	}
	step := m.opts.Grid.Step.Seconds()
	for i := range m.opts.Members {
		if m.have[at+i] {
			m.take(i, m.rows[(at+i)*m.width:(at+i+1)*m.width], float64(k+1)*step, step)
		}
	}
}

// missing are the members without a row.
func (m *Model) missing(at int) (out []int) {
	for i, have := range m.have[at : at+m.opts.Members] {
		if !have {
			out = append(out, i)
		}
	}
	return out
}

// compute makes the next steps of all members. A member that ended keeps its last row. What was made before something went
// wrong is there.
func (m *Model) compute(k int) {
	n := min(max(1, min(stepsAhead, mostSteps/m.sub)), max(m.opts.Grid.N-k, 1))
	m.window, m.width = k, m.sessions[0].outWide
	m.have = slices.Grow(m.have[:0], n*m.opts.Members)[:n*m.opts.Members]
	clear(m.have)
	m.rows = slices.Grow(m.rows[:0], len(m.have)*m.width)[:len(m.have)*m.width]
	times := make([]float64, n*m.sub+1)
	for i := range times {
		times[i] = m.opts.StartSec + (float64(k)+float64(i)/float64(m.sub))*m.opts.Grid.Step.Seconds()
	}
	for g, s := range m.sessions {
		over, err := s.AdvanceEvery(m.ctx, m.groups[g], times, m.inputs(s, times), m.sub, func(r *Row) {
			at := r.Step/m.sub*m.opts.Members + m.member[g][r.Instance]
			if m.have[at] = true; (r.Step+1)%m.sub != 0 {
				m.over[m.member[g][r.Instance]] = true
			}
			copy(m.rows[at*m.width:(at+1)*m.width], r.Values)
		})
		for _, in := range over {
			m.over[m.member[g][in.id]] = true
		}
		if err != nil && m.late == nil {
			m.late = err
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
	j := &sim.Job{Model: m, Grid: m.opts.Grid, Rests: "the FMU " + m.name}
	for _, c := range m.opts.Channels {
		j.Channels = append(j.Channels, c.Channel)
	}
	for _, c := range m.opts.Counted {
		j.Units = append(j.Units, c.Unit)
	}
	return j
}

// closeLimit is how long the instances of a shared session may take to end.
const closeLimit = 2 * time.Second

// Close ends the sessions, and in a shared one the instances.
func (m *Model) Close() error {
	var err error
	ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), closeLimit)
	defer cancel()
	for g, s := range m.sessions {
		if s != m.opts.Shared {
			err = errors.Join(err, s.Close())
			continue
		}
		for _, in := range m.groups[g] {
			if in.Close(ctx) != nil {
				break // the process is gone, and with it the others; whoever uses it next hears why
			}
		}
	}
	m.sessions, m.groups = nil, nil
	return err
}

var (
	_ sim.Model  = (*Model)(nil)
	_ sim.Failer = (*Model)(nil)
	_ io.Closer  = (*Model)(nil)
)
