package ui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/command"
)

// momentCommands are the ways to a moment by words: times that are typed, links, and spans that play repeats.
func (s *Shell) momentCommands(add func(command.Command), open func() (bool, string), withDesk func(func(*session)) func()) {
	add(command.Command{ID: "time.goto", Menu: "Simulate", Group: 2, Text: "Go to time…", Dialog: true, Tip: "Write 14:30, 20 Nov 8:00, yesterday 9:15, -48h, +2d, or paste a link", Keys: keys(key(fyne.KeyT, 0)), Words: "date jump seek moment", Enabled: open, Run: withDesk((*session).askMoment)})
	add(command.Command{ID: "time.link", Menu: "Simulate", Group: 2, Text: "Copy link to this moment", Tip: "Time, camera and selection as text, for a colleague", Keys: keys(key(fyne.KeyL, ctrl|shift)), Words: "share url", Enabled: open, Run: withDesk((*session).copyLink)})
	add(command.Command{ID: "time.note", Menu: "Simulate", Group: 2, Text: "Write a note…", Dialog: true, Tip: "On the selected asset, at the moment that is shown", Keys: keys(key(fyne.KeyN, 0)), Words: "journal remark comment",
		Enabled: s.mayNote, Run: withDesk((*session).askNote)})
	add(command.Command{ID: "time.loop", Menu: "Simulate", Group: 2, Text: "Repeat the span that is shown", Tip: "Play begins again at the left of the time axis", Words: "loop", Enabled: open,
		Checked: func() bool { return s.desk != nil && !s.desk.state.LoopTo.IsZero() },
		Run:     withDesk((*session).toggleLoop)})
}

// askMoment asks for a time or a link, and says while it is written how it is understood.
func (x *session) askMoment() {
	s := x.s
	zone := s.view.zone
	entry, meaning := widget.NewEntry(), widget.NewLabel("")
	entry.SetPlaceHolder("14:30, 20 Nov 8:00, yesterday 9:15, -48h, +2d")
	entry.OnChanged = func(text string) { meaning.SetText(x.understood(text)) }
	entry.SetText(s.view.at.In(zone).Format("2 Jan 2006 15:04:05"))
	var d *dialog.FormDialog
	d = dialog.NewForm("Go to time", "Go", "Cancel", []*widget.FormItem{widget.NewFormItem("Time", entry), widget.NewFormItem("", meaning)}, func(ok bool) {
		if ok {
			s.Fail(x.goToText(entry.Text))
		}
	}, s.window)
	entry.OnSubmitted = func(string) { d.Submit() }
	d.Resize(fyne.NewSize(460, 190))
	d.Show()
	s.window.Canvas().Focus(entry)
	entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// understood says what a typed moment means, or what is wrong with it.
func (x *session) understood(text string) string {
	l, err := x.momentOf(text)
	switch {
	case err != nil:
		return short(err)
	case l.At.IsZero():
		return "Now, live"
	}
	st := x.Timeline.State()
	say := l.At.In(x.s.view.zone).Format("Mon 2 Jan 2006 15:04:05 MST")
	switch {
	case l.At.Before(st.First):
		return say + " is before the recording"
	case l.At.After(st.Horizon):
		return say + " is beyond the forecast"
	case l.At.After(st.Now):
		return say + ", predicted"
	}
	return say
}

// short is an error without the name of its package, as a sentence.
func short(err error) string {
	text := strings.TrimPrefix(err.Error(), "timeline: ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// momentOf reads a time or a link.
func (x *session) momentOf(text string) (timeline.Link, error) {
	if text = strings.TrimSpace(text); timeline.IsLink(text) {
		return timeline.ParseLink(text)
	}
	if strings.EqualFold(text, "now") {
		return timeline.Link{}, nil
	}
	at, err := timeline.ParseMoment(text, x.s.clock(), x.s.view.zone)
	return timeline.Link{At: at}, err
}

func (x *session) goToText(text string) error {
	l, err := x.momentOf(text)
	if err != nil {
		return errors.New(short(err))
	}
	return x.followLink(l)
}

// followLink goes where a link leads; what of it is not here is an error, the rest is done.
func (x *session) followLink(l timeline.Link) error {
	var err error
	if l.To.After(l.From) {
		x.setAxis(span2{l.From, l.To})
	}
	if l.At.IsZero() {
		x.Timeline.GoLive()
	} else {
		x.seek(l.At)
		if st := x.Timeline.State(); !st.At.Equal(l.At.Round(0)) {
			err = fmt.Errorf("%s is outside of what is recorded and predicted", l.At.In(x.s.view.zone).Format("2 Jan 2006 15:04"))
		}
	}
	x.keepInView(x.Timeline.State().At)
	if l.Select != "" {
		if id, ok := x.Project.Tree.AssetByPath(l.Select); ok {
			x.selectAsset(id, !l.HasView)
			x.s.tree.reveal(id)
		} else {
			err = errors.Join(err, fmt.Errorf("there is no asset %s in this twin", l.Select))
		}
	}
	if l.HasView {
		v := x.Stage.View()
		v.Eye, v.Target = l.Eye, l.Target
		x.Stage.SetView(v)
	}
	return err
}

// link is where the user is, as text for somebody else.
func (x *session) link() timeline.Link {
	v := x.Stage.View()
	l := timeline.Link{Twin: x.Project.File, From: x.axis.from, To: x.axis.to, Eye: v.Eye, Target: v.Target, HasView: v.Eye != v.Target}
	if x.state.Mode != timeline.Live {
		l.At = x.state.At
	}
	if id := x.s.view.selected; id != twin.NoAsset {
		l.Select = x.Project.Tree.Asset(id).Path
	}
	return l
}

func (x *session) copyLink() {
	x.s.app.Clipboard().SetContent(x.link().String())
	x.s.Note("The link is in the clipboard: paste it into Go to time, or start orrery with it")
}

// toggleLoop has play repeat what the time axis shows, or ends that.
func (x *session) toggleLoop() {
	st := x.Timeline.State()
	set := func(from, to time.Time) func() {
		return func() {
			x.Timeline.Loop(from, to)
			x.feed.stripDue = true
		}
	}
	from, to := x.axis.from, x.axis.to
	text := "Repeat the span that is shown"
	if !st.LoopTo.IsZero() {
		from, to, text = time.Time{}, time.Time{}, "Stop repeating"
	}
	do := set(from, to)
	do()
	x.s.commands.Done.Did(changeOf(text, set(st.LoopFrom, st.LoopTo), do))
}
