package ui

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/ui/theme"
)

// fieldList is what the chosen scenario may change: a row for each field of its study, with a slider, its exact value, and
// steps of ten percent.
type fieldList struct {
	object *fyne.Container
	board  *board
	search *field
	entry  *field // lies over the value that is typed
	m      *scenarios

	first  []sim.Change // their fields stand first: what was changed when the scenario was chosen
	only   bool         // the changed ones alone
	here   bool         // of the selected asset alone
	typing string       // ID of the field whose value is typed
	fault  string       // of what is typed
}

const (
	fieldHead = 34 + 26
	fieldRowH = 50
	fieldStep = 10 // percent
)

func newFieldList(m *scenarios) *fieldList {
	l := &fieldList{m: m}
	l.board = newBoard(m.x.s, fyne.NewSize(160, 120), l.build)
	l.search = newField(m.x.s, "Search fields")
	l.search.OnChanged = func(string) { l.board.offset = 0; l.update() }
	l.search.onKey = func(e *fyne.KeyEvent) bool {
		if e.Name != fyne.KeyEscape || l.search.Text == "" {
			return false
		}
		l.search.SetText("")
		return true
	}
	l.entry = newField(m.x.s, "")
	l.entry.OnSubmitted = func(text string) { l.submit(text) }
	l.entry.OnChanged = func(text string) { l.check(text) }
	l.entry.onKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			l.left()
			return true
		}
		return false
	}
	l.object = container.New(&fieldLayout{l}, l.board, slimmed(l.search), slimmed(l.entry))
	return l
}

// fieldLayout lays the search over the head and the entry over the value that is typed.
type fieldLayout struct{ l *fieldList }

func (f *fieldLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(160, 120) }

func (f *fieldLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	put(o[0], 0, 0, s.Width, s.Height, true)
	put(o[1], theme.Margin, 3, s.Width-2*theme.Margin, 28, true)
	if c := f.l.board.named("value:" + f.l.typing); c != nil && f.l.typing != "" && c.y >= f.l.board.head {
		put(o[2], c.x, c.y-2, c.w, 28, true)
		return
	}
	put(o[2], 0, 0, 0, 0, false)
}

func (l *fieldList) update() {
	l.board.update()
	l.object.Layout.Layout(l.object.Objects, l.object.Size())
}

// left ends typing.
func (l *fieldList) left() {
	if l.typing == "" {
		return
	}
	l.typing, l.fault = "", ""
	l.m.x.s.window.Canvas().Unfocus()
	l.update()
}

// typeAt lets the value of a field be typed.
func (l *fieldList) typeAt(f *sim.Field, text string) {
	l.typing = f.ID
	l.entry.SetText(text)
	l.fault = ""
	l.update()
	l.m.x.s.focusLater(l.entry)
	l.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

func (l *fieldList) check(text string) {
	f := l.m.field(l.typing)
	if f == nil {
		return
	}
	l.fault = ""
	if err := checkChange(f, text); err != nil && strings.TrimSpace(text) != "" {
		l.fault = sentence(err.Error())
	}
	l.board.update()
}

// submit takes what was typed; the empty text takes the change back.
func (l *fieldList) submit(text string) {
	f := l.m.field(l.typing)
	if f == nil {
		l.left()
		return
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "−", "-"))
	if text != "" {
		if err := checkChange(f, text); err != nil {
			l.fault = sentence(err.Error())
			l.board.update()
			return
		}
		if si, ok := valueOf(f, text); ok && !strings.HasSuffix(text, "%") {
			text = changeTo(f, si)
			if math.Abs(si-f.Value) < 1e-9*(1+math.Abs(f.Value)) {
				text = ""
			}
		}
	}
	id := l.typing
	l.left()
	l.m.put(id, text, true)
}

// listed are the fields that the search and the chips leave.
func (l *fieldList) listed(changes []sim.Change) (out []*sim.Field) {
	list := l.m.fields[l.m.study(l.m.plan().Study).ID]
	words := strings.Fields(strings.ToLower(l.search.Text))
	v := &l.m.x.s.view
	for i := range list {
		f := &list[i]
		if l.only && changeOn(changes, f.ID) == "" {
			continue
		}
		if l.here && v.selected != twin.NoAsset {
			id, ok := v.tree.AssetByPath(f.Asset)
			if !ok || !v.tree.Under(id, v.selected) {
				continue
			}
		}
		text := strings.ToLower(f.Label + " " + f.ID + " " + f.Unit.Symbol)
		fits := true
		for _, w := range words {
			fits = fits && strings.Contains(text, w)
		}
		if fits {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b *sim.Field) int { return l.rank(a) - l.rank(b) })
	return out
}

// rank is 0 for fields that stand first, 1 for others.
func (l *fieldList) rank(f *sim.Field) int {
	if changeOn(l.first, f.ID) != "" {
		return 0
	}
	return 1
}

