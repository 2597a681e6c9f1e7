package flow

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Study answers questions about a line and foretells its signals: a sim.Study and a sim.Builder. It is safe for concurrent use.
type Study struct {
	def    *Definition
	tree   *twin.Tree
	live   []meaning
	params []Parameter
	fields []sim.Field

	mu   sync.Mutex
	kept []*known // the newest last
	past sim.Past
}

// Remember gives the study what was measured, for futures; without, they begin empty.
func (s *Study) Remember(past sim.Past) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.past = past
}

// NewStudy reads a definition, JSON with the keys of the twin file, for a site; the site may be without a tree. The error is a
// sim.Faults.
func NewStudy(definition []byte, site sim.Site) (*Study, error) {
	def, err := ReadDefinition(definition)
	if err != nil {
		return nil, err
	}
	live, err := def.bind(site.Tree)
	if err != nil {
		return nil, err
	}
	s := &Study{def: def, tree: site.Tree, live: live}
	s.describe()
	return s, nil
}

// describe lists what may be changed.
func (s *Study) describe() {
	s.params = s.def.Parameters()
	for i := range s.params {
		s.fields = append(s.fields, s.field(&s.params[i]))
	}
}

// Fields implements sim.Study.
func (s *Study) Fields() []sim.Field { return slices.Clone(s.fields) }

// Definition is what the study was made of: read only.
func (s *Study) Definition() *Definition { return s.def }

func (s *Study) field(p *Parameter) sim.Field {
	f := sim.Field{ID: p.ID, Label: p.Label, Unit: p.shown(), Value: p.Value, Min: p.Min, Max: p.Max}
	if owner, _, _ := strings.Cut(p.ID, "."); s.def.Element(owner) != nil {
		f.Asset = s.def.Element(owner).Asset
	}
	f.Text = short(f.Unit.FromSI(p.Value), f.Unit.Symbol)
	if p.law != nil {
		if d := p.law(&s.def.Model); d.Law != Constant {
			f.Text = d.people()
		}
	}
	return f
}

// shown is the unit in which people read a parameter: factors and shares in %, times by how long they are.
func (p *Parameter) shown() twin.Unit {
	symbol := p.Unit
	switch {
	case p.dimension == dimTime:
		symbol = timeUnit(p.Value)
	case p.dimension == dimNumber && !p.Whole:
		symbol = "%"
	}
	u, err := twin.ParseUnit(symbol)
	if err != nil { // never: all are units that package twin knows
		return twin.Unit{Symbol: symbol}
	}
	return u
}

// timeUnit is the unit in which a time is best read.
func timeUnit(sec float64) string {
	switch {
	case sec < 120:
		return "s"
	case sec < 2*3600:
		return "min"
	case sec < 3*86400:
		return "h"
	}
	return "d"
}

// short is a number of at most four digits with its unit.
func short(v float64, symbol string) string {
	digits := strconv.FormatFloat(v, 'g', 4, 64)
	if math.Abs(v) >= 1000 && math.Abs(v) < 1e15 {
		digits = grouped(v, 0)
	}
	return strings.TrimSpace(strings.Replace(digits, "-", "−", 1) + " " + symbol)
}

// shortTime is a time in the unit in which it is best read.
func shortTime(sec float64) string {
	u, err := twin.ParseUnit(timeUnit(sec))
	if err != nil { // never
		return short(sec, "s")
	}
	return short(u.FromSI(sec), u.Symbol)
}

// grouped is a number with fixed decimals and commas between thousands.
func grouped(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, part, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part != "" {
		whole += "." + part
	}
	if v < 0 && strings.Trim(whole, "0.,") != "" {
		whole = "−" + whole
	}
	return whole
}

// people writes a law with its times in units that are easily read.
func (d Distribution) people() string {
	for _, l := range laws {
		if l.law != d.Law {
			continue
		}
		var args []string
		for j, kind := range l.args {
			switch {
			case d.Law == Hyperexponential && kind == 'n':
				args = append(args, short(100*d.P[j], "%"))
			case kind == 'n':
				args = append(args, short(d.P[j], ""))
			default:
				args = append(args, shortTime(d.P[j]))
			}
		}
		if d.Law == Empirical {
			args = []string{fmt.Sprintf("%d values, mean %s", len(d.Values), shortTime(d.Mean()))}
		}
		return l.name + "(" + strings.Join(args, ", ") + ")"
	}
	return ""
}

// changes brings values that are plain numbers into the unit of their field, as package sim has it.
func (s *Study) changes(asked []sim.Change) []sim.Change {
	out := slices.Clone(asked)
	for i, c := range out {
		value := strings.TrimSpace(strings.ReplaceAll(c.Value, "−", "-"))
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			continue
		}
		for _, f := range s.fields {
			if f.ID == c.Field {
				out[i].Value = number(f.Unit.SI(v))
			}
		}
	}
	return out
}
