package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// menus are the menus of the desk, in their order.
var menus = []string{"File", "Edit", "View", "Tools", "Twin", "Simulate", "Help"}

// topBar shows the menus, the time mode, the clock, the newest alarms and the way into the palette.
type topBar struct {
	*board
	v *view

	user     string
	onMenu   func(name string, at fyne.Position)
	onAlarm  func(a alarmLine)
	onAlarms func()
	onSearch func()
	onBadge  func()
}

func newTopBar(shell *Shell, v *view) *topBar {
	p := &topBar{v: v}
	p.board = newBoard(shell, fyne.NewSize(600, theme.TopBarHeight), p.build)
	return p
}

func (p *topBar) build(s *sheet) {
	v := p.v
	x := float32(theme.Margin)
	brand := s.width("Orrery", theme.FontBold)
	s.pin(cell{x: x, w: brand + 6, h: s.H, key: "brand", paint: func(pen *theme.Pen, c cell) {
		pen.Text(c.x, baseline(c), "Orrery", theme.FontBold, theme.Color(theme.Text))
	}})
	x += brand + 8
	for _, m := range menus {
		if v.tree == nil && v.models != nil && (m == "Twin" || m == "Simulate") {
			continue // there is no twin
		}
		w := s.width(m, theme.FontText) + 14
		s.pin(cell{x: x, w: w, h: s.H, name: "menu:" + m, key: m, paint: func(pen *theme.Pen, c cell) {
			ink := theme.Color(theme.Text2)
			if c.hot {
				pen.RoundRect(c.x, c.y+7, c.w, c.h-14, theme.Radius, theme.Color(theme.Field))
				ink = theme.Color(theme.Text)
			}
			pen.TextCenter(c.x+c.w/2, baseline(c), m, theme.FontText, ink)
		}, tap: p.openMenu(m, x)})
		x += w
	}
	x += 10

	right := s.W - theme.Margin
	if p.user != "" {
		w := s.width(p.user, theme.FontText)
		right -= w
		s.pin(cell{x: right, w: w + 2, h: s.H, key: p.user, paint: func(pen *theme.Pen, c cell) {
			pen.Text(c.x, baseline(c), p.user, theme.FontText, theme.Color(theme.Text2))
		}})
		right -= 14
	}
	searchW := float32(250)
	if s.W < 1400 {
		searchW = 120
	}
	right -= searchW
	s.pin(p.search(right, searchW, s.H))
	if v.tree == nil {
		return
	}
	x = p.badge(s, x)
	x = p.clock(s, x, right-12)
	p.alarms(s, x, right-12)
}

func baseline(c cell) float32 { return c.y + c.h/2 + 4.5 }

func (p *topBar) openMenu(name string, x float32) func(fyne.Position, bool) {
	return func(at fyne.Position, _ bool) {
		if p.onMenu != nil {
			p.onMenu(name, fyne.NewPos(x, theme.TopBarHeight))
		}
	}
}

func (p *topBar) search(x, w, h float32) cell {
	return cell{x: x, y: 7, w: w, h: h - 14, name: "search", hint: "Run a command, go to an asset or a signal", hand: true, key: "search",
		paint: func(pen *theme.Pen, c cell) {
			back := theme.Color(theme.Field)
			if c.hot {
				back = theme.Mix(back, theme.Color(theme.Text), .05)
			}
			pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
			text := "Search or run a command"
			if c.w < 200 {
				text = "Search"
			}
			pen.Text(c.x+10, baseline(c), text, theme.FontText, theme.Color(theme.Text3))
			pen.TextRight(c.x+c.w-10, baseline(c), "Ctrl K", theme.FontText, theme.Color(theme.Text3))
		}, tap: func(fyne.Position, bool) {
			if p.onSearch != nil {
				p.onSearch()
			}
		}}
}

// badgeText says where on the timeline the desk stands.
func (v *view) badgeText() string {
	switch {
	case v.phase == livePhase && v.noData:
		return "LIVE · NO DATA"
	case v.phase == livePhase:
		return "LIVE"
	}
	word := "PAST"
	if v.ahead {
		word = "FUTURE"
	}
	text := word + "  " + away(v.at.Sub(v.now))
	if v.phase == playingPhase {
		text += fmt.Sprintf("  ▶ %g×", v.speed)
	}
	return text
}

// badge draws the time mode so that no one can take it for another: live is quiet with a green dot, the past is solid
// blue, the future is hatched violet.
func (p *topBar) badge(s *sheet, x float32) float32 {
	v := p.v
	text := v.badgeText()
	live := v.phase == livePhase
	w := s.width(text, theme.FontBold) + 22
	if live {
		w += 16
	}
	s.pin(cell{x: x, y: 7, w: w, h: s.H - 14, name: "badge", hint: "L goes back to live", hand: !live, key: fmt.Sprint(text, live, v.ahead, v.noData),
		paint: func(pen *theme.Pen, c cell) {
			white := theme.Of(theme.Day, theme.Field)
			switch {
			case live:
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
				if v.noData {
					pen.Ring(c.x+14, c.y+c.h/2, 4.5, 1.6, theme.Color(theme.High))
				} else {
					pen.Circle(c.x+14, c.y+c.h/2, 4.5, theme.Color(theme.Healthy))
				}
				pen.Text(c.x+26, baseline(c), text, theme.FontBold, theme.Color(theme.Text))
				return
			case v.ahead:
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Future2))
				pen.Hatch(c.x+1, c.y+1, c.w-2, c.h-2, 16, 8, theme.Color(theme.Future))
			default:
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Past))
			}
			pen.Text(c.x+11, baseline(c), text, theme.FontBold, white)
		},
		tap: func(fyne.Position, bool) {
			if p.onBadge != nil {
				p.onBadge()
			}
		}})
	return x + w + 14
}

