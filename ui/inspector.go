package ui

import (
	"fmt"
	"math"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// inspector shows the selected asset: what is expected of it, its values, its parts, and what could be tried.
type inspector struct {
	*board
	v *view

	onPlot    func(id twin.SignalID, add bool)
	onSelect  func(id twin.AssetID, frame bool)
	onAck     func(id string)
	onParam   func(id string, si float64, done bool)
	onCommand func(name string)                        // "fork", "compare", "send", "reset", "failure"
	onModel   func(o *openedModel, what string, n int) // see models
	held      string                                   // parameter in the user's hand
	heldValue float64
}

func newInspector(shell *Shell, v *view) *inspector {
	p := &inspector{v: v}
	p.board = newBoard(shell, fyne.NewSize(260, 160), p.build)
	return p
}

// flow lays cells out from top to bottom.
type flow struct {
	*sheet
	y float32
}

func (f *flow) put(c cell) {
	c.y = f.y
	f.add(c)
	f.y += c.h
}

// cardPad is the room between the edge of a card and its text.
const cardPad = 12

func (p *inspector) build(s *sheet) {
	v := p.v
	f := &flow{sheet: s}
	if v.node() != scene.NoNode || v.tree == nil {
		p.models(f)
		return
	}
	id := v.selected
	if id == twin.NoAsset && len(v.tree.Assets()) > 0 {
		id = 0
	}
	if id == twin.NoAsset {
		return
	}
	p.frame(s)
	s.pin(heading(title(v.tree, id), p.note(id), s.W))
	p.alarms(f, id)
	p.forecast(f, id)
	p.signals(f, id)
	p.bindings(f, id)
	p.parts(f, id)
	p.whatIf(f)
	p.actions(s)
	f.y += 8
	s.total = f.y
}

// frame sets the heights of what does not scroll: the title above, the buttons below.
func (p *inspector) frame(s *sheet) {
	s.b.head, s.head = 34, 34
	s.b.foot = 0
	if len(p.v.whatIf.Parameters) > 0 || p.v.live {
		s.b.foot = actionsHeight
	}
	s.foot = s.b.foot
}

// note says beside the title where the values come from.
func (p *inspector) note(id twin.AssetID) string {
	v := p.v
	if v.selected == twin.NoAsset {
		return "nothing selected"
	}
	switch v.snap.Origin {
	case twin.Recorded:
		return "as it stood"
	case twin.Simulated:
		return "predicted"
	}
	if k := v.tree.Asset(id).Kind; k != "" {
		return k
	}
	return ""
}

// alarms lists the alarms of the asset.
func (p *inspector) alarms(f *flow, id twin.AssetID) {
	v := p.v
	if v.selected == twin.NoAsset {
		return
	}
	lines := v.of(id)
	for i, a := range lines {
		if i == 3 {
			f.put(cell{w: f.W, h: 22, key: fmt.Sprint(len(lines)), paint: func(pen *theme.Pen, c cell) {
				pen.Text(theme.Margin+18, c.y+15, fmt.Sprintf("%d more in the alarm list", len(lines)-3), theme.FontSmall, theme.Color(theme.Text3))
			}})
			break
		}
		buttonW := float32(0)
		if !a.Acked && v.phase == livePhase {
			buttonW = buttonWidth(f.sheet, "Acknowledge") - 4
		}
		look := a.look(v.blink)
		message, when := a.Message, join(a.Value, a.Raised.In(v.zone).Format("2 Jan 15:04"))
		if head, figures, ok := strings.Cut(message, ": "); ok {
			message, when = head, join(figures, a.Raised.In(v.zone).Format("2 Jan 15:04"))
		}
		if a.Expected {
			when = a.Value + " · expected"
		}
		y := f.y
		f.put(cell{w: f.W - buttonW, h: 34, name: "signal-of:" + a.ID, hand: true, hint: "Show its trend", key: fmt.Sprint(message, a.Priority, look, when),
			paint: func(pen *theme.Pen, c cell) {
				pen.Alarm(theme.Margin+6, c.y+17, 11, a.Priority, look)
				pen.TextFit(theme.Margin+20, c.y+15, c.w-2*theme.Margin-24, message, theme.FontText, theme.Color(theme.Text))
				pen.TextFit(theme.Margin+20, c.y+29, c.w-2*theme.Margin-24, when, theme.FontSmall, theme.Color(theme.Text2))
			},
			tap: func(fyne.Position, bool) {
				if p.onPlot != nil && a.Signal != twin.NoSignal {
					p.onPlot(a.Signal, false)
				}
			}})
		if buttonW > 0 {
			f.add(withY(button(f.W-theme.Margin-buttonW+4, 0, buttonW-4, "ack:"+a.ID, "Acknowledge", "Say that you have seen it", plainButton, func() {
				if p.onAck != nil {
					p.onAck(a.ID)
				}
			}), y+3))
		}
	}
	if len(lines) > 0 {
		f.y += 4
	}
}

func withY(c cell, y float32) cell { c.y = y; return c }

// cardLine is a text on a card. A card is one cell, so that its background and its texts are painted together.
type cardLine struct {
	text string
	font theme.Font
	ink  theme.Name
	gap  float32 // above
}

func (f *flow) card(name, hint string, lines []cardLine, tap func(), extra func(*theme.Pen, cell)) {
	type placed struct {
		cardLine
		y float32
	}
	var all []placed
	y, key := float32(9), ""
	width := f.W - 2*theme.Margin - 2*cardPad
	for _, l := range lines {
		y += l.gap
		step := l.font.SizeDp * 1.38
		for _, t := range theme.Wrap(l.text, l.font, f.Scale, width) {
			all = append(all, placed{cardLine{t, l.font, l.ink, 0}, y + l.font.SizeDp*1.05})
			y += step
		}
		key += l.text + string(l.ink) + "\n"
	}
	h := y + 9
	f.put(cell{w: f.W, h: h + 10, name: name, hint: hint, hand: tap != nil, key: key, paint: func(pen *theme.Pen, c cell) {
		back := theme.Color(theme.Field)
		if c.hot && tap != nil {
			back = theme.Mix(back, theme.Color(theme.Text), .05)
		}
		pen.RoundRect(theme.Margin, c.y, c.w-2*theme.Margin, h, theme.Radius, back)
		for _, l := range all {
			pen.Text(theme.Margin+cardPad, c.y+l.y, l.text, l.font, theme.Color(l.ink))
		}
		if extra != nil {
			extra(pen, c)
		}
	}, tap: func(fyne.Position, bool) {
		if tap != nil {
			tap()
		}
	}})
}

// forecast is the card of the expected failure.
func (p *inspector) forecast(f *flow, id twin.AssetID) {
	v := p.v
	o := v.outlook
	if !o.Ready && o.Reason == "" {
		return
	}
	small := theme.FontSmall
	if !o.Ready {
		f.card("", "", []cardLine{{"Expected to fail", theme.FontBold, theme.Text, 0}, {o.Reason, small, theme.Text2, 2}}, nil, nil)
		return
	}
	if !o.Valid {
		f.card("", "", []cardLine{{"Forecast withdrawn", theme.FontBold, theme.Text, 0}, {o.Reason, small, theme.Text2, 2}}, nil, nil)
		return
	}
	if o.Units == 0 {
		return // nothing of this plant fails for good
	}
	foot := "estimated " + ago(v.now.Sub(o.Computed).Truncate(time.Minute))
	if o.BackTest != "" {
		foot += " · back-test " + o.BackTest
	}
	trust := func(pen *theme.Pen, c cell) {
		if o.Trust >= 0 {
			pen.TrustDot(c.x+c.w-theme.Margin-cardPad-3, c.y+17, 4, o.Trust)
		}
	}
	if o.TrustText != "" {
		foot += " · " + o.TrustText
	}
	days := span(o.Horizon)
	head := "Expected to fail"
	if v.phase != livePhase && !v.ahead {
		head = "Expected to fail, as seen now"
	}
	fail, ok := v.failureOf(id)
	where, part := "", strings.ToLower(fail.Name)
	if ok && fail.Part != id {
		where, part = title(v.tree, fail.Part), ""
	}
	switch {
	case !ok || fail.Median.IsZero() && fail.Probability < .05:
		f.card("", "", []cardLine{{head, theme.FontBold, theme.Text, 0},
			{"Not within " + days, theme.FontTitle, theme.Text2, 3}, {foot, small, theme.Text2, 2}}, nil, trust)
	case fail.Median.IsZero():
		detail := join(where, part)
		f.card("", "", []cardLine{{head, theme.FontBold, theme.Text, 0},
			{fmt.Sprintf("%.0f %% within %s", fail.Probability*100, days), theme.FontTitle, theme.Forecast, 3},
			{detail, small, theme.Text2, 2}, {foot, small, theme.Text2, 0}}, nil, trust)
	default:
		at := fail.Median.In(v.zone)
		detail := ""
		switch {
		case !fail.Low.IsZero() && !fail.High.IsZero():
			detail = "80 % between " + between(fail.Low.In(v.zone), fail.High.In(v.zone))
		case !fail.Low.IsZero():
			detail = "90 % after " + fail.Low.In(v.zone).Format("2 Jan") + ", the late end lies beyond the forecast"
		}
		detail = join(detail, where, part)
		if fail.Driver != "" {
			detail = join(detail, "driven by "+fail.Driver)
		}
		f.card("failure", "Go to the failure mark on the timeline", []cardLine{{head, theme.FontBold, theme.Text, 0},
			{at.Format("2 Jan 2006") + " · " + ahead(at.Sub(v.now)), theme.FontBig, theme.Forecast, 3},
			{detail, small, theme.Text2, 2}, {foot, small, theme.Text2, 0}},
			func() {
				if p.onCommand != nil {
					p.onCommand("failure")
				}
			}, trust)
	}
}

func join(parts ...string) string {
	out := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += p
	}
	return out
}

