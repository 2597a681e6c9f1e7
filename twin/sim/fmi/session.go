package fmi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

// Options configure a Session.
type Options struct {
	Kind      Kind
	Trust     *Trust   // which FMUs may run; nil: none
	Tool      string   // the program that runs FMUs; empty: looked for
	Inputs    []string // set in each step, inputs or tunable parameters; nil: all numeric inputs
	Outputs   []string // read after each step; nil: all numeric outputs
	CallLimit time.Duration
	MemoryMB  int64
	Verbose   bool          // the FMU is to log all that it can
	Log       func(Message) // hears the FMU; called from the goroutine of the request; may be nil
}

// What Options fall back to.
const (
	DefaultCallLimit = 10 * time.Second // for one call of the FMU
	DefaultMemoryMB  = 4096
)

// Session is a process with the FMU loaded, and its instances. It may be used from any goroutine; one request is worked on
// at a time.
type Session struct {
	file    *File
	face    Interface
	dir     string
	inputs  []*Variable
	outputs []*Variable
	inWide  int // numbers of a row of inputs
	outWide int

	mu    sync.Mutex
	child *child
	live  int // instances
}

// Start unpacks an FMU, loads its library in a process of its own and returns the session, to be closed. The error is an
// *UntrustedError when the user has to be asked first.
func Start(ctx context.Context, f *File, opts Options) (_ *Session, err error) {
	if opts.CallLimit <= 0 {
		opts.CallLimit = DefaultCallLimit
	}
	if opts.MemoryMB <= 0 {
		opts.MemoryMB = DefaultMemoryMB
	}
	if err := f.Runs(opts.Kind); err != nil {
		return nil, err
	}
	if opts.Trust == nil || !opts.Trust.Knows(f) {
		return nil, &UntrustedError{f.Path, f.Model, f.Hash}
	}
	s := &Session{file: f}
	s.face, _ = f.Interface(opts.Kind)
	if s.inputs, s.inWide, err = f.columns(opts.Inputs, Input); err != nil {
		return nil, err
	}
	if s.outputs, s.outWide, err = f.columns(opts.Outputs, Output); err != nil {
		return nil, err
	}
	if s.dir, err = os.MkdirTemp("", "orrery-fmu-*"); err != nil {
		return nil, fmt.Errorf("fmi: %w", err)
	}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if err := f.unpack(ctx, s.dir); err != nil {
		return nil, err
	}
	if s.child, err = startChild(&opts); err != nil {
		return nil, err
	}
	_, err = s.request(ctx, &wire.Request{Op: wire.OpOpen, Open: s.opening(&opts)})
	return s, err
}

// columns finds the variables of names; nil stands for all numeric ones of a causality.
func (d *Description) columns(names []string, all Causality) (out []*Variable, width int, err error) {
	if names == nil {
		for _, v := range d.With(all) {
			if v.Numeric() && v.Type != Clock {
				out = append(out, v)
			}
		}
	}
	for _, name := range names {
		v := d.Variable(name)
		if v == nil {
			return nil, 0, fmt.Errorf("fmi: %s has no variable %q%s", d.Model, name, d.near(name))
		}
		if !v.Numeric() {
			return nil, 0, fmt.Errorf("fmi: %s: %q is a %s, which has no course in time", d.Model, name, v.Type)
		}
		if all == Input && v.Causality != Input && !v.Tunable() {
			return nil, 0, fmt.Errorf("fmi: %s: %q is a %s %s, neither an input nor a tunable parameter", d.Model, name, v.Variability, v.Causality)
		}
		out = append(out, v)
	}
	for _, v := range out {
		width += v.Count()
	}
	return out, width, nil
}

// opening says to the child what it has to know.
func (s *Session) opening(opts *Options) *wire.Open {
	f := s.file
	o := &wire.Open{Library: filepath.Join(s.dir, filepath.FromSlash(f.library(s.face))), Version: f.Version, Exchange: s.face.Kind == ModelExchange,
		Token: f.Token, Logging: opts.Verbose, States: f.StateValues, Indicators: f.Indicators, Completed: s.face.CompletedSteps, Rewind: s.face.SaveState}
	o.Resources = filepath.Join(s.dir, "resources") + string(filepath.Separator)
	if f.Version == 2 {
		o.Resources = (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(s.dir, "resources"))}).String()
	}
	for _, v := range s.inputs {
		c := v.column()
		c.Ramp = v.Variability == Continuous && o.Exchange
		o.Inputs = append(o.Inputs, c)
	}
	for _, v := range s.outputs {
		o.Outputs = append(o.Outputs, v.column())
	}
	for _, i := range f.Derivatives {
		v := &f.Variables[i]
		name := v.Name
		if v.Derivative >= 0 {
			name = f.Variables[v.Derivative].Name
		}
		for range v.Count() {
			o.StateNames = append(o.StateNames, name)
		}
	}
	return o
}

func (v *Variable) column() wire.Column {
	return wire.Column{Reference: v.Reference, Type: v.Type, Count: v.Count()}
}

// Close ends the process and removes what was unpacked.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child != nil {
		s.child.close()
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("fmi: %w", err)
	}
	return nil
}

