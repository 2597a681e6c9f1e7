package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/theme"
)

func TestGoToWhatIsWritten(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysDay).open()
	x := b.shell.desk
	st := x.Timeline.Tick()
	at := st.Now.Add(-90 * time.Minute)
	if err := x.goToText("-90m"); err != nil {
		t.Fatal(err)
	}
	if got := x.Timeline.State(); got.Mode != timeline.Past || got.At.Sub(at).Abs() > time.Second {
		t.Errorf("-90m led to %v (%v), want %v", got.At, got.Mode, at)
	}
	if text := x.understood("-90m"); !strings.Contains(text, at.In(b.shell.view.zone).Format("2 Jan 2006 15:04")) {
		t.Errorf("-90m is understood as %q", text)
	}
	for text, want := range map[string]string{"soon": "Write a time", "1990-01-01": "before the recording", "now": "Now, live", "orrery://twin?at=x": "is no time"} {
		if got := x.understood(text); !strings.Contains(got, want) {
			t.Errorf("%q is understood as %q, want %q", text, got, want)
		}
	}
	if err := x.goToText("now"); err != nil || x.Timeline.State().Mode != timeline.Live {
		t.Errorf("now: %v, %v", err, x.Timeline.State().Mode)
	}
}

func TestALinkLeadsBack(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysDay).open()
	x := b.shell.desk
	x.Timeline.Tick()
	id := x.Project.Tree.Assets()[1].ID
	if err := x.goToText("-2h"); err != nil {
		t.Fatal(err)
	}
	x.selectAsset(id, false)
	x.frame()
	at := x.Timeline.State().At
	x.copyLink()
	text := b.shell.app.Clipboard().Content()
	x.Timeline.GoLive()
	x.selectChoice(nothing, false)
	if err := x.goToText(text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if st := x.Timeline.State(); st.Mode != timeline.Past || !st.At.Equal(at) || b.shell.view.selected != id {
		t.Errorf("%s led to %v %v, asset %d", text, st.Mode, st.At, b.shell.view.selected)
	}
	if err := x.goToText("orrery://twin?at=now&select=nobody"); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("an asset that is not there: %v", err)
	}
}

func TestRepeatWhatIsShown(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysDay).open()
	x := b.shell.desk
	b.shell.run("time.loop")
	if st := x.Timeline.State(); !st.LoopFrom.Equal(x.axis.from.Round(0)) || !st.LoopTo.Equal(x.axis.to.Round(0)) {
		t.Errorf("play repeats %v to %v, shown is %v to %v", st.LoopFrom, st.LoopTo, x.axis.from, x.axis.to)
	}
	b.shell.run("time.loop")
	if st := x.Timeline.State(); !st.LoopTo.IsZero() {
		t.Error("the loop did not end")
	}
	b.shell.run("edit.undo")
	if st := x.Timeline.State(); st.LoopTo.IsZero() {
		t.Error("the loop did not come back")
	}
}
