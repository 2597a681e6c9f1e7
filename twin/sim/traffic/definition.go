package traffic

import (
	"io/fs"
	"math"
	"slices"
	"strings"
	"time"
)

// definition is what a twin file says of a study: a network, who drives on it, and what may be changed.
type definition struct {
	*plan
	demand   *Demand // of the busiest hour, before it is fitted to live counts
	course   course
	measures []measure
	binding  binding
	horizon  float64 // s
	warmUp   float64 // s
	runs     int
	peak     float64 // how many times as long as on empty roads a trip takes in the busiest hour of a usual day, at most
	hour     float64 // of the day that questions are about; NaN: that of the moment
	worst    bool    // … the hour that a change hurts most
}

// course is the demand over the hours of a workday and of a day at the weekend, as a part of that of the busiest hour.
type course struct {
	zone             *time.Location
	workday, weekend [24]float64
}

// usualCourse is that of an European town with rush hours: rounded shares that agree with what traffic counts there show.
var usualCourse = course{
	workday: [24]float64{.12, .08, .06, .06, .1, .25, .6, .95, 1, .75, .62, .62, .66, .68, .74, .88, 1, .96, .75, .55, .42, .34, .26, .18},
	weekend: [24]float64{.16, .12, .09, .07, .07, .1, .16, .22, .34, .46, .58, .66, .7, .72, .72, .7, .68, .64, .56, .46, .36, .3, .25, .2},
}

// at is the part at a moment, linear between the middles of hours.
func (c *course) at(t time.Time) float64 {
	t = t.In(c.zone)
	day := &c.workday
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		day = &c.weekend
	}
	return lookUp(day, hourOf(t))
}

func hourOf(t time.Time) float64 {
	return float64(t.Hour()) + float64(t.Minute())/60 + float64(t.Second())/3600
}

func lookUp(day *[24]float64, hour float64) float64 {
	x := hour - .5 + 24
	k := int(x)
	f := x - float64(k)
	return day[k%24]*(1-f) + day[(k+1)%24]*f
}

// measure is a change that a definition names: closed streets, new roads.
type measure struct {
	id, label string
	close     []int // streets
	from, to  float64
	add       []NewLink // forth and back
	street    int       // in plan.streets of what is added; −1
	asset     string
	demand    float64 // part of the trips that are still made while streets are closed, for it was announced
}

// binding says which signals of the tree belong to streets and junctions.
type binding struct {
	streets, junctions                          string // paths with {id}
	flow, speed, occupancy, access, queue, wait string // names of signals
	closed                                      string // state of access
	green                                       string
	given                                       bool
}

const hourSec = 3600.

// readDefinition reads all of a definition.
func readDefinition(text []byte, files fs.FS) (*definition, error) {
	f := &form{}
	root, err := parse(text)
	if err != nil {
		f.fault("", "write it as network, demand and measures", "the definition cannot be read: %v", err)
		return nil, f.done()
	}
	f.known(root, "network", "classes", "signals", "demand", "live", "measures", "hour", "horizon", "warm_up", "runs")
	d := &definition{plan: f.readPlan(root, files), horizon: f.quantity(root.get("horizon"), aTime, hourSec, 60, 24*hourSec),
		warmUp: f.quantity(root.get("warm_up"), aTime, 300, 0, 2*hourSec), runs: f.count(root.get("runs"), 12, 2, 1000)}
	if d.plan == nil {
		return nil, f.done()
	}
	f.readSignals(root.get("signals"), d.plan)
	if err := d.net.Check(); err != nil {
		f.fault("network", "mend the network", "%v", err)
		return nil, f.done()
	}
	for i := range d.net.Links {
		if err := d.net.Links[i].drivable(); err != nil {
			f.fault("network", "give lengths, times and their units in the file as they are", "%v", err)
			return nil, f.done()
		}
	}
	f.readHour(root.get("hour"), d)
	d.measures = f.readMeasures(root.get("measures"), d.plan)
	d.demand = f.readDemand(root, d, files)
	d.binding = f.readBinding(root.get("live"))
	if len(f.faults) > 0 {
		return nil, f.done()
	}
	if err := d.net.CheckDemand(d.demand); err != nil {
		f.fault("demand", "join them by a street, or give one of them no weight", "%v", err)
	}
	return d, f.done()
}

