package ui

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
)

// tell tells the story of something that happened or is expected: the cursor goes to its moment, its asset is selected,
// and when it was written down under a ref the journal shows all that belongs to it.
func (x *session) tell(at time.Time, asset twin.AssetID, ref string) {
	x.seek(at)
	if asset != twin.NoAsset {
		x.selectAsset(asset, false)
		x.s.tree.reveal(asset)
	}
	if ref != "" {
		x.s.journal.tell(ref, x.s.journal.mark)
		x.s.pages.open("journal")
	}
}

// preview says on the timeline what stood at the moment under the pointer: the leading signals of the selected asset.
func (x *session) preview(at time.Time) {
	v := &x.s.view
	if at.IsZero() || x.History == nil || v.selected == twin.NoAsset || at.After(v.now) {
		return
	}
	var signals []twin.SignalID
	if lead := v.headline[v.selected]; lead != twin.NoSignal {
		signals = append(signals, lead)
	}
	for _, sig := range v.tree.Asset(v.selected).Signals {
		if k := v.tree.Signal(sig).Kind; (k == twin.Enum || k == twin.Bool) && len(signals) < 3 {
			signals = append(signals, sig)
		}
	}
	hist, tree := x.History, v.tree
	x.hovers.ask(func(ctx context.Context) func() {
		text := stood(ctx, hist, tree, signals, at)
		return func() { x.strip.Preview(at, text) }
	})
}

// stood words the values of signals as they stood at a moment.
func stood(ctx context.Context, hist History, tree *twin.Tree, signals []twin.SignalID, at time.Time) string {
	var out []string
	for _, sig := range signals {
		cols, err := hist.Columns(ctx, sig, at.Add(-latest), at, 1, nil)
		if err != nil {
			return ""
		}
		g := tree.Signal(sig)
		if value, ok := lastOf(cols); ok {
			out = append(out, g.Label+" "+strings.TrimSpace(number(g, value)+" "+g.Unit.Symbol))
		} else {
			out = append(out, g.Label+" –")
		}
	}
	return strings.Join(out, ", ")
}

func lastOf(cols []history.Column) (float64, bool) {
	for i := len(cols) - 1; i >= 0; i-- {
		if cols[i].Count > 0 {
			return cols[i].Last, true
		}
	}
	return 0, false
}

// maxNote is the longest note, in bytes.
const maxNote = 2000

// mayNote reports whether notes are kept here.
func (s *Shell) mayNote() (bool, string) {
	if s.desk == nil || s.desk.bare {
		return false, "open a twin first"
	}
	if _, ok := s.desk.Engine.(recorder); !ok || s.desk.Journal == nil {
		return false, "this twin keeps no journal"
	}
	return true, ""
}

// askNote asks for a note on the selected asset at the moment that is shown, and writes it into the journal.
func (x *session) askNote() {
	s := x.s
	log, ok := x.Engine.(recorder)
	if !ok {
		return
	}
	at, asset := s.view.at, s.view.selected
	if at.After(s.view.now) {
		at = s.view.now // what is only expected cannot be noted as having been
	}
	where := x.Project.Name
	if asset != twin.NoAsset {
		where = title(x.Project.Tree, asset)
	}
	entry := widget.NewEntry()
	entry.SetPlaceHolder("Oil changed, filter was clogged")
	d := dialog.NewForm("Write a note", "Keep", "Cancel", []*widget.FormItem{
		widget.NewFormItem("Where", widget.NewLabel(where)),
		widget.NewFormItem("When", widget.NewLabel(at.In(s.view.zone).Format("Mon 2 Jan 2006 15:04:05"))),
		widget.NewFormItem("Note", entry),
	}, func(ok bool) {
		text := strings.Join(strings.Fields(entry.Text), " ")
		if !ok || text == "" {
			return
		}
		if len(text) > maxNote {
			text = text[:maxNote]
		}
		log.Record(twin.Event{Time: at, Kind: twin.NoteEvent, Asset: asset, Signal: twin.NoSignal, Action: "written", User: x.User, Text: text})
		x.feed.journalDue, x.feed.stripDue = true, true
		s.Note("The note is in the journal")
	}, s.front())
	entry.OnSubmitted = func(string) { d.Submit() }
	d.Resize(fyne.NewSize(460, 230))
	d.Show()
	s.front().Canvas().Focus(entry)
}
