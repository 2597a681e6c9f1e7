package traffic

import (
	"fmt"
	"math"
)

// MicroOptions say how a microscopic run is done.
type MicroOptions struct {
	Seed    uint64
	Step    float64 // s; 0: 0.5
	Driver  Driver  // zero: Usual
	Routes  *Routes // those that drivers choose from when they set out; nil: those of the assignment
	Reroute float64 // part of the drivers that follow the fastest way as it is now, 0 to 1
	Every   float64 // s between looks at how fast links are now; 0: 120
	Most    int     // vehicles at one time; 0: as many as the roads can hold, at most 200,000
}

// Micro is a microscopic model: each vehicle follows the one ahead, changes lanes, stops at signals, and gives way. Its
// memory is a structure of arrays; a step allocates nothing. It belongs to one goroutine.
//
// What it leaves out: junctions are points without area; pedestrians, parking, public transport; any lane may turn
// anywhere, though drivers look for the right one in time; all vehicles are alike but for the speed they like.
type Micro struct {
	n      *Network
	g      *graph
	t      *turns
	o      MicroOptions
	d      Driver
	soft   float64
	trips  []Trip
	routes *Routes

	// by lane; lane 0 of a link is the right one
	laneAt     []int32
	head, tail []int32 // the foremost and the last vehicle, -1
	// by link
	lanes                 []int32
	length, free          []float64
	state                 []lightState
	closed                []bool
	waitHead, waitTail    []int32 // who wants to enter here
	spent, driven, stood  []float64
	speedNow              []float64 // m/s, smoothed
	spentThen, drivenThen []float64 // at the last look
	entered               []float64
	meter, gate           []float64 // s between two that pass the end; from when on the next may
	counts                []int32
	// by vehicle
	pos, speed, acc, like, since, waited, stuckFor []float64
	ahead, behind, lane, link, turn                []int32
	trip, route, leg                               []int32
	spare                                          []int32
	// by trip
	hazard, need []float64
	number, key  []uint64
	// by signal
	lights []light
	busy   []float64 // by turn: until when its way is taken
	table  *table
	nextAt float64

	Time     float64 // s
	Updates  int     // of vehicles, since the beginning
	Factor   float64 // of the demand
	Entered  int     // vehicles that set out
	Arrived  int
	Held     int     // that wait to enter the network
	Inside   int     // on the road
	Unserved int     // trips without a route
	CO2      float64 // kg, of all since the beginning; see emission
	ByTrip   []TripCount
}

// TripCount is what became of the vehicles of a trip.
type TripCount struct {
	Arrived    int
	Time, Free float64 // s, sums over who arrived: from wanting to set out to the arrival; on empty roads
}

// NewMicro prepares a run of the demand of an assignment, on its network.
func NewMicro(n *Network, a *Assignment, o MicroOptions) (*Micro, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	if len(a.Flow) != len(n.Links) {
		return nil, fmt.Errorf("traffic: vehicles: flows of %d links for a network of %d: assign the demand to this network", len(a.Flow), len(n.Links))
	}
	if o.Step == 0 {
		o.Step = .5
	}
	if o.Every == 0 {
		o.Every = 120
	}
	if !(o.Step >= .05 && o.Step <= 1) || !(o.Every >= 1) || !(o.Reroute >= 0 && o.Reroute <= 1) {
		return nil, fmt.Errorf("traffic: vehicles: step %g s, re-routing of %g of the drivers every %g s: give a step of 0.05 to 1 s, a part of 0 to 1 and a second or more", o.Step, o.Reroute, o.Every)
	}
	if o.Driver == (Driver{}) {
		o.Driver = Usual
	}
	if o.Routes == nil {
		o.Routes = NewRoutes(a)
	}
	if len(o.Routes.byTrip) != len(a.Trips)+1 {
		return nil, fmt.Errorf("traffic: vehicles: routes of %d trips for %d: take those of the same assignment", len(o.Routes.byTrip)-1, len(a.Trips))
	}
	m := &Micro{n: n, g: newGraph(n), o: o, d: o.Driver, trips: a.Trips, routes: o.Routes, Factor: 1, soft: 1 / (2 * math.Sqrt(o.Driver.Accelerate*o.Driver.Brake))}
	m.t = newTurns(m.g)
	room, err := m.prepareLinks()
	if err != nil {
		return nil, err
	}
	if o.Most == 0 {
		o.Most = min(room, 200000)
	}
	m.prepareVehicles(o.Most)
	m.prepareTrips()
	for i := range n.Signals {
		m.lights = append(m.lights, newLight(&n.Signals[i]))
	}
	m.busy = make([]float64, len(m.g.next))
	for i := range m.busy {
		m.busy[i] = -1
	}
	m.table = newTable(m.g)
	m.look()
	return m, nil
}

