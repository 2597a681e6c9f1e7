package timeline

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clock is a clock that stands until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// start returns a timeline with a day of past and a day of future.
func start() (*Timeline, *clock) {
	c := &clock{now: noon}
	t := New(c.read)
	t.SetBounds(noon.Add(-24*time.Hour), noon.Add(24*time.Hour))
	return t, c
}

// run ticks for a while at 100 frames per second.
func run(t *Timeline, c *clock, d time.Duration) State {
	for ; d > 0; d -= 10 * time.Millisecond {
		c.move(10 * time.Millisecond)
		t.Tick()
	}
	return t.State()
}

func TestModes(t *testing.T) {
	for name, give := range map[string]struct {
		do   func(t *Timeline)
		run  time.Duration
		mode Mode
		at   time.Duration // from noon
		play bool
	}{
		"live follows now":               {func(t *Timeline) {}, time.Second, Live, time.Second, false},
		"seek into the past rests":       {func(t *Timeline) { t.Seek(noon.Add(-time.Hour)) }, time.Second, Past, -time.Hour, false},
		"seek into the future rests":     {func(t *Timeline) { t.Seek(noon.Add(time.Hour)) }, time.Second, Future, time.Hour, false},
		"seek before the first sample":   {func(t *Timeline) { t.Seek(noon.Add(-time.Hour * 99)) }, 0, Past, -24 * time.Hour, false},
		"seek behind the horizon":        {func(t *Timeline) { t.Seek(noon.Add(time.Hour * 99)) }, 0, Future, 24 * time.Hour, false},
		"seek to now is not live":        {func(t *Timeline) { t.Seek(noon) }, 0, Past, 0, false},
		"now overtakes a resting future": {func(t *Timeline) { t.Seek(noon.Add(time.Second)) }, 2 * time.Second, Past, time.Second, false},
		"play at 10×":                    {func(t *Timeline) { t.Seek(noon.Add(-time.Hour)); t.SetSpeed(10); t.Play() }, time.Second, Playing, -time.Hour + 10*time.Second, true},
		"play backward":                  {func(t *Timeline) { t.Seek(noon.Add(-time.Hour)); t.SetSpeed(-10); t.Play() }, time.Second, Playing, -time.Hour - 10*time.Second, true},
		"play reaches now":               {func(t *Timeline) { t.Seek(noon.Add(-time.Minute)); t.SetSpeed(100); t.Play() }, 2 * time.Second, Live, 2 * time.Second, false},
		"play backward reaches first":    {func(t *Timeline) { t.Seek(noon.Add(-24*time.Hour + time.Minute)); t.SetSpeed(-100); t.Play() }, 2 * time.Second, Past, -24 * time.Hour, false},
		"play in the future":             {func(t *Timeline) { t.Seek(noon.Add(time.Hour)); t.SetSpeed(10); t.Play() }, time.Second, Future, time.Hour + 10*time.Second, true},
		"play stops at the horizon":      {func(t *Timeline) { t.Seek(noon.Add(24*time.Hour - time.Second)); t.SetSpeed(10); t.Play() }, time.Second, Future, 24 * time.Hour, false},
		"backward through now":           {func(t *Timeline) { t.Seek(noon.Add(2 * time.Second)); t.SetSpeed(-10); t.Play() }, time.Second, Playing, -8 * time.Second, true},
		"now overtakes slow play":        {func(t *Timeline) { t.Seek(noon.Add(time.Second)); t.SetSpeed(0.5); t.Play() }, 3 * time.Second, Live, 3 * time.Second, false},
		"play while live":                {func(t *Timeline) { t.Play() }, time.Second, Live, time.Second, false},
		"backward from live":             {func(t *Timeline) { t.SetSpeed(-1); t.Play() }, time.Second, Playing, -time.Second, true},
		"pause while live":               {func(t *Timeline) { t.Pause() }, time.Second, Past, 0, false},
		"toggle twice":                   {func(t *Timeline) { t.Seek(noon.Add(-time.Hour)); t.Toggle(); t.Toggle() }, time.Second, Past, -time.Hour, false},
		"toggle plays":                   {func(t *Timeline) { t.Seek(noon.Add(-time.Hour)); t.Toggle() }, time.Second, Playing, -time.Hour + time.Second, true},
		"go live":                        {func(t *Timeline) { t.Seek(noon.Add(-time.Hour)); t.GoLive() }, time.Second, Live, time.Second, false},
		"in the hand near now":           {func(t *Timeline) { t.DragTo(noon.Add(-time.Second)) }, 0, Past, -time.Second, false},
		"in the hand beyond now":         {func(t *Timeline) { t.DragTo(noon.Add(time.Second)) }, 0, Future, time.Second, false},
		"let go near now":                {func(t *Timeline) { t.DragTo(noon.Add(-time.Second)); t.DragEnd() }, 0, Live, 0, false},
		"let go elsewhere":               {func(t *Timeline) { t.DragTo(noon.Add(-time.Minute)); t.DragEnd() }, time.Second, Past, -time.Minute, false},
		"a wider snap":                   {func(t *Timeline) { t.SetSnap(time.Hour); t.DragTo(noon.Add(-time.Minute)); t.DragEnd() }, 0, Live, 0, false},
		"drag interrupts play":           {func(t *Timeline) { t.Seek(noon.Add(-time.Hour)); t.Play(); t.DragTo(noon.Add(-2 * time.Hour)) }, time.Second, Past, -2 * time.Hour, false},
		"play goes on after the drag": {func(t *Timeline) {
			t.Seek(noon.Add(-time.Hour))
			t.Play()
			t.DragTo(noon.Add(-2 * time.Hour))
			t.DragEnd()
		}, time.Second, Playing, -2*time.Hour + time.Second, true},
		"step back from live":        {func(t *Timeline) { t.Step(-3) }, time.Second, Past, -30 * time.Second, false},
		"step on from live":          {func(t *Timeline) { t.SetStep(time.Minute); t.Step(1) }, 0, Future, time.Minute, false},
		"step over now":              {func(t *Timeline) { t.Step(-1); t.Step(2) }, 0, Live, 0, false},
		"step back over now":         {func(t *Timeline) { t.Step(1); t.Step(-2) }, 0, Live, 0, false},
		"step behind the horizon":    {func(t *Timeline) { t.SetStep(50 * time.Hour); t.Step(1) }, 0, Future, 24 * time.Hour, false},
		"loop in the past":           {func(t *Timeline) { t.Loop(noon.Add(-time.Minute), noon.Add(-time.Hour)); t.SetSpeed(1000); t.Play() }, 3600 * time.Millisecond, Playing, -time.Hour + time.Minute, true},
		"loop backward":              {func(t *Timeline) { t.Loop(noon.Add(-time.Hour), noon.Add(-time.Minute)); t.SetSpeed(-10); t.Play() }, time.Second, Playing, -time.Minute - 10*time.Second, true},
		"loop over now stays a loop": {func(t *Timeline) { t.Loop(noon.Add(-time.Minute), noon.Add(time.Minute)); t.SetSpeed(60); t.Play() }, 3 * time.Second, Playing, -time.Minute, true},
		"loop ended":                 {func(t *Timeline) { t.Loop(noon.Add(-time.Minute), noon); t.Loop(noon, noon); t.Play() }, time.Second, Live, time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			tl, c := start()
			give.do(tl)
			s := run(tl, c, give.run)
			if s.Mode != give.mode || !s.At.Equal(noon.Add(give.at)) || s.Playing != give.play {
				t.Errorf("%v at %v playing %v; want %v at %v playing %v", s.Mode, s.At.Sub(noon), s.Playing, give.mode, give.at, give.play)
			}
		})
	}
}

