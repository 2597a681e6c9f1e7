package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Options of a run. Zero values are read as the defaults.
type Options struct {
	WarmupSec    float64                  // that statistics leave out; a tenth of the horizon, none with a Start
	HorizonSec   float64                  // observed after the warm-up; 8 h
	Replications int                      // 10
	Seed         uint64                   // the same seed gives the same bits, and pairs of runs the same chance
	Workers      int                      // as many as processors
	Start        *Start                   // nil begins empty and idle
	Progress     func(done, total uint64) // replications; called from several goroutines, not at the same time
}

// ErrOptions is in the chain of the error of options that cannot be.
var ErrOptions = errors.New("flow: options")

const (
	maxReplications = 100_000
	maxHorizon      = 1e10 // s
)

func (o Options) checked(m *Model) (Options, error) {
	if err := m.Check(); err != nil {
		return o, err
	}
	if o.HorizonSec == 0 {
		o.HorizonSec = 8 * 3600
	}
	if o.WarmupSec == 0 && o.Start == nil {
		o.WarmupSec = o.HorizonSec / 10
	}
	if o.Replications == 0 {
		o.Replications = 10
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	switch {
	case !(o.HorizonSec > 0 && o.HorizonSec <= maxHorizon):
		return o, fmt.Errorf("%w: a horizon of %g s: give one above zero and below 1e10", ErrOptions, o.HorizonSec)
	case !(o.WarmupSec >= 0 && o.WarmupSec <= maxHorizon):
		return o, fmt.Errorf("%w: a warm-up of %g s: give one not below zero", ErrOptions, o.WarmupSec)
	case o.Replications < 1 || o.Replications > maxReplications:
		return o, fmt.Errorf("%w: %d replications: give 1 to %d", ErrOptions, o.Replications, maxReplications)
	}
	if o.Start != nil {
		return o, o.Start.Check(m)
	}
	return o, nil
}

// Replication is what one run of a plant says.
type Replication struct {
	Throughput float64 // parts made, 1/s
	Made       int
	WIP        float64 // mean number of parts in the plant
	LeadSec    float64 // mean time from source to sink
	Events     uint64
	Elements   []Observed // in the order of the model
}

// Observed is what one run says of one element.
type Observed struct {
	Level    float64         // mean number of parts in it
	Most     int             // greatest number
	Out      float64         // parts that left (for a sink, that came), 1/s
	Lost     int             // parts of a source that found no room
	Shares   [states]float64 // of the time in each state; zero for what has none
	Sole     float64         // share of the time as the only bottleneck, by active periods
	Shifting float64         // … as one of two between which it shifts
}

// replicate runs once.
func replicate(ctx context.Context, m *Model, o Options, replication int) (*Replication, error) {
	p := newPlant(m, o.Seed, replication, o.Start)
	memory := scratches.Get().(*scratch)
	memory.lend(p)
	defer scratches.Put(memory)
	defer memory.back(p)
	if o.WarmupSec > 0 {
		if err := p.run(ctx, o.WarmupSec); err != nil {
			return nil, err
		}
		p.restart()
	}
	end := o.WarmupSec + o.HorizonSec
	if err := p.run(ctx, end); err != nil {
		return nil, err
	}
	return p.observe(end, memory), nil
}

// scratch is memory that runs use one after the other: most of what a run needs is spells.
type scratch struct {
	spells [][]spell // by the number of the station
	merged []spellOf
	chain  []spellOf
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// lend gives the stations of a plant that has not begun room for their spells.
func (m *scratch) lend(p *plant) {
	i := 0
	for _, n := range p.nodes {
		if s, ok := n.(*station); ok {
			if i == len(m.spells) {
				m.spells = append(m.spells, nil)
			}
			s.spells = m.spells[i][:0]
			i++
		}
	}
}

// back takes it again, with what it has grown by.
func (m *scratch) back(p *plant) {
	i := 0
	for _, n := range p.nodes {
		if s, ok := n.(*station); ok {
			m.spells[i] = s.spells
			i++
		}
	}
}

func (p *plant) observe(now float64, memory *scratch) *Replication {
	span := now - p.since
	p.wip.settle(now)
	r := &Replication{WIP: p.wip.area / span, Events: p.k.happen, Elements: make([]Observed, len(p.nodes))}
	if p.leads > 0 {
		r.LeadSec = p.lead / float64(p.leads)
	}
	var active [][]spell
	var whose []int
	for i, n := range p.nodes {
		n.settle(now)
		e, x := n.base(), &r.Elements[i]
		x.Level, x.Most, x.Out = e.level.area/span, e.level.most, float64(e.left)/span
		switch n := n.(type) {
		case *drain:
			x.Out = float64(e.entered) / span
			if !e.Scrap {
				r.Made += e.entered
			}
		case *source:
			x.Lost = n.lost
		case *station:
			for s, t := range n.spent {
				x.Shares[s] = t / span / float64(len(n.servers))
			}
			active, whose = append(active, n.activeSpells(now)), append(whose, i)
		}
	}
	r.Throughput = float64(r.Made) / span
	for j, b := range activePeriods(active, p.since, now, memory) {
		r.Elements[whose[j]].Sole, r.Elements[whose[j]].Shifting = b.sole, b.shifting
	}
	return r
}

// Summary is what all replications of a model say together.
type Summary struct {
	Model        *Model
	Options      Options
	Throughput   Estimate // 1/s
	WIP          Estimate
	LeadSec      Estimate
	Elements     []ElementSummary // in the order of the model
	Replications []*Replication
}

// ElementSummary is what all replications say of one element.
type ElementSummary struct {
	Name, Label    string
	Kind           Kind
	Level, Out     Estimate
	Most           int
	Shares         [states]Estimate
	Sole, Shifting Estimate
}

// Share is the share of the time in a state.
func (e *ElementSummary) Share(s State) Estimate { return e.Shares[s] }

// Run simulates a model in independent replications, several at a time. The error names the place and the remedy; when
// the context ends, the replications that were done are returned with its error.
func Run(ctx context.Context, m *Model, o Options) (*Summary, error) {
	o, err := o.checked(m)
	if err != nil {
		return nil, err
	}
	done, err := fan(ctx, []*Model{m}, o)
	return summarize(m, o, done[0]), err
}

// fan runs all replications of several models. Jobs are taken in the order of the replications, so that what is there when the
// context ends is as even as can be.
func fan(ctx context.Context, models []*Model, o Options) ([][]*Replication, error) {
	out := make([][]*Replication, len(models))
	for i := range out {
		out[i] = make([]*Replication, o.Replications)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	total, finished := len(models)*o.Replications, 0
	for range min(o.Workers, total) {
		wg.Go(func() {
			for {
				job := int(next.Add(1)) - 1
				if job >= total || ctx.Err() != nil {
					return
				}
				rep, i := job/len(models), job%len(models)
				r, err := replicate(ctx, models[i], o, rep)
				if err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				out[i][rep] = r
				finished++
				if o.Progress != nil {
					o.Progress(uint64(finished), uint64(total))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if finished < total {
		return out, context.Cause(ctx)
	}
	return out, nil
}

// summarize leaves out what was not done.
func summarize(m *Model, o Options, all []*Replication) *Summary {
	s := &Summary{Model: m, Options: o}
	for _, r := range all {
		if r != nil {
			s.Replications = append(s.Replications, r)
		}
	}
	of := func(get func(*Replication) float64) Estimate { return estimate(s.values(get)) }
	s.Throughput = of(func(r *Replication) float64 { return r.Throughput })
	s.WIP = of(func(r *Replication) float64 { return r.WIP })
	s.LeadSec = of(func(r *Replication) float64 { return r.LeadSec })
	for i := range m.Elements {
		e := ElementSummary{Name: m.Elements[i].Name, Label: m.Elements[i].title(), Kind: m.Elements[i].Kind}
		e.Level = of(func(r *Replication) float64 { return r.Elements[i].Level })
		e.Out = of(func(r *Replication) float64 { return r.Elements[i].Out })
		e.Sole = of(func(r *Replication) float64 { return r.Elements[i].Sole })
		e.Shifting = of(func(r *Replication) float64 { return r.Elements[i].Shifting })
		for st := range e.Shares {
			e.Shares[st] = of(func(r *Replication) float64 { return r.Elements[i].Shares[st] })
		}
		for _, r := range s.Replications {
			e.Most = max(e.Most, r.Elements[i].Most)
		}
		s.Elements = append(s.Elements, e)
	}
	return s
}

func (s *Summary) values(get func(*Replication) float64) []float64 {
	out := make([]float64, len(s.Replications))
	for i, r := range s.Replications {
		out[i] = get(r)
		if math.IsNaN(out[i]) {
			out[i] = 0
		}
	}
	return out
}

// Element returns what is said of an element, or nil.
func (s *Summary) Element(name string) *ElementSummary {
	for i := range s.Elements {
		if s.Elements[i].Name == name {
			return &s.Elements[i]
		}
	}
	return nil
}
