package chain

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/flow"
)

// Study answers questions about a chain and foretells its signals: a sim.Study and a sim.Builder. It is safe for concurrent use.
type Study struct {
	base  *plan
	tree  *twin.Tree
	live  *binding
	knobs []knob

	mu    sync.Mutex
	past  sim.Past
	known learnt
}

// NewStudy reads a definition, JSON with the keys of FORMAT.md, for a site; the site may be without a tree. The error is sim.Faults.
func NewStudy(definition []byte, site sim.Site) (*Study, error) {
	m, err := Read(definition)
	if err != nil {
		return nil, err
	}
	base, err := compile(m)
	if err != nil {
		return nil, err
	}
	live, err := bind(m, site.Tree)
	if err != nil {
		return nil, err
	}
	return &Study{base: base, tree: site.Tree, live: live, knobs: base.knobs()}, nil
}

// Remember lets predictions begin with what was measured at their beginning.
func (s *Study) Remember(past sim.Past) {
	s.mu.Lock()
	s.past, s.known = past, learnt{}
	s.mu.Unlock()
}

// Fields implements sim.Study.
func (s *Study) Fields() []sim.Field {
	out := make([]sim.Field, len(s.knobs))
	for i, k := range s.knobs {
		out[i] = k.Field
	}
	return out
}

// question is a sim.Question made ready.
type question struct {
	base, changed *plan
	start         *start
	seed          uint64
	runs          int
	share         func(from, to float64) func(float64) // progress of a part
}

// prepare makes plans of a question. A horizon shorter than that of the definition is that of the definition: ships take weeks.
func (s *Study) prepare(q sim.Question) (*question, error) {
	base := *s.base.m
	base.Settings.Horizon = flow.Time(max(s.base.horizon(), q.Horizon.Seconds()))
	runs := q.Runs
	if runs <= 0 {
		runs = int(firstOf(float64(base.Settings.Runs), defaultRuns))
	}
	changed, err := base.with(s.knobs, q.Changes)
	if err != nil {
		return nil, err
	}
	out := &question{seed: q.Seed, runs: min(max(runs, 2), maxRuns), start: s.live.read(q.Live)}
	if out.base, err = compile(&base); err != nil {
		return nil, err
	}
	if out.changed, err = compile(changed); err != nil {
		return nil, err
	}
	out.changed.sameWork(out.base)
	out.changed.warm = out.base
	out.share = func(from, to float64) func(float64) {
		if q.Progress == nil {
			return nil
		}
		return func(x float64) { q.Progress(from + (to-from)*x) }
	}
	return out, nil
}

// Answer implements sim.Study. It runs the chain as it is and the changed one; where a port of the changed one is closed and ships are
// hit by it, it tries every admissible other port under the same chance.
func (s *Study) Answer(ctx context.Context, asked sim.Question) (*sim.Answer, error) {
	begun := time.Now()
	q, err := s.prepare(asked)
	if err != nil {
		return nil, err
	}
	if err := s.teach(ctx, q.start, asked.Now); err != nil {
		return nil, err
	}
	plans := []*plan{q.base}
	if len(asked.Changes) > 0 {
		plans = append(plans, q.changed)
	}
	half := 1.
	if len(q.changed.closing()) > 0 {
		half = .4
	}
	runs, err := fan(ctx, plans, q.seed, 0, q.runs, q.start, q.share(0, half))
	base, changed := runs[0], runs[len(runs)-1]
	a := &sim.Answer{Runs: len(base), Partial: err != nil}
	if len(base) == 0 {
		return s.finish(a, asked, q, begun), err
	}
	a.Figures = figures(base, changed)
	a.Parts = q.parts(base, changed)
	var found []*advice
	if err == nil {
		found, err = q.advise(ctx, changed, half)
		a.Partial = err != nil
	}
	a.Headline, a.More = q.headline(asked.Changes, a.Figures, found)
	for _, x := range found {
		a.Ranks = append(a.Ranks, x.ranks(q)...)
		a.Figures = append(a.Figures, x.figures(q)...)
		a.More = append(a.More, x.lines(q)...)
	}
	return s.finish(a, asked, q, begun), err
}