// readSignals sets the timing of the signals of a street plan. A cycle is shared by two phases: north and south, then east and west.
func (f *form) readSignals(v value, p *plan) {
	f.known(v, "cycle", "clearance", "green", "actuated", "junctions")
	cycle, clear := f.quantity(v.get("cycle"), aTime, 80, 10, 600), f.quantity(v.get("clearance"), aTime, 5, 0, 30)
	green := f.quantity(v.get("green"), aShare, .5, .05, .95)
	actuated := f.truth(v.get("actuated"))
	own := v.get("junctions")
	f.known(own, own.keys...)
	for _, id := range own.keys {
		if x := own.get(id); !slices.ContainsFunc(p.lit, func(l lit) bool { return l.id == id }) {
			f.fault(x.place, "name a junction with a signal", "there is no signal at %q", clip(id))
		}
	}
	for _, l := range p.lit {
		s, x := &p.net.Signals[l.signal], own.get(l.id)
		f.known(x, "cycle", "clearance", "green", "actuated")
		if len(s.Phases) != 2 || s.Phases[0].Green > 0 && x.missing() {
			continue // a map gave it its timing
		}
		c, k := f.quantity(x.get("cycle"), aTime, cycle, 10, 600), f.quantity(x.get("clearance"), aTime, clear, 0, 30)
		g := f.quantity(x.get("green"), aShare, green, .05, .95)
		s.Actuated = actuated || f.truth(x.get("actuated"))
		if c <= 2*k+2 {
			if x.missing() {
				x = v
			}
			f.fault(x.place, "give a longer cycle", "a cycle of %g s has no green beside two clearances of %g s", c, k)
			continue
		}
		s.split(c, k, g)
		for _, p2 := range s.Phases {
			for _, link := range p2.Links {
				l := &p.net.Links[link]
				l.Capacity = min(l.Capacity, saturation*float64(max(1, l.Lanes))*s.Share(link))
			}
		}
	}
}

// split gives two phases of a cycle their greens: the first one's share of what the clearances leave. No green is shorter than a
// second.
func (s *Signal) split(cycle, clear, share float64) {
	both := cycle - 2*clear
	first := min(max(both*share, 1), both-1)
	s.Phases[0].Green, s.Phases[1].Green = first, both-first
	s.Phases[0].Clear, s.Phases[1].Clear = clear, clear
}

func (f *form) readHour(v value, d *definition) {
	d.hour = math.NaN()
	switch s := v.text(); s {
	case "", "now":
	case "worst":
		d.worst = true
	default:
		d.hour = f.clock(v, math.NaN())
	}
}

// clock reads a time of day, "17:00" or 17.5, as hours.
func (f *form) clock(v value, usual float64) float64 {
	if v.missing() {
		return usual
	}
	hour, minute, colon := strings.Cut(v.text(), ":")
	h, err := parseQuantity(hour, dimension{name: "time", units: map[string]float64{"h": 1}})
	m := 0.
	if colon && err == nil {
		m, err = parseQuantity(minute, aShare)
	}
	if err != nil || !(h >= 0 && h <= 24 && m >= 0 && m < 60 && h+m/60 <= 24) {
		f.fault(v.place, "write a time of the day such as 17:00", "%q is no time of the day", clip(v.text()))
		return usual
	}
	return h + m/60
}

