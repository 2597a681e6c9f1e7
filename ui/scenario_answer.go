package ui

import (
	"fmt"
	"math"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/ui/theme"
)

// scenariosTab is the page of the answers.
const scenariosTab = "scenarios"

// answerPage shows what was answered for the chosen scenario: in words, in figures, and what limits the plant.
type answerPage struct {
	board *board
	m     *scenarios
	tabs  float32
}

func newAnswerPage(m *scenarios) *answerPage {
	p := &answerPage{m: m, tabs: tabsWidth}
	p.board = newBoard(m.x.s, fyne.NewSize(300, 80), p.build)
	return p
}

const answerHead = 36

func (p *answerPage) build(s *sheet) {
	m := p.m
	s.b.head, s.head = answerHead, answerHead
	if ok, _ := m.may(); !ok {
		s.pin(headLine("Scenarios", "", s.W-p.tabs))
		s.add(empty(s, "Nothing can be asked of this twin", "Name a study under studies in twin.yaml, then open the twin again"))
		return
	}
	p.head(s)
	a, fits, ok := m.answer(m.chosen)
	if !ok {
		a.Answer = &sim.Answer{}
	}
	gap := float32(28)
	if s.W < 720 { // one below the other
		y := p.words(s, 0, s.W, 0, a, ok, fits)
		y = p.figures(s, 0, s.W, y+6, a)
		p.ranks(s, 0, s.W, y+6, a)
		return
	}
	w := s.W - 2*gap
	w1, w2 := w*.35, w*.33
	p.words(s, 0, w1, 0, a, ok, fits)
	p.figures(s, w1+gap, w2, 0, a)
	p.ranks(s, w1+w2+2*gap, w-w1-w2, 0, a)
}

// head names what is compared, with the buttons of the page.
func (p *answerPage) head(s *sheet) {
	m := p.m
	against := ""
	if m.other != "" {
		against = "against " + m.book.get(m.other).Name
	} else if m.chosen != basePlan {
		against = "against as it is"
	}
	if fork := m.plan().Fork; !fork.IsZero() {
		against = join("from "+fork.In(m.x.s.view.zone).Format("2 Jan 15:04"), against)
	}
	x := s.W - p.tabs
	add := func(name, text, hint string, look buttonLook, tap func()) {
		w := buttonWidth(s, text) - 8
		if x-w < 230 {
			return
		}
		x -= w + 6
		s.pin(button(x, 4, w, name, text, hint, look, tap))
	}
	run := func(id string) func() { return func() { m.x.s.run(commandID(id)) } }
	if !m.open {
		add("fields", "Fields", "Show the scenarios and what they change beside the view", plainButton, func() { m.show(true) })
	}
	if _, _, ok := m.answer(m.chosen); ok {
		add("csv", "Export…", "Write the answer to a CSV file", plainButton, run("scenario.export"))
		look := plainButton
		if m.shaded {
			look = onButton
		}
		add("colour", "Colours", "Colour the assets by how they differ", look, run("scenario.colours"))
	}
	if m.study(m.plan().Study).Study != nil {
		add("tornado", "Sensitivity", "Change each field alone by ten percent, both ways, and rank what it does", plainButton, run("scenario.tornado"))
		if m.runs.working() {
			add("stop", "Stop", "Stop what is being computed; what there is stays, marked as partial", plainButton, run("scenario.stop"))
		} else {
			add("again", "Ask again", "From the state of the plant now", plainButton, run("scenario.ask"))
		}
	}
	s.pin(headLine(m.plan().Name, against, x-8))
}

// state words how far the answer is, empty when there is nothing to say.
func (p *answerPage) state(a answered, ok, fits bool) (string, theme.Name) {
	m := p.m
	share, running, pending := m.runs.pending(m.chosen)
	switch {
	case running && share > 0:
		return fmt.Sprintf("Being computed, %.0f %%", share*100), theme.Forecast
	case running:
		return "Being computed", theme.Forecast
	case pending:
		return "Waits for another question", theme.Forecast
	case !ok && m.study(m.plan().Study).Study == nil:
		if m.x.s.view.whatIf.Changed {
			return "Being computed", theme.Forecast
		}
		return "Move a slider to see what it does", theme.Text2
	case !ok:
		return "Not asked yet", theme.Text2
	case !fits:
		return "An answer to an earlier question", theme.Text
	case a.Partial:
		return "Partial: it was stopped before its end", theme.Text
	}
	return "", theme.Text2
}

