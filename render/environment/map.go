package environment

import (
	"math"
	"sync"
	"sync/atomic"
)

// Vec is a direction or a linear colour.
type Vec [3]float32

// ID tells maps apart; 0 is no map.
type ID uint64

// Map is light from all sides. Make it with Builtin, BuiltinNight, New or Read.
type Map struct {
	id     ID
	shades Harmonics
	levels []Level
	sun    Sun
}

// Level is a map blurred for one roughness: six faces in the order of OpenGL (+X −X +Y −Y +Z −Z), each with Side × Side
// pixels of red, green and blue, oriented as section 3.8.10 of the specification of OpenGL 3.3 says.
type Level struct {
	Side      int
	Roughness float32
	Pix       []float32 // 6 × Side × Side × 3; read only
}

// Sun is a light from one direction. The zero Sun is none.
type Sun struct {
	Toward     Vec // the light
	Irradiance Vec // on a surface that faces it, over π: what a white surface sends back
}

var lastID atomic.Uint64

// ID returns what no other map of this process has.
func (m *Map) ID() ID { return m.id }

// Harmonics returns the diffuse light.
func (m *Map) Harmonics() Harmonics { return m.shades }

// Levels returns the reflections from mirror to rough, each with half the side of the one before. They are read only.
func (m *Map) Levels() []Level { return m.levels }

// Sun returns the light that was taken out of the picture to cast shadows, if there was one.
func (m *Map) Sun() (Sun, bool) { return m.sun, m.sun.Irradiance != Vec{} }

// Builtin returns a calm overcast sky over a pale ground, with soft boxes above and beside for metal to mirror.
var Builtin = sync.OnceValue(func() *Map { return New(day) })

// BuiltinNight returns the same room with its lights turned down, for dark themes.
var BuiltinNight = sync.OnceValue(func() *Map { return New(night) })

// New makes a map of radiance by direction. The function is called from many goroutines, for unit vectors; what is negative
// or no number counts as 0.
func New(radiance func(toward Vec) Vec) *Map { return fromFaces(facesOf(builtinSide, radiance), Sun{}) }

// fromFaces derives everything from the sharp picture.
func fromFaces(sharp *faces, sun Sun) *Map {
	chain := sharp.chain()
	return &Map{id: ID(lastID.Add(1)), shades: project(chain.near(projectSide)), levels: prefilter(chain), sun: sun}
}

// Sides of the faces, in pixels.
const (
	builtinSide = 128
	readSide    = 256
	leastSide   = 4 // of the roughest level
	projectSide = 32
)

// highest is the largest radiance: what half floats hold.
const highest = 65504

// sane brings a colour into the range of radiance.
func sane(c Vec) Vec {
	for k, v := range c {
		switch {
		case !(v > 0): // also what is no number
			c[k] = 0
		case v > highest:
			c[k] = highest
		}
	}
	return c
}

func (v Vec) dot(o Vec) float32    { return v[0]*o[0] + v[1]*o[1] + v[2]*o[2] }
func (v Vec) scaled(f float32) Vec { return Vec{v[0] * f, v[1] * f, v[2] * f} }
func (v Vec) plus(o Vec) Vec       { return Vec{v[0] + o[0], v[1] + o[1], v[2] + o[2]} }
func (v Vec) cross(o Vec) Vec {
	return Vec{v[1]*o[2] - v[2]*o[1], v[2]*o[0] - v[0]*o[2], v[0]*o[1] - v[1]*o[0]}
}
func (v Vec) luminance() float32       { return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2] }
func (v Vec) length() float32          { return float32(math.Sqrt(float64(v.dot(v)))) }
func (v Vec) unit() Vec                { return v.scaled(1 / v.length()) }
func mixed(a, b Vec, t float32) Vec    { return a.scaled(1 - t).plus(b.scaled(t)) }
func smooth(lo, hi, v float32) float32 { t := min(max((v-lo)/(hi-lo), 0), 1); return t * t * (3 - 2*t) }