// Alive says why the process is gone, nil while it runs.
func (s *Session) Alive() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.child.gone
}

// File is the FMU of the session.
func (s *Session) File() *File { return s.file }

// Inputs are the variables of a row of inputs, in its order. Arrays take one number for each element.
func (s *Session) Inputs() []*Variable { return s.inputs }

// Outputs are the variables of a row of results.
func (s *Session) Outputs() []*Variable { return s.outputs }

// Width is how many numbers a row of outputs has.
func (s *Session) Width() int { return s.outWide }

func (s *Session) request(ctx context.Context, q *wire.Request) (*wire.Answer, error) {
	payload, err := json.Marshal(q)
	if err != nil {
		return nil, fmt.Errorf("fmi: %w", err)
	}
	a, err := s.child.ask(ctx, wire.FrameRequest, payload, nil)
	return a, s.explain(err)
}

// explain puts the model's name before what went wrong.
func (s *Session) explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrMissing) {
		return err
	}
	return fmt.Errorf("fmi: %s: %w", s.file.Model, err)
}

// Setup says how an instance begins.
type Setup struct {
	StartSec  float64
	StopSec   float64 // 0: open
	Tolerance float64 // relative; 0: that of the description, or 1e-6 for Model Exchange
	Values    map[string]Value
}

// Instance is one copy of the model on its way through time. It may be used from any goroutine.
type Instance struct {
	s     *Session
	id    int
	setup Setup
	first []float64 // outputs after the initialisation
}

// New makes and initialises an instance.
func (s *Session) New(ctx context.Context, setup Setup) (*Instance, error) {
	sets, err := s.file.sets(setup.Values, false)
	if err != nil {
		return nil, err
	}
	n := &wire.New{Name: s.file.Model, Start: setup.StartSec, Tolerance: setup.Tolerance, Sets: sets}
	if setup.Tolerance == 0 && s.file.Experiment.Tolerance > 0 {
		n.Tolerance = s.file.Experiment.Tolerance
	}
	if setup.StopSec > setup.StartSec {
		n.Stop = &setup.StopSec
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.face.OncePerProcess && s.live > 0 {
		return nil, fmt.Errorf("fmi: %s may be instantiated only once per process: start another session", s.file.Model)
	}
	a, err := s.request(ctx, &wire.Request{Op: wire.OpNew, New: n})
	if err != nil {
		return nil, err
	}
	s.live++
	in := &Instance{s: s, id: a.Instance, setup: setup, first: wire.Floats(nil, a.Values)}
	if len(in.first) != s.outWide {
		return nil, fmt.Errorf("fmi: %s: %d outputs of %d came back", s.file.Model, len(in.first), s.outWide)
	}
	return in, nil
}

// Initial returns the outputs after the initialisation. The slice is the instance's own.
func (in *Instance) Initial() []float64 { return in.first }

// ID is the number that the rows of the instance carry.
func (in *Instance) ID() int { return in.id }

func (in *Instance) do(ctx context.Context, q *wire.Request) (*wire.Answer, error) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	q.Instance = in.id
	return in.s.request(ctx, q)
}

// Set changes tunable parameters and inputs while the model runs; it counts from the next step on.
func (in *Instance) Set(ctx context.Context, values map[string]Value) error {
	sets, err := in.s.file.sets(values, true)
	if err != nil {
		return err
	}
	_, err = in.do(ctx, &wire.Request{Op: wire.OpSet, Sets: sets})
	return err
}

// Get reads variables as they are now, in the order of the names.
func (in *Instance) Get(ctx context.Context, names ...string) ([]Value, error) {
	out := make([]Value, len(names))
	for i, name := range names {
		v := in.s.file.Variable(name)
		if v == nil {
			return nil, fmt.Errorf("fmi: %s has no variable %q%s", in.s.file.Model, name, in.s.file.near(name))
		}
		a, err := in.do(ctx, &wire.Request{Op: wire.OpGet, Columns: []wire.Column{v.column()}})
		if err != nil {
			return nil, fmt.Errorf("%w (%s)", err, name)
		}
		out[i] = Value{Numbers: wire.Floats(nil, a.Values), Texts: a.Texts, Binaries: a.Binaries}
	}
	return out, nil
}

// StateID names a state that an FMU keeps.
type StateID int

// Save keeps the state of the instance in its process, to come back to it. It is an error where the FMU cannot do that.
func (in *Instance) Save(ctx context.Context) (StateID, error) {
	if !in.s.face.SaveState {
		return 0, fmt.Errorf("fmi: %s cannot save its state (canGetAndSetFMUState is not set): run it again from its start", in.s.file.Model)
	}
	a, err := in.do(ctx, &wire.Request{Op: wire.OpSave})
	if err != nil {
		return 0, err
	}
	return StateID(a.State), nil
}

// Restore goes back to a state.
func (in *Instance) Restore(ctx context.Context, id StateID) error {
	_, err := in.do(ctx, &wire.Request{Op: wire.OpLoad, State: int(id)})
	return err
}

