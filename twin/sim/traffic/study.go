package traffic

import (
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Study answers what-ifs about the roads of a twin: how long trips take, where time is lost, what a closure or a new road does. It is
// a sim.Study and a sim.Builder, and safe for concurrent use.
type Study struct {
	d      *definition
	b      bound
	knobs  []knob
	fields []sim.Field
	byID   map[string]int

	mu   sync.Mutex
	last memory
	past sim.Past

	carried float64 // vehicles/s that the roads carry; 0: not known

	hours    [24]float64 // of the plant as it is
	hoursFor hoursKey
}

// memory is the newest fit, and what it was made for.
type memory struct {
	state  state
	at     time.Time
	fitted *fitted
}

// knobKind is what a field changes.
type knobKind uint8

const (
	knobMeasure knobKind = iota // on or off
	knobFrom
	knobTo
	knobTrips
	knobNewLanes
	knobNewSpeed
	knobNewCapacity
	knobDemand
	knobHour
	knobWeekend
	knobClosed
	knobLanes
	knobSpeed
	knobCapacity
	knobGreen
	knobCycle
)

// knob is a field: what it changes, and of which measure, street or signal.
type knob struct {
	kind  knobKind
	index int
}

// The units of fields that package twin does not know.
var (
	perHour   = twin.Unit{Symbol: "/h", Dimension: "flow", Scale: 1 / hourSec}
	clockUnit = twin.Unit{Symbol: "h", Dimension: "number", Scale: 1}
	percent   = twin.Unit{Symbol: "%", Dimension: "number", Scale: .01}
	kmh       = twin.Unit{Symbol: "km/h", Dimension: "speed", Scale: 1 / 3.6}
	seconds   = twin.Unit{Symbol: "s", Dimension: "time", Scale: 1}
)

// maxStreetFields is how many streets of a network have fields: of a larger one, those that a measure names.
const maxStreetFields = 400

// NewStudy reads a definition, JSON with the keys of the twin file: network, classes, signals, demand, live, measures, hour, horizon,
// warm_up and runs. What is wrong with it comes as sim.Faults.
func NewStudy(text []byte, site sim.Site) (*Study, error) {
	d, err := readDefinition(text, site.Files)
	if err != nil {
		return nil, err
	}
	f := &form{}
	s := &Study{d: d, b: f.bind(d, site.Tree), byID: map[string]int{}}
	s.addFields(f)
	if err := f.done(); err != nil {
		return nil, err
	}
	return s, nil
}

// Remember lets forecasts begin with what was measured at their beginning.
func (s *Study) Remember(past sim.Past) {
	s.mu.Lock()
	s.past = past
	s.mu.Unlock()
}

// Fields implements sim.Study.
func (s *Study) Fields() []sim.Field { return slices.Clone(s.fields) }

func (s *Study) add(k knob, f sim.Field) {
	s.byID[f.ID] = len(s.fields)
	s.knobs, s.fields = append(s.knobs, k), append(s.fields, f)
}

func (s *Study) addFields(f *form) {
	for i, m := range s.d.measures {
		s.measureFields(i, m)
	}
	s.add(knob{knobDemand, 0}, sim.Field{ID: "demand.factor", Label: "Demand", Unit: percent, Value: 1, Min: 0, Max: 3, Text: "100 %"})
	hour := sim.Field{ID: "demand.hour", Label: "Time of the day", Unit: clockUnit, Value: s.d.hour, Min: 0, Max: 24, Text: "now"}
	if s.d.worst {
		hour.Text = "the hour that it hurts most"
	} else if !math.IsNaN(s.d.hour) {
		hour.Text = clockText(s.d.hour)
	}
	s.add(knob{knobHour, 0}, hour)
	s.add(knob{knobWeekend, 0}, sim.Field{ID: "demand.weekend", Label: "Demand of a day at the weekend", Value: math.NaN(), Min: 0, Max: 1, Text: "as the day is"})
	for i := range s.d.streets {
		if len(s.d.streets) <= maxStreetFields || s.d.named(i) {
			s.streetFields(i)
		}
	}
	for i := range s.d.lit {
		s.signalFields(i, f)
	}
}

// named reports whether a measure closes a street.
func (d *definition) named(street int) bool {
	return slices.ContainsFunc(d.measures, func(m measure) bool { return slices.Contains(m.close, street) })
}

func (s *Study) measureFields(i int, m measure) {
	s.add(knob{knobMeasure, i}, sim.Field{ID: m.id + ".on", Label: m.label, Min: 0, Max: 1, Text: "off", Asset: m.asset})
	if len(m.close) > 0 {
		s.add(knob{knobFrom, i}, sim.Field{ID: m.id + ".from", Label: m.label + ": from", Unit: clockUnit, Value: m.from, Min: 0, Max: 24, Text: clockText(m.from), Asset: m.asset})
		s.add(knob{knobTo, i}, sim.Field{ID: m.id + ".to", Label: m.label + ": until", Unit: clockUnit, Value: m.to, Min: 0, Max: 24, Text: clockText(m.to), Asset: m.asset})
		s.add(knob{knobTrips, i}, sim.Field{ID: m.id + ".demand", Label: m.label + ": trips still made", Unit: percent, Value: m.demand, Min: 0, Max: 2, Text: percent.Format(m.demand, 0) + " %", Asset: m.asset})
	}
	if len(m.add) > 0 {
		k := m.add[0]
		s.add(knob{knobNewLanes, i}, sim.Field{ID: m.id + ".lanes", Label: m.label + ": lanes", Value: float64(k.Lanes), Min: 1, Max: 8, Text: fmt.Sprint(k.Lanes), Asset: m.asset})
		s.add(knob{knobNewSpeed, i}, sim.Field{ID: m.id + ".speed", Label: m.label + ": speed limit", Unit: kmh, Value: k.Speed, Min: 2, Max: 45, Text: kmh.Format(k.Speed, 0) + " km/h", Asset: m.asset})
		s.add(knob{knobNewCapacity, i}, sim.Field{ID: m.id + ".capacity", Label: m.label + ": capacity", Unit: perHour, Value: k.Capacity, Min: 10 / hourSec, Max: 8 * saturation, Text: perHour.Format(k.Capacity, 0) + " /h", Asset: m.asset})
	}
}

func (s *Study) streetFields(i int) {
	x, l, asset := &s.d.streets[i], &s.d.net.Links[s.d.streets[i].links[0]], s.b.paths[i]
	s.add(knob{knobClosed, i}, sim.Field{ID: x.id + ".closed", Label: x.label + ": closed", Min: 0, Max: 1, Text: "open", Asset: asset})
	s.add(knob{knobLanes, i}, sim.Field{ID: x.id + ".lanes", Label: x.label + ": lanes each way", Value: float64(max(1, l.Lanes)), Min: 1, Max: 8, Text: fmt.Sprint(max(1, l.Lanes)), Asset: asset})
	s.add(knob{knobSpeed, i}, sim.Field{ID: x.id + ".speed", Label: x.label + ": speed limit", Unit: kmh, Value: l.Speed(), Min: .5, Max: 60, Text: kmh.Format(l.Speed(), 0) + " km/h", Asset: asset})
	s.add(knob{knobCapacity, i}, sim.Field{ID: x.id + ".capacity", Label: x.label + ": what its end lets pass each way", Unit: perHour, Value: l.Capacity, Min: 1 / hourSec, Max: l.Capacity, Text: perHour.Format(l.Capacity, 0) + " /h", Asset: asset})
}

func (s *Study) signalFields(i int, f *form) {
	x := s.d.lit[i]
	sig := &s.d.net.Signals[x.signal]
	id := x.id
	if p := s.d.binding.junctions; p != "" {
		id = strings.ReplaceAll(path.Base(p), "{id}", x.id)
	}
	if _, taken := s.byID[id+".closed"]; taken {
		f.fault("live.junctions", "name junctions and streets differently", "a junction and a street are both named %q", clip(id))
		return
	}
	if len(sig.Phases) != 2 {
		return
	}
	asset := s.b.lights[i]
	share := sig.Phases[0].Green / (sig.Phases[0].Green + sig.Phases[1].Green)
	s.add(knob{knobGreen, i}, sim.Field{ID: id + ".green", Label: "Signal " + id + ": north–south green", Unit: percent, Value: share, Min: .1, Max: .9, Text: percent.Format(share, 0) + " %", Asset: asset})
	s.add(knob{knobCycle, i}, sim.Field{ID: id + ".cycle", Label: "Signal " + id + ": cycle", Unit: seconds, Value: sig.Cycle(), Min: 20, Max: 240, Text: seconds.Format(sig.Cycle(), 0) + " s", Asset: asset})
}

func clockText(h float64) string {
	m := int(math.Round(h * 60))
	return fmt.Sprintf("%02d:%02d", m/60, m%60)
}

// Ages of a fit: beyond the first a new one is made, unless an answer is wanted at once, which takes one up to the second.
const (
	fitAge    = 10 * time.Minute
	oldFitAge = 3 * time.Hour
	atOnce    = time.Second
)

// quietHour is the share of the demand of the busiest hour below which counts say too little of the rest of the day: an error of
// a few vehicles at night would be a jam at noon.
const quietHour = .3

// fitTo gives the demand of the busiest hour as live counts at a moment tell it. The newest fit is used again for some minutes.
func (s *Study) fitTo(ctx context.Context, st state, at time.Time) (*fitted, error) {
	s.mu.Lock()
	m := s.last
	s.mu.Unlock()
	age := fitAge
	if end, ok := ctx.Deadline(); ok && time.Until(end) < atOnce {
		age = oldFitAge
	}
	if m.fitted != nil && slices.Equal(m.state.closed, st.closed) && len(m.state.counts) == len(st.counts) && at.Sub(m.at).Abs() < age {
		return m.fitted, nil
	}
	if len(st.counts) == 0 {
		return &fitted{demand: s.d.demand, cut: 1}, nil
	}
	part := max(s.d.course.at(at), .03)
	if part < quietHour {
		return &fitted{demand: s.d.demand, cut: 1, quiet: true}, nil
	}
	served, _ := s.d.net.served(s.d.demand.Scaled(part), st.shut(s.d))
	f, err := fit(ctx, s.d.net, served, st.counts, st.shut(s.d))
	if err != nil {
		return nil, err
	}
	f.demand = f.demand.Scaled(1 / part)
	if err := s.carry(ctx, f); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.last = memory{st, at, f}
	s.mu.Unlock()
	return f, nil
}

// carry cuts a demand of the busiest hour to what the roads carry, which is found once.
func (s *Study) carry(ctx context.Context, f *fitted) error {
	if !s.affordable() {
		return nil
	}
	s.mu.Lock()
	most := s.carried
	s.mu.Unlock()
	if most == 0 {
		var err error
		if most, err = s.d.net.carries(ctx, f.demand, s.d.peak); err != nil {
			return err
		}
		if most < f.demand.Total() { // else it is not known how much more would be too much
			s.mu.Lock()
			s.carried = most
			s.mu.Unlock()
		}
	}
	if total := f.demand.Total(); total > most {
		f.cut = most / total
		f.demand = f.demand.Scaled(f.cut)
	}
	return nil
}

// served leaves out trips that have no route beside closed links, and says how many vehicles/s they are.
func (n *Network) served(d *Demand, closed []bool) (*Demand, float64) {
	s, cost := newGraph(n).search(), make([]float64, len(n.Links))
	for l, shut := range closed {
		if shut {
			cost[l] = math.Inf(1)
		}
	}
	out, lost, last := &Demand{Profile: d.Profile}, 0., -1
	for _, t := range d.Trips {
		if t.From != last {
			s.from(n.Zones[t.From].Node, cost)
			last = t.From
		}
		if s.last(n.Zones[t.To].Node) < 0 && n.Zones[t.From].Node != n.Zones[t.To].Node {
			lost += t.Rate
			continue
		}
		out.Trips = append(out.Trips, t)
	}
	return out, lost
}
