package traffic

import (
	"context"
	"fmt"
	"slices"
)

// Change is one part of a what-if. Exactly one field is set. It is plain data: names of links and nodes, SI units, seconds
// since the start of the run.
type Change struct {
	Close  *Closure      `json:"close,omitempty" yaml:"close,omitempty"`
	Add    *NewLink      `json:"add,omitempty" yaml:"add,omitempty"`
	Link   *Redesign     `json:"link,omitempty" yaml:"link,omitempty"`
	Signal *Retiming     `json:"signal,omitempty" yaml:"signal,omitempty"`
	Demand *DemandFactor `json:"demand,omitempty" yaml:"demand,omitempty"`
}

// Closure closes links for a span of time: a marathon, works, an accident.
type Closure struct {
	Links    []string `json:"links" yaml:"links"`
	From, To float64  // s
}

// NewLink adds a link.
type NewLink struct {
	Name     string  `json:"name" yaml:"name"`
	From     string  `json:"from" yaml:"from"` // nodes
	To       string  `json:"to" yaml:"to"`
	Kind     Kind    `json:"kind" yaml:"kind"`
	Lanes    int     `json:"lanes" yaml:"lanes"`
	Speed    float64 `json:"speed" yaml:"speed"`       // m/s
	Capacity float64 `json:"capacity" yaml:"capacity"` // vehicles/s; 0: half a vehicle per second and lane
	Length   float64 `json:"length" yaml:"length"`     // m; 0: as the crow flies
}

// Redesign changes a link for the whole run. What is zero stays.
type Redesign struct {
	Link     string  `json:"link" yaml:"link"`
	Lanes    int     `json:"lanes,omitempty" yaml:"lanes,omitempty"`       // capacity changes with them
	Speed    float64 `json:"speed,omitempty" yaml:"speed,omitempty"`       // m/s
	Capacity float64 `json:"capacity,omitempty" yaml:"capacity,omitempty"` // vehicles/s that pass its end at most
}

// Retiming gives a signal other greens, or lets it act on traffic.
type Retiming struct {
	Node     string    `json:"node" yaml:"node"`
	Greens   []float64 `json:"greens,omitempty" yaml:"greens,omitempty"` // s, one per phase; nil: as they are
	Offset   *float64  `json:"offset,omitempty" yaml:"offset,omitempty"` // s
	Actuated *bool     `json:"actuated,omitempty" yaml:"actuated,omitempty"`
}

// DemandFactor multiplies trips, for a span of time or all the time.
type DemandFactor struct {
	Factor float64 `json:"factor" yaml:"factor"`
	// FromZone and ToZone choose trips by the name of a zone; "" is all. With a span, all trips are meant.
	FromZone string  `json:"from_zone,omitempty" yaml:"from_zone,omitempty"`
	ToZone   string  `json:"to_zone,omitempty" yaml:"to_zone,omitempty"`
	From, To float64 // s; both 0: all the time
}

// Scenario is a what-if: a name and what is changed.
type Scenario struct {
	Name    string   `json:"name" yaml:"name"`
	Changes []Change `json:"changes" yaml:"changes"`
}

// Case is a network and a demand with the changes of a scenario made.
type Case struct {
	Name    string
	Network *Network
	Demand  *Demand
	closed  []closing
}

// closing is a span in which a link is closed.
type closing struct {
	link     int
	from, to float64
}

// Apply makes the changes of a scenario on copies. Links keep their numbers; new ones come last.
func Apply(n *Network, d *Demand, s Scenario) (*Case, error) {
	c := &Case{Name: s.Name, Network: n.Clone(), Demand: d.Scaled(1)}
	for i, change := range s.Changes {
		if err := c.apply(change); err != nil {
			return nil, fmt.Errorf("traffic: scenario %s, change %d: %w", s.Name, i+1, err)
		}
	}
	return c, c.Network.Check()
}