func (l *fieldList) build(s *sheet) {
	m := l.m
	s.b.head, s.head = fieldHead, fieldHead
	p := m.plan()
	changes := m.book.changes(p.ID)
	l.chips(s, len(changes))
	list := l.listed(changes)
	if len(list) == 0 {
		what, remedy := "No field fits", "Take away a word, or show all fields"
		switch {
		case len(m.studies) == 0:
			what, remedy = "Nothing can be asked", "Name a study under studies in twin.yaml"
		case l.only && l.search.Text == "":
			what, remedy = "Nothing is changed yet", "Show all fields and move a slider"
		}
		s.add(empty(s, what, remedy))
		return
	}
	y := float32(4)
	for _, f := range list {
		y = l.row(s, y, f, changeOn(changes, f.ID), changeOn(p.Changes, f.ID) == "" && !p.preset)
	}
}

// chips are the switches above the fields.
func (l *fieldList) chips(s *sheet, changed int) {
	x := float32(theme.Margin)
	chip := func(name, text, hint string, on bool, tap func()) {
		w := s.width(text, theme.FontSmall) + 16
		if x+w > s.W-4 {
			return
		}
		s.pin(cell{x: x, y: 34, w: w, h: 22, name: "chip:" + name, hint: hint, hand: true, key: fmt.Sprint(text, on), paint: func(p *theme.Pen, c cell) {
			back := theme.Color(theme.Field)
			if on {
				back = theme.Color(theme.Selected)
			} else if c.hot {
				back = theme.Color(theme.Hovered)
			}
			p.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
			p.Text(c.x+8, c.y+15, text, theme.FontSmall, theme.Color(theme.Text2))
		}, tap: func(fyne.Position, bool) { tap(); l.board.offset = 0; l.update() }})
		x += w + 6
	}
	chip("changed", fmt.Sprintf("Changed %d", changed), "Only the fields that this scenario changes", l.only, func() { l.only = !l.only })
	if l.m.x.s.view.selected != twin.NoAsset && l.m.x.s.view.tree != nil {
		chip("selected", "Selected", "Only the fields of the selected asset", l.here, func() { l.here = !l.here })
	}
	p := l.m.plan()
	if !p.preset && len(p.Changes) > 0 {
		chip("reset", "Take back", "Take all changes of this scenario back", false, l.m.reset)
	}
}

// row is one field; above is true for a change that a scenario above makes.
func (l *fieldList) row(s *sheet, y float32, f *sim.Field, change string, above bool) float32 {
	m := l.m
	si, isNumber := valueOf(f, change)
	text := fieldText(f, change)
	changed := change != ""
	ink := theme.Text
	if changed {
		ink = theme.Forecast
	}
	from := ""
	if changed && above {
		from = " ↑"
	}
	valueW := min(s.W*.46, max(74, s.width(text+from, theme.FontText)+14))
	s.add(cell{x: 0, y: y, w: s.W - valueW - theme.Margin, h: 22, name: "field:" + f.ID, hint: l.hint(f), key: fmt.Sprint(f.Label, changed), paint: func(p *theme.Pen, c cell) {
		name := theme.Text2
		if changed {
			name = theme.Text
		}
		p.TextFit(theme.Margin, c.y+16, c.w-theme.Margin-6, f.Label, theme.FontText, theme.Color(name))
	}, tap: func(_ fyne.Position, double bool) {
		if f.Asset != "" {
			m.selectAsset(f.Asset, double)
		}
	}})
	s.add(cell{x: s.W - valueW - theme.Margin + 4, y: y, w: valueW, h: 22, name: "value:" + f.ID, hint: "Click to type an exact value, or +10%", hand: true, key: fmt.Sprint(text, from, ink),
		paint: func(p *theme.Pen, c cell) {
			back := theme.Field
			if c.hot {
				back = theme.Selected
			}
			p.RoundRect(c.x, c.y+1, c.w, c.h-2, theme.Radius, theme.Color(back))
			p.TextRight(c.x+c.w-7, c.y+15.5, theme.Fit(text+from, theme.FontText, p.Scale, c.w-12), theme.FontText, theme.Color(ink))
		}, tap: func(fyne.Position, bool) { l.typeAt(f, typed(f, change)) }})
	if l.typing == f.ID && l.fault != "" {
		c := paragraph(s, theme.Margin, y+26, s.W-2*theme.Margin, l.fault, theme.FontSmall, theme.Text)
		s.add(c)
		return y + 26 + c.h + 4
	}
	l.steps(s, y+24, f, change, si, isNumber)
	return y + fieldRowH
}

