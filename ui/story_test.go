package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/theme"
)

func TestAMarkTellsItsStory(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight).open()
	b.settle()
	x := b.shell.desk
	tell := false
	for _, m := range x.feed.strip.Marks {
		if m.Ref == "a2" {
			x.strip.OnMark(m)
			tell = true
		}
	}
	if !tell {
		t.Fatal("the timeline has no mark of the occurrence")
	}
	b.settle()
	raised := testNow.Add(-53 * time.Hour)
	if st := x.Timeline.State(); st.Mode != timeline.Past || !st.At.Equal(raised) {
		t.Errorf("the cursor is at %v, %v", st.At, st.Mode)
	}
	p := b.shell.journal
	if b.shell.pages.current != "journal" || p.story != "a2" || b.shell.view.selected != 15 {
		t.Errorf("page %s, story %q, asset %d", b.shell.pages.current, p.story, b.shell.view.selected)
	}
	if len(p.lines) != 2 || p.lines[0].Action != "raised" || p.lines[1].Action != "cleared" {
		t.Errorf("the story is %+v", p.lines)
	}
	b.golden("desk-story")
	p.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	b.settle()
	if p.story != "" || len(p.lines) != 2 || p.lines[0].Action != "raised" {
		t.Errorf("after Escape the journal as it stood then has %+v", p.lines)
	}
}

func TestTheJournalIsNarrowedByTimeAndAsset(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight).open()
	p := b.shell.journal
	cursor, axis := testNow.Add(-time.Hour), span2{testNow.Add(-2 * time.Hour), testNow}
	if f := p.wanted(cursor, false, axis); !f.To.Equal(cursor.Add(time.Millisecond)) || !f.From.IsZero() || f.Asset != "" {
		t.Errorf("at a moment of the past: %+v", f)
	}
	if f := p.wanted(cursor, true, axis); !f.To.IsZero() {
		t.Errorf("live: %+v", f)
	}
	p.span, p.here, p.kind = inView, true, twin.NoteEvent
	b.shell.desk.selectAsset(15, false)
	p.filter.SetText("oil -filter")
	f := p.wanted(cursor, false, axis)
	if !f.From.Equal(axis.from) || !f.To.Equal(axis.to) || f.Asset != b.desk.Project.Tree.Asset(15).Path || f.Text != "oil -filter" || len(f.Kinds) != 1 {
		t.Errorf("narrowed: %+v", f)
	}
}

func TestANoteIsWrittenAtTheCursor(t *testing.T) {
	b, log := twinBench(t, newShelf().box("turbine.glb", 1, 1, 1))
	x := b.shell.desk
	x.selectAsset(1, false)
	at := testNow.Add(-3 * time.Hour)
	x.seek(at)
	x.frame()
	b.shell.run("time.note")
	top := b.shell.window.Canvas().Overlays().Top()
	if top == nil {
		t.Fatal("nothing asks for the note")
	}
	entry, ok := b.shell.window.Canvas().Focused().(*widget.Entry)
	if !ok {
		t.Fatal("the note cannot be typed at once")
	}
	entry.SetText(" oil \n changed ")
	entry.OnSubmitted(entry.Text)
	if len(log.events) != 1 {
		t.Fatalf("recorded %+v", log.events)
	}
	if e := log.events[0]; e.Kind != twin.NoteEvent || !e.Time.Equal(at) || e.Asset != 1 || e.Text != "oil changed" {
		t.Errorf("recorded %+v", e)
	}
}

func TestThePointerPreviewsTheMoment(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight).open()
	x := b.shell.desk
	x.selectAsset(16, false)
	text := stood(t.Context(), x.History, x.Project.Tree, []twin.SignalID{b.shell.view.headline[16]}, testNow.Add(-time.Hour))
	if !strings.Contains(text, "°C") || strings.Contains(text, "–") {
		t.Errorf("the preview says %q", text)
	}
}
