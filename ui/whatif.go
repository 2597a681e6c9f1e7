package ui

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/ui/theme"
)

// whatIf shows the sliders of the second scenario, how it compares with the base, and what can be done with it.
func (p *inspector) whatIf(f *flow) {
	w := p.v.whatIf
	if len(w.Parameters) == 0 {
		return
	}
	f.put(heading("What if", w.Caption, f.W))
	for _, q := range w.Parameters {
		p.parameter(f, q)
	}
	if len(w.Compare) > 0 {
		lines := make([]cardLine, len(w.Compare))
		for i, t := range w.Compare {
			lines[i] = cardLine{t, theme.FontSmall, theme.Text2, 2}
		}
		lines[0].ink = theme.Text
		f.y += 4
		f.card("compare-card", "", lines, nil, nil)
	}
}

// actionsHeight is the height of the row of buttons at the foot of the inspector.
const actionsHeight = buttonHeight + 16

// actions is the row of buttons that stays in sight.
func (p *inspector) actions(s *sheet) {
	if s.foot == 0 {
		return
	}
	v := p.v
	top := s.H - s.foot
	s.pin(cell{x: 0, y: top, w: s.W, h: 2, key: "line", paint: func(pen *theme.Pen, c cell) { pen.HLine(0, c.y, c.w, theme.Color(theme.Line)) }})
	x, y := float32(theme.Margin), top+9
	add := func(name, text, hint string, look buttonLook) {
		wd := s.width(text, theme.FontText) + 24
		if x+wd > s.W-4 {
			return // it is in the menu too
		}
		s.pin(button(x, y, wd, name, text, hint, look, func() { p.command(name) }))
		x += wd + 6
	}
	send, why := mainButton, "Send a set-point to the plant, in two steps"
	if !v.live {
		send, why = offButton, v.whyNot
	}
	if len(v.whatIf.Parameters) > 0 {
		add("fork", "Fork here", "Begin the second scenario at the moment that is shown", plainButton)
		compare := plainButton
		if v.whatIf.Shown {
			compare = onButton
		}
		add("compare", "Compare", "Show both scenarios in the trend and in the scene", compare)
	}
	add("send", "Send limit…", why, send)
	if v.whatIf.Changed {
		add("reset", "Reset", "Put all sliders back", plainButton)
	}
}

func (p *inspector) command(name string) {
	if p.onCommand != nil {
		p.onCommand(name)
	}
}

// parameter is one labelled slider.
func (p *inspector) parameter(f *flow, q parameter) {
	value := q.Value
	if p.held == q.ID {
		value = p.heldValue
	}
	text := q.Unit.Format(value, decimals(q))
	at := func(si float64) float32 {
		if q.Max <= q.Min {
			return 0
		}
		return float32(max(0, min(1, (si-q.Min)/(q.Max-q.Min))))
	}
	changed := math.Abs(value-q.Default) > 1e-9*(1+math.Abs(q.Default))
	f.put(cell{w: f.W, h: 20, key: fmt.Sprint(q.Label, text, changed), paint: func(pen *theme.Pen, c cell) {
		pen.TextFit(theme.Margin, c.y+16, c.w*.6, q.Label, theme.FontText, theme.Color(theme.Text2))
		ink := theme.Color(theme.Text)
		if changed {
			ink = theme.Color(theme.Forecast)
		}
		unit := ""
		if q.Unit.Symbol != "" {
			unit = " " + q.Unit.Symbol
		}
		pen.TextRight(c.w-theme.Margin, c.y+16, text+unit, theme.FontText, ink)
	}})
	base := float32(-1)
	if changed {
		base = at(q.Default)
	}
	c := slider(theme.Margin-6, 0, f.W-2*theme.Margin+12, "slider:"+q.ID,
		fmt.Sprintf("%s — drag, or turn the wheel; normally %s %s", q.Label, q.Unit.Format(q.Default, decimals(q)), q.Unit.Symbol),
		at(value), base, theme.Predicted, true, func(v float32, done bool) {
			if v >= 0 {
				p.heldValue = snap(q, q.Min+float64(v)*(q.Max-q.Min))
			}
			p.held = q.ID
			si := p.heldValue
			if done {
				p.held = ""
				for i := range p.v.whatIf.Parameters {
					if p.v.whatIf.Parameters[i].ID == q.ID {
						p.v.whatIf.Parameters[i].Value = si
					}
				}
			}
			if p.onParam != nil {
				p.onParam(q.ID, si, done)
			}
			p.update()
		})
	c.scroll = func(dy float32) bool {
		if !controlDown() {
			return false
		}
		step := q.Step
		if step == 0 {
			step = (q.Max - q.Min) / 100
		}
		if dy < 0 {
			step = -step
		}
		if p.onParam != nil {
			p.onParam(q.ID, snap(q, value+step), true)
		}
		return true
	}
	f.put(c)
	f.y += 5
}

// snap rounds a value to the notches of a slider and keeps it in range.
func snap(q parameter, si float64) float64 {
	if q.Step > 0 {
		si = q.Min + math.Round((si-q.Min)/q.Step)*q.Step
	}
	return max(q.Min, min(q.Max, si))
}

// decimals is how many digits after the point a parameter is shown with: enough for its notches.
func decimals(q parameter) int {
	step := q.Unit.Span(q.Step)
	if step == 0 {
		step = q.Unit.Span(q.Max-q.Min) / 100
	}
	for d := 0; d < 3; d++ {
		if x := step * math.Pow(10, float64(d)); x >= .999 {
			return d
		}
	}
	return 3
}
