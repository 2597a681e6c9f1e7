package ui

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/trend"
)

// trendPanel is the trend with its legend above it and the statistics of the selected span over it. What it shows is made
// by its worker; what is asked for newly takes the place of what is still being made.
type trendPanel struct {
	fyne.CanvasObject
	x     *session
	chart *chart.Trend
	head  *board
	card  *board
	work  *lane

	spec  trend.Spec
	names []string // of the lines of spec, for people
	shown *chart.Model

	span     span2 // selected by the user; zero for none
	stats    []trend.Stat
	statsOf  span2  // what stats are of
	fault    string // why there is no model or no statistics
	due      bool
	statsDue bool
	fetched  time.Time
	axes     int                                // how often the user has changed the axis
	made     int                                // of axes when the newest model was asked for
	making   int                                // of axes for what is being made
	took     time.Duration                      // making it, with all lines
	stop     atomic.Pointer[context.CancelFunc] // of what is being made; nil when nothing is
	began    time.Time                          // that
}

// Times of the worker.
const (
	trendEvery   = 2 * time.Second // live: the last pixel column fills
	trendSoonest = 40 * time.Millisecond
	slowTrend    = 120 * time.Millisecond // a trend that takes longer is shown in two steps while the axis moves
	patience     = 300 * time.Millisecond // after which what is made for an axis that is gone is given up
	trendShare   = 8                      // at rest the worker rests so many times as long as it worked
)

const trendHead = 31

func newTrendPanel(x *session) *trendPanel {
	p := &trendPanel{x: x, chart: chart.NewTrend(), work: newLane()}
	p.head = newBoard(x.s, fyne.NewSize(200, trendHead), p.buildHead)
	p.card = newBoard(x.s, fyne.NewSize(200, 60), p.buildCard)
	p.card.back = theme.Field
	p.card.Hide()
	p.CanvasObject = container.New(&trendLayout{p}, p.chart, p.head)
	p.chart.OnSeek, p.chart.OnDone, p.chart.OnZoom = x.Timeline.DragTo, x.Timeline.DragEnd, x.zoom
	p.chart.OnSpan, p.chart.OnStory = p.selectSpan, x.story
	return p
}

type trendLayout struct{ p *trendPanel }

func (l *trendLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(300, minBottom) }

func (l *trendLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	put(l.p.chart, 0, 0, s.Width, s.Height, true)
	put(l.p.head, 0, 0, max(0, s.Width-tabsWidth), trendHead, true)
}

// close ends the worker.
func (p *trendPanel) close() {
	p.giveUp()
	p.work.close()
}

// update repaints what changed.
func (p *trendPanel) update() {
	p.head.update()
	p.placeCard()
}

// set shows another spec, without noting it for undo.
func (p *trendPanel) set(s trend.Spec) {
	p.spec = s
	p.due, p.statsDue = true, p.span != span2{}
	p.names = (&trend.Query{Spec: s, Tree: p.x.Project.Tree}).Names()
	p.x.s.view.plotted = s.Signals(p.x.Project.Tree)
	p.head.update()
	p.x.s.inspect.update()
}

// change shows another spec for the user: it can be undone, and is remembered with the twin.
func (p *trendPanel) change(text string, s trend.Spec) {
	old := p.spec
	p.x.chosen = !p.x.opening
	put := func(s trend.Spec) {
		if p.x.s.desk == p.x {
			p.set(s)
			p.x.s.prefs.rememberTrend(p.x.Project, s)
			saveTrends(p.x.s.app.Preferences(), p.x.s.prefs.Trends)
		}
	}
	put(s)
	if !p.x.opening {
		p.x.s.commands.Done.Did(changeOf(text, func() { put(old) }, func() { put(s) }))
	}
}

// add plots one more line.
func (p *trendPanel) add(l trend.Line) {
	s, ok := p.spec.With(l)
	if !ok {
		p.x.s.Fail(errors.New("the trend shows twelve lines at most: remove one first"))
		return
	}
	p.change("Add to the trend", s)
}

// plot shows a signal alone or beside the others; one that is there already is taken out.
func (p *trendPanel) plot(path string, add bool) {
	if !add {
		p.change("Plot a signal", trend.Alone(path))
		return
	}
	if i := p.spec.Find(path); i >= 0 {
		if len(p.spec.Lines) > 1 {
			p.change("Take out of the trend", p.spec.Without(i))
		}
		return
	}
	p.add(trend.Line{Signal: path})
}

// follow shows the leading signal of what was selected, as long as the user has not composed a trend.
func (p *trendPanel) follow(sig twin.SignalID) {
	path := p.x.Project.Tree.Signal(sig).Path
	if p.spec.Simple() && p.spec.Find(path) < 0 {
		p.set(trend.Alone(path))
	}
}

// turn tells that the user looks at another span.
func (p *trendPanel) turn() {
	p.axes++
	p.due = true
}

// slid tells that the axis has moved on by a pixel, live.
func (p *trendPanel) slid(now time.Time) {
	if now.Sub(p.fetched) > max(trendEvery/4, trendShare*p.took) {
		p.due = true
	}
}

