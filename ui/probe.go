package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	strip "github.com/orrery-twin/orrery/ui/timeline"
)

// Probe is what a test that drives the window with real input may know of it: what is shown, and where things are.
// Lengths are pixels in the window.
type Probe struct {
	UptimeMS     int64 `json:"uptime_ms"`      // since the process began
	FirstFrameMS int64 `json:"first_frame_ms"` // when the 3D view first showed live data, since the process began; 0 before

	Mode       string     `json:"mode"` // live, past, playing, future
	Cursor     time.Time  `json:"cursor"`
	Now        time.Time  `json:"now"`
	Selection  string     `json:"selection"`
	Eye        [3]float64 `json:"eye"` // of the camera, metres
	Frames     uint64     `json:"frames"`
	Generation uint64     `json:"generation"` // of the engine's snapshot
	Presenter  string     `json:"presenter"`

	Models   []ProbeModel         `json:"models"`
	Reading  int                  `json:"reading"` // model files that are being read or wait for it
	Notice   string               `json:"notice"`  // warning over the view
	Scenario ProbeScenario        `json:"scenario"`
	Windows  int                  `json:"windows"` // on the desk, 0 for a stage without viewports
	Widgets  map[string]ProbeRect `json:"widgets"`
	Marks    map[string]float64   `json:"marks"`  // x of moments on the timeline
	Values   map[string]float64   `json:"values"` // shown values of the selected asset, display units, by name
}

// began is when the process did, but for the few milliseconds of its own start.
var began = time.Now()

// ProbeScenario is the what-if when there is one, else the base.
type ProbeScenario struct {
	Name     string             `json:"name"`
	Values   map[string]float64 `json:"values"` // SI, with the defaults of what was not changed
	Members  int                `json:"members"`
	Runs     uint64             `json:"runs"` // results taken over since the desk was opened
	Failures []ProbeFailure     `json:"failures"`
}

// ProbeFailure is an expected failure.
type ProbeFailure struct {
	Asset  string    `json:"asset"`
	Median time.Time `json:"median"`
}

// ProbeModel is a model that the user opened, or a file that could not be read.
type ProbeModel struct {
	Name      string     `json:"name"`
	Path      string     `json:"path"`
	Format    string     `json:"format"`    // empty until it is read
	Shown     bool       `json:"shown"`     // of a preview too
	Triangles int        `json:"triangles"` // drawn
	Warnings  []string   `json:"warnings"`
	Error     string     `json:"error"`
	Min       [3]float64 `json:"min"` // of the box around it, metres
	Max       [3]float64 `json:"max"`
}

// ProbeRect is a place in the window.
type ProbeRect struct{ X, Y, W, H float64 }

// Probe tells what is shown. Call it on the Fyne goroutine.
func (s *Shell) Probe() Probe {
	scale := float64(s.window.Canvas().Scale())
	p := Probe{UptimeMS: time.Since(began).Milliseconds(), Widgets: map[string]ProbeRect{}, Marks: map[string]float64{}, Values: map[string]float64{}}
	place := func(name string, o fyne.CanvasObject, x, y, w, h float32) {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		p.Widgets[name] = ProbeRect{float64(at.X+x) * scale, float64(at.Y+y) * scale, float64(w) * scale, float64(h) * scale}
	}
	whole := func(name string, o fyne.CanvasObject) {
		size := o.Size()
		place(name, o, 0, 0, size.Width, size.Height)
	}
	cells := func(b *board) {
		if b.Visible() {
			b.rects(func(name string, x, y, w, h float32) { place(name, b, x, y, w, h) })
		}
	}
	cells(s.top.board)
	cells(s.status.board)
	if s.start != nil {
		cells(s.start.board)
	}
	x := s.desk
	if x == nil {
		return p
	}
	cells(s.tree.board)
	cells(s.inspect.board)
	cells(x.edits.card.board)
	cells(x.edits.over.board)
	cells(s.pages.tabs)
	cells(x.scenarios.list.board)
	cells(x.scenarios.knobs.board)
	cells(x.scenarios.page.board)
	for _, b := range []*board{s.alarms.board, s.journal.board, s.sources.board} {
		cells(b)
	}
	if s.order != nil {
		cells(s.order.board)
	}
	if x.area == nil {
		whole("viewport", x.Stage.Object())
	} else {
		whole("viewport", x.area.active())
		cells(x.area.bar.board)
		for i, v := range x.area.views {
			whole(fmt.Sprint("viewport:", i+1), v)
		}
		p.Windows = len(x.windows) + 1
	}
	if x.models != nil {
		cells(x.card.board)
		cells(x.notice.board)
		cells(x.guide.board)
		x.models.probe(&p)
		p.Notice = join(x.notice.title, x.notice.text)
	}
	if x.bare {
		p.Selection, p.Mode = s.view.part.path, "models"
		p.Eye = x.Stage.View().Eye
		g := x.Stage.Stats()
		p.Frames, p.Presenter = g.Frames, g.Presenter
		return p
	}
	whole("trend", x.trends.chart)
	cells(x.trends.head)
	cells(x.trends.card)
	whole("timeline", x.strip)
	for _, a := range []strip.Action{strip.StepBack, strip.Toggle, strip.StepOn, strip.Speed, strip.GoLive, strip.Span1h, strip.Span24h, strip.Span7d, strip.SpanAll} {
		if pos, size, ok := x.strip.Button(a); ok {
			place(string(a), x.strip, pos.X, pos.Y, size.Width, size.Height)
		}
	}
	x.probe(&p, scale)
	return p
}

