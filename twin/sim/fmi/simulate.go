package fmi

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Run says what to simulate.
type Run struct {
	Setup
	StopSec float64 // 0: that of the description, or one second after the start
	StepSec float64 // between results; 0: that of the description, the internal one, or a five-hundredth of the run
	Inputs  *Table  // courses of inputs; those not named stay at their start values; may be nil
	Rows    func(done, all int)
}

// Simulate runs one instance from start to stop. When it fails on the way, the result holds the rows before that, and
// the error says why.
func Simulate(ctx context.Context, s *Session, r Run) (*Table, error) {
	times, err := r.times(s.file, s.face.FixedStepSec)
	if err != nil {
		return nil, err
	}
	inputs, err := s.inputRows(r.Inputs, times)
	if err != nil {
		return nil, err
	}
	setup := r.Setup
	setup.StartSec, setup.StopSec = times[0], times[len(times)-1]
	if setup.Values, err = s.firstInputs(setup.Values, inputs); err != nil {
		return nil, err
	}
	in, err := s.New(ctx, setup)
	if err != nil {
		return nil, err
	}
	out := s.table(len(times))
	out.add(times[0], in.first)
	_, err = s.Advance(ctx, []*Instance{in}, times, inputs, func(row *Row) {
		out.add(row.Time, row.Values)
		if r.Rows != nil {
			r.Rows(row.Step+1, len(times)-1)
		}
	})
	if err != nil {
		return out, err
	}
	return out, in.Close(ctx)
}

// mostRows bounds a result.
const mostRows = 50_000_000

func (r *Run) times(f *File, fixed float64) ([]float64, error) {
	pick := func(values ...float64) float64 {
		for _, v := range values {
			if v != 0 && !math.IsNaN(v) {
				return v
			}
		}
		return 0
	}
	e := f.Experiment
	start := pick(r.StartSec, e.StartSec)
	stop := pick(r.StopSec, r.Setup.StopSec, e.StopSec, start+1)
	step := pick(r.StepSec, e.StepSec, fixed, (stop-start)/500)
	n := math.Round((stop - start) / step)
	if !(stop > start) || !(step > 0) || math.IsInf(stop-start, 0) || n < 1 || n > mostRows {
		return nil, fmt.Errorf("fmi: %s: from %g s to %g s in steps of %g s is no run: give --start, --stop and --step that fit", f.Model, start, stop, step)
	}
	times := make([]float64, int(n)+1)
	for k := range times {
		times[k] = start + float64(k)*step
	}
	if math.Abs(times[len(times)-1]-stop) > 1e-9*(stop-start) {
		times[len(times)-1] = stop // the last step is shorter or longer
	}
	return times, nil
}

// inputRows reads courses at times.
func (s *Session) inputRows(t *Table, times []float64) ([]float64, error) {
	if s.inWide == 0 {
		if t != nil {
			return nil, fmt.Errorf("fmi: %s has no inputs to be given", s.file.Model)
		}
		return nil, nil
	}
	rows := s.startInputs(len(times))
	if t == nil {
		return rows, nil
	}
	if len(t.Left) > 0 {
		return nil, fmt.Errorf("fmi: input %q holds texts, which have no course in time: take it out of the table", t.Left[0])
	}
	for c, name := range t.Names {
		at, v := s.inputAt(name)
		if v == nil {
			return nil, fmt.Errorf("fmi: %s has no input %q%s", s.file.Model, name, s.file.near(name))
		}
		if v.Count() != 1 || t.width(c) > 0 {
			return nil, fmt.Errorf("fmi: input %q is an array, whose course cannot be read from a table", name)
		}
		for k, time := range times {
			x := t.At(c, time, v.Variability == Continuous)
			if !v.fits(x) {
				return nil, fmt.Errorf("fmi: input %q at %g s: %g is no %s", name, time, x, v.Type)
			}
			rows[k*s.inWide+at] = x
		}
	}
	return rows, nil
}

func (s *Session) inputAt(name string) (int, *Variable) {
	at := 0
	for _, v := range s.inputs {
		if v.Name == name {
			return at, v
		}
		at += v.Count()
	}
	return 0, nil
}

// firstInputs adds the first values of the inputs to those that are set before the start, so that the FMU is initialised
// with them.
func (s *Session) firstInputs(values map[string]Value, rows []float64) (map[string]Value, error) {
	out := make(map[string]Value, len(values)+len(s.inputs))
	for name, v := range values {
		if at, in := s.inputAt(name); in != nil && in.Count() == len(v.Numbers) {
			for k := 0; k < len(rows); k += s.inWide { // a value that is given holds all the time
				copy(rows[k+at:], v.Numbers)
			}
		}
		out[name] = v
	}
	at := 0
	for _, v := range s.inputs {
		n := v.Count()
		if len(rows) >= at+n {
			out[v.Name] = Number(append([]float64(nil), rows[at:at+n]...)...)
		}
		at += n
	}
	return out, nil
}

// table makes a table for rows of outputs.
func (s *Session) table(rows int) *Table {
	t := &Table{Time: make([]float64, 0, rows)}
	for _, v := range s.outputs {
		if n := v.Count(); n != 1 || len(v.Dimensions) > 0 {
			t.wide = append(t.wide, n)
		} else {
			t.wide = append(t.wide, 0)
		}
		t.Names = append(t.Names, v.Name)
		t.Columns = append(t.Columns, make([]float64, 0, rows*v.Count()))
	}
	return t
}

// errNoRows is what a table without rows gives.
var errNoRows = errors.New("fmi: there are no rows")
