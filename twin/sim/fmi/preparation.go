package fmi

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// preparation is what one asset is given for one run: what was measured, what was set, and what its members differ by.
type preparation struct {
	subject *Subject
	file    *File
	grid    sim.Grid
	values  map[string]float64 // that are set, SI, by plain name
	seed    uint64
	lead    int // steps of the grid before its start
	record  sim.Record
}

// read reads what was measured from the beginning of the lead on.
func (p *preparation) read(ctx context.Context, past sim.Past, now time.Time) (err error) {
	p.lead = int(math.Ceil(p.subject.Wiring.LeadSec/p.grid.Step.Seconds() - 1e-9))
	if p.lead+p.grid.N > maxSteps {
		return fmt.Errorf("fmi: %s: a lead of %g s in steps of %v is too long", p.subject.Wiring.Name, p.subject.Wiring.LeadSec, p.grid.Step)
	}
	wide := p.grid
	wide.Start, wide.N = wide.Start.Add(-time.Duration(p.lead)*wide.Step), wide.N+p.lead
	p.record, err = sim.ReadRecord(ctx, past, wide, now)
	return err
}

// set is what the run gives a link, NaN for nothing.
func (p *preparation) set(l *Link) float64 {
	if v, ok := p.values[plainName(l.name())]; ok {
		return v
	}
	return math.NaN()
}

// options are those of the ensemble, with a lead for each member.
func (p *preparation) options(session Options, shared *Session, members int) ModelOptions {
	w, s := p.subject.Wiring, p.subject
	u := sim.Unit{Asset: s.Asset, Part: s.Asset, Name: w.Failure}
	for _, sig := range slices.Concat(s.Inputs, s.Starts) {
		if sig != twin.NoSignal && !slices.Contains(u.Inputs, sig) {
			u.Inputs = append(u.Inputs, sig)
		}
	}
	begin := p.file.Experiment.StartSec
	if math.IsNaN(begin) {
		begin = 0
	}
	o := ModelOptions{Session: w.session(session), Shared: shared, Grid: p.grid, StepSec: w.StepSec, LeadSec: float64(p.lead) * p.grid.Step.Seconds(),
		Tolerance: w.Tolerance, Members: members, Channels: w.channels(s.Outputs), Counted: w.counted(u), Values: p.start}
	if p.lead > 0 {
		o.Tuned = p.tuned
	}
	if o.StartSec = begin + o.LeadSec; len(w.Inputs) > 0 {
		o.Inputs = func(sec float64, inputs []float64) { p.drive((sec-begin)/p.grid.Step.Seconds(), inputs) }
	}
	return o
}

// drive fills in the inputs of a time, in steps of the grid since the beginning of the lead.
func (p *preparation) drive(steps float64, inputs []float64) {
	k := int(math.Floor(steps + 1e-6))
	for i := range p.subject.Wiring.Inputs {
		l := &p.subject.Wiring.Inputs[i]
		v := p.set(l)
		if k < p.lead {
			v = math.NaN() // what is set counts from the start of the run
		}
		if measured, ok := p.record.At(k, p.subject.Inputs[i]); ok && !isGiven(v) {
			v = measured
		}
		if !isGiven(v) {
			v = l.Value
		}
		if isGiven(v) {
			inputs[i] = l.give(p.file.Description, v)
		}
	}
}

// start is what a member is set to before it begins: parameters, and starts from what was measured then. Member -1 is one
// that nothing was drawn for. With a lead, tunable parameters that the run sets are left for its start.
func (p *preparation) start(member int) (out []Assignment) {
	w := p.subject.Wiring
	for i := range w.Parameters {
		l := &w.Parameters[i]
		v, set := l.Value, p.set(l)
		if p.lead > 0 && p.tunable(l) {
			set = math.NaN() // it is set later, in tuned
		}
		if member >= 0 {
			v = p.draw(i, member, set)
		} else if isGiven(set) {
			v = set
		}
		if isGiven(v) {
			out = append(out, Assignment{l.Variable, Number(l.give(p.file.Description, v))})
		}
	}
	for i := range w.Starts {
		l := &w.Starts[i]
		v := p.set(l)
		if measured, ok := p.record.At(0, p.subject.Starts[i]); ok && !isGiven(v) {
			v = measured
		}
		if !isGiven(v) {
			v = l.Value
		}
		if l.Low < l.Hi {
			v = max(l.Low, min(l.Hi, v))
		}
		if isGiven(v) {
			out = append(out, Assignment{l.Variable, Number(l.give(p.file.Description, v))})
		}
	}
	return out
}

// tuned is what a member is set to at the start of the run, after the lead.
func (p *preparation) tuned(member int) (out []Assignment) {
	w := p.subject.Wiring
	for i := range w.Parameters {
		l := &w.Parameters[i]
		if !p.tunable(l) || !l.sampled() && !isGiven(p.set(l)) {
			continue
		}
		if v := p.draw(i, member, p.set(l)); isGiven(v) {
			out = append(out, Assignment{l.Variable, Number(l.give(p.file.Description, v))})
		}
	}
	return out
}

// draw is the value of a parameter in a member, with what it is set to: the same for the same seed, whatever else is set.
func (p *preparation) draw(parameter, member int, set float64) float64 {
	return p.subject.Wiring.Parameters[parameter].draw(sim.NewNoise(p.seed, uint64(parameter)<<32+uint64(member)), set)
}

func (p *preparation) tunable(l *Link) bool { return p.file.Variable(l.Variable).Tunable() }

// onlyTuned reports whether all that members differ by can be set at the start of the run.
func (p *preparation) onlyTuned() bool {
	w := p.subject.Wiring
	return !slices.ContainsFunc(w.Parameters, func(l Link) bool { return l.sampled() && !p.tunable(&l) })
}

// given tells what was set before the lead, as part of a key.
func (p *preparation) given() string {
	var b strings.Builder
	for _, a := range p.start(-1) {
		b.WriteString(a.Name + "=" + strconv.FormatFloat(a.Value.Numbers[0], 'g', -1, 64) + ";")
	}
	return b.String()
}

// rests says what the result rests on.
func (p *preparation) rests() string {
	measured, missing := 0, 0
	for _, sig := range slices.Concat(p.subject.Inputs, p.subject.Starts) {
		if sig == twin.NoSignal {
			continue
		}
		if _, ok := p.record.Last(sig); ok {
			measured++
		} else {
			missing++
		}
	}
	text := fmt.Sprintf("the FMU %s, %d measured values", p.file.Model, measured)
	if missing > 0 {
		text += fmt.Sprintf(", %d not measured and as declared", missing)
	}
	return text
}