// teach adds to a start what the record before it says.
func (s *Study) teach(ctx context.Context, begin *start, now time.Time) error {
	if begin == nil || now.IsZero() {
		return nil
	}
	known, err := s.learn(ctx, now)
	for i, h := range known.ports {
		begin.ports[i].habit = h
	}
	return err
}

// finish says what an answer rests on.
func (s *Study) finish(a *sim.Answer, asked sim.Question, q *question, begun time.Time) *sim.Answer {
	from := "a chain that was run in"
	if q.start != nil {
		from = "the chain as it was"
		if !asked.Now.IsZero() {
			from += " at " + asked.Now.UTC().Format("2006-01-02 15:04 UTC")
		}
	}
	work := 0
	for _, h := range q.base.ships {
		work += h.calls
	}
	a.Rests = fmt.Sprintf("%d runs of %.0f d under the same chance, from %s; %d ships, %d ports; costs are those of the same %d calls", a.Runs, q.base.horizon()/daySec, from,
		len(q.base.ships), len(q.base.m.Ports), work)
	a.Elapsed, a.Computed = time.Since(begun), time.Now()
	return a
}

// figures compares two chains.
func figures(base, changed []*outcome) []sim.Figure {
	figure := func(id, label string, u twin.Unit, decimals int, good sim.Sense, get func(*outcome) float64) sim.Figure {
		return sim.Figure{ID: id, Label: label, Unit: u, Decimals: decimals, Good: good, Base: mean(values(base, get)), Changed: mean(values(changed, get)), Difference: paired(base, changed, get)}
	}
	return []sim.Figure{
		figure("cost", "Cost of the same calls", million, 2, sim.Less, (*outcome).total),
		figure("delay", "Time of a container in the chain", hours, 1, sim.Less, dwellOf),
		figure("delivered", "Delivered", teuUnit, 0, sim.More, func(o *outcome) float64 { return float64(o.arrived) }),
		figure("ships", "Time of ships for the same calls", hours, 1, sim.Less, func(o *outcome) float64 { return o.shipSec }),
		figure("roads", "Wait in the roads, per call", hours, 1, sim.Less, func(o *outcome) float64 { return o.waitSec }),
		figure("fuel", "Fuel", tonnes, 0, sim.Less, func(o *outcome) float64 { return o.cost.tonnes * 1000 }),
		figure("co2", "Carbon dioxide", tonnes, 0, sim.Less, func(o *outcome) float64 { return o.cost.tonnes * 1000 * carbon }),
		figure("cost.charter", "… of it charter", million, 2, sim.Less, func(o *outcome) float64 { return o.cost.charter }),
		figure("cost.fuel", "… fuel", million, 2, sim.Less, func(o *outcome) float64 { return o.cost.fuel }),
		figure("cost.ports", "… port dues and handling", million, 2, sim.Less, func(o *outcome) float64 { return o.cost.dues + o.cost.handling }),
		figure("cost.land", "… land and feeder", million, 2, sim.Less, func(o *outcome) float64 { return o.cost.links }),
		figure("cost.storage", "… storage", million, 2, sim.Less, func(o *outcome) float64 { return o.cost.storage }),
		figure("cost.delay", "… time of cargo", million, 2, sim.Less, func(o *outcome) float64 { return o.delay }),
	}
}

// carbon is t of carbon dioxide per t of heavy fuel oil (IMO, resolution MEPC.308(73), 2018, table of C_F).
const carbon = 3.114

// dwellOf is how long a container is in the chain, s, by Little's law: what is in it over what comes into it.
func dwellOf(o *outcome) float64 { return o.area / max(float64(o.created), 1) }