// probe lists the opened models and the files that could not be read.
func (l *library) probe(p *Probe) {
	for _, o := range l.list {
		m := ProbeModel{Name: o.name, Path: o.path, Shown: o.root != scene.NoNode, Triangles: o.counts.Drawn}
		if o.model != nil {
			m.Format, m.Warnings = o.model.Format, o.model.Warnings
		}
		if b := l.bounds(o); !b.Empty() {
			m.Min, m.Max = [3]float64(b.Min), [3]float64(b.Max)
		}
		p.Models = append(p.Models, m)
	}
	for _, j := range l.rows() {
		if j.failure == nil {
			p.Reading++
		} else {
			p.Models = append(p.Models, ProbeModel{Name: j.name, Path: j.path, Error: j.failure.Error()})
		}
	}
}

func (x *session) probe(p *Probe, scale float64) {
	v := &x.s.view
	st := x.Timeline.State()
	p.Mode, p.Cursor, p.Now = st.Mode.String(), st.At, st.Now
	if v.selected != twin.NoAsset {
		a := v.tree.Asset(v.selected)
		p.Selection = a.Path
		for _, id := range a.Signals {
			if s, val := v.tree.Signal(id), v.snap.At(id); val.Quality.Class() != twin.BadClass {
				p.Values[s.Name] = s.Unit.FromSI(val.Value)
			}
		}
	}
	g := x.Stage.Stats()
	p.Frames, p.Presenter = g.Frames, g.Presenter
	if !g.FirstFrame.IsZero() {
		p.FirstFrameMS = max(1, g.FirstFrame.Sub(began).Milliseconds())
	}
	p.Eye = x.Stage.View().Eye
	p.Generation = x.Engine.Snapshot().Generation

	left := fyne.CurrentApp().Driver().AbsolutePositionForObject(x.strip).X
	mark := func(name string, t time.Time) { p.Marks[name] = float64(left+x.strip.X(t)) * scale }
	mark("now", st.Now)
	mark("cursor", st.At)
	mark("first", st.First)
	mark("now-48h", st.Now.Add(-48*time.Hour))
	x.probeScenario(p)
	for _, f := range v.forecast {
		if !f.Median.IsZero() {
			mark("failure:"+v.tree.Asset(f.Asset).Path, f.Median)
		}
	}
}

func (x *session) probeScenario(p *Probe) {
	if x.Futures == nil {
		return
	}
	run, name := x.Futures.Base(), "A"
	if o := x.Futures.Other(); o != nil {
		run, name = o, otherName
	}
	p.Scenario.Runs = x.runs
	p.Scenario.Name = name
	p.Scenario.Values = map[string]float64{}
	for _, q := range x.s.view.whatIf.Parameters {
		p.Scenario.Values[q.ID] = q.Default
	}
	if run == nil {
		return
	}
	about := run.About()
	for k, val := range about.Values {
		p.Scenario.Values[k] = val
	}
	p.Scenario.Members = about.Members
	for _, f := range run.Failures() {
		p.Scenario.Failures = append(p.Scenario.Failures, ProbeFailure{x.Project.Tree.Asset(f.Asset).Path, f.Median})
	}
}
