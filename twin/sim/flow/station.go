package flow

import "math/rand/v2"

// State is what a station does.
type State uint8

// The states.
const (
	Starved State = iota // nothing to work on
	Working
	Blocked // done, and nobody takes the part
	Down    // failed, or under repair
	Setup
	Waiting // for workers
	Off     // outside its shift
	states
)

var stateNames = [states]string{"starved", "working", "blocked", "down", "setup", "waiting", "off"}

// String is the name for people.
func (s State) String() string {
	if s >= states {
		return "unknown"
	}
	return stateNames[s]
}

// Active reports whether a station in this state is busy by itself, rather than held up by others: the active state of Roser,
// Nakano and Tanaka (2001).
func (s State) Active() bool { return s == Working || s == Down || s == Setup }

// station is a machine, an assembly or a disassembly.
type station struct {
	element
	servers []server
	cycle   Distribution // with the speed in it
	work    *rand.Rand
	change  *rand.Rand
	quality *rand.Rand
	fails   *rand.Rand
	repairs *rand.Rand
	op, fix *pool
	hours   calendar
	down    bool
	health  float64 // operation, s, until it fails
	failing Event
	last    int // product of the last part
	since   int // parts since the last set-up
	kit     []int
	need    []int
	carrier int32 // part that stands for a kit
	kitted  int
	spent   [states]float64 // ∫ servers in a state dt
	counts  [states]int
	at      float64
	active  spell
	spells  []spell
	end     func(int)
	failure func(int)
	repair  func(int)
}

// server is one place to work.
type server struct {
	part   int32
	phase  State
	left   float64 // of set-up or work, s
	began  float64
	ends   Event
	out    int // disassembly: link that is served
	sent   int // … parts given along it
	holds  bool
	giving bool
}

// spell is a span in which a station was active without a break.
type spell struct{ from, to float64 }

// maxSpells is how many spells are kept in a run.
const maxSpells = 2_000_000

func newStation(b element) *station {
	p := b.plant
	s := &station{element: b, servers: make([]server, max(b.Servers, 1)), cycle: b.Cycle.Scaled(1 / b.speed()), carrier: -1, last: -1}
	s.work, s.change, s.quality = p.stream(b.Name, "cycle"), p.stream(b.Name, "setup"), p.stream(b.Name, "quality")
	s.fails, s.repairs = p.stream(b.Name, "failure"), p.stream(b.Name, "repair")
	s.end, s.failure, s.repair = s.ended, s.failed, s.repaired
	s.counts[Starved] = len(s.servers)
	s.active.from = -1
	if b.Failure.Given() {
		s.health = b.Failure.Sample(s.fails)
	}
	return s
}

// link resolves what the station needs of the rest of the plant.
func (s *station) link() {
	s.op, s.fix = s.plant.pools[s.Operator], s.plant.pools[s.Repairer]
	if s.Kind != Assembly {
		return
	}
	s.kit, s.need = make([]int, s.ins), make([]int, s.ins)
	for _, n := range s.plant.nodes {
		for _, l := range append(n.base().good, n.base().bad...) {
			if l.to == node(s) {
				s.need[l.input] = l.count
			}
		}
	}
}

func (s *station) begin() {
	s.hours.begin(s.plant, s.Shift, func() {
		if s.hours.on {
			s.resume()
		} else {
			s.pause()
		}
	})
	if !s.hours.on {
		s.pause()
	}
	s.note()
	if s.Failure.Given() && s.Clock == "time" && !s.down {
		s.failing = s.plant.k.After(s.health, s.failure, 0)
	}
	if s.kit != nil {
		s.assemble()
	}
	s.wake()
}

// fill puts a part on so many servers; their cycles begin now.
func (s *station) fill(n int) {
	for i := range min(n, len(s.servers)) {
		s.start(i, s.plant.create(-1, 0))
	}
}

func (s *station) paused() bool { return s.down || !s.hours.on }

func (s *station) idle() int {
	for i := range s.servers {
		if s.servers[i].phase == Starved {
			return i
		}
	}
	return -1
}

func (s *station) open(l *link) bool {
	if s.paused() {
		return false
	}
	if s.kit != nil {
		return s.kit[l.input] < s.need[l.input]
	}
	return s.counts[Starved] > 0
}

