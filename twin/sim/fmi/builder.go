package fmi

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Subject is an asset that an FMU computes. The signals go by the lists of its wiring; twin.NoSignal stands for none.
type Subject struct {
	Wiring                  *Wiring
	Asset                   twin.AssetID
	Inputs, Starts, Outputs []twin.SignalID
}

// Builder makes ensembles of FMUs. It implements sim.Builder and sim.Knower, is safe for concurrent use, and keeps the
// processes of FMUs between two runs, until it is closed. An FMU that crashed or hung is started again for the next run.
type Builder struct {
	Subjects []Subject
	Past     sim.Past // nil: everything starts as declared
	Options  Options  // of all sessions; Kind, Inputs and Outputs are not used

	mu       sync.Mutex
	closed   bool
	engines  map[*Wiring]*engine
	swungIn  map[lead][]byte // states at the end of the lead
	leadKeys []lead          // the oldest first
}

// engine is an FMU that is kept open.
type engine struct {
	file    *File
	session *Session // nil where each member needs a process of its own
}

// lead names a state that an asset had swung into.
type lead struct {
	subject int
	at      int64 // Unix, ns
	given   string
}

// mostLeads bounds the states that are kept.
const mostLeads = 64

// Knows implements sim.Knower: whether an FMU has an input, parameter or start of this name, with dots or slashes.
func (b *Builder) Knows(name string) bool {
	name = plainName(name)
	for i := range b.Subjects {
		if b.Subjects[i].Wiring.has(name) {
			return true
		}
	}
	return false
}

func plainName(name string) string { return strings.ReplaceAll(name, ".", "/") }

func (w *Wiring) has(name string) bool {
	is := func(l Link) bool { return plainName(l.name()) == name }
	return slices.ContainsFunc(w.Inputs, is) || slices.ContainsFunc(w.Parameters, is) || slices.ContainsFunc(w.Starts, is)
}

// maxSteps keeps the grid of a run in memory.
const maxSteps = 1_000_000

