//go:build cgo && (linux || darwin)

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

// instance is one copy of the model.
type instance struct {
	id      int
	h       handle
	s       *session
	t       float64
	over    bool      // the FMU asked to be ended
	ex      *exchange // nil for Co-Simulation
	inputs  []group   // own copies, for what was set last
	states  map[int]saved
	counter int
}

// saved is a state that is kept in the FMU.
type saved struct {
	p    unsafe.Pointer
	t    float64
	next float64 // event
	over bool
}

func newInstance(s *session, id int, n *wire.New) (*instance, error) {
	in := &instance{id: id, s: s, t: n.Start, states: map[int]saved{}, inputs: slices.Clone(s.inputs)}
	for i := range in.inputs {
		in.inputs[i].values = make([]float64, len(in.inputs[i].at))
	}
	in.h = instantiate(n.Name, s.open.Token, s.open.Resources, s.open.Logging)
	if in.h.c == nil {
		return nil, errors.New("the FMU refused to make an instance: its token may not fit its description, or it needs a licence or a file; look at its messages")
	}
	if err := in.begin(n); err != nil {
		if !errors.Is(err, errFatal) {
			in.h.free()
		}
		return nil, err
	}
	return in, nil
}

// begin initialises the instance (FMI 2.0.4 section 2.1.6, FMI 3.0.1 section 2.3.3).
func (in *instance) begin(n *wire.New) error {
	if err := in.set(n.Sets); err != nil {
		return err
	}
	if err := in.h.enterInit(n.Tolerance, n.Start, n.Stop); err != nil {
		return err
	}
	if err := in.h.plain("ExitInitializationMode"); err != nil {
		return err
	}
	if !in.s.open.Exchange {
		return nil
	}
	var err error
	in.ex, err = newExchange(in, n.Tolerance)
	return err
}

func (in *instance) set(sets []wire.Set) error {
	for _, v := range sets {
		var err error
		switch v.Type {
		case wire.String:
			err = in.h.setText(v.Reference, v.Texts)
		case wire.Binary:
			err = in.h.setBinary(v.Reference, v.Binaries)
		default:
			err = in.h.set(v.Type, []uint32{v.Reference}, v.Numbers)
		}
		if err != nil {
			return fmt.Errorf("value reference %d: %w", v.Reference, err)
		}
	}
	return nil
}

// change sets tunable parameters and inputs while the model runs.
func (in *instance) change(sets []wire.Set) error {
	if in.ex == nil {
		return in.set(sets)
	}
	return in.ex.between(func() error { return in.set(sets) })
}

func (in *instance) read(columns []wire.Column) (a wire.Answer, err error) {
	for _, c := range columns {
		if c.Count < 0 || c.Count > 1<<20 {
			return a, fmt.Errorf("value reference %d: %d values are too many", c.Reference, c.Count)
		}
		switch c.Type {
		case wire.String:
			var texts []string
			texts, err = in.h.getText(c.Reference, c.Count)
			a.Texts = append(a.Texts, texts...)
		case wire.Binary:
			var values [][]byte
			values, err = in.h.getBinary(c.Reference, c.Count)
			a.Binaries = append(a.Binaries, values...)
		default:
			values := make([]float64, c.Count)
			err = in.h.get(c.Type, []uint32{c.Reference}, values)
			a.Values = wire.AppendFloats(a.Values, values)
		}
		if err != nil {
			return a, fmt.Errorf("value reference %d: %w", c.Reference, err)
		}
	}
	return a, nil
}

// outputs reads the outputs of the session into a row.
func (in *instance) outputs(row []float64) error {
	for i := range in.s.outputs {
		g := &in.s.outputs[i]
		if err := in.h.get(g.kind, g.references, g.values); err != nil {
			return err
		}
		for j, at := range g.at {
			row[at] = g.values[j]
		}
	}
	return nil
}

// pick takes the values of a group out of a row and reports whether they differ from those set last.
func (g *group) pick(row []float64) (changed bool) {
	for j, at := range g.at {
		g.values[j] = row[at]
	}
	return !slices.Equal(g.values, g.last)
}

// apply sets the inputs of a group.
func (in *instance) apply(g *group) error {
	if err := in.h.set(g.kind, g.references, g.values); err != nil {
		return err
	}
	g.last = append(g.last[:0], g.values...)
	return nil
}

// step goes from one time to the next, with the inputs at both.
func (in *instance) step(t, to float64, u, uTo []float64) error {
	if math.Abs(t-in.t) > 1e-9*math.Max(math.Abs(t), 1e-3) || !(to > t) {
		return fmt.Errorf("a step from %g s to %g s does not follow on %g s", t, to, in.t)
	}
	if in.ex != nil {
		return in.ex.step(t, to, u, uTo)
	}
	for i := range in.inputs {
		if g := &in.inputs[i]; g.pick(u) {
			if err := in.apply(g); err != nil {
				return err
			}
		}
	}
	reached, over, err := in.h.step(t, to-t, !in.s.open.Rewind)
	if err != nil {
		return err
	}
	in.t, in.over = to, over
	if over {
		in.t = reached
	}
	return nil
}

// mostStates bounds the states that are kept of one instance.
const mostStates = 1000

func (in *instance) keep(v saved) (int, error) {
	if len(in.states) >= mostStates {
		_ = in.h.forget(v.p)
		return 0, fmt.Errorf("%d states are kept already: forget some", mostStates)
	}
	in.counter++
	in.states[in.counter] = v
	return in.counter, nil
}

func (in *instance) save() (int, error) {
	p, err := in.h.save()
	if err != nil {
		return 0, err
	}
	v := saved{p: p, t: in.t, over: in.over, next: math.Inf(1)}
	if in.ex != nil {
		v.next = in.ex.next
	}
	return in.keep(v)
}

func (in *instance) state(n int) (saved, error) {
	v, ok := in.states[n]
	if !ok {
		return v, fmt.Errorf("there is no state %d", n)
	}
	return v, nil
}

func (in *instance) restore(n int) error {
	v, err := in.state(n)
	if err != nil {
		return err
	}
	if err := in.h.restore(v.p); err != nil {
		return err
	}
	in.t, in.over = v.t, v.over
	for i := range in.inputs {
		in.inputs[i].last = in.inputs[i].last[:0] // what the FMU now has as input is not known
	}
	if in.ex != nil {
		return in.ex.resume(v.next)
	}
	return nil
}

func (in *instance) forget(n int) error {
	v, err := in.state(n)
	if err != nil {
		return err
	}
	delete(in.states, n)
	return in.h.forget(v.p)
}

// exportHead is what we put before the bytes of the FMU: our time and that of the next event.
const exportHead = 16

func (in *instance) export(n int) ([]byte, error) {
	v, err := in.state(n)
	if err != nil {
		return nil, err
	}
	b, err := in.h.export(v.p)
	if err != nil {
		return nil, err
	}
	return append(wire.AppendFloats(make([]byte, 0, exportHead+len(b)), []float64{v.t, v.next}), b...), nil
}

func (in *instance) adopt(b []byte) (int, error) {
	if len(b) < exportHead {
		return 0, errors.New("a state that is cut off")
	}
	t, next := math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))
	p, err := in.h.load(b[exportHead:])
	if err != nil {
		return 0, err
	}
	return in.keep(saved{p: p, t: t, next: next})
}

func (in *instance) close() error {
	for _, v := range in.states {
		_ = in.h.forget(v.p)
	}
	err := in.h.plain("Terminate")
	if errors.Is(err, errFatal) {
		return err
	}
	in.h.free()
	return err
}