func TestNothingRecordedNothingPredicted(t *testing.T) {
	c := &clock{now: noon}
	tl := New(c.read)
	for name, do := range map[string]func(){
		"seek": func() { tl.Seek(noon.Add(-time.Hour)) }, "play": tl.Play, "future": func() { tl.Seek(noon.Add(time.Hour)) },
		"back": func() { tl.SetSpeed(-1); tl.Play() }, "step": func() { tl.Step(-1) },
	} {
		do()
		if s := run(tl, c, time.Second); !s.At.Equal(s.Now) {
			t.Errorf("%s: the cursor left now by %v", name, s.At.Sub(s.Now))
		}
	}
}

func TestASleepingMachineDoesNotJump(t *testing.T) {
	tl, c := start()
	tl.Seek(noon.Add(-20 * time.Hour))
	tl.SetSpeed(100)
	tl.Play()
	c.move(8 * time.Hour)
	if s := tl.Tick(); !s.At.Equal(noon.Add(-20*time.Hour + 100*MaxFrame)) {
		t.Errorf("the cursor jumped to %v", s.At)
	}
	c.move(-9 * time.Hour) // the clock was set back
	if s := tl.Tick(); s.At.After(s.Horizon) || s.At.Before(s.First) {
		t.Errorf("outside the bounds: %+v", s)
	}
}

