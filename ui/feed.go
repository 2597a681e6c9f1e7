package ui

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/command"
	strip "github.com/orrery-twin/orrery/ui/timeline"
)

// feed is what timeline, sparklines and journal show, and what of it must be fetched again.
type feed struct {
	opened                          time.Time
	stripDue, sparksDue, journalDue bool
	marked, sparked, journaled      time.Time // when it was fetched last

	strip      *strip.Model
	sparks     map[twin.SignalID][]float32
	holding    bool // a slider is in the user's hand
	held       float64
	heldHad    bool
	pastAlarms []alarmLine
	pastAt     time.Time // moment of pastAlarms
	columns    int       // of the strip when its density was fetched
}

// The least time between two queries of one kind.
const (
	marksEvery   = 5 * time.Second
	marksSoonest = 40 * time.Millisecond
	calmEvery    = 30 * time.Second // while the cursor rests: the window then paints next to nothing
	sparksEvery  = 10 * time.Second
	journalEvery = 3 * time.Second
	sparkColumns = 24
)

func changeOf(text string, undo, redo func()) command.Change {
	return command.Change{Text: text, Undo: undo, Redo: redo}
}

// feeds asks the workers for what is due.
func (x *session) feeds(st timeline.State, now time.Time) {
	f := &x.feed
	if f.opened.IsZero() {
		f.opened = now
		x.bounds()
	}
	if st.Mode == timeline.Live {
		x.slide(now)
	}
	if cols := x.strip.Columns(); cols != f.columns {
		f.columns, f.stripDue = cols, true
	}
	marks := marksEvery
	if calm(st) {
		marks = calmEvery
	}
	if now.Sub(f.marked) >= marks {
		f.stripDue = true
	}
	if f.stripDue && !x.plots.busy() && now.Sub(f.marked) >= marksSoonest {
		x.fetchMarks(st, now)
	}
	x.trends.tick(st, now)
	if now.Sub(f.sparked) >= sparksEvery {
		f.sparksDue = true
	}
	page := x.s.pages.current == "journal"
	if page && now.Sub(f.journaled) >= journalEvery {
		f.journalDue = true
	}
	past := st.Mode == timeline.Past || st.Mode == timeline.Playing
	if (f.sparksDue || page && f.journalDue || past && !f.pastAt.Equal(st.At)) && !x.lists.busy() {
		x.fetchLists(st, now, page)
	}
}

// calm reports whether the cursor rests away from the present: nothing on the screen has to hurry.
func calm(st timeline.State) bool {
	return st.Mode != timeline.Live && !st.Playing && !st.Dragging
}

// slide keeps now where it stands on the axis while live, a pixel at a time.
func (x *session) slide(now time.Time) {
	if x.pace.axis.IsZero() {
		x.pace.axis = now
		return
	}
	pixel := x.axis.to.Sub(x.axis.from) / time.Duration(max(200, x.strip.Columns()))
	if by := now.Sub(x.pace.axis); by >= pixel && by > 0 {
		x.pace.axis = now
		if by > time.Hour { // the machine slept
			by = 0
		}
		x.axis = span2{x.axis.from.Add(by), x.axis.to.Add(by)}
		if m := x.feed.strip; m != nil {
			m.From, m.To = x.axis.from, x.axis.to
		}
		x.trends.slid(now)
		x.moveCursors(x.state)
	}
}

// moveCursors shows the present models with the cursor where it is now.
func (x *session) moveCursors(st timeline.State) {
	x.trends.dress(st)
	if m := x.feed.strip; m != nil {
		own := *m
		x.dressStrip(&own, st)
		x.strip.Set(&own)
	}
}

func (x *session) dressStrip(m *strip.Model, st timeline.State) {
	m.Now, m.Cursor, m.Zone = st.Now, st.At, x.s.view.zone
	m.Mode, m.Playing, m.Speed = st.Mode, st.Playing, st.Speed
	m.First = st.First
	m.LoopFrom, m.LoopTo = st.LoopFrom, st.LoopTo
	m.Bookmarks = nil
	for _, b := range x.Timeline.Bookmarks() {
		m.Bookmarks = append(m.Bookmarks, strip.Bookmark{Name: b.Name, At: b.At})
	}
	slices.SortFunc(m.Bookmarks, func(a, b strip.Bookmark) int { return a.At.Compare(b.At) })
	m.Note = x.note(st)
}

// note says what else is set, beside the buttons of the timeline.
func (x *session) note(st timeline.State) string {
	loop := "loop off"
	if !st.LoopFrom.IsZero() {
		loop = "loop " + span(st.LoopTo.Sub(st.LoopFrom))
	}
	out := loop
	if n := len(x.Timeline.Bookmarks()); n > 0 {
		out += " · " + count(n, "bookmark")
	}
	return out
}

// fetchMarks computes the model of the timeline in the background.
func (x *session) fetchMarks(st timeline.State, now time.Time) {
	f, v := &x.feed, &x.s.view
	f.stripDue, f.marked = false, now
	q := stripQuery{axis: x.axis, tree: v.tree, columns: x.strip.Columns(), history: x.History, journal: x.Journal, now: st.Now}
	q.of(v.selected, v.headline)
	if x.Futures != nil {
		if b := x.Futures.Base(); b != nil && b.About().Valid {
			q.base = b
		}
		if o := x.Futures.Other(); o != nil && o.About().Valid && v.whatIf.Shown {
			q.other = o
			q.otherLabel = x.otherLabel()
		}
	}
	q.further = x.scenarios.lanes()
	x.plots.ask(func(ctx context.Context) func() {
		m := q.strip(ctx)
		return func() {
			relaid := f.strip == nil || f.strip.Rows() != m.Rows()
			f.strip = m
			if relaid {
				x.moveCursors(x.state)
				x.s.dock.container.Refresh()
			}
			x.Timeline.SetMarks(timelineMarks(m))
			x.moveCursors(x.state)
		}
	})
}

