package ui

import (
	"context"
	"errors"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/command"

	"fyne.io/fyne/v2"
)

// seekCommands are the ways from one thing to the next along time, and the windows that end at now.
func (s *Shell) seekCommands(add func(command.Command), open func() (bool, string), withDesk func(func(*session)) func()) {
	const sub = "Next and last"
	of := func(kind twin.EventKind) func(timeline.Mark) bool {
		return func(m timeline.Mark) bool { return m.Kind == kind }
	}
	to := func(dir int, wanted func(timeline.Mark) bool, none string) func() {
		return withDesk(func(x *session) {
			if m, ok := x.Timeline.NextMarkOf(dir, wanted); ok {
				x.keepInView(m.At)
				s.Note(m.Text)
				return
			}
			s.Note(none)
		})
	}
	pair := func(id, what string, n fyne.KeyName, tip string, run func(dir int) func()) {
		add(command.Command{ID: command.ID("time." + id + ".next"), Menu: "Simulate", Sub: sub, Group: 2, Text: "Next " + what, Tip: tip, Keys: keys(key(n, ctrl)), Enabled: open, Run: run(1)})
		add(command.Command{ID: command.ID("time." + id + ".last"), Menu: "Simulate", Sub: sub, Group: 2, Text: "Last " + what, Tip: tip, Enabled: open, Run: run(-1)})
	}
	add(command.Command{ID: "time.sample.next", Menu: "Simulate", Sub: sub, Group: 2, Text: "Next sample", Tip: "Of the signal that the trend shows first", Words: "value step frame", Keys: keys(key(fyne.KeyRight, ctrl)), Enabled: open, Run: withDesk(func(x *session) { x.stepSample(1) })})
	add(command.Command{ID: "time.sample.last", Menu: "Simulate", Sub: sub, Group: 2, Text: "Last sample", Tip: "Of the signal that the trend shows first", Words: "value step frame", Keys: keys(key(fyne.KeyLeft, ctrl)), Enabled: open, Run: withDesk(func(x *session) { x.stepSample(-1) })})
	pair("alarm", "alarm in time", fyne.KeyPeriod, "Of those that the time axis shows", func(dir int) func() {
		return to(dir, of(twin.AlarmEvent), "No alarm lies there")
	})
	pair("command", "command in time", fyne.KeyComma, "Of those that the time axis shows", func(dir int) func() {
		return to(dir, of(twin.CommandEvent), "No command lies there")
	})
	pair("bookmark", "bookmark", fyne.KeySemicolon, "With its span and its view", func(dir int) func() {
		return withDesk(func(x *session) {
			if b, ok := x.Timeline.NextBookmark(dir); ok {
				x.goToBookmark(b)
				return
			}
			s.Note("No bookmark lies there")
		})
	})
	add(command.Command{ID: "time.bookmarks", Menu: "Simulate", Group: 2, Text: "Bookmarks…", Dialog: true, Tip: "Go to one, or remove it", Words: "list moments", Keys: keys(key(fyne.KeyD, ctrl|shift)), Enabled: open, Run: withDesk((*session).listBookmarks)})
	add(command.Command{ID: "time.reverse", Menu: "Simulate", Text: "Play the other way", Words: "reverse backward", Keys: keys(key(fyne.KeyR, shift)), Enabled: open, Run: withDesk(func(x *session) {
		st := x.Timeline.State()
		x.Timeline.SetSpeed(-st.Speed)
		x.moveCursors(x.Timeline.State())
	})})
	add(command.Command{ID: "time.loop.all", Menu: "Simulate", Group: 2, Text: "Repeat all that is recorded", Words: "loop", Enabled: open, Run: withDesk((*session).loopAll)})
	for _, w := range timeline.Windows() {
		add(command.Command{ID: command.ID("time.window." + w.Past.String()), Menu: "Simulate", Sub: "Show the last", Group: 2, Text: w.Name, Series: "Show a span that moves with now", Words: "relative window last", Enabled: open, Run: withDesk(func(x *session) {
			x.Timeline.GoLive()
			x.zoom(w.Span(x.Timeline.Tick().Now))
		})})
	}
}

// loopAll has play repeat the whole recording; it can be undone.
func (x *session) loopAll() {
	st := x.Timeline.State()
	set := func(from, to time.Time) func() {
		return func() { x.Timeline.Loop(from, to); x.moveCursors(x.Timeline.State()) }
	}
	do := set(st.First, st.Now)
	do()
	x.s.commands.Done.Did(changeOf("Repeat all that is recorded", set(st.LoopFrom, st.LoopTo), do))
}

// stepSample moves the cursor to the next sample of the signal that the trend shows first, or to the one before.
func (x *session) stepSample(dir int) {
	v := &x.s.view
	if len(v.plotted) == 0 || x.History == nil {
		x.s.Note("Show a signal in the trend first")
		return
	}
	st, sig, hist := x.Timeline.State(), v.plotted[0], x.History
	lo, hi := st.First, st.Now
	x.steps.ask(func(ctx context.Context) func() {
		at, ok, err := nextSample(ctx, hist, sig, st.At, dir, lo, hi)
		return func() {
			switch {
			case err != nil:
				x.s.Fail(errors.New("the history could not be read: " + err.Error()))
			case !ok:
				x.s.Note("No sample lies there")
			default:
				x.seek(at)
			}
		}
	})
}

// nextSample finds the sample of a signal next after at within [lo, hi], or the last one before it when dir is negative.
// It looks in spans that grow, so that samples far away cost little more than those nearby.
func nextSample(ctx context.Context, hist History, sig twin.SignalID, at time.Time, dir int, lo, hi time.Time) (time.Time, bool, error) {
	var points []history.Point
	near := at
	if dir < 0 {
		near = at.Add(time.Millisecond) // spans end before their last millisecond
	}
	for width := 10 * time.Second; ; width *= 4 {
		from, to := near, near.Add(width)
		if dir < 0 {
			from, to = near.Add(-width), near
		}
		if from.Before(lo) {
			from = lo
		}
		if last := hi.Add(time.Millisecond); to.After(last) {
			to = last
		}
		if !to.After(from) {
			return time.Time{}, false, nil
		}
		var err error
		if points, err = hist.Range(ctx, sig, from, to, points[:0]); err != nil {
			return time.Time{}, false, err
		}
		for i := range points {
			p := points[i]
			if dir < 0 {
				p = points[len(points)-1-i]
			}
			if t := time.Unix(0, p.Time); dir < 0 && t.Before(at) || dir >= 0 && t.After(at) {
				return t, true, nil
			}
		}
		if near = to; dir < 0 {
			near = from
		}
	}
}
