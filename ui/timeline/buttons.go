package timeline

import (
	"time"

	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Action is what a button of the strip asks for.
type Action string

// The actions.
const (
	StepBack Action = "step-back"
	Toggle   Action = "play"
	StepOn   Action = "step-on"
	Speed    Action = "speed"
	GoLive   Action = "live"
	Span1h   Action = "span-1h"
	Span24h  Action = "span-24h"
	Span7d   Action = "span-7d"
	SpanAll  Action = "span-all"
)

// spans are what the span buttons show on both sides of now.
var spans = map[Action]struct {
	label string
	past  time.Duration
}{Span1h: {"1 h", time.Hour}, Span24h: {"24 h", 24 * time.Hour}, Span7d: {"7 d", 7 * 24 * time.Hour}, SpanAll: {"All", 0}}

type button struct {
	action     Action
	x, y, w, h float32 // Dp
	tip        string
}

// buttons lays them out for a strip of this width.
func buttons(width float32) []button {
	const y, h = 7, 24 // above the labels of the failure marks
	out := []button{
		{StepBack, 10, y, 24, h, "One step back (←)"},
		{Toggle, 36, y, 26, h, "Play or pause (Space)"},
		{StepOn, 64, y, 24, h, "One step on (→)"},
		{Speed, 94, y, 44, h, "Speed: click for the next, right-click for the one before"},
		{GoLive, 144, y, 56, h, "Return to live (L)"},
	}
	x := width - 32
	for _, a := range []Action{SpanAll, Span7d, Span24h, Span1h} {
		x -= 44
		out = append(out, button{a, x, y, 40, h, "Show " + spans[a].label + " on both sides of now"})
	}
	out[len(out)-4].tip = "Show all that is recorded and predicted"
	return out
}

func (b button) hit(x, y float32) bool { return x >= b.x && x < b.x+b.w && y >= b.y && y < b.y+b.h }

// drawButtons draws the row of buttons; hover is the action under the pointer.
func drawButtons(pen *theme.Pen, m *Model, hover Action, width float32) {
	live := m.Mode == timeline.Live
	for _, b := range buttons(width) {
		ink, back := theme.Color(theme.Text2), theme.Color(theme.Panel)
		switch {
		case b.action == GoLive && !live:
			ink, back = theme.Color(theme.OnAccent), theme.Color(theme.Accent)
		case b.action == GoLive:
			back = theme.Color(theme.Field)
		case b.action == hover:
			ink, back = theme.Color(theme.Text), theme.Color(theme.Field)
		}
		if back != theme.Color(theme.Panel) {
			pen.RoundRect(b.x, b.y, b.w, b.h, theme.Radius, back)
		}
		cx, cy := b.x+b.w/2, b.y+b.h/2
		switch b.action {
		case StepBack:
			pen.Icon(theme.IconBack, cx, cy, 13, ink)
		case StepOn:
			pen.Icon(theme.IconForward, cx, cy, 13, ink)
		case Toggle:
			icon := theme.IconPlay
			if m.Playing {
				icon = theme.IconPause
			}
			pen.Icon(icon, cx, cy, 14, ink)
		case Speed:
			pen.TextCenter(cx, cy+4, speedText(m.Speed), theme.FontText, ink)
		case GoLive:
			text := "Live"
			if live {
				text = "● Live"
			}
			pen.TextCenter(cx, cy+4, text, theme.FontText, ink)
		default:
			pen.TextCenter(cx, cy+4, spans[b.action].label, theme.FontSmall, ink)
		}
	}
	pen.TextFit(212, 23, width-212-230, m.Note, theme.FontSmall, theme.Color(theme.Text3))
}