// clock words the moment shown and how fresh it is.
func (p *topBar) clock(s *sheet, x, end float32) float32 {
	v := p.v
	zone := v.zone
	if zone == nil {
		zone = time.UTC
	}
	at := v.at.In(zone)
	var text, widest string
	switch {
	case v.phase == livePhase:
		text = at.Format("Mon 2 Jan 2006 15:04:05")
		if v.dataAge >= 0 {
			text += " · data age " + span(v.dataAge)
		}
		widest = "Wed 23 Nov 2026 00:00:00 · data age 0.0 s"
	case v.ahead:
		text = at.Format("Mon 2 Jan 2006 15:04") + " · " + v.scenario
		widest = text
	default:
		text = at.Format("Mon 2 Jan 2006 15:04:05") + " · recorded"
		widest = "Wed 23 Nov 2026 00:00:00 · recorded"
	}
	w := max(s.width(text, theme.FontText), s.width(widest, theme.FontText)) + 4
	if x+w > end {
		text, w = at.Format("15:04:05"), s.width("00:00:00", theme.FontText)+4
		if x+w > end {
			return x
		}
	}
	s.pin(cell{x: x, w: w, h: s.H, key: text, paint: func(pen *theme.Pen, c cell) {
		pen.Text(c.x, baseline(c), text, theme.FontText, theme.Color(theme.Text2))
	}})
	return x + w + 10
}

// alarms shows the newest unacknowledged alarms, then how many of each priority there are.
func (p *topBar) alarms(s *sheet, x, end float32) {
	v := p.v
	var counts [5]int
	var fresh []alarmLine
	for _, a := range v.current {
		if a.Priority >= 1 && a.Priority <= 4 {
			counts[a.Priority]++
		}
		if !a.Acked {
			fresh = append(fresh, a)
		}
	}
	// The counts always stay; room for them first.
	type tally struct {
		prio twin.Priority
		text string
		w    float32
	}
	var tallies []tally
	room := end - x
	for prio := twin.Critical; prio <= twin.Low; prio++ {
		if n := counts[prio]; n > 0 {
			t := tally{prio, fmt.Sprint(n), s.width(fmt.Sprint(n), theme.FontText) + 34}
			tallies = append(tallies, t)
			room -= t.w + 6
		}
	}
	if v.phase != livePhase && len(v.current) > 0 {
		w := s.width("now", theme.FontSmall) + 8
		s.pin(cell{x: x, w: w, h: s.H, key: "now", paint: func(pen *theme.Pen, c cell) {
			pen.Text(c.x, baseline(c)-.5, "now", theme.FontSmall, theme.Color(theme.Text3))
		}})
		x += w
		room -= w
	}
	for i, a := range fresh {
		if i == 3 {
			break
		}
		w := p.chip(s, x, room, a, i == 0)
		if w == 0 {
			break
		}
		x += w + 8
		room -= w + 8
	}
	for _, t := range tallies {
		s.pin(cell{x: x, y: 7, w: t.w, h: s.H - 14, name: "tally:" + t.prio.String(), hand: true, hint: fmt.Sprintf("%s of %s priority — click for the list", count(counts[t.prio], "alarm"), t.prio), key: t.text + t.prio.String(),
			paint: func(pen *theme.Pen, c cell) {
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
				pen.Alarm(c.x+14, c.y+c.h/2, 10, t.prio, theme.AlarmAcknowledged)
				pen.Text(c.x+25, baseline(c), t.text, theme.FontText, theme.Color(theme.Text))
			}, tap: func(fyne.Position, bool) {
				if p.onAlarms != nil {
					p.onAlarms()
				}
			}})
		x += t.w + 6
	}
}

// chip shows one alarm, with its details when there is room; it returns its width, 0 when there is none at all.
func (p *topBar) chip(s *sheet, x, room float32, a alarmLine, detailed bool) float32 {
	v := p.v
	name := title(v.tree, a.Asset)
	text := a.Message
	if name != "" && len(name) < 24 {
		text = lead(name) + " " + a.Message
	}
	state := "unacknowledged"
	if !a.Active {
		state = "gone, unacknowledged"
	}
	detail := join(a.Value, a.Raised.In(v.zone).Format("15:04"), state)
	textW, detailW := s.width(text, theme.FontBold), s.width(detail, theme.FontText)
	w := 28 + textW + 9
	if detailed && w+detailW+8 <= room {
		w += detailW + 8
	} else {
		detail = ""
	}
	if w > room {
		if !detailed || room < 120 {
			return 0
		}
		w = room
	}
	look := a.look(v.blink)
	s.pin(cell{x: x, y: 7, w: w, h: s.H - 14, name: "alarm:" + a.ID, hand: true, hint: "Select it, frame it and show its trend", key: fmt.Sprint(text, detail, look, a.Priority),
		paint: func(pen *theme.Pen, c cell) {
			pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
			if c.hot {
				pen.RoundBorder(c.x, c.y, c.w, c.h, theme.Radius, 1, theme.Color(theme.Line))
			}
			pen.Alarm(c.x+14, c.y+c.h/2, 11, a.Priority, look)
			end := pen.TextFit(c.x+27, baseline(c), c.w-34, text, theme.FontBold, theme.Color(theme.Text))
			if detail != "" {
				pen.Text(end+8, baseline(c), detail, theme.FontText, theme.Color(theme.Text2))
			}
		}, tap: func(fyne.Position, bool) {
			if p.onAlarm != nil {
				p.onAlarm(a)
			}
		}})
	return w
}

// lead is the first element of a title: the turbine of "T03 / Gearbox".
func lead(title string) string {
	for i := range title {
		if title[i] == ' ' {
			return title[:i]
		}
	}
	return title
}