// words is the answer in words; it returns the y below.
func (p *answerPage) words(s *sheet, x, w, y float32, a answered, ok, fits bool) float32 {
	m := p.m
	put := func(text string, f theme.Font, ink theme.Name, gap float32) {
		if text == "" {
			return
		}
		c := paragraph(s, x+theme.Margin, y+gap, w-theme.Margin, text, f, ink)
		s.add(c)
		y += c.h + gap
	}
	if err := m.runs.faults[m.chosen]; err != nil {
		head := "It could not be answered"
		if strings.HasPrefix(err.Error(), "withdrawn: ") {
			head = "The answer is withdrawn"
		}
		put(head, theme.FontBold, theme.Text, 2)
		put(faultText(err), theme.FontText, theme.Text2, 2)
		return p.queue(s, x, w, y+6)
	}
	if ok && a.Headline != "" {
		ink := theme.Text
		if !fits || a.Partial {
			ink = theme.Text2
		}
		put(a.Headline, theme.FontBold, ink, 2)
	}
	if text, ink := p.state(a, ok, fits); text != "" {
		put(text, theme.FontText, ink, 2)
	}
	if share, running, _ := m.runs.pending(m.chosen); running {
		s.add(progressLine(x+theme.Margin, y+4, min(220, w-theme.Margin), share))
		y += 12
	}
	for _, more := range a.More {
		put(more, theme.FontText, theme.Text2, 1)
	}
	if ok {
		foot := a.Rests
		if a.Runs > 1 {
			foot = join(foot, count(a.Runs, "run"))
		}
		if a.coarse {
			foot = join(foot, "first answer, a better one follows")
		}
		if !a.Computed.IsZero() {
			foot = join(foot, p.age(a.Computed))
		}
		put(sentence(foot), theme.FontSmall, theme.Text3, 3)
	}
	return p.queue(s, x, w, y+4)
}

// age words how old an answer is, in minutes, so that it does not tick.
func (p *answerPage) age(at time.Time) string {
	d := p.m.x.s.view.now.Sub(at)
	if d < time.Minute {
		return "just answered"
	}
	return "answered " + ago(d.Truncate(time.Minute))
}