// otherLabel words the what-if on the timeline: "B derate 70 %, forked 2 h ago".
func (x *session) otherLabel() string {
	w := &x.s.view.whatIf
	text := "B"
	if p := x.scenarios.plan(); p.ID != basePlan && (x.scenarios.hasCourse(p) || !strings.HasPrefix(p.Name, "Scenario ")) {
		text = "B " + p.Name
		if !p.Fork.IsZero() {
			text += ", forked " + p.Fork.In(x.s.view.zone).Format("2 Jan 15:04")
		}
		return text
	}
	for _, q := range w.Parameters {
		if math.Abs(q.Value-q.Default) > 1e-9*(1+math.Abs(q.Default)) {
			text += " " + q.Label + " " + q.Unit.Format(q.Value, decimals(q)) + " " + q.Unit.Symbol
			break
		}
	}
	if !x.fork.IsZero() {
		text += ", forked " + x.fork.In(x.s.view.zone).Format("2 Jan 15:04")
	}
	return text
}

func timelineMarks(m *strip.Model) []timeline.Mark {
	out := make([]timeline.Mark, 0, len(m.Marks)+len(m.Failures))
	for _, k := range m.Marks {
		out = append(out, timeline.Mark{At: k.At, Kind: k.Kind, Priority: k.Priority, Text: k.Text})
	}
	for _, f := range m.Failures {
		if !f.Median.IsZero() {
			out = append(out, timeline.Mark{At: f.Median, Kind: twin.AlarmEvent, Text: f.Label})
		}
	}
	return out
}

// lower makes a label fit inside a phrase: "Oil temperature" becomes "oil temperature", "RPM" stays.
func lower(s string) string {
	r := []rune(s)
	if len(r) > 1 && r[1] >= 'a' && r[1] <= 'z' {
		return string(r[0]|0x20) + string(r[1:])
	}
	return s
}

// fetchLists fetches sparklines and the journal in the background.
func (x *session) fetchLists(st timeline.State, now time.Time, page bool) {
	f, v := &x.feed, &x.s.view
	sparks, lines := f.sparksDue, page && f.journalDue
	f.sparksDue = false
	var signals []twin.SignalID
	if sparks {
		f.sparked = now
		id := v.selected
		if id == twin.NoAsset {
			id = 0
		}
		signals = append(signals, v.tree.Asset(id).Signals...)
	}
	filter := x.s.journal.wanted(st.At, st.Mode == timeline.Live || st.Mode == timeline.Future, x.axis)
	if lines {
		f.journalDue, f.journaled = false, now
	}
	hist, jour, at := x.History, x.Journal, st.At
	if st.Mode == timeline.Future {
		at = st.Now
	}
	past := (st.Mode == timeline.Past || st.Mode == timeline.Playing) && !f.pastAt.Equal(st.At)
	f.pastAt = st.At
	tree := v.tree
	x.lists.ask(func(ctx context.Context) func() {
		out := map[twin.SignalID][]float32{}
		if hist != nil {
			var cols []history.Column
			for _, id := range signals {
				var err error
				cols, err = hist.Columns(ctx, id, at.Add(-time.Hour), at, sparkColumns, cols[:0])
				if err != nil || len(cols) == 0 {
					continue
				}
				out[id] = sparkOf(cols)
			}
		}
		var entries []journal.Entry
		note := ""
		if lines {
			if jour == nil {
				note = "This twin keeps no journal"
			} else {
				var err error
				if entries, err = jour.Query(ctx, filter); err != nil {
					note = sentence(fmt.Sprintf("the journal could not be read: %v", err))
				} else if len(entries) == filter.Limit {
					note = fmt.Sprintf("The newest %d; search or narrow the time to see others", filter.Limit)
					if n, err := jour.Count(ctx, filter); err == nil {
						note = fmt.Sprintf("The newest %d of %s; search or narrow the time to see others", filter.Limit, grouped(fmt.Sprint(n)))
					}
				}
			}
		}
		var stood []alarmLine
		if past && jour != nil {
			// Alarms that nobody cleared for a month are no news: look no further back.
			events, err := jour.Query(ctx, journal.Filter{From: at.Add(-30 * 24 * time.Hour), To: at.Add(time.Millisecond), Kinds: []twin.EventKind{twin.AlarmEvent}, OldestFirst: true, Limit: 10000})
			if err == nil {
				stood = replay(tree, events)
			}
		}
		return func() {
			if past {
				f.pastAlarms = stood
			}
			if sparks {
				f.sparks = out
				v.history = func(id twin.SignalID) []float32 { return f.sparks[id] }
			}
			if lines {
				list := make([]journalLine, len(entries))
				for i, e := range entries {
					list[i] = journalLine{e.ID, e.Time, e.Kind, e.Asset, e.Priority, e.Action, e.Ref, e.Text, e.User}
				}
				x.s.journal.set(list, note)
			}
		}
	})
}

func sparkOf(cols []history.Column) []float32 {
	out := make([]float32, len(cols))
	for i, c := range cols {
		out[i] = float32(math.NaN())
		if c.Count > 0 {
			out[i] = float32(c.Mean)
		}
	}
	return out
}