// signals lists the values of the asset, each in its range.
func (p *inspector) signals(f *flow, id twin.AssetID) {
	v := p.v
	label := float32(84)
	for _, sid := range v.tree.Asset(id).Signals {
		label = max(label, f.width(v.tree.Signal(sid).Label, theme.FontText)+10)
	}
	label = min(label, (f.W-2*theme.Margin-signalValueWidth)*.6)
	for _, sid := range v.tree.Asset(id).Signals {
		p.signal(f, sid, label)
	}
	if len(v.tree.Asset(id).Signals) > 0 {
		f.y += 6
	}
}

// signalValueWidth is the room of a value with its unit and its quality.
const signalValueWidth = 96

func (p *inspector) signal(f *flow, sid twin.SignalID, labelW float32) {
	v := p.v
	s, val := v.tree.Signal(sid), v.snap.At(sid)
	text, q := number(s, val.Value), val.Quality
	unit := s.Unit.Symbol
	if s.Kind != twin.Number {
		unit = ""
	}
	if q.Class() == twin.BadClass {
		text, unit = "–", ""
	}
	age := ""
	if q == twin.Stale || q == twin.Offline {
		age = span(val.Age(v.at))
	}
	plotted := false
	for _, x := range v.plotted {
		plotted = plotted || x == sid
	}
	var spark []float32
	if v.history != nil {
		spark = v.history(sid)
	}
	low, high, banded := v.snap.Interval(sid)
	limit, limited := v.limits[sid]
	hint := s.Label + " — click to plot it, Ctrl+click to add it, drag it onto the trend, or onto a part to bind it"
	if q != twin.Good {
		_, word := theme.Mark(q)
		hint = s.Label + " is " + word
		if banded {
			hint += fmt.Sprintf(", 80 %% between %s and %s %s", number(s, low), number(s, high), unit)
		}
	}
	f.put(cell{w: f.W, h: 30, name: "signal:" + s.Path, hint: hint,
		key: fmt.Sprint(text, unit, q, age, plotted, sparkKey(spark), place(s, val.Value), place(s, low), place(s, high), banded, limit, limited),
		paint: func(pen *theme.Pen, c cell) {
			if c.hot {
				pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Hovered))
			}
			mid, base := c.y+c.h/2, c.y+20
			if plotted {
				pen.Fill(c.x, c.y+5, 3, c.h-10, theme.Color(theme.Accent))
			}
			right := c.x + c.w - theme.Margin
			const valueW = signalValueWidth
			pen.TextFit(theme.Margin, base, labelW-6, s.Label, theme.FontText, theme.Color(theme.Text2))
			x, w := theme.Margin+labelW, c.w-2*theme.Margin-valueW-labelW-8
			if s.Kind == twin.Number && w > 50 {
				if age != "" {
					pen.TextFit(x, base-1, w*.5-6, age, theme.FontSmall, theme.Color(theme.Text3))
				} else {
					drawSpark(pen, x, mid-8, w*.5-6, 16, spark)
				}
				if s.HasRange() {
					drawBar(pen, s, x+w*.5, mid, w*.5, val, low, high, banded, limit, limited)
				}
			}
			ink := theme.Color(theme.Text)
			switch q {
			case twin.Predicted:
				ink = theme.Color(theme.Forecast)
			case twin.Good, twin.Manual, twin.Estimated:
			default:
				ink = theme.Color(theme.Text2)
			}
			vw := pen.Measure(text, theme.FontValue)
			if unit != "" {
				vw += pen.Measure(unit, theme.Font{SizeDp: theme.ValueSize - 3}) + 4
			}
			if q == twin.Stale || q == twin.OutOfRange {
				pen.Hatch(right-vw-3, mid-10, vw+6, 20, 5, 1, theme.WithAlpha(theme.Color(theme.Text3), .26))
			}
			begin := pen.Number(right, base, text, unit, theme.FontValue, ink)
			pen.Quality(begin-13, mid, q)
		},
		tap: func(fyne.Position, bool) {
			if p.onPlot != nil {
				p.onPlot(sid, controlDown())
			}
		},
		menu: func(at fyne.Position) {
			if p.shell != nil {
				p.shell.signalMenu(sid, at)
			}
		},
		carry: p.carry(sid)})
}

