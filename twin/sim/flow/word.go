package flow

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// word puts an answer together. The ranking is nil where no single element was tried.
func (s *Study) word(a *asked, c *Comparison, ranking *Ranking) *sim.Answer {
	out := &sim.Answer{Rests: s.rests(a, c)}
	if len(c.Base.Replications) == 0 {
		out.Headline = "It was stopped before a first run was done."
		return out
	}
	out.Figures = s.figures(c)
	out.Ranks = s.ranks(c.Base, ranking)
	out.Headline = s.headline(a, c, ranking)
	out.More = s.more(a, c, ranking)
	if len(a.changes) > 0 {
		out.Parts = s.parts(c)
	}
	return out
}

func (s *Study) rests(a *asked, c *Comparison) string {
	text := fmt.Sprintf("%s each, with and without changes under the same chance; %s", shortTime(a.o.HorizonSec), a.beginning.text())
	if n := len(a.speeds); n > 0 {
		text += fmt.Sprintf("; %d set-points of speed as they are now", n)
	}
	if each := s.def.each(); each != 1 {
		text += fmt.Sprintf("; %s move in packs of %g", s.def.item(), each)
	}
	return text
}

// meanOf is an estimate with its 95 % interval; of a single run it is open.
func meanOf(e Estimate, factor float64) sim.Mean {
	e = e.scaled(factor)
	h := e.Half(.95)
	return sim.Mean{Value: e.Mean, Low: e.Mean - h, High: e.Mean + h}
}

func (s *Study) perHour() twin.Unit {
	return twin.Unit{Symbol: s.def.item() + "/h", Dimension: "rate", Scale: 1. / 3600}
}

// figures are throughput, scrap, work in progress and lead time.
func (s *Study) figures(c *Comparison) []sim.Figure {
	each := s.def.each()
	figure := func(id, label string, u twin.Unit, decimals int, good sim.Sense, factor float64, get func(*Replication) float64) sim.Figure {
		base, changed := c.Base.values(get), c.Changed.values(get)
		return sim.Figure{ID: id, Label: label, Unit: u, Decimals: decimals, Good: good,
			Base: meanOf(estimate(base), factor), Changed: meanOf(estimate(changed), factor), Difference: meanOf(gain(base, changed).Absolute, factor)}
	}
	decimals := func(mean float64) int { return int(min(max(3-math.Ceil(math.Log10(math.Max(mean, 1e-3))), 0), 3)) }
	rate := decimals(c.Base.Throughput.Mean * each * 3600 / 10)
	out := []sim.Figure{figure("throughput", "Throughput", s.perHour(), rate, sim.More, each, func(r *Replication) float64 { return r.Throughput })}
	if scrap := s.scrapSinks(); len(scrap) > 0 {
		out = append(out, figure("scrap", "Scrap", s.perHour(), 1, sim.Less, each, func(r *Replication) float64 {
			sum := 0.
			for _, i := range scrap {
				sum += r.Elements[i].Out
			}
			return sum
		}))
	}
	out = append(out, figure("wip", "Work in progress", twin.Unit{Symbol: s.def.item()}, decimals(c.Base.WIP.Mean*each), sim.Less, each, func(r *Replication) float64 { return r.WIP }))
	if c.Base.LeadSec.Mean > 0 {
		u, err := twin.ParseUnit(timeUnit(c.Base.LeadSec.Mean))
		if err == nil {
			out = append(out, figure("lead", "Lead time", u, decimals(u.FromSI(c.Base.LeadSec.Mean)), sim.Less, 1, func(r *Replication) float64 { return r.LeadSec }))
		}
	}
	return out
}

func (s *Study) scrapSinks() []int {
	var out []int
	for i := range s.def.Elements {
		if e := &s.def.Elements[i]; e.Kind == Sink && e.Scrap {
			out = append(out, i)
		}
	}
	return out
}

// limiting is the share of the time in which an element was the bottleneck by active periods; a span in which it shifts counts half.
func (e *ElementSummary) limiting() float64 { return e.Sole.Mean + e.Shifting.Mean/2 }

// ranks are what limits the plant as it is: by what each element buys, else by active periods.
func (s *Study) ranks(base *Summary, ranking *Ranking) []sim.Rank {
	if ranking == nil {
		return s.activeRanks(base)
	}
	var out []sim.Rank
	for _, e := range ranking.Effects {
		out = append(out, sim.Rank{Asset: s.def.Element(e.Element).Asset, Label: e.Label, Share: base.Element(e.Element).limiting(), Gain: meanOf(e.Gain.Relative, 1),
			Lever: e.Change.String(), Why: base.Element(e.Element).why()})
	}
	return out
}