// visible reports whether anybody sees the trend.
func (p *trendPanel) visible() bool {
	d := p.x.s.dock
	return p.x.s.pages.current == "trend" && d != nil && !d.HideBottom && !d.Wall
}

// tick asks the worker for what is due; it is called by the frame.
func (p *trendPanel) tick(st timeline.State, now time.Time) {
	p.work.take()
	if !p.visible() {
		return
	}
	every := trendEvery
	if calm(st) {
		every = calmEvery
	}
	if now.Sub(p.fetched) >= max(every, trendShare*p.took) && p.x.axis.to.After(now) {
		p.due = true
	}
	if p.shown != nil && p.chart.Columns() != 0 && !p.fits() {
		p.due = true
	}
	if !p.due && !p.statsDue || now.Sub(p.fetched) < trendSoonest {
		return
	}
	if p.work.busy() {
		if p.making != p.axes && now.Sub(p.began) > patience {
			p.giveUp() // it is for an axis that is gone
		}
		return
	}
	p.fetch(st, now)
}

// fits reports whether the columns of what is shown are as many as the plot has pixels.
func (p *trendPanel) fits() bool {
	for i := range p.shown.Series {
		if n := max(len(p.shown.Series[i].Columns), len(p.shown.Series[i].Median)); n > 0 && n != p.chart.Columns() {
			return false
		}
	}
	return true
}

// query is what the worker gets: it shares nothing that changes.
func (p *trendPanel) query(now time.Time) *trend.Query {
	x := p.x
	q := &trend.Query{Spec: p.spec, Tree: x.Project.Tree, From: x.axis.from, To: x.axis.to, Now: now, Columns: p.chart.Columns(), Zone: x.s.view.zone,
		Alarms: x.Project.Alarms, FigureFrom: p.span.from, FigureTo: p.span.to}
	q.Lines = slices.Clone(p.spec.Lines)
	if x.History != nil { // a nil of another type is no nil
		q.History = x.History
	}
	if x.Journal != nil {
		q.Journal = x.Journal
	}
	if x.Futures == nil {
		return q
	}
	if b := x.Futures.Base(); b != nil && b.About().Valid {
		q.Base = b
	}
	if o := x.Futures.Other(); o != nil && o.About().Valid && x.s.view.whatIf.Shown {
		q.Other = o
	}
	return q
}

// fetch makes the model and the statistics in the background. While the axis moves, a trend that takes long comes without
// what is computed first.
func (p *trendPanel) fetch(st timeline.State, now time.Time) {
	q, span := p.query(st.Now), p.span
	plot, sum := p.due, p.statsDue && span != span2{}
	quick := plot && p.took > slowTrend && p.made != p.axes
	if quick {
		if quick = p.hasPlain(); quick {
			sum = false
			for i := range q.Lines {
				q.Lines[i].Hidden = q.Lines[i].Hidden || !q.Lines[i].Plain()
			}
		}
	}
	p.due, p.statsDue = quick, p.statsDue && quick
	p.fetched, p.began = now, now
	axis, turn := p.x.axis, p.axes
	p.making = turn
	p.work.ask(func(ctx context.Context) func() {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		p.stop.Store(&stop)
		defer p.stop.Store(nil)
		begin := time.Now()
		var m *chart.Model
		var stats []trend.Stat
		var err error
		if plot {
			m, err = q.Model(ctx)
		}
		took := time.Since(begin)
		if sum && err == nil {
			stats, err = q.Statistics(ctx, span.from, span.to)
		}
		given := ctx.Err() != nil
		return func() {
			switch {
			case given: // something newer was asked for
				p.due = p.due || plot
				p.statsDue = p.statsDue || sum
				return
			case err != nil:
				p.failed(err, axis)
				p.made = turn
				return
			}
			p.fault = ""
			if m != nil {
				m.NoHead = true
				p.shown, p.made = m, turn
				if !quick {
					p.took = took
				}
			}
			if sum {
				p.stats, p.statsOf = stats, span
			}
			p.x.moveCursors(p.x.state)
			p.placeCard()
		}
	})
}

// hasPlain reports whether something as measured is shown over time: that comes fast however long the span is.
func (p *trendPanel) hasPlain() bool {
	return p.spec.View == trend.OverTime && slices.ContainsFunc(p.spec.Lines, func(l trend.Line) bool { return l.Plain() && !l.Hidden })
}

// giveUp ends what is being made.
func (p *trendPanel) giveUp() {
	if stop := p.stop.Load(); stop != nil {
		(*stop)()
	}
}

// failed shows why there is no trend.
func (p *trendPanel) failed(err error, axis span2) {
	p.fault = sentence(err.Error())
	p.shown = &chart.Model{From: axis.from, To: axis.to, Empty: p.fault, NoHead: true}
	p.x.moveCursors(p.x.state)
}

// dress shows the newest model with the cursor and the selection of now.
func (p *trendPanel) dress(st timeline.State) {
	if p.shown == nil {
		return
	}
	own := *p.shown
	own.Now, own.Cursor, own.Zone = st.Now, st.At, p.x.s.view.zone
	own.SpanFrom, own.SpanTo = p.span.from, p.span.to
	p.chart.Set(&own)
	p.head.update()
}
