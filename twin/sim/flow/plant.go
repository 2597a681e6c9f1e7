package flow

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// plant is a model in motion: one replication. It belongs to one goroutine.
type plant struct {
	k           *Kernel
	m           *Model
	seed        uint64
	replication int
	nodes       []node
	pools       map[string]*pool
	parts       []part
	free        []int32
	wip         tally
	lead        float64 // Σ time in the plant of what was made, s
	leads       int
	since       float64 // when statistics began, s
	spells      int     // recorded spells of all stations
}

// part is a thing that flows.
type part struct {
	born    float64 // s; negative if it was there when the run began
	entered float64 // the storage that it lies in, or when it is free to leave a belt
	product int
	out     int32 // link that was chosen, by its place among those of its element; -1 none
	defect  bool
}

// node is an element in motion. Parts are pushed: one who holds a part offers it along its links; if nobody takes it, it is
// noted at the ends of the links, and whoever gets room there asks it to try again.
type node interface {
	base() *element
	open(l *link) bool            // whether a part would be taken
	accept(p int32, l *link) bool // takes a part if open
	retry(l *link)                // room may be at the end of l
	begin()                       // at time 0, when all elements stand with their parts in them
	fill(n int)                   // puts parts in before begin
	settle(now float64)           // brings the statistics up to now
}

// element is what all nodes share.
type element struct {
	*Element
	plant     *plant
	self      node
	index     int
	ins       int
	good, bad []*link // that lead away
	waiting   []*link // that lead here and have a part that found no room
	level     tally
	turn      int // of the rule "alternate"
	choice    *rand.Rand
	entered   int
	left      int
	rejected  int // of those that left
}

// link is a Link in motion.
type link struct {
	from, to node
	priority int
	share    float64
	count    int
	input    int // place among the links that lead to its end
	waiting  bool
}

// tally integrates a number over time.
type tally struct {
	value, most int
	area, since float64
}

func (t *tally) add(now float64, n int) {
	t.settle(now)
	t.value += n
	t.most = max(t.most, t.value)
}

func (t *tally) settle(now float64) {
	t.area += float64(t.value) * (now - t.since)
	t.since = now
}

func (t *tally) reset(now float64) { t.area, t.since, t.most = 0, now, t.value }

func (e *element) base() *element { return e }

// newPlant builds a plant of a model that has been checked.
func newPlant(m *Model, seed uint64, replication int, start *Start) *plant {
	p := &plant{k: NewKernel(), m: m, seed: seed, replication: replication, pools: map[string]*pool{}}
	byName := make(map[string]node, len(m.Elements))
	for i := range m.Elements {
		n := p.node(&m.Elements[i], i)
		p.nodes = append(p.nodes, n)
		byName[m.Elements[i].Name] = n
	}
	for i := range m.Links {
		p.connect(&m.Links[i], byName)
	}
	for i := range m.Labour {
		p.pools[m.Labour[i].Name] = newPool(p, &m.Labour[i])
	}
	fleets := map[string]*fleet{}
	for i := range m.Fleets {
		fleets[m.Fleets[i].Name] = newFleet(p, &m.Fleets[i])
	}
	for _, n := range p.nodes {
		switch x := n.(type) {
		case *station:
			x.link()
		case *carrier:
			x.join(fleets[x.Fleet])
		}
	}
	if start != nil {
		start.apply(p, byName)
	}
	for _, n := range p.nodes {
		n.begin()
	}
	return p
}

func (p *plant) node(e *Element, i int) node {
	b := element{Element: e, plant: p, index: i, choice: p.stream(e.Name, "route")}
	var n node
	switch e.Kind {
	case Source:
		n = newSource(b)
	case Buffer:
		n = &store{element: b}
	case Conveyor:
		n = newBelt(b)
	case Transport:
		n = newCarrier(b)
	case Sink:
		n = &drain{element: b}
	default:
		n = newStation(b)
	}
	n.base().self = n
	return n
}

func (p *plant) connect(l *Link, byName map[string]node) {
	from, to := byName[l.From], byName[l.To]
	a, b := from.base(), to.base()
	x := &link{from: from, to: to, priority: l.Priority, share: float64(l.Share), count: max(l.Count, 1), input: b.ins}
	b.ins++
	if l.When == "reject" {
		a.bad = append(a.bad, x)
	} else {
		a.good = append(a.good, x)
	}
}

