package flow

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// maxFaults is how many faults are told.
const maxFaults = 20

// Limits of a model.
const (
	maxElements = 10_000
	maxServers  = 1_000
	maxCount    = 100_000
)

// kindFields are the fields that each kind may use, beside name, label, kind, asset and rule.
var kindFields = map[Kind]string{
	Source:      "Interval Batch Limit Product Lose Shift",
	Machine:     "Cycle Speed Servers Setup SetupEvery Failure Repair Clock Reject Operator Crew Repairer Shift",
	Assembly:    "Cycle Speed Setup SetupEvery Failure Repair Clock Reject Operator Crew Repairer Shift",
	Disassembly: "Cycle Speed Setup SetupEvery Failure Repair Clock Operator Crew Repairer Shift",
	Buffer:      "Capacity",
	Conveyor:    "Length Pitch Belt",
	Transport:   "Capacity Length Fleet Load Unload Pick Drop",
	Sink:        "Scrap",
}

type checker struct {
	m      *Model
	faults sim.Faults
	index  map[string]int
	who    string // element that is being checked
}

func (c *checker) fault(place, remedy, what string, args ...any) {
	if len(c.faults) == maxFaults {
		return
	}
	text := fmt.Sprintf(what, args...)
	if c.who != "" {
		text = c.who + ": " + text
	}
	c.faults = append(c.faults, sim.Fault{Place: place, What: text, Remedy: remedy})
}

