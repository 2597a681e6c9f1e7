package ui

import (
	"fmt"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

// alarmsPage lists all alarms that are active or not acknowledged.
type alarmsPage struct {
	*board
	v        *view
	selected map[string]bool
	last     string
	onAck    func(ids []string)
	onShow   func(a alarmLine)
	tabs     float32 // room that the tabs take at the right of the head
}

func newAlarmsPage(shell *Shell, v *view) *alarmsPage {
	p := &alarmsPage{v: v, selected: map[string]bool{}}
	p.board = newBoard(shell, fyne.NewSize(300, 80), p.build)
	p.board.onKey = p.key
	return p
}

var alarmColumns = []column{
	{width: 30}, {title: "Raised", width: 110}, {title: "Where", share: 1.2}, {title: "What", share: 2},
	{title: "When raised", width: 96, right: true}, {title: "Value", width: 96, right: true}, {title: "State", width: 172}, {width: 110},
}

func (p *alarmsPage) build(s *sheet) {
	v := p.v
	s.b.head, s.head = 34+tableHead, 34+tableHead
	open := 0
	for _, a := range v.alarms {
		if !a.Acked {
			open++
		}
	}
	head, note := "Alarms", ""
	if len(v.alarms) > 0 {
		note = fmt.Sprintf("%s · %d unacknowledged", count(len(v.alarms), "alarm"), open)
	}
	none := [2]string{"No alarms", "What is active or not acknowledged stands here, the most urgent first"}
	switch {
	case v.phase == livePhase:
	case v.ahead:
		head, note = "Limits that the forecast crosses", ""
		none = [2]string{"The forecast crosses no limit at this moment", "Move the cursor on the timeline"}
	default:
		head = "Alarms as they stood"
		none = [2]string{"No alarms stood at this moment", "Move the cursor on the timeline"}
	}
	s.pin(headLine(head, note, s.W-p.tabs))
	marked := p.marked()
	look, hint := offButton, "Select alarms first: click, Ctrl+click, Shift+click"
	if len(marked) > 0 {
		look, hint = mainButton, "Say that you have seen the selected alarms"
	}
	text := "Acknowledge selected"
	w := buttonWidth(s, text)
	if v.phase == livePhase && s.W-p.tabs > w+330 {
		b := button(s.W-p.tabs-w-8, 3, w, "ack-selected", text, hint, look, func() { p.ack(marked) })
		s.pin(b)
	}
	edges := columns(alarmColumns, theme.Margin, s.W-2*theme.Margin)
	s.pin(titles(alarmColumns, edges, 34, s.W))
	if len(v.alarms) == 0 {
		s.add(empty(s, none[0], none[1]))
	}
	for i, a := range v.alarms {
		p.row(s, edges, i, a)
	}
}

// headLine is a heading that leaves room at its right and has its note beside the title.
func headLine(text, note string, w float32) cell {
	return cell{w: w, h: 34, key: text + note, paint: func(p *theme.Pen, c cell) {
		x := p.Text(theme.Margin, c.y+22, text, theme.FontBold, theme.Color(theme.Text))
		p.TextFit(x+16, c.y+22, c.w-x-20, note, theme.FontSmall, theme.Color(theme.Text3))
	}}
}

func (p *alarmsPage) row(s *sheet, edges []float32, i int, a alarmLine) {
	v := p.v
	look := a.look(v.blink)
	state := "active"
	switch {
	case a.Active && !a.Acked:
		state = "active, unacknowledged"
	case !a.Active && !a.Acked:
		state = "gone, unacknowledged"
	case a.Acked && a.Active:
		state = "active, acknowledged"
	}
	if a.Expected {
		state = "expected"
	}
	ackable := !a.Acked && v.phase == livePhase
	now, _ := v.shown(a.Signal)
	selected := p.selected[a.ID]
	raised := a.Raised.In(v.zone).Format("2 Jan 15:04:05")
	where := title(v.tree, a.Asset)
	y := float32(i * theme.RowHeight)
	s.add(cell{x: 0, y: y, w: s.W, h: theme.RowHeight, name: "alarm-row:" + a.ID, hint: "Double-click shows it in the scene and in the trend",
		key: fmt.Sprint(ackable, a.Priority, look, raised, where, a.Message, a.Value, now, state, selected),
		paint: func(pen *theme.Pen, c cell) {
			rowBack(pen, c, selected)
			pen.Alarm(edges[0]+8, c.y+c.h/2, 10, a.Priority, look)
			texts(pen, c, alarmColumns, edges, theme.Text, "", raised, where, a.Message, a.Value, now)
			pen.TextFit(edges[6], c.y+c.h/2+4.5, edges[7]-edges[6]-10, state, theme.FontText, theme.Color(theme.Text2))
			if ackable {
				pen.RoundRect(edges[7], c.y+3, edges[8]-edges[7], c.h-6, theme.Radius, theme.Color(theme.Field))
				pen.TextCenter((edges[7]+edges[8])/2, c.y+c.h/2+4.5, "Acknowledge", theme.FontText, theme.Color(theme.Text))
			}
		},
		tap: func(_ fyne.Position, double bool) {
			if double {
				if p.onShow != nil {
					p.onShow(a)
				}
				return
			}
			p.mark(a.ID)
		}})
	if ackable {
		s.add(cell{x: edges[7], y: y + 2, w: edges[8] - edges[7], h: theme.RowHeight - 4, name: "ack-row:" + a.ID, hand: true, hint: "Say that you have seen it",
			tap: func(fyne.Position, bool) { p.ack([]string{a.ID}) }})
	}
}

func (p *alarmsPage) mark(id string) {
	switch {
	case shiftDown() && p.last != "":
		on := false
		for _, a := range p.v.alarms {
			end := a.ID == id || a.ID == p.last
			if end || on {
				p.selected[a.ID] = true
			}
			if end && id != p.last {
				on = !on
			}
		}
	case controlDown():
		p.selected[id] = !p.selected[id]
		p.last = id
	default:
		clear(p.selected)
		p.selected[id] = true
		p.last = id
	}
	p.update()
}

// marked returns the selected alarms that wait for an acknowledgement. Those that are gone are forgotten.
func (p *alarmsPage) marked() []string {
	var out []string
	there := map[string]bool{}
	for _, a := range p.v.alarms {
		there[a.ID] = true
		if p.selected[a.ID] && !a.Acked {
			out = append(out, a.ID)
		}
	}
	for id := range p.selected {
		if !there[id] {
			delete(p.selected, id)
		}
	}
	return out
}

func (p *alarmsPage) ack(ids []string) {
	if len(ids) > 0 && p.onAck != nil {
		p.onAck(ids)
	}
}

func (p *alarmsPage) key(e *fyne.KeyEvent) bool {
	at := -1
	for i, a := range p.v.alarms {
		if a.ID == p.last {
			at = i
		}
	}
	switch e.Name {
	case fyne.KeyDown:
		at++
	case fyne.KeyUp:
		at--
	case fyne.KeyReturn, fyne.KeyEnter:
		if at >= 0 && p.onShow != nil {
			p.onShow(p.v.alarms[at])
		}
		return true
	default:
		return false
	}
	if n := len(p.v.alarms); n > 0 {
		at = max(0, min(n-1, at))
		clear(p.selected)
		p.last = p.v.alarms[at].ID
		p.selected[p.last] = true
		p.update()
		p.reveal(float32(at*theme.RowHeight), theme.RowHeight)
	}
	return true
}