// drivable says why no vehicle can drive on a link.
func (l *Link) drivable() error {
	if !(l.Length >= 1) || !(l.FreeTime > 0) || l.Speed() > 100 || l.Speed() < .5 {
		return fmt.Errorf("traffic: vehicles: link %s is %g m long and takes %g s: give it a length of a metre or more and a free speed of 0.5 to 100 m/s", l.Name, l.Length, l.FreeTime)
	}
	return nil
}

// prepareLinks makes the memory of links and lanes, and returns how many vehicles fit.
func (m *Micro) prepareLinks() (int, error) {
	k := len(m.n.Links)
	m.laneAt, m.lanes = make([]int32, k+1), make([]int32, k)
	m.length, m.free, m.state, m.closed = make([]float64, k), make([]float64, k), make([]lightState, k), make([]bool, k)
	m.waitHead, m.waitTail = none(k), none(k)
	m.spentThen, m.drivenThen = make([]float64, k), make([]float64, k)
	m.spent, m.driven, m.stood, m.speedNow, m.entered, m.counts = make([]float64, k), make([]float64, k), make([]float64, k), make([]float64, k), make([]float64, k), make([]int32, k)
	m.meter, m.gate = make([]float64, k), make([]float64, k)
	room := 0
	for i := range m.n.Links {
		l := &m.n.Links[i]
		if err := l.drivable(); err != nil {
			return 0, err
		}
		if l.Meter > 0 {
			m.meter[i] = 1 / l.Meter
		}
		m.lanes[i] = int32(max(1, l.Lanes))
		m.laneAt[i+1] = m.laneAt[i] + m.lanes[i]
		m.length[i], m.free[i], m.speedNow[i] = l.Length, l.Speed(), l.Speed()
		room += int(m.lanes[i]) * (int(l.Length/(m.d.Length+m.d.Gap)) + 2)
	}
	m.head, m.tail = none(int(m.laneAt[k])), none(int(m.laneAt[k]))
	return room, nil
}

func none(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

func (m *Micro) prepareVehicles(most int) {
	for _, f := range []*[]float64{&m.pos, &m.speed, &m.acc, &m.like, &m.since, &m.waited, &m.stuckFor} {
		*f = make([]float64, most)
	}
	for _, f := range []*[]int32{&m.ahead, &m.behind, &m.lane, &m.link, &m.turn, &m.trip, &m.route, &m.leg} {
		*f = none(most)
	}
	m.spare = make([]int32, most)
	for i := range m.spare {
		m.spare[i] = int32(most - 1 - i)
	}
}

func (m *Micro) prepareTrips() {
	k := len(m.trips)
	m.hazard, m.need, m.number, m.ByTrip = make([]float64, k), make([]float64, k), make([]uint64, k), make([]TripCount, k)
	m.key = make([]uint64, k)
	for i, t := range m.trips { // by its zones: a trip has the same chance in every case
		m.key[i] = (uint64(t.From)<<24 | uint64(t.To)) * 4
	}
	for i := range m.need {
		m.need[i] = m.draw(i)
	}
}

// draw is the time to the next vehicle of a trip in units of its mean: arrivals are a Poisson process.
func (m *Micro) draw(trip int) float64 {
	return -math.Log1p(-chance(m.o.Seed, m.key[trip], m.number[trip]))
}

// Step advances all vehicles by one step.
func (m *Micro) Step() {
	if m.Time >= m.nextAt {
		m.look()
	}
	m.switchLights()
	m.spawn()
	m.accelerate()
	m.drive()
	if int(m.Time/m.o.Step+.5)%max(1, int(1/m.o.Step+.5)) == 0 {
		m.changeLanes()
	}
	m.Time += m.o.Step
}

// Close closes a link to who is not on it yet, or opens it again. Drivers whose way leads over it find another.
func (m *Micro) Close(link int, closed bool) {
	if m.closed[link] != closed {
		m.closed[link] = closed
		m.nextAt = m.Time
	}
}

// restart makes now the beginning of all counts: who is on the way stays.
func (m *Micro) restart() {
	for v := range m.since {
		m.since[v] -= m.Time
	}
	for i := range m.gate {
		m.gate[i] -= m.Time
	}
	for i := range m.busy {
		m.busy[i] -= m.Time
	}
	clear(m.ByTrip)
	m.CO2 = 0
	m.nextAt -= m.Time
	m.Time, m.Arrived, m.Unserved, m.Entered = 0, 0, 0, m.Inside+m.Held
}

// Vehicle is where a vehicle is.
type Vehicle struct {
	ID, Link, Lane int
	Pos            float64 // m from the beginning of the link to its front
	Speed          float64 // m/s
}

// Vehicles appends all vehicles on the road, by link, lane and from the front.
func (m *Micro) Vehicles(out []Vehicle) []Vehicle {
	for l := range m.length {
		for lane := m.laneAt[l]; lane < m.laneAt[l+1]; lane++ {
			for v := m.head[lane]; v >= 0; v = m.behind[v] {
				out = append(out, Vehicle{int(v), l, int(lane - m.laneAt[l]), m.pos[v], m.speed[v]})
			}
		}
	}
	return out
}