func TestSpeedIsLimited(t *testing.T) {
	tl, _ := start()
	for give, want := range map[float64]float64{5: 5, -5: -5, 1e9: MaxSpeed, -1e9: MinSpeed, math.Inf(1): MaxSpeed} {
		tl.SetSpeed(give)
		tl.SetSpeed(0)
		tl.SetSpeed(math.NaN())
		if got := tl.State().Speed; got != want {
			t.Errorf("speed %g became %g, want %g", give, got, want)
		}
	}
}

func TestBookmarks(t *testing.T) {
	tl, _ := start()
	tl.AddBookmark("trip", noon.Add(-time.Hour))
	tl.AddBookmark("before", noon.Add(-2*time.Hour))
	tl.AddBookmark("trip", noon.Add(-3*time.Hour))
	got := tl.Bookmarks()
	if len(got) != 2 || got[0].Name != "trip" || got[1].Name != "before" {
		t.Fatalf("bookmarks %v", got)
	}
	if !tl.GoToBookmark("trip") || !tl.State().At.Equal(noon.Add(-3*time.Hour)) || tl.GoToBookmark("nothing") {
		t.Error("went elsewhere")
	}
	if !tl.RemoveBookmark("trip") || tl.RemoveBookmark("trip") || len(tl.Bookmarks()) != 1 {
		t.Error("not removed once")
	}
}

func TestMarks(t *testing.T) {
	tl, _ := start()
	var marks []Mark
	for _, h := range []int{5, -3, -1, -2, 100} {
		marks = append(marks, Mark{At: noon.Add(time.Duration(h) * time.Hour), Kind: twin.AlarmEvent, Text: fmt.Sprint(h)})
	}
	tl.SetMarks(marks)
	if got := tl.Marks(noon.Add(-3*time.Hour), noon.Add(-time.Hour)); len(got) != 2 || got[0].Text != "-3" || got[1].Text != "-2" {
		t.Errorf("marks in the span: %v", got)
	}
	if got := tl.Marks(noon, noon.Add(-time.Hour)); len(got) != 0 {
		t.Errorf("a span that ends before it begins has %v", got)
	}
	for _, step := range []struct {
		dir  int
		want string
	}{{-1, "-1"}, {-1, "-2"}, {1, "-1"}, {1, "5"}, {1, ""}, {-1, "-1"}} {
		m, ok := tl.NextMark(step.dir)
		if m.Text != step.want || ok != (step.want != "") {
			t.Errorf("next mark in direction %d = %q, want %q", step.dir, m.Text, step.want)
		}
	}
}