// Build implements sim.Builder. Until q.Now recorded inputs drive the FMUs, from then on the last of them. q.Values are inputs,
// parameters or starts by name; a set input is not driven. An FMU that is not trusted gives an *UntrustedError.
func (b *Builder) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	if q.Fork.IsZero() || q.Fork.After(q.Now) {
		q.Fork = q.Now
	}
	span := q.Now.Add(q.Horizon).Sub(q.Fork)
	switch {
	case len(b.Subjects) == 0:
		return nil, errors.New("fmi: there is nothing to compute: give a kind an FMU under simulation")
	case q.Step <= 0 || q.Horizon <= 0 || span/q.Step >= maxSteps:
		return nil, fmt.Errorf("fmi: %v in steps of %v: give at most %d steps", span, q.Step, maxSteps)
	}
	values := make(map[string]float64, len(q.Values))
	for name, v := range q.Values {
		if !b.Knows(name) {
			return nil, fmt.Errorf("fmi: no FMU has an input, parameter or start %q: name one of those in the twin file", name)
		}
		values[plainName(name)] = v
	}
	grid := sim.Grid{Start: q.Fork, Step: q.Step, N: int((span + q.Step - 1) / q.Step)}
	jobs := make([]*sim.Job, 0, len(b.Subjects))
	for i := range b.Subjects {
		job, err := b.job(ctx, i, grid, values, q)
		if err != nil {
			for _, j := range jobs {
				_ = j.Model.(*Model).Close()
			}
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return sim.Join(jobs...)
}

// job is the ensemble of one asset.
func (b *Builder) job(ctx context.Context, i int, grid sim.Grid, values map[string]float64, q sim.Request) (*sim.Job, error) {
	s := &b.Subjects[i]
	e, err := b.engine(ctx, s.Wiring)
	if err != nil {
		return nil, err
	}
	p := &preparation{subject: s, file: e.file, grid: grid, values: values, seed: q.Seed + uint64(i)<<48}
	if err := p.read(ctx, b.Past, q.Now); err != nil {
		return nil, err
	}
	o := p.options(b.Options, e.session, max(q.Members, 1))
	if err := b.swing(ctx, i, p, &o); err != nil {
		return nil, err
	}
	m, err := NewModel(ctx, e.file, o)
	if err != nil {
		return nil, err
	}
	job := m.Job()
	job.Rests = p.rests()
	return job, nil
}

// swing lets one instance go through the lead for all members, where the FMU can hand on its state and what differs between
// members is tunable. Otherwise each member goes that way.
func (b *Builder) swing(ctx context.Context, i int, p *preparation, o *ModelOptions) error {
	face, _ := p.file.Interface(o.Session.Kind)
	if o.LeadSec <= 0 || !face.ExportState || !p.onlyTuned() {
		return nil
	}
	key := lead{i, p.grid.Start.UnixNano(), p.given()}
	b.mu.Lock()
	state := b.swungIn[key]
	b.mu.Unlock()
	if state == nil {
		pilot := *o
		pilot.Members, pilot.Tuned, pilot.Values = 1, nil, func(int) []Assignment { return p.start(-1) }
		m, err := NewModel(ctx, p.file, pilot)
		if err != nil {
			return err
		}
		state, err = m.groups[0][0].Export(ctx)
		if err := errors.Join(err, m.Close()); err != nil {
			return err
		}
		b.keep(key, state)
	}
	o.State, o.LeadSec = state, 0
	o.Values = func(int) []Assignment { return p.start(-1) }
	return nil
}

func (b *Builder) keep(key lead, state []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.swungIn == nil {
		b.swungIn = map[lead][]byte{}
	}
	if _, known := b.swungIn[key]; !known {
		b.leadKeys = append(b.leadKeys, key)
	}
	b.swungIn[key] = state
	if len(b.leadKeys) > mostLeads+len(b.Subjects) {
		delete(b.swungIn, b.leadKeys[0])
		b.leadKeys = b.leadKeys[1:]
	}
}

// engine opens the FMU of a wiring, or returns the one that is open.
func (b *Builder) engine(ctx context.Context, w *Wiring) (*engine, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errors.New("fmi: the builder is closed")
	}
	e := b.engines[w]
	if e != nil && (e.session == nil || e.session.Alive() == nil) {
		return e, nil
	}
	if e != nil {
		_ = e.close() // its process is gone already
		delete(b.engines, w)
	}
	f, err := Open(w.Path)
	if err != nil {
		return nil, err
	}
	if faults := w.Check(f); len(faults) > 0 {
		return nil, errors.Join(fmt.Errorf("fmi: %s: %s: %s: %s", w.Name, faults[0].Place, faults[0].What, faults[0].Remedy), f.Close())
	}
	e = &engine{file: f}
	if face, _ := f.Interface(w.Kind); !face.OncePerProcess {
		if e.session, err = Start(ctx, f, w.session(b.Options)); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	if b.engines == nil {
		b.engines = map[*Wiring]*engine{}
	}
	b.engines[w] = e
	return e, nil
}

func (e *engine) close() error {
	if e.session != nil {
		return errors.Join(e.session.Close(), e.file.Close())
	}
	return e.file.Close()
}

// Close ends the processes. Runs that are under way end as if their FMU had.
func (b *Builder) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	var errs []error
	for _, e := range b.engines {
		errs = append(errs, e.close())
	}
	b.engines = nil
	return errors.Join(errs...)
}

// session are the options of a session for the wiring.
func (w *Wiring) session(o Options) Options {
	o.Kind, o.Inputs = w.Kind, []string{}
	for i := range w.Inputs {
		o.Inputs = append(o.Inputs, w.Inputs[i].Variable)
	}
	o.Outputs = Shows(w.channels(nil), w.counted(sim.Unit{}))
	return o
}

func (w *Wiring) channels(signals []twin.SignalID) (out []Channel) {
	for i := range w.Outputs {
		c := Channel{Variable: w.Outputs[i].Variable, Unit: w.Outputs[i].Unit, Channel: sim.Channel{Signal: twin.NoSignal}}
		if i < len(signals) {
			c.Channel.Signal = signals[i]
		}
		out = append(out, c)
	}
	return out
}

func (w *Wiring) counted(u sim.Unit) []Counted {
	return []Counted{{Unit: u, Failed: w.Failed, Power: w.Power}}
}

// isGiven reports whether a number is one.
func isGiven(v float64) bool { return !math.IsNaN(v) }

var (
	_ sim.Builder = (*Builder)(nil)
	_ sim.Knower  = (*Builder)(nil)
)
