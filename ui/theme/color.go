package theme

import (
	"image/color"
	"sync"
	"sync/atomic"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
)

// Variant is one of the two sets of colours.
type Variant uint32

// The variants.
const (
	Day Variant = iota
	Night
)

// String names the variant as it is shown to people.
func (v Variant) String() string {
	if v == Day {
		return "day"
	}
	return "night"
}

// Mode is what the user asked for.
type Mode uint32

// The modes.
const (
	Auto Mode = iota // the variant of the system
	AlwaysDay
	AlwaysNight
)

// String names the mode; ParseMode reads it back.
func (m Mode) String() string { return [...]string{"auto", "day", "night"}[min(int(m), 2)] }

// ParseMode returns the mode with this name, Auto for any other.
func ParseMode(s string) Mode {
	switch s {
	case "day":
		return AlwaysDay
	case "night":
		return AlwaysNight
	}
	return Auto
}

// Name is a colour by what it means.
type Name = fyne.ThemeColorName

// The colours of the desk.
const (
	Window   Name = "orrery.window"   // between the panels
	Panel    Name = "orrery.panel"    // behind everything
	Field    Name = "orrery.field"    // inputs, cards, chips
	Line     Name = "orrery.line"     // separators, grids
	Text     Name = "orrery.text"     // values and titles
	Text2    Name = "orrery.text2"    // labels, units
	Text3    Name = "orrery.text3"    // hints, axes, what is off
	Accent   Name = "orrery.accent"   // the selected, the cursor
	OnAccent Name = "orrery.onAccent" // text on the accent
	Selected Name = "orrery.selected" // behind a selected row
	Hovered  Name = "orrery.hovered"  // behind the row under the pointer

	Sky      Name = "orrery.sky"
	Ground   Name = "orrery.ground"
	Clay     Name = "orrery.clay"
	ClayEdge Name = "orrery.clayEdge"

	Critical Name = "orrery.p1"
	High     Name = "orrery.p2"
	Medium   Name = "orrery.p3"
	Low      Name = "orrery.p4"

	Past      Name = "orrery.past"      // frame and badge of the past
	Future    Name = "orrery.future"    // frame and badge of the future
	Future2   Name = "orrery.future2"   // second colour of its hatch
	Predicted Name = "orrery.predicted" // lines and bands of forecasts
	Forecast  Name = "orrery.forecast"  // text in the colour of forecasts, readable on a Field
	ScenarioB Name = "orrery.scenarioB" // the second scenario
	ScenarioT Name = "orrery.scenarioT" // text in the colour of the second scenario
	Better    Name = "orrery.better"    // of a difference; draw the way it points too
	Worse     Name = "orrery.worse"
	Limit     Name = "orrery.limit"
	Healthy   Name = "orrery.healthy" // the dot of LIVE
	Band      Name = "orrery.band"    // normal range inside an analogue bar
)

// BandOpacity is the opacity of an 80 % band, 0 to 1.
const BandOpacity = 0.22

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

var shared = map[Name]color.NRGBA{
	Critical: rgb(0xD3122F), High: rgb(0xE87511), Medium: rgb(0xD9B300), Low: rgb(0xA04CC0), Limit: rgb(0xE87511),
	Past: rgb(0x3A7BC8), Future: rgb(0x8B6BE0), Future2: rgb(0x7657CE), Predicted: rgb(0x8B6BE0),
	ScenarioB: rgb(0x1E9A93), Healthy: rgb(0x4FA35A),
}

var variants = [2]map[Name]color.NRGBA{
	Day: {
		Window: rgb(0xD9DCE0), Panel: rgb(0xE7E9EC), Field: rgb(0xF4F5F7), Line: rgb(0xBCC2C9),
		Text: rgb(0x1C2025), Text2: rgb(0x525A63), Text3: rgb(0x878F98), Accent: rgb(0x2B66A8), OnAccent: rgb(0xF4F5F7),
		Sky: rgb(0xCBD0D6), Ground: rgb(0xB9BFC6), Clay: rgb(0xAEB5BD), ClayEdge: rgb(0x7C858F),
		Selected: rgb(0xBECCDD), Hovered: rgb(0xDDE0E4), Band: rgb(0xC3C7CC), Forecast: rgb(0x6B4BC4), ScenarioT: rgb(0x0D706A),
		Better: rgb(0x0C7C74), Worse: rgb(0x8A5A1C),
	},
	Night: {
		Window: rgb(0x14171B), Panel: rgb(0x1B1F24), Field: rgb(0x252A31), Line: rgb(0x363C45),
		Text: rgb(0xDADEE3), Text2: rgb(0x98A1AB), Text3: rgb(0x666E78), Accent: rgb(0x62A6EA), OnAccent: rgb(0x10151B),
		Sky: rgb(0x20252B), Ground: rgb(0x191D22), Clay: rgb(0x78818B), ClayEdge: rgb(0xA5ADB6),
		Selected: rgb(0x2B3D50), Hovered: rgb(0x22272E), Band: rgb(0x424951), Forecast: rgb(0xA68CF0), ScenarioT: rgb(0x35B5AD),
		Better: rgb(0x2FB8AE), Worse: rgb(0xC79A5B),
	},
}

