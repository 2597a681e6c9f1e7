package ui

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/trend"
)

func commandID(id string) command.ID { return command.ID(id) }

// trendCommands adds what can be done with the trend.
func (s *Shell) trendCommands(add func(command.Command), open func() (bool, string)) {
	with := func(f func(p *trendPanel)) func() {
		return func() {
			if s.desk != nil && s.desk.trends != nil {
				f(s.desk.trends)
			}
		}
	}
	some := func() (bool, string) {
		if ok, why := open(); !ok {
			return ok, why
		}
		return len(s.desk.trends.spec.Lines) > 0, "nothing is plotted"
	}
	spanned := func() (bool, string) {
		if ok, why := open(); !ok {
			return ok, why
		}
		return s.desk.trends.span != span2{}, "select a span first: drag on the trend with Shift"
	}
	const sub = "Trend"
	one := func(id, text, tip, words string, enabled func() (bool, string), run func(p *trendPanel)) command.Command {
		return command.Command{ID: commandID(id), Menu: "View", Sub: sub, Group: 5, Text: text, Dialog: strings.HasSuffix(text, "…"), Tip: tip, Words: words, Enabled: enabled, Run: with(run)}
	}
	picker := one("trend.add", "Add signal to the trend…", "Found by a few letters of its name", "plot chart curve", open, (*trendPanel).pick)
	picker.Keys = keys(key(fyne.KeyT, ctrl|shift))
	add(picker)
	add(one("trend.expression", "Add expression to the trend…", "Arithmetic over signals, with units", "plot formula computed sum", open, func(p *trendPanel) { p.editExpression(-1) }))
	for _, v := range trend.Views() {
		c := one("trend.view."+viewID(v), "Trend "+lower(v.String()), "", "xy fft spectrum frequency distribution", some, func(p *trendPanel) { p.setView(v) })
		c.Checked = func() bool { return s.desk != nil && s.desk.trends != nil && s.desk.trends.spec.View == v }
		add(c)
	}
	for _, o := range periods {
		add(one("trend.compare."+o.id, "Compare with the "+lower(o.text), "", "previous period earlier", some, func(p *trendPanel) { p.compare(o.before) }))
	}
	add(one("trend.compare.other", "Compare with another period…", "", "previous earlier offset", some, (*trendPanel).askPeriod))
	limits := one("trend.limits", "Limits on the trend", "Alarm limits and the normal range", "band alarm", open, func(p *trendPanel) {
		spec := p.spec
		spec.NoLimits = !spec.NoLimits
		p.change("Limits on the trend", spec)
	})
	limits.Checked = func() bool { return s.desk != nil && s.desk.trends != nil && !s.desk.trends.spec.NoLimits }
	add(limits)
	add(one("trend.span.zoom", "Zoom to the selected span", "", "trend statistics", spanned, (*trendPanel).zoomSpan))
	add(one("trend.span.play", "Play the selected span", "Over and over", "trend loop", spanned, (*trendPanel).playSpan))
	add(one("trend.span.none", "Select no span", "", "trend clear", spanned, func(p *trendPanel) { p.selectSpan(time.Time{}, time.Time{}) }))
	add(one("trend.clear", "Clear the trend", "", "remove all lines", some, func(p *trendPanel) { p.change("Clear the trend", trend.Spec{}) }))
	add(command.Command{ID: "trend.export", Menu: "File", Group: 1, Text: "Export trend…", Dialog: true, Tip: "As PNG, SVG, PDF, CSV or Parquet", Words: "save picture samples chart", Enabled: some,
		Keys: keys(key(fyne.KeyE, ctrl|shift)), Run: with((*trendPanel).askExport)})
}

func viewID(v trend.View) string {
	if v == trend.OverTime {
		return "time"
	}
	return string(v)
}

// showPicker opens a list of things below the search field, to be found by a few letters.
func (s *Shell) showPicker(placeholder string, items []command.Item) {
	p := newPalette(s, items)
	if placeholder != "" {
		p.entry.SetPlaceHolder(placeholder)
	}
	pop := widget.NewPopUp(p.object(), s.front().Canvas())
	p.close = func() {
		pop.Hide()
		s.front().Canvas().Unfocus()
	}
	size := s.front().Canvas().Size()
	pop.ShowAtPosition(fyne.NewPos((size.Width-paletteWidth)/2, theme.TopBarHeight+8))
	s.focusLater(p.entry)
}