// Forget frees a state.
func (in *Instance) Forget(ctx context.Context, id StateID) error {
	_, err := in.do(ctx, &wire.Request{Op: wire.OpForget, State: int(id)})
	return err
}

// Export returns the present state as bytes that another instance of the same FMU, also in another process, can Adopt.
func (in *Instance) Export(ctx context.Context) ([]byte, error) {
	if !in.s.face.ExportState {
		return nil, fmt.Errorf("fmi: %s cannot hand out its state (canSerializeFMUState is not set)", in.s.file.Model)
	}
	id, err := in.Save(ctx)
	if err != nil {
		return nil, err
	}
	a, err := in.do(ctx, &wire.Request{Op: wire.OpExport, State: int(id)})
	if err != nil {
		return nil, err
	}
	return a.Bytes, in.Forget(ctx, id)
}

// Adopt goes to a state that Export returned.
func (in *Instance) Adopt(ctx context.Context, state []byte) error {
	a, err := in.do(ctx, &wire.Request{Op: wire.OpImport, Bytes: state})
	if err != nil {
		return err
	}
	if err := in.Restore(ctx, StateID(a.State)); err != nil {
		return err
	}
	return in.Forget(ctx, StateID(a.State))
}

// Fork returns a second instance in the state of this one.
func (in *Instance) Fork(ctx context.Context) (*Instance, error) {
	state, err := in.Export(ctx)
	if err != nil {
		return nil, err
	}
	twin, err := in.s.New(ctx, in.setup)
	if err != nil {
		return nil, err
	}
	if err := twin.Adopt(ctx, state); err != nil {
		return nil, errors.Join(err, twin.Close(ctx))
	}
	return twin, nil
}

// Close ends the instance.
func (in *Instance) Close(ctx context.Context) error {
	_, err := in.do(ctx, &wire.Request{Op: wire.OpClose})
	in.s.mu.Lock()
	in.s.live--
	in.s.mu.Unlock()
	return err
}

// Row is what one instance came to in one step: its ID, the number of the step from 0, the time and the outputs. It is
// valid until the function that got it returns.
type Row = wire.Row

// most steps that are sent in one message.
const mostSteps = 4096

// Advance takes instances from times[0], where they must stand, to each of the following times. Inputs holds, for each time,
// the numbers of all inputs from then on; nil leaves them at their start values. Continuous inputs of Model Exchange are
// interpolated. visit hears of each step of each instance, and has heard of all that were made when an error is
// returned. Instances that the FMU asked to end are returned; they make no further steps.
func (s *Session) Advance(ctx context.Context, instances []*Instance, times, inputs []float64, visit func(*Row)) (over []*Instance, err error) {
	return s.AdvanceEvery(ctx, instances, times, inputs, 1, visit)
}

// AdvanceEvery is Advance where visit hears of every n-th step alone, and of the last step of an instance that ends.
func (s *Session) AdvanceEvery(ctx context.Context, instances []*Instance, times, inputs []float64, n int, visit func(*Row)) (over []*Instance, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if inputs == nil {
		inputs = s.startInputs(len(times))
	}
	if len(inputs) != len(times)*s.inWide {
		return nil, fmt.Errorf("fmi: %s: %d inputs for %d times: it takes %d for each", s.file.Model, len(inputs), len(times), s.inWide)
	}
	if i := unfinite(inputs); i >= 0 {
		return nil, fmt.Errorf("fmi: %s: an input is no number at %g s", s.file.Model, times[i/max(s.inWide, 1)])
	}
	n = max(1, n)
	q := wire.Steps{Width: s.inWide, Every: n}
	atOnce := max(n, mostSteps-mostSteps%n)
	byID := make(map[int]*Instance, len(instances))
	for _, in := range instances {
		q.Instances = append(q.Instances, in.id)
		byID[in.id] = in
	}
	ended := map[int]bool{}
	for at := 0; at < len(times)-1; at += atOnce {
		to := min(at+atOnce+1, len(times))
		q.Times, q.Inputs = times[at:to], inputs[at*s.inWide:to*s.inWide]
		a, err := s.child.ask(ctx, wire.FrameAdvance, q.Append(nil), func(r *wire.Row) {
			if r.Step += at; byID[r.Instance] != nil && len(r.Values) == s.outWide && visit != nil {
				visit(r)
			}
		})
		if err != nil {
			return over, s.explain(err)
		}
		for _, id := range a.Ended {
			if in := byID[id]; in != nil && !ended[id] {
				ended[id] = true
				over = append(over, in)
			}
		}
	}
	return over, nil
}

// startInputs repeats the start values of the inputs.
func (s *Session) startInputs(times int) []float64 {
	row := make([]float64, 0, s.inWide)
	for _, v := range s.inputs {
		for i := range v.Count() {
			switch {
			case i < len(v.Start):
				row = append(row, v.Start[i])
			case len(v.Start) == 1:
				row = append(row, v.Start[0])
			default:
				row = append(row, 0)
			}
		}
	}
	out := make([]float64, 0, times*len(row))
	for range times {
		out = append(out, row...)
	}
	return out
}

func unfinite(v []float64) int {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return i
		}
	}
	return -1
}