var series = [...]color.NRGBA{rgb(0x4F88B0), rgb(0x7B9A57), rgb(0x9A7BB8), rgb(0xB98A56), rgb(0x4FA3A0), rgb(0x8A9099)}

// Series returns the colour of the i-th line of a chart; after six it begins again.
func Series(i int) color.NRGBA { return series[((i%len(series))+len(series))%len(series)] }

// Priority returns the colour of an alarm priority. Draw its shape too: see Pen.Alarm.
func Priority(p twin.Priority) color.NRGBA {
	switch p {
	case twin.Critical:
		return shared[Critical]
	case twin.High:
		return shared[High]
	case twin.Medium:
		return shared[Medium]
	}
	return shared[Low]
}

var state struct {
	mode, variant atomic.Uint32
	mu            sync.Mutex
	next          int
	listeners     map[int]func()
}

func init() { state.variant.Store(uint32(Night)); state.mode.Store(uint32(AlwaysNight)) }

// Current returns the variant in force.
func Current() Variant { return Variant(state.variant.Load()) }

// CurrentMode returns what the user asked for.
func CurrentMode() Mode { return Mode(state.mode.Load()) }

// SetMode sets the mode; system is the variant that Auto takes. Listeners are called when the variant changed.
func SetMode(m Mode, system Variant) {
	v := system
	switch m {
	case AlwaysDay:
		v = Day
	case AlwaysNight:
		v = Night
	}
	state.mode.Store(uint32(m))
	if Variant(state.variant.Swap(uint32(v))) == v {
		return
	}
	state.mu.Lock()
	call := make([]func(), 0, len(state.listeners))
	for i := range state.next {
		if f, ok := state.listeners[i]; ok {
			call = append(call, f)
		}
	}
	state.mu.Unlock()
	for _, f := range call {
		f()
	}
}

// OnChange has f called after each change of the variant, in the order of the calls to OnChange, until remove is called.
func OnChange(f func()) (remove func()) {
	state.mu.Lock()
	defer state.mu.Unlock()
	if state.listeners == nil {
		state.listeners = map[int]func(){}
	}
	id := state.next
	state.next++
	state.listeners[id] = f
	return func() {
		state.mu.Lock()
		defer state.mu.Unlock()
		delete(state.listeners, id)
	}
}

// Color returns a colour of the variant in force. An unknown name gives the colour of text.
func Color(n Name) color.NRGBA { return Of(Current(), n) }

// Of returns a colour of one variant, whatever is in force.
func Of(v Variant, n Name) color.NRGBA {
	if c, ok := variants[v&1][n]; ok {
		return c
	}
	if c, ok := shared[n]; ok {
		return c
	}
	return variants[v&1][Text]
}

// WithAlpha returns c with this opacity, 0 to 1.
func WithAlpha(c color.NRGBA, opacity float32) color.NRGBA {
	c.A = uint8(max(0, min(1, opacity))*255 + 0.5)
	return c
}

// Mix returns the colour a part t of the way from a to b, t from 0 to 1; the result is opaque.
func Mix(a, b color.NRGBA, t float32) color.NRGBA {
	m := func(x, y uint8) uint8 { return uint8(float32(x) + (float32(y)-float32(x))*t + 0.5) }
	return color.NRGBA{R: m(a.R, b.R), G: m(a.G, b.G), B: m(a.B, b.B), A: 255}
}

// Difference is the colour of something that differs, from −1 (worse) by 0 (the same: the clay of the scene) to +1
// (better). Its two ends differ in lightness against the clay and can be told apart by colour-blind people.
func Difference(t float32) color.NRGBA {
	end := Worse
	if t > 0 {
		end = Better
	}
	return Mix(Color(Clay), Color(end), max(-1, min(1, t))*sign(t))
}

func sign(t float32) float32 {
	if t < 0 {
		return -1
	}
	return 1
}
