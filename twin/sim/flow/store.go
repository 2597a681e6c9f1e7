package flow

import "math/rand/v2"

// source makes parts.
type source struct {
	element
	noise   *rand.Rand
	arrive  func(int)
	hours   calendar
	pending int // that have come and found no room
	made    int
	lost    int
	pushing bool
	planned bool // an arrival is
	asleep  bool // an arrival fell into the hours when it is off
}

func newSource(b element) *source {
	s := &source{element: b, noise: b.plant.stream(b.Name, "arrivals")}
	s.arrive = s.arrival
	return s
}

func (s *source) open(*link) bool          { return false }
func (s *source) accept(int32, *link) bool { return false }
func (s *source) fill(int)                 {}

func (s *source) begin() {
	s.hours.begin(s.plant, s.Shift, func() {
		if s.hours.on {
			s.asleep = false
			s.push()
		}
	})
	s.next()
	s.plant.k.After(0, func(int) { s.push() }, 0)
}

// next plans an arrival if none is planned and the last has found room: a full line holds the source.
func (s *source) next() {
	if s.Interval.Given() && s.pending == 0 && !s.planned && !s.asleep && (s.Limit == 0 || s.made < s.Limit) {
		s.planned = true
		s.plant.k.After(s.Interval.Sample(s.noise), s.arrive, 0)
	}
}

// arrival is the moment at which parts come.
func (s *source) arrival(int) {
	s.planned = false
	if !s.hours.on {
		s.asleep = true
		return
	}
	n := max(s.Batch, 1)
	if s.Limit > 0 {
		n = min(n, s.Limit-s.made)
	}
	s.pending += n
	s.made += n
	s.push()
	if s.Lose && s.pending > 0 {
		s.lost += s.pending
		s.pending = 0
		s.next()
	}
}

// maxPush is how many parts a source may push at one moment.
const maxPush = 1_000_000

// push sends what has come; a source without an interval, as much as is taken.
func (s *source) push() {
	if s.pushing || !s.hours.on {
		return
	}
	s.pushing = true
	defer func() { s.pushing = false }()
	for n := 0; s.pending > 0 || s.endless(); n++ {
		if n == maxPush {
			s.plant.k.Fail(storm(s.Name, s.plant.k.now))
			return
		}
		p := s.plant.create(s.plant.k.now, s.Product)
		if !s.pass(p) {
			s.plant.destroy(p)
			return
		}
		if s.pending > 0 {
			s.pending--
		} else {
			s.made++
		}
	}
	s.next()
}

// endless reports whether there is always one more part.
func (s *source) endless() bool {
	return !s.Interval.Given() && (s.Limit == 0 || s.made < s.Limit)
}

func (s *source) retry(*link) { s.push() }

// drain takes parts out.
type drain struct{ element }

func (d *drain) open(*link) bool { return true }
func (d *drain) retry(*link)     {}
func (d *drain) begin()          {}
func (d *drain) fill(int)        {}

func (d *drain) accept(p int32, _ *link) bool {
	if born := d.plant.parts[p].born; born >= 0 && !d.Scrap {
		d.plant.lead += d.plant.k.now - born
		d.plant.leads++
	}
	d.plant.destroy(p)
	return true
}

// store is a buffer.
type store struct {
	element
	items   fifo[int32]
	handing bool
}

func (b *store) open(*link) bool { return b.Capacity == nil || b.level.value < *b.Capacity }

func (b *store) accept(p int32, _ *link) bool {
	now := b.plant.k.now
	b.plant.parts[p].entered = now
	b.items.push(p)
	b.level.add(now, 1)
	b.hand()
	return true
}

// hand gives parts on as long as someone takes them.
func (b *store) hand() {
	if b.handing {
		return
	}
	b.handing = true
	for b.items.len() > 0 {
		p := b.items.pop()
		if !b.pass(p) {
			b.items.pushFront(p)
			break
		}
		b.level.add(b.plant.k.now, -1)
		b.wake()
	}
	b.handing = false
}

func (b *store) retry(*link) { b.hand() }
func (b *store) begin()      { b.hand() }

func (b *store) fill(n int) {
	for range n {
		p := b.plant.create(-1, 0)
		b.items.push(p)
		b.level.add(0, 1)
	}
}

// belt is an accumulating conveyor: parts run up to the end or to the part before them, where they stand one pitch apart. The
// entry is free when the last part has run one pitch and fewer stand on the belt than fit.
type belt struct {
	element
	items   fifo[int32]
	room    int
	travel  float64 // from end to end, s
	gap     float64 // time of one pitch, s
	free    float64 // when the entry is free, s
	leave   float64 // when the end is free, s
	planned Event
	opening Event
	head    func(int)
	entry   func(int)
	handing bool
}

func newBelt(b element) *belt {
	v := float64(b.Belt)
	c := &belt{element: b, room: max(1, int(float64(b.Length)/float64(b.Pitch)+1e-9)), travel: float64(b.Length) / v, gap: float64(b.Pitch) / v}
	c.head = func(int) { c.planned = Event{}; c.hand() }
	c.entry = func(int) { c.opening = Event{}; c.wake() }
	return c
}

// open also sees to it that who waits for the entry is called when it is free.
func (c *belt) open(*link) bool {
	if c.level.value >= c.room {
		return false
	}
	if now := c.plant.k.now; c.free > now {
		if c.opening == (Event{}) {
			c.opening = c.plant.k.At(c.free, 0, c.entry, 0)
		}
		return false
	}
	return true
}

func (c *belt) accept(p int32, _ *link) bool {
	now := c.plant.k.now
	c.plant.parts[p].entered = now + c.travel
	c.free = now + c.gap
	c.items.push(p)
	c.level.add(now, 1)
	if c.items.len() == 1 {
		c.plan()
	}
	return true
}

func (c *belt) plan() {
	if c.items.len() == 0 || c.planned != (Event{}) {
		return
	}
	at := max(c.plant.parts[*c.items.front()].entered, c.leave)
	c.planned = c.plant.k.At(max(at, c.plant.k.now), 0, c.head, 0)
}

// hand gives the first part on if it is at the end.
func (c *belt) hand() {
	if c.handing || c.items.len() == 0 {
		return
	}
	now := c.plant.k.now
	if at := max(c.plant.parts[*c.items.front()].entered, c.leave); at > now {
		c.plan()
		return
	}
	c.handing = true
	p := c.items.pop()
	if !c.pass(p) {
		c.items.pushFront(p)
		c.handing = false
		return
	}
	c.leave = now + c.gap
	c.level.add(now, -1)
	c.handing = false
	c.plan()
	c.wake()
}

func (c *belt) retry(*link) { c.hand() }
func (c *belt) begin()      { c.plan() }

func (c *belt) fill(n int) {
	for i := range n {
		p := c.plant.create(-1, 0)
		c.plant.parts[p].entered = c.gap * float64(i)
		c.items.push(p)
		c.level.add(0, 1)
	}
}