func (p *plant) stream(name, purpose string) *rand.Rand {
	return Stream(p.seed, p.replication, name, purpose)
}

// create makes a part that enters the plant.
func (p *plant) create(born float64, product int) int32 {
	p.wip.add(p.k.now, 1)
	x := part{born: born, product: product, out: -1}
	if n := len(p.free); n > 0 {
		i := p.free[n-1]
		p.free = p.free[:n-1]
		p.parts[i] = x
		return i
	}
	if len(p.parts) == maxParts {
		p.k.Fail(fmt.Errorf("flow: more than %d parts are in the plant at %.0f s: more comes in than goes out, lower the rate of the sources or give buffers a capacity", maxParts, p.k.now))
	}
	p.parts = append(p.parts, x)
	return int32(len(p.parts) - 1)
}

// destroy takes a part out of the plant.
func (p *plant) destroy(i int32) {
	p.wip.add(p.k.now, -1)
	p.free = append(p.free, i)
}

// maxParts is how many parts may be in a plant.
const maxParts = 5_000_000

// run lets time pass up to until, s. It fails when nothing can move any more though parts wait.
func (p *plant) run(ctx context.Context, until float64) error {
	if err := p.k.Run(ctx, until); err != nil || p.k.Planned() > 0 {
		return err
	}
	for _, n := range p.nodes {
		for _, l := range n.base().waiting {
			return fmt.Errorf("flow: nothing can move any more: %s waits for room in %s: give a buffer in the loop a greater capacity", l.from.base().Name, n.base().Name)
		}
	}
	return nil
}

// restart forgets the statistics up to now: the warm-up is over.
func (p *plant) restart() {
	now := p.k.now
	p.since, p.lead, p.leads, p.spells = now, 0, 0, 0
	p.wip.reset(now)
	for _, n := range p.nodes {
		n.settle(now)
		b := n.base()
		b.level.reset(now)
		b.entered, b.left, b.rejected = 0, 0, 0
		if s, ok := n.(*station); ok {
			s.restart(now)
		}
	}
}

// pass offers a part along the links that it may take. If nobody takes it, retry will be called when someone may.
func (e *element) pass(i int32) bool {
	group := e.good
	if e.plant.parts[i].defect {
		group = e.bad
	}
	if e.Rule == "" || e.Rule == "first" || len(group) == 1 {
		for _, l := range group {
			if e.give(i, l) {
				return true
			}
		}
		for _, l := range group {
			l.wait()
		}
		return false
	}
	if e.plant.parts[i].out < 0 {
		e.plant.parts[i].out = int32(e.choose(group))
	}
	l := group[e.plant.parts[i].out]
	if e.give(i, l) {
		return true
	}
	l.wait()
	return false
}

func (e *element) choose(group []*link) int {
	if e.Rule == "alternate" {
		e.turn++
		return (e.turn - 1) % len(group)
	}
	sum := 0.
	for _, l := range group {
		sum += l.share
	}
	x := e.choice.Float64() * sum
	for i, l := range group {
		if x -= l.share; x < 0 {
			return i
		}
	}
	return len(group) - 1
}

// give hands a part over if the end of the link takes it.
func (e *element) give(i int32, l *link) bool {
	if !l.to.open(l) {
		return false
	}
	if e.plant.parts[i].defect {
		e.rejected++
	}
	e.plant.parts[i].out, e.plant.parts[i].defect = -1, false
	l.to.base().entered++
	e.left++
	return l.to.accept(i, l)
}

func (l *link) wait() {
	if !l.waiting {
		l.waiting = true
		to := l.to.base()
		to.waiting = append(to.waiting, l)
	}
}

// wake lets those try again that wait for room here, lowest priority first, then who waited longest.
func (e *element) wake() {
	for {
		best := -1
		for i, l := range e.waiting {
			if (best < 0 || l.priority < e.waiting[best].priority) && e.self.open(l) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		l := e.waiting[best]
		e.waiting = append(e.waiting[:best], e.waiting[best+1:]...)
		l.waiting = false
		l.from.retry(l)
	}
}

func (e *element) settle(now float64) { e.level.settle(now) }