// steps is the second line of a row: the slider, a step down, a step up, and back.
func (l *fieldList) steps(s *sheet, y float32, f *sim.Field, change string, si float64, isNumber bool) {
	m := l.m
	const chipW, backW = 42, 22
	right := s.W - theme.Margin
	if change != "" {
		s.add(small(right-backW, y, backW, "back:"+f.ID, "↺", "Back to "+f.Text, func() { m.put(f.ID, "", true) }))
	}
	right -= backW + 4
	low, high, ok := sliderRange(f)
	if !isNumber || !ok {
		s.add(cell{x: theme.Margin, y: y, w: right - theme.Margin, h: 18, key: "as it is: " + f.Text, paint: func(p *theme.Pen, c cell) {
			p.TextFit(c.x, c.y+13, c.w, "as it is: "+f.Text, theme.FontSmall, theme.Color(theme.Text3))
		}})
		return
	}
	step := func(by float64) func() { return func() { m.put(f.ID, stepped(f, change, by), true) } }
	if f.Value != 0 {
		s.add(small(right-chipW, y, chipW, "up:"+f.ID, "+10 %", "Ten percent more", step(fieldStep)))
		s.add(small(right-2*chipW-4, y, chipW, "down:"+f.ID, "−10 %", "Ten percent less", step(-fieldStep)))
		right -= 2*chipW + 12
	}
	if right < 60 {
		return
	}
	at := func(v float64) float32 { return float32(max(0, min(1, (v-low)/(high-low)))) }
	base := float32(-1)
	if change != "" {
		base = at(f.Value)
	}
	s.add(slider(theme.Margin-6, y-1, right-theme.Margin+6, "slider:"+f.ID, fmt.Sprintf("%s — drag; as it is %s", f.Label, f.Text), at(si), base, theme.Predicted, true, func(v float32, done bool) {
		value := change
		if v >= 0 {
			value = changeTo(f, rounded(f, low+float64(v)*(high-low)))
		} else if m.held == f.ID {
			value = changeOn(m.plan().Changes, f.ID)
		}
		m.put(f.ID, value, done)
	}))
}

// small is a button of the height of a line.
func small(x, y, w float32, name, text, hint string, tap func()) cell {
	return cell{x: x, y: y, w: w, h: 18, name: name, hint: hint, hand: true, key: text, paint: func(p *theme.Pen, c cell) {
		back := theme.Color(theme.Field)
		if c.hot {
			back = theme.Mix(back, theme.Color(theme.Text), .08)
		}
		p.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
		p.TextCenter(c.x+c.w/2, c.y+13, text, theme.FontSmall, theme.Color(theme.Text2))
	}, tap: func(fyne.Position, bool) { tap() }}
}

// rounded keeps a value of a slider to what its width can show.
func rounded(f *sim.Field, si float64) float64 {
	d := math.Pow(10, float64(fieldDecimals(f)))
	if isSwitch(f) {
		d = 1
	}
	return max(orInf(f.Min, -1), min(orInf(f.Max, 1), f.Unit.SI(math.Round(f.Unit.FromSI(si)*d)/d)))
}

func orInf(v float64, sign int) float64 {
	if math.IsNaN(v) {
		return math.Inf(sign)
	}
	return v
}

// stepped is a change ten percent, of what the field is, up or down from another change.
func stepped(f *sim.Field, change string, by float64) string {
	if rest, percent := strings.CutSuffix(change, "%"); percent {
		if had, err := strconv.ParseFloat(rest, 64); err == nil {
			by += had
		}
		change = ""
	}
	if change == "" {
		if by == 0 {
			return ""
		}
		out := fmt.Sprintf("%+g%%", by)
		if v, _ := valueOf(f, out); v >= orInf(f.Min, -1) && v <= orInf(f.Max, 1) {
			return out
		}
		v, _ := valueOf(f, out)
		return changeTo(f, max(orInf(f.Min, -1), min(orInf(f.Max, 1), v)))
	}
	v, ok := valueOf(f, change)
	if !ok {
		return change
	}
	v = max(orInf(f.Min, -1), min(orInf(f.Max, 1), v+f.Value*by/100))
	return changeTo(f, v)
}

// fieldText words the value of a field under a change: "110 % (+10 %)".
func fieldText(f *sim.Field, change string) string {
	if change == "" {
		if f.Text != "" {
			return f.Text
		}
		return strings.TrimSpace(f.Unit.Format(f.Value, fieldDecimals(f)) + " " + f.Unit.Symbol)
	}
	si, ok := valueOf(f, change)
	if !ok {
		return change
	}
	if isSwitch(f) {
		return [2]string{"off", "on"}[min(1, max(0, int(math.Round(si))))]
	}
	text := f.Unit.Format(si, fieldDecimals(f))
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	text = strings.TrimSpace(text + " " + f.Unit.Symbol)
	if strings.HasSuffix(change, "%") {
		text += " (" + strings.ReplaceAll(strings.TrimSuffix(change, "%"), "-", "−") + " %)"
	}
	return text
}

// isSwitch reports whether a field is on or off.
func isSwitch(f *sim.Field) bool {
	return f.Min == 0 && f.Max == 1 && f.Unit.Symbol == "" && (f.Text == "on" || f.Text == "off")
}

// typed is what the entry of a value begins with.
func typed(f *sim.Field, change string) string {
	if change != "" || math.IsNaN(f.Value) {
		return change
	}
	return changeTo(f, f.Value)
}

func (l *fieldList) hint(f *sim.Field) string {
	hint := f.Label + ", as it is " + f.Text
	if hasRange(f) {
		hint += fmt.Sprintf(", from %s to %s %s", f.Unit.Format(f.Min, fieldDecimals(f)), f.Unit.Format(f.Max, fieldDecimals(f)), f.Unit.Symbol)
	}
	if f.Asset != "" {
		hint += " — click to select its asset"
	}
	return hint
}