func (s *station) accept(p int32, l *link) bool {
	if s.kit == nil {
		s.start(s.idle(), p)
		return true
	}
	s.kit[l.input]++
	s.kitted++
	if s.carrier < 0 {
		s.carrier = p
	} else {
		if born := s.plant.parts[p].born; born < s.plant.parts[s.carrier].born {
			s.plant.parts[s.carrier].born = born
		}
		s.plant.free = append(s.plant.free, p) // still counts as work in progress until the kit is used
	}
	s.assemble()
	return true
}

// assemble starts on a kit if it is complete and the server is free, and makes room for the next.
func (s *station) assemble() {
	if s.servers[0].phase != Starved || s.paused() {
		return
	}
	for i, n := range s.kit {
		if n < s.need[i] {
			return
		}
	}
	clear(s.kit)
	p := s.carrier
	s.plant.wip.add(s.plant.k.now, 1-s.kitted)
	s.carrier, s.kitted = -1, 0
	s.start(0, p)
	s.wake()
}

// start takes a part onto a server.
func (s *station) start(i int, p int32) {
	v := &s.servers[i]
	v.part, v.phase = p, Waiting
	s.level.add(s.plant.k.now, 1)
	if s.op != nil {
		s.note()
		s.op.ask(request{s, i, max(s.Crew, 1)})
		return
	}
	s.prepare(i)
}

// granted is called when the workers that a server, or a repair, waits for are there.
func (s *station) granted(i int) {
	if i < 0 {
		s.mend()
		return
	}
	s.servers[i].holds = true
	s.prepare(i)
}

// prepare begins with the set-up if one is due, else with the work.
func (s *station) prepare(i int) {
	v := &s.servers[i]
	product := s.plant.parts[v.part].product
	due := s.SetupEvery > 0 && s.since >= s.SetupEvery || s.SetupEvery == 0 && s.last >= 0 && product != s.last
	s.last = product
	if due && s.Setup.Given() {
		s.since = 0
		v.phase, v.left = Setup, s.Setup.Sample(s.change)
		s.proceed(i)
		return
	}
	s.begins(i)
}

func (s *station) begins(i int) {
	v := &s.servers[i]
	s.since++
	v.phase, v.left = Working, s.cycle.Sample(s.work)
	s.proceed(i)
}

// proceed goes on with set-up or work, and plans its end.
func (s *station) proceed(i int) {
	v := &s.servers[i]
	if !s.paused() {
		now := s.plant.k.now
		v.began = now
		v.ends = s.plant.k.At(now+v.left, 0, s.end, i)
		if s.counting() && v.phase == Working && s.health <= v.left {
			s.failing = s.plant.k.At(now+s.health, -1, s.failure, 0)
		}
	}
	s.note()
}

// counting reports whether failures count operation.
func (s *station) counting() bool { return s.Failure.Given() && s.Clock != "time" }

func (s *station) ended(i int) {
	v := &s.servers[i]
	v.ends = Event{}
	if v.phase == Setup {
		s.begins(i)
		return
	}
	if s.counting() {
		s.health -= s.plant.k.now - v.began
		s.plant.k.Cancel(s.failing)
	}
	if v.holds {
		v.holds = false
		s.op.release(max(s.Crew, 1))
	}
	v.phase = Blocked
	s.note()
	if s.Reject > 0 {
		s.plant.parts[v.part].defect = s.quality.Float64() < float64(s.Reject)
	}
	if s.Kind == Disassembly {
		s.unpack(v)
	}
	s.send(i)
}

// unpack makes the first of the parts that come out of one.
func (s *station) unpack(v *server) {
	total := 0
	for _, l := range s.good {
		total += l.count
	}
	s.plant.wip.add(s.plant.k.now, total-1)
	v.out, v.sent = 0, 0
}

// send gives on what is done; the server is free when all is gone.
func (s *station) send(i int) {
	v := &s.servers[i]
	if s.paused() || v.giving {
		return
	}
	v.giving = true // a part that comes back at once must find the server busy
	gone := false
	if s.Kind == Disassembly {
		gone = s.sendAll(v)
	} else {
		gone = s.pass(v.part)
	}
	v.giving = false
	if !gone {
		return
	}
	v.phase = Starved
	s.level.add(s.plant.k.now, -1)
	s.note()
	if s.kit != nil {
		s.assemble()
	}
	s.wake()
}