// pick asks for a signal to be added.
func (p *trendPanel) pick() {
	x := p.x
	t := x.Project.Tree
	items := make([]command.Item, 0, len(t.Signals()))
	for i := range t.Signals() {
		g := t.Signal(twin.SignalID(i))
		text, _ := x.s.view.shown(g.ID)
		if p.spec.Find(g.Path) >= 0 {
			text = join("plotted", text)
		}
		items = append(items, command.Item{Kind: "signal", Text: title(t, g.Asset) + " / " + g.Label, Words: g.Path, Detail: text, Run: func() {
			x.s.pages.open("trend")
			if p.spec.Find(g.Path) < 0 {
				p.add(trend.Line{Signal: g.Path})
			}
		}})
	}
	x.s.showPicker("Add a signal to the trend", items)
}

// editExpression asks for an expression; i is the line that it takes the place of, −1 for a new one.
func (p *trendPanel) editExpression(i int) {
	t := p.x.Project.Tree
	name, text := widget.NewEntry(), widget.NewEntry()
	name.SetPlaceHolder("Shown in the legend")
	example := ""
	if id, ok := p.firstSignal(); ok {
		example = strings.ReplaceAll(t.Signal(id).Path, "/", ".") + " * 2"
	}
	text.SetPlaceHolder(example)
	fault := widget.NewLabel("Signals by their paths with dots, quantities in quotes: \"70 °C\"")
	fault.Wrapping = fyne.TextWrapWord
	if i >= 0 {
		name.SetText(p.spec.Lines[i].Name)
		text.SetText(p.spec.Lines[i].Expr)
	}
	text.OnChanged = func(now string) {
		if strings.TrimSpace(now) == "" {
			return
		}
		if err := trend.Check(t, now); err != nil {
			fault.SetText(sentence(err.Error()))
		} else {
			fault.SetText("It can be plotted")
		}
	}
	d := dialog.NewCustomConfirm("Expression over signals", "Plot", "Cancel", container.NewVBox(widget.NewForm(widget.NewFormItem("Name", name), widget.NewFormItem("Expression", text)), fault), func(ok bool) {
		expr := strings.TrimSpace(text.Text)
		if !ok || expr == "" {
			return
		}
		if err := trend.Check(t, expr); err != nil {
			p.x.s.Fail(err)
			return
		}
		l := trend.Line{Name: strings.TrimSpace(name.Text), Expr: expr}
		if i < 0 {
			p.add(l)
			return
		}
		p.changeLine(i, "Edit an expression", func(o *trend.Line) { l.Colour, l.Derive, l.Window = o.Colour, o.Derive, o.Window; *o = l })
	}, p.x.s.front())
	d.Resize(fyne.NewSize(620, 260))
	d.Show()
	p.x.s.focusLater(text)
}

// firstSignal is the first signal of the trend, else of the twin.
func (p *trendPanel) firstSignal() (twin.SignalID, bool) {
	if list := p.spec.Signals(p.x.Project.Tree); len(list) > 0 {
		return list[0], true
	}
	return 0, len(p.x.Project.Tree.Signals()) > 0
}

// askPeriod asks how long before the period lies that is drawn beneath.
func (p *trendPanel) askPeriod() {
	entry := widget.NewEntry()
	entry.SetPlaceHolder("3d, 36h, 90min")
	meaning := widget.NewLabel("")
	read := func(text string) (time.Duration, error) {
		now := time.Now()
		at, err := timeline.ParseMoment("-"+strings.TrimPrefix(strings.ReplaceAll(text, " ", ""), "-"), now, time.UTC)
		before := now.Sub(at)
		if err == nil && (before <= 0 || before > trend.MaxOffset) {
			err = fmt.Errorf("a period lies before this one: write 3d, 36h or 90min")
		}
		return before, err
	}
	entry.OnChanged = func(text string) {
		if before, err := read(text); err != nil {
			meaning.SetText(sentence(err.Error()))
		} else {
			meaning.SetText(chart.SpanText(before) + " before")
		}
	}
	var d *dialog.FormDialog
	d = dialog.NewForm("Compare with an earlier period", "Compare", "Cancel", []*widget.FormItem{widget.NewFormItem("How long before", entry), widget.NewFormItem("", meaning)}, func(ok bool) {
		if !ok {
			return
		}
		before, err := read(entry.Text)
		if err != nil {
			p.x.s.Fail(err)
			return
		}
		p.compare(before)
	}, p.x.s.front())
	entry.OnSubmitted = func(string) { d.Submit() }
	d.Resize(fyne.NewSize(460, 200))
	d.Show()
	p.x.s.focusLater(entry)
}
