package timeline

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func TestBookmarksAreReadAsTheyWereWritten(t *testing.T) {
	want := []Bookmark{{Name: "trip", At: noon, From: noon.Add(-time.Hour), To: noon.Add(time.Hour), View: &View{Eye: [3]float64{1, 2, 3}, FOVRad: .8}}, {Name: "plain", At: noon}}
	text, err := EncodeBookmarks(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeBookmarks(text)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %+v from %s", err, got, text)
	}
}

func TestOfABookmarkOnlyWhatCanBeRightIsKept(t *testing.T) {
	tl := New(func() time.Time { return noon })
	if tl.Keep(Bookmark{Name: "  ", At: noon}) || tl.Keep(Bookmark{Name: "x"}) {
		t.Error("a bookmark without a name or a moment is kept")
	}
	if !tl.Keep(Bookmark{Name: strings.Repeat("é", 200), At: noon, From: noon, To: noon.Add(-1), View: &View{Eye: [3]float64{math.NaN()}, FOVRad: 1}}) {
		t.Fatal("it is not kept")
	}
	if b := tl.Bookmarks()[0]; len(b.Name) != maxBookmarkName || !b.From.IsZero() || b.View != nil {
		t.Errorf("%+v", b)
	}
	if _, err := DecodeBookmarks("{"); err == nil {
		t.Error("damaged bookmarks are no error")
	}
}

func TestTheNextBookmarkAndTheNextMarkOfAKind(t *testing.T) {
	tl := New(func() time.Time { return noon })
	tl.SetBounds(noon.Add(-24*time.Hour), time.Time{})
	for name, h := range map[string]time.Duration{"c": 1, "b": 2, "a": 3} {
		tl.AddBookmark(name, noon.Add(-h*time.Hour))
	}
	for _, want := range []string{"c", "b", "a", ""} {
		if b, ok := tl.NextBookmark(-1); b.Name != want || ok != (want != "") {
			t.Errorf("back to %q, %v; want %q", b.Name, ok, want)
		}
	}
	if b, _ := tl.NextBookmark(1); b.Name != "b" || !tl.State().At.Equal(b.At) {
		t.Errorf("on to %q", b.Name)
	}
	tl.SetMarks([]Mark{{At: noon.Add(-5 * time.Hour), Kind: twin.CommandEvent}, {At: noon.Add(-4 * time.Hour), Kind: twin.AlarmEvent}})
	if m, ok := tl.NextMarkOf(-1, func(m Mark) bool { return m.Kind == twin.CommandEvent }); !ok || !m.At.Equal(noon.Add(-5*time.Hour)) {
		t.Errorf("the last command: %+v, %v", m, ok)
	}
}

func TestWindowsEndAfterNow(t *testing.T) {
	last := time.Duration(0)
	for _, w := range Windows() {
		from, to := w.Span(noon)
		if noon.Sub(from) != w.Past || !to.After(noon) || w.Past <= last {
			t.Errorf("%s: %v to %v", w.Name, from, to)
		}
		last = w.Past
	}
}

func FuzzDecodeBookmarks(f *testing.F) {
	f.Add(`[{"name":"a","at":"2026-11-20T14:30:00Z","view":{"eye":[1,2,3],"target":[0,0,0],"fov":1}}]`)
	f.Add(`[{"name":"","at":"9999-12-31T23:59:59Z"}]`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := DecodeBookmarks(text)
		if err != nil {
			return
		}
		again, err := EncodeBookmarks(list)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if back, err := DecodeBookmarks(again); err != nil || len(back) != len(list) {
			t.Errorf("%d of %d come back: %v", len(back), len(list), err)
		}
	})
}