func (c *Case) apply(change Change) error {
	set := 0
	for _, is := range []bool{change.Close != nil, change.Add != nil, change.Link != nil, change.Signal != nil, change.Demand != nil} {
		if is {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("it sets %d of close, add, link, signal and demand: set one", set)
	}
	switch {
	case change.Close != nil:
		return c.close(change.Close)
	case change.Add != nil:
		return c.add(change.Add)
	case change.Link != nil:
		return c.redesign(change.Link)
	case change.Signal != nil:
		return c.retime(change.Signal)
	}
	return c.scale(change.Demand)
}

func (c *Case) close(k *Closure) error {
	if !(k.From >= 0) || !(k.To > k.From) {
		return fmt.Errorf("closed from %g to %g s: the end must come after the beginning", k.From, k.To)
	}
	for _, name := range k.Links {
		l := c.Network.Link(name)
		if l < 0 {
			return fmt.Errorf("no link is named %q: take a name of the network", name)
		}
		c.closed = append(c.closed, closing{l, k.From, k.To})
	}
	return nil
}

func (c *Case) add(k *NewLink) error {
	n := c.Network
	a, b := n.Node(k.From), n.Node(k.To)
	if a < 0 || b < 0 || a == b {
		return fmt.Errorf("new link %q goes from %q to %q: name two different nodes of the network", k.Name, k.From, k.To)
	}
	if n.Link(k.Name) >= 0 {
		return fmt.Errorf("a link is named %q already: choose another name", k.Name)
	}
	if !(k.Speed >= .5) || k.Speed > 100 || k.Lanes < 1 {
		return fmt.Errorf("new link %q has %d lanes and a speed of %g m/s: give it a lane and 0.5 to 100 m/s", k.Name, k.Lanes, k.Speed)
	}
	length := k.Length
	if length == 0 {
		length = max(1, n.Nodes[b].At.Sub(n.Nodes[a].At).Len())
	}
	capacity := k.Capacity
	if capacity == 0 {
		capacity = .5 * float64(k.Lanes)
	}
	n.Links = append(n.Links, Link{Name: k.Name, From: a, To: b, Kind: k.Kind, Lanes: k.Lanes, Length: length, FreeTime: length / k.Speed, Capacity: capacity, Alpha: .15, Power: 4})
	return nil
}

func (c *Case) redesign(k *Redesign) error {
	i := c.Network.Link(k.Link)
	if i < 0 {
		return fmt.Errorf("no link is named %q: take a name of the network", k.Link)
	}
	l := &c.Network.Links[i]
	if k.Lanes < 0 || k.Lanes > 16 || k.Speed != 0 && !(k.Speed >= .5 && k.Speed <= 100) || k.Capacity != 0 && !(k.Capacity > 0 && k.Capacity <= 100) {
		return fmt.Errorf("link %q with %d lanes, %g m/s and %g vehicles/s: give 1 to 16 lanes, 0.5 to 100 m/s and more than no vehicle", k.Link, k.Lanes, k.Speed, k.Capacity)
	}
	if k.Lanes > 0 {
		l.Capacity *= float64(k.Lanes) / float64(max(1, l.Lanes))
		l.Lanes = k.Lanes
	}
	if k.Speed > 0 {
		l.FreeTime = l.Length / k.Speed
	}
	if k.Capacity > 0 {
		l.Capacity = min(l.Capacity, k.Capacity)
		l.Meter = k.Capacity
	}
	return nil
}

// retime changes a signal, and with the share of green the capacity of its approaches.
func (c *Case) retime(k *Retiming) error {
	n := c.Network
	node := n.Node(k.Node)
	i := slices.IndexFunc(n.Signals, func(s Signal) bool { return s.Node == node })
	if node < 0 || i < 0 {
		return fmt.Errorf("no signal at %q: name a node that has one", k.Node)
	}
	s := &n.Signals[i]
	before := s.clone()
	if k.Greens != nil {
		if len(k.Greens) != len(s.Phases) {
			return fmt.Errorf("%d greens for the %d phases of the signal at %q: give one each", len(k.Greens), len(s.Phases), k.Node)
		}
		for p, g := range k.Greens {
			if !(g >= 1) {
				return fmt.Errorf("a green of %g s: give a second or more", g)
			}
			s.Phases[p].Green = g
			s.Phases[p].Least, s.Phases[p].Most = min(s.Phases[p].Least, g), max(s.Phases[p].Most, g)
		}
	}
	if k.Offset != nil {
		s.Offset = *k.Offset
	}
	if k.Actuated != nil {
		s.Actuated = *k.Actuated
	}
	for l := range n.Links {
		if n.Links[l].To == node {
			if was := before.Share(l); was > 0 {
				n.Links[l].Capacity *= s.Share(l) / was
			}
		}
	}
	return nil
}

func (c *Case) scale(k *DemandFactor) error {
	if !(k.Factor >= 0) || k.Factor > 100 {
		return fmt.Errorf("a demand factor of %g: give 0 to 100", k.Factor)
	}
	if k.From != 0 || k.To != 0 {
		if k.FromZone != "" || k.ToZone != "" || !(k.To > k.From) || !(k.From >= 0) {
			return fmt.Errorf("a demand factor from %g to %g s: the end must come after the beginning, and it holds for all trips", k.From, k.To)
		}
		c.Demand.Profile = within(c.Demand, k.From, k.To, k.Factor)
		return nil
	}
	n, found := c.Network, false
	for i := range c.Demand.Trips {
		t := &c.Demand.Trips[i]
		if (k.FromZone == "" || n.Zones[t.From].Name == k.FromZone) && (k.ToZone == "" || n.Zones[t.To].Name == k.ToZone) {
			t.Rate *= k.Factor
			found = true
		}
	}
	if !found {
		return fmt.Errorf("no trip goes from %q to %q: name zones of the network", k.FromZone, k.ToZone)
	}
	return nil
}

// within is the profile of a demand with a factor in a span.
func within(d *Demand, from, to, factor float64) []Span {
	var out []Span
	add := func(at, f float64) { out = append(out, Span{at, f}) }
	if from > 0 {
		add(0, d.Factor(0))
	}
	for _, s := range d.Profile {
		if s.From > 0 && s.From < from {
			out = append(out, s)
		}
	}
	add(from, d.Factor(from)*factor)
	for _, s := range d.Profile {
		if s.From > from && s.From < to {
			add(s.From, s.Factor*factor)
		}
	}
	add(to, d.Factor(to))
	for _, s := range d.Profile {
		if s.From > to {
			out = append(out, s)
		}
	}
	return out
}

// ClosedAt says for each link whether it is closed at a time.
func (c *Case) ClosedAt(t float64) []bool {
	out := make([]bool, len(c.Network.Links))
	for _, k := range c.closed {
		if t >= k.from && t < k.to {
			out[k.link] = true
		}
	}
	return out
}

// Events are the closures as events of a microscopic run.
func (c *Case) Events() []Event {
	var at []float64
	for _, k := range c.closed {
		at = append(at, k.from, k.to)
	}
	slices.Sort(at)
	var out []Event
	for _, t := range slices.Compact(at) {
		closed := c.ClosedAt(t)
		out = append(out, Event{At: t, Do: func(m *Micro) {
			for l, shut := range closed {
				m.Close(l, shut)
			}
		}})
	}
	return out
}

// RunOptions say how a case is run.
type RunOptions struct {
	Seconds float64 // s; 0: 3600
	Every   float64 // s, interval of the results; 0: 60
	Reroute float64 // part of the drivers who follow the fastest way as it is; 0: 0.3
	Counts  []Count // live counts that the run begins with
	WarmUp  float64 // s before the results begin; times of changes count from its end
	Workers int     // seeds that run side by side; 0: 1
}

// Run runs a case once with vehicles whose routes come from the user equilibrium of its demand.
func (c *Case) Run(ctx context.Context, seed uint64, o RunOptions) (*Result, error) {
	a, err := Assign(ctx, c.Network, c.Demand, AssignOptions{Gap: 1e-4})
	if err != nil {
		return nil, err
	}
	return c.run(ctx, a, seed, o)
}

func (c *Case) run(ctx context.Context, a *Assignment, seed uint64, o RunOptions) (*Result, error) {
	if o.Seconds == 0 {
		o.Seconds = 3600
	}
	if o.Every == 0 {
		o.Every = 60
	}
	if o.Reroute == 0 {
		o.Reroute = .3
	}
	if !(o.Seconds > 0) || !(o.Every >= 1) || o.Seconds/o.Every*float64(len(c.Network.Links)) > 5e7 {
		return nil, fmt.Errorf("traffic: a run of %g s in intervals of %g s over %d links: give fewer intervals of a second or more", o.Seconds, o.Every, len(c.Network.Links))
	}
	m, err := NewMicro(c.Network, a, MicroOptions{Seed: seed, Reroute: o.Reroute})
	if err != nil {
		return nil, err
	}
	m.Begin(o.Counts, a)
	if err := m.warm(ctx, c, o.WarmUp); err != nil {
		return nil, err
	}
	return RunMicro(ctx, m, c.Demand, o.Seconds, o.Every, c.Events())
}

// warm runs the model before its results begin, with the demand and closures of time 0.
func (m *Micro) warm(ctx context.Context, c *Case, seconds float64) error {
	m.Factor = c.Demand.Factor(0)
	for l, shut := range c.ClosedAt(0) {
		m.Close(l, shut)
	}
	for k := 0; float64(k)*m.o.Step < seconds; k++ {
		if k%16 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		m.Step()
	}
	m.restart()
	return nil
}