// sendAll gives the parts of a disassembly along its links, in their order.
func (s *station) sendAll(v *server) bool {
	for v.out < len(s.good) {
		l := s.good[v.out]
		if v.sent == l.count {
			v.out, v.sent = v.out+1, 0
			continue
		}
		last := v.out == len(s.good)-1 && v.sent == l.count-1
		p := v.part
		if !last {
			x := s.plant.parts[v.part]
			s.plant.wip.add(s.plant.k.now, -1) // create counts it again
			p = s.plant.create(x.born, x.product)
		}
		if !s.give(p, l) {
			if !last {
				s.plant.destroy(p)
				s.plant.wip.add(s.plant.k.now, 1)
			}
			l.wait()
			return false
		}
		v.sent++
	}
	return true
}

func (s *station) retry(*link) {
	for i := range s.servers {
		if s.servers[i].phase == Blocked {
			s.send(i)
		}
	}
}

// failed is the moment of a failure.
func (s *station) failed(int) {
	s.failing = Event{}
	s.pause()
	s.down = true
	s.note()
	if s.fix != nil {
		s.fix.ask(request{s, -1, 1})
		return
	}
	s.mend()
}

func (s *station) mend() { s.plant.k.After(s.Repair.Sample(s.repairs), s.repair, 0) }

func (s *station) repaired(int) {
	s.down = false
	s.health = s.Failure.Sample(s.fails)
	if s.Clock == "time" {
		s.failing = s.plant.k.After(s.health, s.failure, 0)
	}
	if s.fix != nil {
		s.fix.release(1)
	}
	s.resume()
}

// pause stops all servers where they are.
func (s *station) pause() {
	now := s.plant.k.now
	for i := range s.servers {
		v := &s.servers[i]
		if !s.plant.k.Cancel(v.ends) {
			continue
		}
		v.ends = Event{}
		v.left = max(0, v.left-(now-v.began))
		if s.counting() && v.phase == Working {
			s.health -= now - v.began
			s.plant.k.Cancel(s.failing)
		}
	}
	s.note()
}

// resume lets them go on.
func (s *station) resume() {
	if s.paused() {
		s.note()
		return
	}
	for i := range s.servers {
		switch v := &s.servers[i]; v.phase {
		case Working, Setup:
			if v.ends == (Event{}) {
				s.proceed(i)
			}
		case Blocked:
			s.send(i)
		}
	}
	s.note()
	if s.kit != nil {
		s.assemble()
	}
	s.wake()
}

// state is what a server shows: off before down before what it does.
func (s *station) state(i int) State {
	switch {
	case !s.hours.on:
		return Off
	case s.down:
		return Down
	}
	return s.servers[i].phase
}

// note accounts the time since the last change and counts the servers in each state anew.
func (s *station) note() {
	s.account(s.plant.k.now)
	clear(s.counts[:])
	for i := range s.servers {
		s.counts[s.state(i)]++
	}
	now := s.plant.k.now
	busy := s.counts[Working]+s.counts[Down]+s.counts[Setup] == len(s.servers)
	switch {
	case busy && s.active.from < 0:
		s.active = spell{now, -1}
	case busy && s.active.to >= 0 && s.active.to < now: // it was not, for a while
		s.close()
		s.active = spell{now, -1}
	case busy:
		s.active.to = -1
	case s.active.from >= 0 && s.active.to < 0:
		s.active.to = now
	}
}

// close keeps the spell that has ended.
func (s *station) close() {
	if s.active.to > s.active.from && s.plant.spells < maxSpells {
		s.spells = append(s.spells, s.active)
		s.plant.spells++
	}
}

func (s *station) account(now float64) {
	for i, n := range s.counts {
		if n > 0 {
			s.spent[i] += float64(n) * (now - s.at)
		}
	}
	s.at = now
}

func (s *station) settle(now float64) {
	s.element.settle(now)
	s.account(now)
}

// restart forgets the statistics.
func (s *station) restart(now float64) {
	clear(s.spent[:])
	s.spells = s.spells[:0]
	switch {
	case s.active.from >= 0 && s.active.to < 0:
		s.active.from = now
	default:
		s.active = spell{-1, -1}
	}
}

// activeSpells are those of the observed time, the last one cut off at its end.
func (s *station) activeSpells(now float64) []spell {
	out := s.spells
	if last := s.active; last.from >= 0 {
		if last.to < 0 {
			last.to = now
		}
		if last.to > last.from {
			out = append(out, last) // into what is spare: the spells themselves stay
		}
	}
	return out
}
