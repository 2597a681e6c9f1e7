package timeline

import (
	"math"
	"sync"
	"time"
)

// Mode says what the cursor shows.
type Mode uint8

// The modes.
const (
	Live    Mode = iota // the cursor is now and moves with it
	Past                // it stands at a recorded moment
	Playing             // it moves through the recorded past
	Future              // it is after now; State.Playing tells whether it moves
)

// String names the mode as it is shown to people.
func (m Mode) String() string {
	return [...]string{"live", "past", "playing", "future"}[min(int(m), 3)]
}

// Limits of play.
const (
	MinSpeed = -100.0 // times real time
	MaxSpeed = 1000.0
	// MaxFrame is the longest time that one Tick plays.
	MaxFrame = time.Second
)

// State is what a frame shows. It is a plain value.
type State struct {
	Mode     Mode
	At       time.Time // the cursor
	Now      time.Time // by the clock
	Speed    float64   // times real time, used when Playing
	Playing  bool      // the cursor moves by itself, in the past or in the future
	Dragging bool      // the cursor is in the user's hand
	AtNow    bool      // within the snap distance of now: let go and it is live
	First    time.Time // lower bound of At
	Horizon  time.Time // upper bound of At, never before Now
	LoopFrom time.Time // zero when no loop is set
	LoopTo   time.Time
}

// Timeline is the cursor and its player. Make one with New.
type Timeline struct {
	clock func() time.Time

	mu             sync.Mutex
	live           bool
	at, now        time.Time
	speed          float64
	playing        bool
	dragging       bool
	resume         bool // play again after the drag
	first, horizon time.Time
	loopFrom       time.Time
	loopTo         time.Time
	snap, step     time.Duration
	bookmarks      []Bookmark
	marks          []Mark
}

// New returns a live timeline with speed 1, a snap distance of 2 s and steps of 10 s.
func New(clock func() time.Time) *Timeline {
	now := clock().Round(0)
	return &Timeline{clock: clock, live: true, at: now, now: now, speed: 1, snap: 2 * time.Second, step: 10 * time.Second}
}

// Tick reads the clock, moves the cursor and returns the state. Call it once per frame.
func (t *Timeline) Tick() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.now
	t.now = t.clock().Round(0) // wall time: the cursor is compared with stored times
	dt := min(max(t.now.Sub(before), 0), MaxFrame)
	switch {
	case t.live:
		t.at = t.now
	case t.playing && !t.dragging:
		t.advance(dt, before)
	}
	t.at = t.clamp(t.at)
	return t.state()
}

// State returns the state of the last Tick with what was changed since, and moves nothing.
func (t *Timeline) State() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state()
}

// advance plays dt; before was now at the last tick.
func (t *Timeline) advance(dt time.Duration, before time.Time) {
	wasAhead := t.at.After(before)
	at := t.at.Add(time.Duration(math.Round(float64(dt) * t.speed)))
	if from, to, ok := t.loop(); ok {
		t.at = wrap(at, from, to)
		return
	}
	lo, hi := t.bounds()
	switch {
	case t.speed > 0 && !wasAhead && !at.Before(t.now), t.speed > 0 && wasAhead && !at.After(t.now):
		t.goLive() // play reached now, or now reached play
	case t.speed > 0 && !at.Before(hi):
		t.at, t.playing = hi, false
	case t.speed < 0 && !at.After(lo):
		t.at, t.playing = lo, false
	default:
		t.at = at
	}
}

// loop returns the loop within the bounds.
func (t *Timeline) loop() (from, to time.Time, ok bool) {
	if t.loopTo.IsZero() {
		return
	}
	from, to = t.clamp(t.loopFrom), t.clamp(t.loopTo)
	return from, to, to.After(from)
}

// wrap brings at into [from, to).
func wrap(at, from, to time.Time) time.Time {
	span := to.Sub(from)
	offset := at.Sub(from) % span
	if offset < 0 {
		offset += span
	}
	return from.Add(offset)
}

// bounds returns where the cursor may be.
func (t *Timeline) bounds() (lo, hi time.Time) {
	lo, hi = t.first, t.horizon
	if lo.IsZero() || lo.After(t.now) {
		lo = t.now
	}
	if hi.Before(t.now) {
		hi = t.now
	}
	return lo, hi
}

func (t *Timeline) clamp(at time.Time) time.Time {
	lo, hi := t.bounds()
	if at.Before(lo) {
		return lo
	}
	if at.After(hi) {
		return hi
	}
	return at
}

func (t *Timeline) goLive() {
	t.live, t.playing, t.resume, t.dragging, t.at = true, false, false, false, t.now
}

func (t *Timeline) state() State {
	s := State{At: t.at, Now: t.now, Speed: t.speed, Playing: t.playing && !t.dragging, Dragging: t.dragging,
		AtNow: t.at.Sub(t.now).Abs() <= t.snap, LoopFrom: t.loopFrom, LoopTo: t.loopTo}
	s.First, s.Horizon = t.bounds()
	switch {
	case t.live:
		s.Mode = Live
	case t.at.After(t.now):
		s.Mode = Future
	case s.Playing:
		s.Mode = Playing
	default:
		s.Mode = Past
	}
	return s
}