// place returns where a value lies in the range of its signal, 0 to 1, in steps of a quarter pixel of a bar.
func place(s *twin.Signal, si float64) float64 {
	if !s.HasRange() || math.IsNaN(si) {
		return 0
	}
	return math.Round(max(0, min(1, (si-s.Min)/(s.Max-s.Min)))*400) / 400
}

// drawBar draws a value in the context of its range: normal band, limit, and the value as a mark across.
func drawBar(pen *theme.Pen, s *twin.Signal, x, mid, w float32, val twin.Value, low, high float64, banded bool, limit float64, limited bool) {
	at := func(si float64) float32 { return x + w*float32(place(s, si)) }
	pen.Fill(x, mid-4, w, 8, theme.Color(theme.Field))
	if s.Normal[0] < s.Normal[1] {
		pen.Fill(at(s.Normal[0]), mid-4, at(s.Normal[1])-at(s.Normal[0]), 8, theme.Color(theme.Band))
	}
	if banded {
		pen.Fill(at(low), mid-4, max(1, at(high)-at(low)), 8, theme.WithAlpha(theme.Color(theme.Predicted), .55))
	}
	if limited && limit > s.Min && limit < s.Max {
		pen.Fill(at(limit)-.75, mid-6, 1.5, 12, theme.Color(theme.Limit))
	}
	if val.Quality.Class() == twin.BadClass || math.IsNaN(val.Value) {
		return
	}
	ink := theme.Color(theme.Text)
	switch val.Quality {
	case twin.Stale, twin.OutOfRange:
		ink = theme.Color(theme.Text3)
	case twin.Predicted:
		ink = theme.Color(theme.Forecast)
	}
	pen.Fill(at(val.Value)-1.5, mid-7, 3, 14, ink)
}