// activeRanks have no lever, because what it buys was not tried.
func (s *Study) activeRanks(base *Summary) []sim.Rank {
	var out []sim.Rank
	for i := range base.Elements {
		e := &base.Elements[i]
		if s.def.Elements[i].isStation() {
			out = append(out, sim.Rank{Asset: s.def.Elements[i].Asset, Label: e.Label, Share: e.limiting(), Why: e.why()})
		}
	}
	slices.SortStableFunc(out, func(a, b sim.Rank) int { return cmp.Compare(b.Share, a.Share) })
	return out
}

// why is the evidence, for people.
func (e *ElementSummary) why() string {
	if e.Kind == Conveyor {
		return fmt.Sprintf("holds %.0f on average", e.Level.Mean)
	}
	text := fmt.Sprintf("works %s of the time", percent(e.Share(Working).Mean))
	for _, st := range []State{Down, Setup, Waiting, Blocked, Starved, Off} {
		if v := e.Share(st).Mean; v >= .005 {
			text += fmt.Sprintf(", %s %s", st, percent(v))
		}
	}
	if e.limiting() < .005 {
		return text
	}
	return fmt.Sprintf("the only bottleneck %s of the time, one of two %s; %s", percent(e.Sole.Mean), percent(e.Shifting.Mean), text)
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

// The is a label within a sentence: "the labeller", "C3".
func the(label string) string {
	first, n := utf8.DecodeRuneInString(label)
	second, _ := utf8.DecodeRuneInString(label[n:])
	if unicode.IsUpper(first) && unicode.IsLower(second) {
		return "the " + string(unicode.ToLower(first)) + label[n:]
	}
	return label
}

func sentence(text string) string {
	first, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[n:]
}

// headline is the answer in one sentence or two: where the bottleneck is, and what the changes buy.
func (s *Study) headline(a *asked, c *Comparison, ranking *Ranking) string {
	where := s.bottleneck(c.Base, ranking)
	if len(a.changes) == 0 {
		if ranking != nil {
			if e, ok := ranking.Bottleneck(); ok {
				return fmt.Sprintf("%s: %+g %% speed there buys %s of %s.", where, 100*ranking.Faster, signed(e.Gain), s.rate(c.Base.Throughput))
			}
		}
		return fmt.Sprintf("%s. The line makes %s.", where, s.rate(c.Base.Throughput))
	}
	return where + ". " + sentence(s.effect(a, c)) + "."
}

// bottleneck names what limits the plant.
func (s *Study) bottleneck(base *Summary, ranking *Ranking) string {
	if ranking == nil {
		if l := longest(base); l != nil {
			return fmt.Sprintf("%s looks like the bottleneck, by how long it is busy without a break", sentence(the(l.Label)))
		}
		return "No station is ever busy"
	}
	e, ok := ranking.Bottleneck()
	switch {
	case !ok:
		return "No single element holds the line"
	case !ranking.Sure():
		return fmt.Sprintf("%s is the bottleneck, with %s close behind", sentence(the(e.Label)), the(ranking.Effects[1].Label))
	}
	return sentence(the(e.Label)) + " is the bottleneck"
}

// effect is what the changes buy: "filler +10 % buys +0.2 % ± 0.1 in bottles per hour".
func (s *Study) effect(a *asked, c *Comparison) string {
	g := c.Throughput
	what := s.changeText(a.changes)
	switch {
	case g.Absolute.N < 2:
		return fmt.Sprintf("%s gives %+.1f %% in %s per hour, in a single run", what, 100*g.Relative.Mean, s.def.item())
	case !g.Distinguishable():
		return fmt.Sprintf("%s buys nothing that can be told from chance: %s in %s per hour", what, signed(g), s.def.item())
	case g.Absolute.Mean < 0:
		return fmt.Sprintf("%s costs %s in %s per hour", what, signed(g), s.def.item())
	}
	return fmt.Sprintf("%s buys %s in %s per hour", what, signed(g), s.def.item())
}

// signed is a gain with the half width of its 95 % interval, both in % of the base.
func signed(g Gain) string {
	text := fmt.Sprintf("%+.1f %% ± %.1f", 100*g.Relative.Mean, 100*g.Relative.Half(.95))
	return strings.ReplaceAll(text, "-", "−")
}

// changeText is "filler +10 %", "C4 length +100 %".
func (s *Study) changeText(changes []sim.Change) string {
	var out []string
	for _, c := range changes {
		owner, name, _ := strings.Cut(c.Field, ".")
		label := owner
		if e := s.def.Element(owner); e != nil {
			label = the(e.title())
		}
		label = strings.TrimPrefix(label, "the ")
		if name != "speed" {
			label += " " + cmp.Or(told[name], name)
		}
		value := c.Value
		if number, relative := strings.CutSuffix(value, "%"); relative {
			value = strings.TrimSpace(number) + " %"
		} else {
			value = "at " + s.valueText(c)
		}
		out = append(out, label+" "+strings.ReplaceAll(value, "-", "−"))
	}
	const shown = 3
	if n := len(out) - shown; n > 0 {
		out = append(out[:shown], fmt.Sprintf("%d more changes", n))
	}
	return strings.Join(out, ", ")
}

// valueText is a new value for people: a plain number is SI by now.
func (s *Study) valueText(c sim.Change) string {
	v, err := quantity(c.Value, dimNumber)
	if err != nil {
		return c.Value
	}
	for _, f := range s.fields {
		if f.ID == c.Field {
			return short(f.Unit.FromSI(v), f.Unit.Symbol)
		}
	}
	return c.Value
}

// rate is a throughput for people.
func (s *Study) rate(e Estimate) string {
	v := e.Mean * s.def.each() * 3600
	decimals := 0
	if v < 100 {
		decimals = 1
	}
	return grouped(v, decimals) + " " + s.def.item() + " per hour"
}

// more is the evidence, and where the bottleneck goes.
func (s *Study) more(a *asked, c *Comparison, ranking *Ranking) []string {
	var out []string
	if l := longest(c.Base); l != nil {
		out = append(out, fmt.Sprintf("As it is: %s is %s.", the(l.Label), l.why()))
	}
	if ranking != nil && len(ranking.Effects) > 1 {
		if e, ok := ranking.Bottleneck(); ok {
			next := ranking.Effects[1]
			out = append(out, fmt.Sprintf("%s %+g %% buys %s, next comes %s with %s.", sentence(e.Label), 100*ranking.Faster, signed(e.Gain), the(next.Label), signed(next.Gain)))
		} else {
			out = append(out, "Look at what feeds the line, and at what takes from it.")
		}
	}
	if len(a.changes) == 0 {
		return out
	}
	out = append(out, fmt.Sprintf("It makes %s; as it is, %s.", s.rate(c.Changed.Throughput), strings.TrimSuffix(s.rate(c.Base.Throughput), " "+s.def.item()+" per hour")))
	if l, was := longest(c.Changed), longest(c.Base); l != nil && was != nil {
		if l.Name != was.Name {
			out = append(out, fmt.Sprintf("Then the bottleneck moves to %s, %s.", the(l.Label), l.why()))
		} else {
			out = append(out, fmt.Sprintf("Then %s is still busy the longest, %s.", the(l.Label), l.why()))
		}
	}
	return out
}

// longest is the element that was the bottleneck most of the time by active periods; nil where none ever was.
func longest(s *Summary) *ElementSummary {
	var best *ElementSummary
	for i := range s.Elements {
		if e := &s.Elements[i]; e.limiting() > 0 && (best == nil || e.limiting() > best.limiting()) {
			best = e
		}
	}
	return best
}

// parts are the assets that differ: stations by the time that they lose, what holds parts by how full it is. Full shade is a
// tenth of the time and a fifth of the room.
func (s *Study) parts(c *Comparison) []sim.Part {
	var out []sim.Part
	for i := range s.def.Elements {
		e := &s.def.Elements[i]
		if e.Asset == "" {
			continue
		}
		if e.isStation() {
			works := func(r *Replication) float64 { return r.Elements[i].Shares[Working] }
			lost := func(r *Replication) float64 {
				x := &r.Elements[i].Shares
				return x[Starved] + x[Blocked] + x[Down] + x[Waiting]
			}
			if g := gain(c.Base.values(lost), c.Changed.values(lost)); g.Distinguishable() {
				out = appendPart(out, e.Asset, -g.Absolute.Mean/.1, "works %s of the time, not %s", estimate(c.Base.values(works)).Mean, estimate(c.Changed.values(works)).Mean)
			}
		} else if room := float64(e.room()); room > 0 {
			level := func(r *Replication) float64 { return r.Elements[i].Level / room }
			if g := gain(c.Base.values(level), c.Changed.values(level)); g.Distinguishable() {
				out = appendPart(out, e.Asset, -g.Absolute.Mean/.2, "%s full, not %s", estimate(c.Base.values(level)).Mean, estimate(c.Changed.values(level)).Mean)
			}
		}
	}
	return out
}

// appendPart leaves out what reads the same before and after.
func appendPart(parts []sim.Part, asset string, shade float64, text string, before, after float64) []sim.Part {
	if percent(before) == percent(after) {
		return parts
	}
	return append(parts, sim.Part{Asset: asset, Shade: min(max(shade, -1), 1), Text: fmt.Sprintf(text, percent(after), percent(before))})
}