// Check says what is wrong with a model, as sim.Faults; nil if it can run.
func (m *Model) Check() error {
	c := &checker{m: m, index: map[string]int{}}
	switch {
	case len(m.Elements) == 0:
		c.fault("elements", "declare a source, a machine and a sink", "there are none")
	case len(m.Elements) > maxElements || len(m.Links) > 4*maxElements:
		c.fault("elements", "split the model", "there are more than %d, or four times as many links", maxElements)
		return c.faults
	}
	c.others()
	for i := range m.Elements {
		c.element(i)
	}
	for i := range m.Links {
		c.link(i)
	}
	if len(c.faults) == 0 {
		c.graph()
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	return nil
}

func (c *checker) name(place, name string) {
	if name == "" || len(name) > 100 || strings.ContainsAny(name, " .=\t\n\"") {
		c.fault(place, "use letters, digits, - and _", "%q cannot be a name", clip(name))
	}
}

// others checks shifts, pools and fleets.
func (c *checker) others() {
	seen := map[string]bool{}
	unique := func(place, name string) {
		c.name(place, name)
		if seen[name] {
			c.fault(place, "give each shift, pool and fleet a name of its own", "the name %s is used twice", clip(name))
		}
		seen[name] = true
	}
	for i, s := range c.m.Shifts {
		place := fmt.Sprintf("shifts[%d]", i)
		unique(place, s.Name)
		every := s.every()
		if !(every >= 60) {
			c.fault(place+".every", "give a minute or more, such as 24 h", "%g s is too short", every)
		}
		if len(s.On) == 0 || len(s.On) > 1000 {
			c.fault(place+".on", "give 1 to 1000 windows, such as from: 6 h, to: 14 h", "there are %d windows", len(s.On))
		}
		for j, w := range s.On {
			if !(w.From >= 0 && w.To > w.From && float64(w.To) <= every) || j > 0 && w.From < s.On[j-1].To {
				c.fault(fmt.Sprintf("%s.on[%d]", place, j), "order windows in time within one repetition", "%g s to %g s is out of order", float64(w.From), float64(w.To))
			}
		}
	}
	for i, p := range c.m.Labour {
		place := fmt.Sprintf("labour[%d]", i)
		unique(place, p.Name)
		c.whole(place+".count", p.Count, 1, maxServers)
		c.refer(place+".shift", "shift", p.Shift, len(c.m.Shifts), func(i int) string { return c.m.Shifts[i].Name })
	}
	for i, f := range c.m.Fleets {
		place := fmt.Sprintf("fleets[%d]", i)
		unique(place, f.Name)
		c.whole(place+".vehicles", f.Vehicles, 1, maxServers)
		c.between(place+".speed", float64(f.Speed), 1e-3, 100, "m/s")
	}
}

func (c *checker) element(i int) {
	e := &c.m.Elements[i]
	place := "elements[" + fmt.Sprint(i) + "]"
	c.name(place+".name", e.Name)
	c.who = clip(e.Name)
	defer func() { c.who = "" }()
	if _, twice := c.index[e.Name]; twice {
		c.fault(place, "give each element a name of its own", "the name is used twice")
	}
	c.index[e.Name] = i
	fields, ok := kindFields[e.Kind]
	if !ok {
		c.fault(place+".kind", "use source, machine, buffer, conveyor, transport, assembly, disassembly or sink", "unknown kind %q", clip(string(e.Kind)))
		return
	}
	v := reflect.ValueOf(e).Elem()
	for f := range v.NumField() {
		t := v.Type().Field(f)
		tag, _, _ := strings.Cut(t.Tag.Get("yaml"), ",")
		common := slices.Contains([]string{"Name", "Label", "Kind", "Rule", "Asset"}, t.Name)
		if !common && !slices.Contains(strings.Fields(fields), t.Name) && !v.Field(f).IsZero() {
			c.fault(place+"."+tag, "leave it out", "a %s has no %s", e.Kind, tag)
		}
		if d, is := v.Field(f).Interface().(Distribution); is {
			if _, err := d.checked(); err != nil {
				c.fault(place+"."+tag, "correct the time", "%v", err)
			}
		}
	}
	if !slices.Contains([]string{"", "first", "share", "alternate"}, e.Rule) {
		c.fault(place+".rule", "use first, share or alternate", "unknown rule %q", clip(e.Rule))
	}
	switch e.Kind {
	case Source:
		c.whole(place+".batch", e.Batch, 0, maxCount)
		c.whole(place+".limit", e.Limit, 0, math.MaxInt32)
		if e.Interval.Given() && e.Interval.Mean() == 0 {
			c.fault(place+".interval", "give a time above zero, or leave it out for a source that never runs dry", "parts would come all at once")
		}
		if e.Lose && !e.Interval.Given() {
			c.fault(place+".lose", "give the source an interval", "a source that never waits would lose parts without end")
		}
	case Buffer, Transport:
		if e.Capacity != nil && (*e.Capacity < 1 || *e.Capacity > maxCount) {
			c.fault(place+".capacity", "give 1 to 100000 parts; leave the element out for none, or the capacity out for no limit", "%d parts cannot be", *e.Capacity)
		}
	case Conveyor:
		c.between(place+".length", float64(e.Length), 1e-3, 1e5, "m")
		c.between(place+".pitch", float64(e.Pitch), 1e-3, math.Max(float64(e.Length), 1e-3), "m")
		c.between(place+".belt", float64(e.Belt), 1e-4, 100, "m/s")
		if float64(e.Length) > maxCount*float64(e.Pitch) {
			c.fault(place+".pitch", "take packs of parts as the parts", "more than %d parts fit on the belt", maxCount)
		}
	}
	if e.Speed != 0 || e.isStation() {
		c.between(place+".speed", e.speed(), .001, 1000, "")
	}
	if e.isStation() {
		c.station(place, e)
	}
	if e.Kind == Transport {
		c.transport(place, e)
	}
	c.refer(place+".shift", "shift", e.Shift, len(c.m.Shifts), func(i int) string { return c.m.Shifts[i].Name })
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *checker) station(place string, e *Element) {
	if !e.Cycle.Given() {
		c.fault(place+".cycle", "say how long one part takes, such as 4 s", "it is missing")
	}
	if e.Servers < 0 || e.Servers > maxServers {
		c.whole(place+".servers", e.Servers, 1, maxServers)
	}
	if e.Failure.Given() != e.Repair.Given() {
		c.fault(place+".repair", "give both failure and repair, or neither", "one of the two is missing")
	}
	if e.Failure.Given() && e.Failure.Mean() == 0 {
		c.fault(place+".failure", "give a mean time between failures above zero", "it would fail all the time")
	}
	if e.Clock != "" && e.Clock != "time" && e.Clock != "operation" {
		c.fault(place+".clock", "use operation or time", "unknown clock %q", clip(e.Clock))
	}
	if e.Failure.Given() && e.Clock != "time" && e.Servers > 1 {
		c.fault(place+".clock", "use clock: time, or several machines", "failures that count operation need a single server")
	}
	c.between(place+".reject", float64(e.Reject), 0, 1, "")
	if e.SetupEvery < 0 {
		c.whole(place+".setup_every", e.SetupEvery, 0, maxCount)
	}
	if e.Crew < 0 || e.Crew > maxServers {
		c.whole(place+".crew", e.Crew, 1, maxServers)
	}
	pool := func(i int) string { return c.m.Labour[i].Name }
	c.refer(place+".operator", "pool of labour", e.Operator, len(c.m.Labour), pool)
	c.refer(place+".repairer", "pool of labour", e.Repairer, len(c.m.Labour), pool)
	for _, p := range c.m.Labour {
		if p.Name == e.Operator && max(e.Crew, 1) > p.Count {
			c.fault(place+".crew", "ask for fewer or hire more", "%d are needed and %s has %d", e.Crew, p.Name, p.Count)
		}
	}
}

func (c *checker) transport(place string, e *Element) {
	if e.Fleet == "" {
		c.fault(place+".fleet", "name a fleet", "it is missing")
	}
	c.refer(place+".fleet", "fleet", e.Fleet, len(c.m.Fleets), func(i int) string { return c.m.Fleets[i].Name })
	for _, p := range [][]float64{e.Pick, e.Drop} {
		if len(p) != 0 && len(p) != 2 || len(e.Pick) != len(e.Drop) {
			c.fault(place+".pick", "give pick and drop as x and z in metres, or give a length", "a place has two numbers")
			return
		}
		for _, v := range p {
			c.between(place+".pick", v, -1e5, 1e5, "m")
		}
	}
	if len(e.Pick) == 0 || e.Length != 0 {
		c.between(place+".length", float64(e.Length), 0, 1e5, "m")
	}
}

func (c *checker) whole(place string, v, least, greatest int) {
	if v < least || v > greatest {
		c.fault(place, fmt.Sprintf("give %d to %d", least, greatest), "%d cannot be", v)
	}
}

func (c *checker) between(place string, v, least, greatest float64, unit string) {
	if !(v >= least && v <= greatest) {
		c.fault(place, strings.TrimSpace(fmt.Sprintf("give %g to %g %s", least, greatest, unit)), "%g is out of range", v)
	}
}

// refer checks that a name is that of something.
func (c *checker) refer(place, what, name string, n int, at func(int) string) {
	if name == "" {
		return
	}
	var known []string
	for i := range n {
		known = append(known, at(i))
	}
	if !slices.Contains(known, name) {
		c.fault(place, nearest(name, known), "there is no %s %q", what, clip(name))
	}
}

// nearest names what may have been meant.
func nearest(name string, known []string) string {
	best, least := "", 4
	for _, k := range known {
		if d := distance(clip(name), k, least); d < least {
			best, least = k, d
		}
	}
	switch {
	case best != "":
		return "did you mean " + best + "?"
	case len(known) == 0:
		return "declare it first"
	}
	return "known are " + strings.Join(known[:min(len(known), 8)], ", ")
}

// distance is how many letters must be changed, put in or taken out (Levenshtein), at most limit.
func distance(a, b string, limit int) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if d := len(x) - len(y); d >= limit || -d >= limit {
		return limit
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			d := min(row[j]+1, row[j+1]+1, diagonal+1-b2i(x[i] == y[j]))
			diagonal, row[j+1] = row[j+1], d
		}
	}
	return row[len(y)]
}

// every is when a shift repeats, s.
func (s *Shift) every() float64 {
	if s.Every == 0 {
		return 86400
	}
	return float64(s.Every)
}