// faultText words an error of a study for people; of several faults one a line.
func faultText(err error) string {
	text := err.Error()
	for _, prefix := range []string{"flow: ", "traffic: ", "chain: ", "sim: ", "withdrawn: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return sentence(text)
}

// progressLine is a thin bar.
func progressLine(x, y, w float32, share float64) cell {
	return cell{x: x, y: y, w: w, h: 6, key: fmt.Sprintf("%.2f", share), paint: func(p *theme.Pen, c cell) {
		p.RoundRect(c.x, c.y+1, c.w, 4, 2, theme.Color(theme.Field))
		p.RoundRect(c.x, c.y+1, c.w*float32(share), 4, 2, theme.Color(theme.Predicted))
	}}
}

// queue lists the questions that are being answered, wait, or have ended.
func (p *answerPage) queue(s *sheet, x, w, y float32) float32 {
	list := p.m.runs.listed()
	for _, a := range list {
		text, ink := queueText(a)
		x0, number := x+theme.Margin, a.number
		over := a.state == askRunning || a.state == askWaiting
		c := cell{x: x0, y: y, w: w - theme.Margin, h: 20, key: fmt.Sprint(a.label, text, over), paint: func(pen *theme.Pen, c cell) {
			right := c.x + c.w
			if over {
				right -= 24
			}
			right = pen.TextRight(right, c.y+14, text, theme.FontSmall, theme.Color(ink)) - 8
			pen.TextFit(c.x, c.y+14, right-c.x, a.label, theme.FontSmall, theme.Color(theme.Text3))
		}}
		s.add(c)
		if over {
			s.add(cell{x: x0 + c.w - 20, y: y, w: 20, h: 20, name: fmt.Sprint("stop:", number), hint: "Stop this question", hand: true, tap: func(fyne.Position, bool) {
				p.m.runs.cancel(number)
				p.m.update()
			}})
			s.add(cell{x: x0 + c.w, y: y, w: 1, h: 1})
		}
		y += 20
	}
	return y
}

func queueText(a *studyAsk) (string, theme.Name) {
	switch a.state {
	case askWaiting:
		return "waits", theme.Text3
	case askRunning:
		return fmt.Sprintf("%.0f %%", a.done()*100), theme.Forecast
	case askStopped:
		return "stopped", theme.Text2
	case askFailed:
		return "failed", theme.Text
	}
	return "took " + span(a.took), theme.Text3
}

// compared is a figure as it is shown: what it is compared with, what it would be, and their difference.
type compared struct {
	*sim.Figure
	from, to, diff sim.Mean
	alone          bool // there is nothing to compare it with: it is the plant as it is
	unpaired       bool // both came from different questions: the interval of the difference is wider than it had to be
}

// comparedFigures are the figures of an answer against the plant as it is, or against another answer.
func comparedFigures(a, other *sim.Answer) (out []compared) {
	for i := range a.Figures {
		f := &a.Figures[i]
		c := compared{Figure: f, from: f.Base, to: f.Changed, diff: f.Difference}
		if other != nil {
			for j := range other.Figures {
				o := &other.Figures[j]
				if o.ID != f.ID || o.Unit != f.Unit {
					continue
				}
				c.from, c.unpaired = o.Changed, true
				c.diff = minus(f.Difference, o.Difference)
			}
			if !c.unpaired {
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// minus is the difference of two means whose errors are taken as independent: the half widths add as squares.
func minus(a, b sim.Mean) sim.Mean {
	v := a.Value - b.Value
	return sim.Mean{Value: v, Low: v - math.Hypot(a.Value-a.Low, b.High-b.Value), High: v + math.Hypot(a.High-a.Value, b.Value-b.Low)}
}

// clear reports whether a difference can be told from zero.
func (c *compared) clear() bool { return c.diff.Low > 0 || c.diff.High < 0 }

// better is +1 when the difference is for the better, −1 for the worse, 0 when neither can be said.
func (c *compared) better() int {
	return scenario.Better(sim.Figure{Good: c.Good, Difference: c.diff})
}

// height is that of its cell, Dp.
func (c *compared) height() float32 {
	if c.difference() == "" {
		return 24
	}
	return 38
}

// number words a value of the figure.
func (c *compared) number(si float64) string {
	if math.IsNaN(si) || math.IsInf(si, 0) {
		return "–"
	}
	return grouped(c.Unit.Format(si, c.Decimals))
}

// values words what it is and would be.
func (c *compared) values() string {
	switch {
	case math.IsNaN(c.to.Value):
		return ""
	case c.diff.Value == 0 && c.diff.Low == 0 && c.diff.High == 0 || math.IsNaN(c.from.Value):
		return strings.TrimSpace(c.number(c.to.Value) + " " + c.Unit.Symbol)
	}
	return strings.TrimSpace(c.number(c.from.Value) + " → " + c.number(c.to.Value) + " " + c.Unit.Symbol)
}

// difference words the difference with its 95 % interval, and its share where that says something.
func (c *compared) difference() string {
	d := c.diff
	if math.IsNaN(d.Value) {
		return ""
	}
	if math.IsInf(d.Low, 0) || math.IsInf(d.High, 0) || math.IsNaN(d.Low) || math.IsNaN(d.High) {
		return "about " + strings.TrimSpace(grouped(signed(c.Unit.Span(d.Value), c.Decimals))+" "+c.Unit.Symbol) + ", too few runs to tell"
	}
	span := func(si float64) string { return grouped(signed(c.Unit.Span(si), c.Decimals)) }
	if c.alone {
		return ""
	}
	if d.Value == 0 && d.Low == 0 && d.High == 0 {
		return "no difference"
	}
	if !c.clear() {
		return fmt.Sprintf("not distinguishable (%s)", strings.TrimSpace(span(d.Low)+" … "+span(d.High)+" "+c.Unit.Symbol))
	}
	out := strings.TrimSpace(span(d.Value) + " " + c.Unit.Symbol)
	if d.Low != d.High {
		out += fmt.Sprintf(" (%s … %s)", span(d.Low), span(d.High))
	}
	if c.Unit.Symbol == "%" || c.from.Value == 0 || math.IsNaN(c.from.Value) || c.Unit.Offset != 0 {
		return out
	}
	return out + ", " + signed(d.Value/math.Abs(c.from.Value)*100, 1) + " %"
}

// leading words the first figure of an answer that differs, for the list of scenarios.
func leading(a *sim.Answer) string {
	for _, c := range comparedFigures(a, nil) {
		if c.diff.Value == 0 && c.diff.Low == 0 && c.diff.High == 0 {
			return ""
		}
		if math.IsInf(c.diff.Low, 0) || math.IsInf(c.diff.High, 0) {
			return ""
		}
		if !c.clear() {
			return "±0"
		}
		if c.from.Value == 0 || math.IsNaN(c.from.Value) || c.Unit.Offset != 0 {
			return strings.TrimSpace(signed(c.Unit.Span(c.diff.Value), c.Decimals) + " " + c.Unit.Symbol)
		}
		return signed(c.diff.Value/math.Abs(c.from.Value)*100, 1) + " %"
	}
	return ""
}

// against is the answer that the chosen one is compared with, nil for the plant as it is.
func (m *scenarios) against() *sim.Answer {
	if m.other == "" {
		return nil
	}
	if a, fits, ok := m.answer(m.other); ok && fits {
		return a.Answer
	}
	return nil
}

// manyFigures is how many figures are listed whether they differ or not; of more only those that differ.
const manyFigures = 8

// figures is the table of figures; it returns the y below.
func (p *answerPage) figures(s *sheet, x, w, y float32, a answered) float32 {
	m := p.m
	list := comparedFigures(a.Answer, m.against())
	if m.other != "" && m.against() == nil && len(a.Figures) > 0 {
		c := paragraph(s, x, y+2, w, m.book.get(m.other).Name+" is not answered yet", theme.FontText, theme.Text2)
		s.add(c)
		y += c.h + 4
	}
	same := 0
	changed := len(m.book.changes(m.chosen)) > 0
	for i := range list {
		c := &list[i]
		c.alone = !changed && m.other == ""
		if len(list) > manyFigures && i >= 2 && !c.clear() && changed {
			same++
			continue
		}
		s.add(figureCell(x, y, w, c))
		y += c.height()
	}
	if same > 0 {
		c := paragraph(s, x, y, w, fmt.Sprintf("%s more without a difference that can be told from zero", count(same, "figure")), theme.FontSmall, theme.Text3)
		s.add(c)
		y += c.h
	}
	if m.other != "" && len(list) > 0 {
		c := paragraph(s, x, y, w, "Two questions, so the interval of the difference is wider than one of a pair", theme.FontSmall, theme.Text3)
		s.add(c)
		y += c.h
	}
	return y
}

// figureCell is one figure: what it is and would be, and the difference below.
func figureCell(x, y, w float32, f *compared) cell {
	values, diff, better := f.values(), f.difference(), f.better()
	return cell{x: x, y: y, w: w, h: f.height(), key: fmt.Sprint(f.Label, values, diff, better), paint: func(p *theme.Pen, c cell) {
		right := p.TextRight(c.x+c.w, c.y+15, values, theme.FontText, theme.Color(theme.Text))
		p.TextFit(c.x, c.y+15, right-c.x-10, f.Label, theme.FontText, theme.Color(theme.Text2))
		ink := theme.Text2
		if better != 0 {
			ink = theme.Text
		}
		end := c.x + c.w
		begin := end - p.Measure(theme.Fit(diff, theme.FontSmall, p.Scale, c.w-16), theme.FontSmall)
		p.TextFit(begin, c.y+30, c.w-16, diff, theme.FontSmall, theme.Color(ink))
		if better != 0 {
			drawSense(p, begin-9, c.y+26, f.diff.Value > 0, better)
		}
	}}
}

// drawSense draws a triangle that points the way of a difference, in the colour of better or worse.
func drawSense(p *theme.Pen, cx, cy float32, up bool, better int) {
	ink := theme.Color(theme.Worse)
	if better > 0 {
		ink = theme.Color(theme.Better)
	}
	h := float32(4)
	if !up {
		h = -h
	}
	p.Polygon(ink, theme.Point{X: cx, Y: cy - h}, theme.Point{X: cx + 4.5, Y: cy + h}, theme.Point{X: cx - 4.5, Y: cy + h})
}
