package chain

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/orrery-twin/orrery/twin/sim/flow"
)

// The states of a ship.
const (
	sailing = iota
	waiting
	handling
)

// world is a chain in one replication. It belongs to one goroutine.
//
// All draws are keyed by what they are for: a ship and the number of its call, cargo and its day. So a chain that is changed in one
// place sees the same chance in all others.
type world struct {
	*plan
	k      *flow.Kernel
	sky    sky
	seed   uint64
	pcg    rand.PCG
	rand   *rand.Rand
	ports  []harbour
	habits []habit // of ports, as learnt
	ships  []vessel
	moves  []move
	idle   []int32 // free places of moves
	route  []int32 // reused
	acts   actions

	zero    float64 // s: the present of the question; what was before is warm-up
	live    int     // TEU in the chain
	created int     // TEU since zero
	arrived int     // TEU at their destination since zero
	made    int     // TEU ever, with what the chain began with
	ended   int     // TEU ever at their destination
	onLinks int     // TEU on links
	since   float64 // of area
	area    float64 // ∫ live dt since zero, TEU·s
	frozen  bool    // the horizon is over: only calls that count go on
	undone  int     // ships that have calls left
	cost    bill
}

// bill is what was spent since zero, USD; fuel in t.
type bill struct{ charter, fuel, dues, handling, links, storage, tonnes float64 }

// actions are made once, so that planning an event allocates nothing.
type actions struct{ arrive, turn, moored, unloaded, loaded, left, day, other, otherLeft, delivered, picked func(int) }

// harbour is a port as it stands.
type harbour struct {
	busy     int     // berths taken
	cranes   int     // at work
	queue    []int32 // ships from 0, other ships −1
	piles    []pile  // cargo that waits for a ship
	out      int     // TEU that wait to be picked up
	stock    int     // TEU in the yard
	base     int     // TEU in the yard that are not followed: what a live level holds beyond the cargo of the model
	moved    int     // TEU over the quay
	since    float64 // of the areas
	yard     float64 // ∫ stock dt
	waits    float64 // ∫ ships of ours waiting dt
	line     float64 // ∫ ships in the roads dt, those of others too
	waiting  int     // ships of ours that wait
	calls    int
	hit      int     // ships that came while it was closed, or were sent elsewhere for it
	others   int     // other ships that were served
	expected int     // other ships that were planned
	fleet    int     // cranes that there are
	room     float64 // TEU that fit in the yard, as learnt from live levels; 0 is as the model says
	rate     float64 // moves of a crane, 1/s
	perMove  float64 // TEU that a move is worth
}

// pile is cargo of one origin and destination in a yard; hold is the ship that it is kept for, or −1.
type pile struct{ od, teu, hold int32 }

// parcel is cargo aboard.
type parcel struct{ od, to, teu int32 }

// move is cargo on its way over land, or in a yard until it is picked up.
type move struct {
	od, teu  int32
	from, to int32
	hold     int32
	key      uint64
}

// vessel is a ship as it stands.
type vessel struct {
	*hull
	state   int
	call    int        // of the round: that it sails to or is at
	number  int        // calls since zero
	count   int        // calls ever, for its streams
	port    int        // where it really sails to or is
	stands  int        // port that this call stands in for; −1 none
	merged  bool       // it is the next call of the round as well
	loading bool       // cargo that comes now is too late
	foreign int        // TEU aboard that are not followed
	event   flow.Event // that ends the voyage
	seen    sight
	forced  int // as hull.divert, until used
	path    []Position
	times   []float64
	edges   []edge
	cargo   []parcel
	aboard  int
	cranes  int
	came    float64
	order   float64 // m/s
	burning float64 // t/s
	since   float64
	tonnes  float64
	spent   float64 // t that were burnt for them
	done    float64 // when its last call that counts was finished; +Inf before
	delayed float64 // waiting at roads, s
}

func newWorld(p *plan, seed uint64, replication int) *world {
	w := &world{plan: p, k: flow.NewKernel(), seed: seed + 0x9e3779b97f4a7c15*uint64(replication+1)}
	w.rand = rand.New(&w.pcg)
	w.ports, w.habits = make([]harbour, len(p.m.Ports)), make([]habit, len(p.m.Ports))
	for i := range w.ports {
		w.ports[i].rate, w.ports[i].fleet, w.ports[i].perMove = p.m.Ports[i].CraneRate/3600, p.m.Ports[i].Cranes, firstOf(p.m.Prices.TEUPerMove, 1.6)
	}
	w.ships = make([]vessel, len(p.ships))
	for i := range w.ships {
		w.ships[i] = newVessel(&p.ships[i])
	}
	w.acts = actions{w.arrive, w.turn, w.moored, w.unloaded, w.loaded, w.left, w.day, w.other, w.otherLeft, w.delivered, w.picked}
	w.undone = len(w.ships)
	return w
}

func newVessel(h *hull) vessel {
	return vessel{hull: h, order: h.speed, stands: -1, forced: h.divert, done: math.Inf(1)}
}

// draw is the chance of one thing: what it is for, and up to three keys.
func (w *world) draw(purpose, a, b, c uint64) *rand.Rand {
	w.pcg.Seed(mix(w.seed^purpose*0x9e3779b97f4a7c15)^a, mix(mix(b+0xd1342543de82ef95)^c*0xaf251af3b0f025b5)^a>>32)
	w.rand.Uint64() // the first number of a new state is the least mixed
	return w.rand
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// What draws are for.
const (
	forClosure = iota + 1
	forStorm
	forLeg
	forCrane
	forDemand
	forOther
	forDwell
	forLink
)

// run goes on to a time, s.
func (w *world) run(ctx context.Context, until float64) error { return w.k.Run(ctx, until) }

// settle brings the integral of what is in the chain up to now.
func (w *world) settle() {
	now := w.k.Now()
	w.area += float64(w.live) * (now - w.since)
	w.since = now
}

// change adds to what is in the chain.
func (w *world) change(teu int) {
	w.settle()
	w.live += teu
}

// stored changes what is in a yard.
func (w *world) stored(port, teu int) {
	h := &w.ports[port]
	w.account(port)
	h.stock += teu
}

// account brings the integrals of a port up to now.
func (w *world) account(port int) {
	h, now := &w.ports[port], w.k.Now()
	h.yard += float64(h.stock+h.base) * (now - h.since)
	h.waits += float64(h.waiting) * (now - h.since)
	h.line += float64(len(h.queue)) * (now - h.since)
	h.since = now
}

// burn sets how fast a ship burns fuel from now on, t/s.
func (w *world) burn(v *vessel, rate float64) {
	now := w.k.Now()
	v.tonnes += v.burning * (now - v.since)
	v.since, v.burning = now, rate
}

// counts reports whether what a ship does now belongs to the calls that are compared.
func (v *vessel) counts() bool { return math.IsInf(v.done, 1) }
