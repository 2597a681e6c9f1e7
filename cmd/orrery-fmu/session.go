//go:build cgo && (linux || darwin)

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

// session is the library and its instances. It lives on the main thread.
type session struct {
	open      wire.Open
	loaded    bool
	instances []*instance // closed ones are nil
	inputs    []group
	outputs   []group
	width     int // of a row of outputs
	steps     wire.Steps
	frame     []byte
	row       wire.Row
	beat      time.Time // of the last sign of life
}

// beatEvery is how long a session may be silent while it makes steps that are not shown.
const beatEvery = 500 * time.Millisecond

// group is those columns of a row that have the same type: they are read and set by one call.
type group struct {
	kind       wire.Type
	references []uint32
	at         []int // the column of each value
	values     []float64
	last       []float64 // that were set last; empty before the first
	ramp       bool
}

// grouped sorts columns by type. Ramps stand apart.
func grouped(columns []wire.Column) (out []group, width int) {
	type key struct {
		t    wire.Type
		ramp bool
	}
	index := map[key]int{}
	for _, c := range columns {
		k := key{c.Type, c.Ramp}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, group{kind: c.Type, ramp: c.Ramp})
		}
		g := &out[i]
		g.references = append(g.references, c.Reference)
		for range c.Count {
			g.at = append(g.at, width)
			width++
		}
	}
	for i := range out {
		out[i].values = make([]float64, len(out[i].at))
	}
	return out, width
}

// handle answers one message.
func (s *session) handle(m message) {
	answer, err := s.do(m)
	if err == nil {
		emitJSON(wire.FrameAnswer, answer)
		return
	}
	fault := wire.Fault{Text: err.Error(), Fatal: errors.Is(err, errFatal)}
	var at *stepError
	if errors.As(err, &at) {
		fault.Instance, fault.Time, fault.Stepping = at.instance, at.time, true
	}
	emitJSON(wire.FrameFault, fault)
	if fault.Fatal {
		flush()
		os.Exit(1)
	}
}

func emitJSON(kind byte, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte(`{"Text":"an answer could not be written"}`)
		kind = wire.FrameFault
	}
	emit(kind, b)
}

// stepError is an error with the place where it happened.
type stepError struct {
	instance int
	time     float64
	err      error
}

func (e *stepError) Error() string { return e.err.Error() }
func (e *stepError) Unwrap() error { return e.err }

func (s *session) do(m message) (wire.Answer, error) {
	if m.kind == wire.FrameAdvance {
		if err := s.steps.Decode(m.payload); err != nil {
			return wire.Answer{}, err
		}
		return s.advance()
	}
	var q wire.Request
	if err := json.Unmarshal(m.payload, &q); err != nil {
		return wire.Answer{}, fmt.Errorf("a request that cannot be read: %w", err)
	}
	switch q.Op {
	case wire.OpOpen:
		return s.load(q.Open)
	case wire.OpNew:
		return s.make(q.New)
	}
	in, err := s.instance(q.Instance)
	if err != nil {
		return wire.Answer{}, err
	}
	switch q.Op {
	case wire.OpSet:
		return wire.Answer{}, in.change(q.Sets)
	case wire.OpGet:
		return in.read(q.Columns)
	case wire.OpSave:
		n, err := in.save()
		return wire.Answer{State: n}, err
	case wire.OpLoad:
		return wire.Answer{}, in.restore(q.State)
	case wire.OpForget:
		return wire.Answer{}, in.forget(q.State)
	case wire.OpExport:
		b, err := in.export(q.State)
		return wire.Answer{Bytes: b}, err
	case wire.OpImport:
		n, err := in.adopt(q.Bytes)
		return wire.Answer{State: n}, err
	case wire.OpClose:
		s.instances[q.Instance] = nil
		return wire.Answer{}, in.close()
	}
	return wire.Answer{}, fmt.Errorf("no operation %q", q.Op)
}

func (s *session) instance(n int) (*instance, error) {
	if n < 0 || n >= len(s.instances) || s.instances[n] == nil {
		return nil, fmt.Errorf("there is no instance %d", n)
	}
	return s.instances[n], nil
}

func (s *session) load(o *wire.Open) (wire.Answer, error) {
	if o == nil || s.loaded {
		return wire.Answer{}, errors.New("a library is opened once")
	}
	said, err := openLibrary(o.Library, o.Version, o.Exchange)
	if err != nil {
		return wire.Answer{}, err
	}
	if want := byte('0' + o.Version); said == "" || said[0] != want {
		return wire.Answer{}, fmt.Errorf("the library says that it is of FMI %q, its description says %d", said, o.Version)
	}
	s.open, s.loaded = *o, true
	s.inputs, _ = grouped(o.Inputs)
	s.outputs, s.width = grouped(o.Outputs)
	return wire.Answer{Version: said}, nil
}

func (s *session) make(n *wire.New) (wire.Answer, error) {
	if n == nil || !s.loaded {
		return wire.Answer{}, errors.New("no library is open")
	}
	in, err := newInstance(s, len(s.instances), n)
	if err != nil {
		return wire.Answer{}, err
	}
	s.instances = append(s.instances, in)
	values := make([]float64, s.width)
	if err := in.outputs(values); err != nil {
		return wire.Answer{}, err
	}
	return wire.Answer{Instance: in.id, Values: wire.AppendFloats(nil, values)}, nil
}

// advance makes the steps that were decoded last.
func (s *session) advance() (wire.Answer, error) {
	var a wire.Answer
	if len(s.steps.Times) == 0 {
		return a, errors.New("there are no times")
	}
	width := 0
	for _, g := range s.inputs {
		width += len(g.at)
	}
	if s.steps.Width != width {
		return a, fmt.Errorf("%d inputs for %d", s.steps.Width, width)
	}
	s.row.Values = make([]float64, s.width)
	for k := range len(s.steps.Times) - 1 {
		for _, id := range s.steps.Instances {
			if canceled.Load() {
				a.Canceled = true
				return a, nil
			}
			if err := s.stepOne(id, k, &a); err != nil {
				return a, err
			}
		}
	}
	return a, nil
}

func (s *session) stepOne(id, k int, a *wire.Answer) error {
	in, err := s.instance(id)
	if err != nil {
		return err
	}
	if in.over {
		if k == 0 {
			a.Ended = append(a.Ended, id)
		}
		return nil
	}
	w := s.steps.Width
	from, to := s.steps.Inputs[k*w:(k+1)*w], s.steps.Inputs[(k+1)*w:(k+2)*w]
	err = in.step(s.steps.Times[k], s.steps.Times[k+1], from, to)
	shown := (k+1)%s.steps.Every == 0 || in.over
	if err == nil && shown {
		err = in.outputs(s.row.Values)
	}
	if err != nil {
		return &stepError{id, s.steps.Times[k], err}
	}
	if in.over {
		a.Ended = append(a.Ended, id)
	}
	if !shown {
		if now := time.Now(); now.Sub(s.beat) > beatEvery {
			s.beat = now
			emit(wire.FrameBeat, nil)
		}
		return nil
	}
	s.row.Instance, s.row.Step, s.row.Time = id, k, in.t
	s.frame = s.row.Append(s.frame[:0])
	emit(wire.FrameRow, s.frame)
	return nil
}