// Whatever is done in whatever order, the cursor stays within its bounds and the mode says where it is.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &clock{now: noon}
		tl := New(c.read)
		at := func() time.Time {
			return noon.Add(time.Duration(rapid.Int64Range(-int64(72*time.Hour), int64(72*time.Hour)).Draw(t, "at")))
		}
		check := func(t *rapid.T) {
			s := tl.State()
			if s.At.Before(s.First) || s.At.After(s.Horizon) || s.First.After(s.Now) || s.Horizon.Before(s.Now) {
				t.Fatalf("out of bounds: %+v", s)
			}
			switch {
			case s.Mode == Live && (!s.At.Equal(s.Now) || s.Playing || s.Dragging):
				t.Fatalf("live, but %+v", s)
			case s.Mode == Future != (s.Mode != Live && s.At.After(s.Now)):
				t.Fatalf("future or not: %+v", s)
			case s.Mode == Playing && !s.Playing, s.Mode == Past && s.Playing:
				t.Fatalf("playing or not: %+v", s)
			case s.Playing && s.Dragging:
				t.Fatalf("plays in the hand: %+v", s)
			case s.Speed == 0 || s.Speed < MinSpeed || s.Speed > MaxSpeed:
				t.Fatalf("speed %g", s.Speed)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": check,
			"tick": func(t *rapid.T) {
				was := tl.State()
				c.move(time.Duration(rapid.Int64Range(0, int64(2*time.Second)).Draw(t, "frame")))
				s := tl.Tick()
				if !was.Playing && was.Mode != Live && !s.At.Equal(was.At) && s.At.After(s.First) {
					t.Fatalf("a resting cursor moved: %+v → %+v", was, s)
				}
				if was.Mode == Past && s.Mode != Past {
					t.Fatalf("rest turned into %v", s.Mode)
				}
			},
			"clock set back": func(t *rapid.T) {
				c.move(-time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "back")))
				tl.Tick()
			},
			"seek": func(t *rapid.T) {
				tl.Seek(at())
				if tl.State().Mode == Live {
					t.Fatal("seek made it live")
				}
			},
			"drag":   func(*rapid.T) { tl.DragTo(at()) },
			"drop":   func(*rapid.T) { tl.DragEnd() },
			"live":   func(*rapid.T) { tl.GoLive() },
			"play":   func(*rapid.T) { tl.Play() },
			"pause":  func(*rapid.T) { tl.Pause() },
			"toggle": func(*rapid.T) { tl.Toggle() },
			"speed":  func(t *rapid.T) { tl.SetSpeed(rapid.Float64().Draw(t, "speed")) },
			"step":   func(t *rapid.T) { tl.Step(rapid.Int().Draw(t, "steps")) },
			"bounds": func(*rapid.T) { tl.SetBounds(at(), at()) },
			"none":   func(*rapid.T) { tl.SetBounds(time.Time{}, time.Time{}) },
			"loop":   func(*rapid.T) { tl.Loop(at(), at()) },
			"noloop": func(*rapid.T) { tl.Loop(time.Time{}, time.Time{}) },
			"mark":   func(t *rapid.T) { tl.SetMarks([]Mark{{At: at()}}); tl.NextMark(rapid.IntRange(-1, 1).Draw(t, "dir")) },
		})
	})
}

func TestConcurrentUse(t *testing.T) {
	tl, c := start()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for n := range 500 {
				switch (n + i) % 6 {
				case 0:
					tl.Seek(noon.Add(-time.Duration(n) * time.Minute))
				case 1:
					tl.Toggle()
				case 2:
					c.move(time.Millisecond)
					tl.Tick()
				case 3:
					tl.AddBookmark("b", noon)
					tl.Bookmarks()
				case 4:
					tl.SetMarks([]Mark{{At: noon}})
					tl.NextMark(1)
				case 5:
					tl.DragTo(noon)
					tl.DragEnd()
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkTick(b *testing.B) {
	tl, c := start()
	tl.Seek(noon.Add(-time.Hour))
	tl.Play()
	b.ReportAllocs()
	for b.Loop() {
		c.move(time.Microsecond)
		tl.Tick()
	}
}