func (f *form) readMeasures(v value, p *plan) []measure {
	f.known(v, v.keys...)
	var out []measure
	for i, id := range v.keys {
		x := v.items[i]
		f.known(x, "label", "close", "from", "to", "add", "asset", "demand")
		m := measure{id: id, label: f.word(x.get("label"), false), from: f.clock(x.get("from"), 0), to: f.clock(x.get("to"), 24), street: -1, asset: f.word(x.get("asset"), false),
			demand: f.quantity(x.get("demand"), aShare, 1, 0, 2)}
		if m.label == "" {
			m.label = strings.ReplaceAll(id, "_", " ")
		}
		if id == "" || strings.ContainsAny(id, ".= ") || slices.ContainsFunc(p.streets, func(s street) bool { return s.id == id }) {
			f.fault(x.place, "name it by one word that no street has", "a measure cannot be named %q", clip(id))
		}
		if m.to <= m.from {
			f.fault(x.get("to").place, "give an end after the beginning", "it ends before it begins")
		}
		for _, c := range f.each(x.get("close")) {
			if k := slices.IndexFunc(p.streets, func(s street) bool { return s.id == c.text() }); k >= 0 {
				m.close = append(m.close, k)
			} else {
				f.fault(c.place, "name a street of the network", "there is no street %q", clip(c.text()))
			}
		}
		if add := x.get("add"); !add.missing() {
			f.newRoad(add, p, &m)
		}
		if len(m.close) == 0 && len(m.add) == 0 && len(f.faults) == 0 {
			f.fault(x.place, "write close: [streets] or add: {from: …, to: …}", "the measure changes nothing")
		}
		out = append(out, m)
	}
	return out
}

// newRoad reads a road that a measure adds.
func (f *form) newRoad(v value, p *plan, m *measure) {
	f.known(v, "from", "to", "class", "lanes", "speed", "length", "capacity", "one_way")
	node := map[string]int{}
	for i := range p.net.Nodes {
		node[p.net.Nodes[i].Name] = i
	}
	kinds := planClasses()
	kind := f.word(v.get("class"), false)
	if kind == "" {
		kind = "ramp"
	}
	c, ok := kinds[kind]
	if !ok {
		f.fault(v.get("class").place, "write street, avenue, motorway or ramp", "%q is no class of road", clip(kind))
	}
	from, to := f.junction(v.get("from"), node), f.junction(v.get("to"), node)
	lanes, speed := f.count(v.get("lanes"), c.lanes, 1, 16), f.quantity(v.get("speed"), aSpeed, c.speed, .5, 60)
	length, capacity := f.quantity(v.get("length"), aLength, 0, 1, 1e6), f.quantity(v.get("capacity"), aFlow, c.capacity*float64(max(1, lanes)), 1e-4, 20)
	if from < 0 || to < 0 {
		return
	}
	if from == to {
		f.fault(v.get("to").place, "name another junction", "the new road is a closed loop: it ends where it begins")
		return
	}
	k := NewLink{Name: m.id, From: p.net.Nodes[from].Name, To: p.net.Nodes[to].Name, Kind: c.kind, Lanes: lanes, Speed: speed, Length: length, Capacity: capacity}
	m.add = []NewLink{k}
	if two := v.get("one_way"); two.text() == "false" {
		k.Name, k.From, k.To = m.id+" back", k.To, k.From
		m.add = append(m.add, k)
	}
}

func (f *form) readBinding(v value) binding {
	b := binding{given: !v.missing()}
	f.known(v, "streets", "junctions", "flow", "speed", "occupancy", "access", "closed", "green", "queue", "wait")
	named := func(key, usual string) string {
		if s := f.word(v.get(key), false); s != "" {
			return s
		}
		return usual
	}
	b.streets, b.junctions = named("streets", ""), named("junctions", "")
	b.flow, b.speed, b.occupancy, b.access, b.closed = named("flow", "flow"), named("speed", "speed"), named("occupancy", "occupancy"), named("access", "access"), named("closed", "closed")
	b.green, b.queue, b.wait = named("green", "green_split"), named("queue", "queue"), named("wait", "wait")
	for _, key := range []string{"streets", "junctions"} {
		if s := v.get(key); !s.missing() && !strings.Contains(s.text(), "{id}") {
			f.fault(s.place, "write it like district/streets/{id}", "%q names one asset, not one for each", clip(s.text()))
		}
	}
	return b
}