// parts says how ports and ships differ: a ship that is a day late, or a port with a day more of waiting per call of the horizon, is the full shade.
func (q *question) parts(base, changed []*outcome) (out []sim.Part) {
	shade := func(m sim.Mean, asset, text string) {
		if asset == "" || m.Low <= 0 && m.High >= 0 {
			return
		}
		s := min(1, max(-1, -m.Value/daySec))
		out = append(out, sim.Part{Asset: asset, Shade: s, Text: text})
	}
	for i := range q.base.m.Ships { // named ships come first in every plan
		d := paired(base, changed, func(o *outcome) float64 { return o.done[i] })
		shade(d, q.base.m.Ships[i].Asset, signed(d.Value/3600, 1)+" h for its calls")
	}
	for i := range q.base.m.Ports {
		d := paired(base, changed, func(o *outcome) float64 { return o.portWait[i] })
		shade(d, q.base.m.Ports[i].Asset, signed(d.Value/3600, 0)+" ship hours in the roads")
	}
	return out
}

// headline says what the changes cost and what is best.
func (q *question) headline(changes []sim.Change, f []sim.Figure, found []*advice) (string, []string) {
	var more []string
	what := "The chain as it is"
	if len(changes) > 0 {
		var texts []string
		for _, c := range changes {
			texts = append(texts, c.String())
		}
		what = "With " + strings.Join(texts, ", ")
	}
	for _, x := range found {
		if line := x.event(q); line != "" {
			what = line
		}
	}
	if len(changes) == 0 {
		more = append(more, fmt.Sprintf("It costs %s M USD in %.0f d, and a container is in it for %.1f d.", million.Format(f[0].Base.Value, 1), q.base.horizon()/daySec, f[1].Base.Value/daySec))
	} else {
		what += ": " + effect(f[0].Difference, f[1].Difference)
	}
	for _, x := range found {
		what += "; " + x.best(q)
	}
	return what + ".", more
}

// effect is what a difference of cost and of the time of containers is, in words.
func effect(cost, delay sim.Mean) string {
	text := "cost " + dollarsOf(cost)
	if !tells(cost) {
		text = "cost not distinguishable " + dollarsOf(cost)
	}
	wait := ", containers " + hoursOf(delay)
	if !tells(delay) {
		wait = ", time of containers not distinguishable " + hoursOf(delay)
	}
	return text + wait
}

// tells reports whether a difference can be told from zero.
func tells(m sim.Mean) bool { return m.Low > 0 || m.High < 0 }

// interval is a difference with its 95 % interval: "+3.99 (+1.58 … +6.40) M USD".
func interval(m sim.Mean, u twin.Unit, decimals int) string {
	text := func(v float64) string { return signedIn(v, u, decimals) }
	return fmt.Sprintf("%s (%s … %s) %s", text(m.Value), text(m.Low), text(m.High), u.Symbol)
}

// dollarsOf is a difference of cost, in USD, thousands or millions.
func dollarsOf(m sim.Mean) string {
	switch most := math.Max(math.Abs(m.Low), math.Abs(m.High)); {
	case most >= 1e8:
		return interval(m, million, 0)
	case most >= 1e5:
		return interval(m, million, 2)
	case most >= 1e4:
		return interval(m, twin.Unit{Symbol: "k USD", Dimension: "money", Scale: 1e3}, 0)
	}
	return interval(m, dollars, 0)
}

func hoursOf(m sim.Mean) string { return interval(m, hours, 1) }

func signed(v float64, decimals int) string { return signedIn(v, twin.Unit{}, decimals) }

func signedIn(v float64, u twin.Unit, decimals int) string {
	text := u.Format(v, decimals)
	if v > 0 && strings.Trim(text, "0.") != "" {
		return "+" + text
	}
	return text
}

// clock is a span for people.
func clock(sec float64) string {
	if sec < 2*daySec {
		return hours.Format(sec, 0) + " h"
	}
	return strings.TrimSuffix(days.Format(sec, 1), ".0") + " d"
}
