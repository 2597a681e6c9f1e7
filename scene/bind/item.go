package bind

import (
	"image/color"
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
)

// item is one binding and what it holds. What an Apply without news touches stands first.
type item struct {
	property Property
	way      Interpolation
	quality  twin.Quality // of what is shown
	seen     bool
	held     bool    // now is in force
	hidden   bool    // by its Policy
	now      float64 // number in force; of a rate, what it has come to
	want     float64 // number to reach; of a rate, the speed
	pace     float64 // of Linear, per second
	axis     mgl64.Vec3
	signal   twin.SignalID
	raw      twin.Quality // as read
	value    float64      // as read
	since    time.Duration
	tint     color.NRGBA // A 0 for none
	*extra               // nil for what one signal moves or colours
	b        *Binding
}

// extra is what only some bindings have.
type extra struct {
	source expression.Source
	others []reading // of Binding.More
	sign   *sign
	trail  *trail
	motion *motion
	blend  *blend
}

// reading is a further value and what was read of it last.
type reading struct {
	source  expression.Source
	value   float64
	quality twin.Quality
}

// rate reports whether the number of a property is a speed, so that what it has come to is never known from a value.
func (p Property) rate() bool {
	return p == RotateRate || p == TextureRate || p == ClipRate || p == Flow
}

// sign reports whether a property shows something beside the part, whose own looks it leaves alone.
func (p Property) sign() bool {
	return p == Label || p == Badge || p == Arrow || p == Flow || p == Trail
}

// read gets the value with the trust in all that it is made of, and whether any of it is another than before.
func (it *item) read(snap *twin.Snapshot) (v float64, q twin.Quality, changed bool) {
	if it.extra == nil {
		one := snap.At(it.signal)
		v, q = one.Value, one.Quality
	} else {
		v, q, changed = it.extra.read(snap)
	}
	if q.Class() == twin.BadClass {
		v = 0
	} else if math.IsNaN(v) || math.IsInf(v, 0) {
		v, q = 0, twin.SensorFault
	}
	if q == twin.Predicted && snap.Origin == twin.Simulated {
		q = twin.Estimated // all that is shown is predicted, and the frame of the view says so: no mark on each part
	}
	return v, q, changed || !it.seen || v != it.value || q != it.raw
}

func (e *extra) read(snap *twin.Snapshot) (v float64, q twin.Quality, changed bool) {
	q = twin.Good
	if e.source.Given() {
		v, q = e.source.Read(snap)
	}
	for i := range e.others {
		r := &e.others[i]
		x, xq := r.source.Read(snap)
		if x != r.value || xq != r.quality {
			r.value, r.quality, changed = x, xq, true
		}
		q = expression.Worse(q, xq)
	}
	return v, q, changed
}

// take reads the value and reports whether it, or its quality, changed.
func (it *item) take(snap *twin.Snapshot, clock time.Duration) bool {
	v, q, changed := it.read(snap)
	if !changed {
		return false
	}
	it.value, it.raw, it.seen = v, q, true
	x := it.b.number(v)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		x, q = 0, twin.SensorFault // too large to be computed with
	}
	counts := q.Class() != twin.BadClass
	if it.b.Quality != Mark {
		counts = q.Usable()
	}
	it.quality, it.hidden = q, it.b.Quality == Hide && !q.Usable()
	switch {
	case it.property.rate():
		it.want = 0 // a speed that is not known moves nothing
		if q.Usable() {
			it.want = x
		}
	case it.property == Gradient:
		it.blend.take(it)
	case it.property == Arrow:
		if counts {
			it.sign.aim(it, x)
		}
	case !counts: // where nobody knows better, things stay where they were
	default:
		it.aim(x, clock)
	}
	it.colour(v, counts)
	return true
}

// aim sets the number to reach.
func (it *item) aim(x float64, clock time.Duration) {
	if it.property == Visible || it.property == Opacity || it.property == Badge {
		it.now, it.held = x, true
	}
	if it.way == Linear {
		took := min(max((clock-it.since).Seconds(), 0.05), 2)
		it.since, it.pace = clock, math.Abs(it.left(x))/took
	}
	it.want = x
}

// left is the way from the number in force to another, for angles the shorter way round.
func (it *item) left(x float64) float64 {
	left := x - it.now
	if it.property == RotateAngle {
		left = math.Remainder(left, 2*math.Pi)
	}
	return left
}

// colour paints what has a ramp, a category or a colour of its own.
func (it *item) colour(v float64, counts bool) {
	switch it.property {
	case Colour, Emissive, Badge, Arrow, Flow, Trail:
	default:
		return
	}
	if counts {
		it.tint = it.b.paint(v) // of a stale value too, under its hatch
	} else if !it.property.sign() && it.b.Quality != Hold {
		it.tint.A = 0
	}
}

// channel says what of a node a binding writes.
type channel uint8

const (
	toLocal channel = 1 << iota
	toStyle
	toSign
	toClip
)

// channelOf is what a change of the number of a property is written to.
func channelOf(p Property) channel {
	switch p {
	case RotateRate, RotateAngle, Translate, Scale:
		return toLocal
	case TextureOffset, TextureRate, Level:
		return toStyle
	case ClipPosition, ClipRate:
		return toClip
	case Arrow, Flow:
		return toSign
	}
	return 0
}

// step moves one binding on. moved: its number changed; again: it will change with the same value too.
func (it *item) step(p *pass) (moved, again bool) {
	switch it.property {
	case RotateRate:
		rad := min(max(it.want*p.turnSec, -maxTurnRad), maxTurnRad)
		if rad == 0 {
			return false, it.want != 0
		}
		it.now, it.held = math.Remainder(it.now+rad, 2*math.Pi), true
		return true, true
	case TextureRate, ClipRate, Flow:
		return it.run(p)
	case Arrow:
		return it.sign.swing(p)
	case RotateAngle, Translate, Scale, TextureOffset, ClipPosition, Level:
		return it.glide(p)
	}
	return false, false
}

// run lets a rate go on: textures and clips begin again at 1.
func (it *item) run(p *pass) (moved, again bool) {
	way := it.want * p.turnSec
	if it.property == ClipRate {
		way /= it.motion.clip.DurationSec
	}
	if way == 0 {
		return false, it.want != 0
	}
	it.now, it.held = it.now+way, true
	if it.property != Flow {
		it.now -= math.Floor(it.now)
	} else if math.Abs(it.now) > farthestPhase {
		it.now = 0
	}
	return true, true
}

// farthestPhase keeps the phase of chevrons within what float32 resolves finely, metres.
const farthestPhase = 1e4

// glide brings the number closer to the one to reach.
func (it *item) glide(p *pass) (moved, again bool) {
	if !it.held {
		if it.quality.Class() == twin.BadClass || !it.seen {
			return false, false // never known
		}
		it.now, it.held = it.want, true
		return true, false
	}
	if it.want == it.now {
		return false, false
	}
	left := it.left(it.want)
	switch {
	case math.Abs(left) < nearEnough || p.follow >= 1 || it.way == Jump:
		it.now = it.want
		return true, false
	case it.way == Linear:
		way := it.pace * p.wallSec
		if way >= math.Abs(left) || way <= 0 && p.wallSec > 0 {
			it.now = it.want
			return true, false
		}
		it.now += math.Copysign(way, left)
		return true, true
	}
	it.now += left * p.follow
	return true, true
}