// drawSpark draws the course of the last hour; NaN breaks it.
func drawSpark(pen *theme.Pen, x, y, w, h float32, values []float32) {
	if len(values) < 2 || w < 8 {
		return
	}
	lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, v := range values {
		if v == v {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		return
	}
	if hi-lo < 1e-6*(1+absf(hi)) {
		lo, hi = lo-1, hi+1
	}
	var line []theme.Point
	flush := func() {
		pen.Polyline(line, 1.1, theme.Color(theme.Text3))
		line = line[:0]
	}
	for i, v := range values {
		if v != v {
			flush()
			continue
		}
		line = append(line, theme.Point{X: x + w*float32(i)/float32(len(values)-1), Y: y + h - h*(v-lo)/(hi-lo)})
	}
	flush()
}

func absf(v float32) float32 { return float32(math.Abs(float64(v))) }

func sparkKey(v []float32) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, x := range v {
		h = (h ^ uint64(math.Float32bits(x))) * 1099511628211
	}
	return h
}

// parts lists what the asset is made of.
func (p *inspector) parts(f *flow, id twin.AssetID) {
	v := p.v
	children := v.tree.Asset(id).Children
	if len(children) == 0 {
		return
	}
	f.put(withW(heading("Parts", "", f.W), f.W))
	for _, c := range children {
		a := v.tree.Asset(c)
		text, q := v.shown(v.headline[c])
		mark := v.rollup[c]
		f.put(cell{w: f.W, h: theme.RowHeight, name: "part:" + a.Path, hand: true, hint: "Select " + a.Label,
			key: fmt.Sprint(a.Label, text, q, mark),
			paint: func(pen *theme.Pen, c cell) {
				if c.hot {
					pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Hovered))
				}
				mid, base := c.y+c.h/2, c.y+17.5
				right := c.w - theme.Margin
				if mark.priority != 0 {
					pen.Alarm(right-5, mid, 10, mark.priority, mark.look)
					right -= 18
				}
				right = drawValue(pen, right, base, mid, text, q, true)
				pen.TextFit(theme.Margin, base, right-theme.Margin-8, a.Label, theme.FontText, theme.Color(theme.Text2))
			},
			tap: func(_ fyne.Position, double bool) {
				if p.onSelect != nil {
					p.onSelect(c, double)
				}
			}})
	}
	f.y += 6
}

func withW(c cell, w float32) cell { c.w = w; return c }
