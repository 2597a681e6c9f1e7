package bind

import (
	"image/color"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

const frame = 16 * time.Millisecond

var up = mgl64.Vec3{0, 1, 0}

// bench makes a scene with one node and one binding on signal 0.
func bench(b Binding) (*scene.Scene, *Set) {
	s := scene.New()
	b.Node = s.AddNode(scene.Root, scene.Node{Name: "part"})
	return s, New(s, []Binding{b})
}

func snapshot(gen uint64, v float64, q twin.Quality) *twin.Snapshot {
	return &twin.Snapshot{Generation: gen, Values: []twin.Value{{Value: v, Time: 1, Quality: q}}}
}

// heading is the angle about Y that node 1 stands at.
func heading(s *scene.Scene) float64 {
	x := s.World(1).Mul4x1(mgl64.Vec4{1, 0, 0, 0})
	return math.Atan2(-x[2], x[0])
}

func TestRateTurnsWithThePlantsTime(t *testing.T) {
	s, set := bench(Binding{Property: RotateRate, Axis: up, Gain: 1})
	snap := snapshot(1, 2, twin.Good) // 2 rad/s
	set.Apply(snap, 0, frame)
	for range 10 {
		if !set.Apply(snap, 20*time.Millisecond, frame) {
			t.Fatal("a turning part changed nothing")
		}
	}
	if got := heading(s); math.Abs(got-.4) > 1e-9 {
		t.Errorf("after 0.2 s at 2 rad/s: %g rad", got)
	}
	if set.Apply(snap, 0, frame) {
		t.Error("a paused plant moved")
	}
	if !set.Moving() {
		t.Error("a part with a speed does not count as moving")
	}
}

// Whatever way the time took, a part that comes back to a moment at the same speed stands as it stood then.
func TestPlayingBackwardsUndoesPlaying(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, set := bench(Binding{Property: RotateRate, Axis: up, Gain: 1})
		snap := snapshot(1, rapid.Float64Range(-10, 10).Draw(t, "rad/s"), twin.Good)
		set.Apply(snap, 0, 0)
		at := heading(s)
		steps := rapid.SliceOf(rapid.Int64Range(-40, 40)).Draw(t, "ms")
		var sum int64
		for _, ms := range steps {
			set.Apply(snap, time.Duration(ms)*time.Millisecond, frame)
			sum += ms
		}
		for ; sum != 0; sum -= min(max(sum, -40), 40) {
			set.Apply(snap, -time.Duration(min(max(sum, -40), 40))*time.Millisecond, frame)
		}
		if d := math.Remainder(heading(s)-at, 2*math.Pi); math.Abs(d) > 1e-6 {
			t.Fatalf("%g rad off", d)
		}
	})
}

func TestAJumpInTimeDoesNotWhirl(t *testing.T) {
	s, set := bench(Binding{Property: RotateRate, Axis: up, Gain: 1})
	snap := snapshot(1, 1.2, twin.Good)
	set.Apply(snap, 0, frame)
	for range 3 {
		before := heading(s)
		set.Apply(snap, 36*time.Hour, frame)
		if d := math.Abs(math.Remainder(heading(s)-before, 2*math.Pi)); d > maxTurnRad+1e-9 || d == 0 {
			t.Errorf("turned by %g rad in one frame", d)
		}
	}
}

func TestDoubtStandsStillAndIsMarked(t *testing.T) {
	s, set := bench(Binding{Property: RotateRate, Axis: up, Gain: 1})
	set.Apply(snapshot(1, 2, twin.Good), frame, frame)
	at := heading(s)
	for i, c := range []struct {
		v    float64
		q    twin.Quality
		want scene.State
	}{{2, twin.Stale, scene.Stale}, {2, twin.OutOfRange, scene.Stale}, {2, twin.Offline, scene.Bad}, {2, twin.NoData, scene.Bad},
		{2, twin.SensorFault, scene.Bad}, {math.NaN(), twin.Good, scene.Bad}, {math.Inf(1), twin.Estimated, scene.Bad}} {
		set.Apply(snapshot(uint64(i+2), c.v, c.q), frame, frame)
		if got := s.Effective(1).State; got != c.want {
			t.Errorf("%g %v: state %b, want %b", c.v, c.q, got, c.want)
		}
	}
	if heading(s) != at || set.Moving() {
		t.Error("it turned although nobody knows how fast")
	}
	set.Apply(snapshot(20, 2, twin.Predicted), frame, frame)
	if s.Effective(1).State != scene.Predicted {
		t.Error("a prediction among measurements looks like one of them")
	}
	ahead := snapshot(21, 2, twin.Predicted)
	ahead.Origin = twin.Simulated
	set.Apply(ahead, frame, frame)
	if got := s.Effective(1).State; got != 0 {
		t.Errorf("in a picture that is predicted as a whole, a part has the state %b", got)
	}
	set.Apply(snapshot(22, 2, twin.Good), frame, frame)
	if s.Effective(1).State != 0 || heading(s) == at {
		t.Error("good data did not set it free")
	}
}

func TestAngleTakesTheShortWay(t *testing.T) {
	s, set := bench(Binding{Property: RotateAngle, Axis: up.Mul(3), Gain: 1})
	set.Apply(snapshot(1, 350*math.Pi/180, twin.Good), 0, frame)
	if h := heading(s) * 180 / math.Pi; math.Abs(h+10) > 1e-9 {
		t.Fatalf("the first value was not taken at once: %g°", h)
	}
	snap := snapshot(2, 10*math.Pi/180, twin.Good)
	for i := range 200 {
		set.Apply(snap, 0, frame)
		h := heading(s) * 180 / math.Pi
		if h < -10.1 || h > 10.1 {
			t.Fatalf("on the way from 350° to 10° it stood at %.1f°", h)
		}
		if i == 0 && h > 0 {
			t.Error("it jumped")
		}
	}
	if h := heading(s) * 180 / math.Pi; math.Abs(h-10) > .01 {
		t.Errorf("it ended at %.2f°", h)
	}
	if set.Moving() || set.Apply(snap, 0, frame) {
		t.Error("it does not come to rest")
	}
}

func TestWhatIsNotKnownStaysWhereItWas(t *testing.T) {
	s, set := bench(Binding{Property: Translate, Axis: up, Gain: 2, Offset: 1})
	set.Apply(snapshot(1, 0, twin.NoData), 0, frame)
	if y := s.World(1).Col(3)[1]; y != 0 {
		t.Errorf("without any value it stands at %g", y)
	}
	set.Apply(snapshot(2, 3, twin.Good), 0, frame)
	set.Apply(snapshot(3, 0, twin.SensorFault), 0, time.Hour)
	if y := s.World(1).Col(3)[1]; y != 7 {
		t.Errorf("with a broken sensor it stands at %g, want 7", y)
	}
	set.Apply(snapshot(4, 4, twin.Stale), 0, time.Hour) // what was known last at that moment
	if y := s.World(1).Col(3)[1]; y != 9 {
		t.Errorf("with a stale value it stands at %g, want 9", y)
	}
}

func TestMovesStandInTheFrameAtRest(t *testing.T) {
	s := scene.New()
	rest := scene.At(5, 0, 0).Turned(math.Pi/2, mgl64.Vec3{0, 0, 1}).Scaled(2)
	n := s.AddNode(scene.Root, scene.Node{Name: "part", Local: rest})
	set := New(s, []Binding{
		{Signal: 0, Node: n, Property: Translate, Axis: mgl64.Vec3{1, 0, 0}, Gain: 1},
		{Signal: 0, Node: n, Property: Scale, Axis: up, Gain: 1},
		{Signal: 0, Node: n, Property: RotateAngle, Axis: mgl64.Vec3{1, 0, 0}, Gain: math.Pi / 2 / 3},
	})
	set.Apply(snapshot(1, 3, twin.Good), 0, 0)
	got := s.World(n)
	if p := got.Col(3).Vec3(); p.Sub(mgl64.Vec3{5, 3, 0}).Len() > 1e-9 { // its X axis points up
		t.Errorf("it stands at %v", p)
	}
	if y := got.Col(1).Vec3(); y.Sub(mgl64.Vec3{0, 0, 6}).Len() > 1e-9 { // turned a quarter about X, three times as long
		t.Errorf("its Y axis is %v", y)
	}
}

func TestColours(t *testing.T) {
	warm, hot := color.NRGBA{100, 100, 100, 255}, color.NRGBA{200, 50, 0, 255}
	s, set := bench(Binding{Property: Colour, Ramp: []Stop{{300, warm}, {350, hot}}})
	for i, c := range []struct {
		v    float64
		q    twin.Quality
		want color.NRGBA
	}{{200, twin.Good, warm}, {325, twin.Good, color.NRGBA{150, 75, 50, 255}}, {400, twin.Good, hot}, {400, twin.Stale, hot},
		{400, twin.Offline, color.NRGBA{}}, {0, twin.NoData, color.NRGBA{}}} {
		set.Apply(snapshot(uint64(i+1), c.v, c.q), 0, frame)
		if got := s.Effective(1).Tint; got != c.want {
			t.Errorf("%g K, %v: %v, want %v", c.v, c.q, got, c.want)
		}
	}
	snap := snapshot(9, 400, twin.Good)
	set.Apply(snap, 0, frame)
	set.Recolour([]Binding{{Property: Colour, Ramp: []Stop{{300, warm}, {350, warm}}}})
	set.Apply(snap, 0, frame)
	if got := s.Effective(1).Tint; got != warm {
		t.Errorf("after a change of theme: %v", got)
	}
}

func TestThresholdsAndRanges(t *testing.T) {
	none, low, high := color.NRGBA{}, color.NRGBA{0, 0, 255, 255}, color.NRGBA{255, 0, 0, 255}
	b := Binding{Property: Colour, Step: true, Ramp: []Stop{{-1e9, low}, {3, none}, {25, high}}}
	for v, want := range map[float64]color.NRGBA{-5: low, 2.99: low, 3: none, 24.9: none, 25: high, 1e12: high, -1e12: low} {
		if got := b.colour(v); got != want {
			t.Errorf("%g: %v, want %v", v, got, want)
		}
	}
	c := Binding{Property: Opacity, Curve: []Point{{0, 1}, {10, .5}, {20, 0}}}
	for v, want := range map[float64]float64{-1: 1, 0: 1, 5: .75, 10: .5, 15: .25, 99: 0} {
		if got := c.number(v); math.Abs(got-want) > 1e-12 {
			t.Errorf("curve at %g: %g, want %g", v, got, want)
		}
	}
	c.Step = true
	if got := c.number(19.9); got != .5 {
		t.Errorf("steps at 19.9: %g", got)
	}
}

func TestMixFadesWithoutDarkening(t *testing.T) {
	orange := color.NRGBA{230, 120, 20, 255}
	if got := Mix(color.NRGBA{}, orange, .5); got != (color.NRGBA{230, 120, 20, 128}) {
		t.Errorf("half way from no tint: %v", got)
	}
	if got := Mix(orange, color.NRGBA{}, 1); got.A != 0 {
		t.Errorf("at the end without a tint: %v", got)
	}
}

func TestVisibleAndOpacity(t *testing.T) {
	s := scene.New()
	n := s.AddNode(scene.Root, scene.Node{Name: "part", Style: scene.Style{Visible: true, Opacity: .8}})
	set := New(s, []Binding{{Node: n, Property: Visible, Gain: 1}, {Node: n, Property: Opacity, Gain: .5}})
	for i, c := range []struct {
		v       float64
		visible bool
		opacity float32
	}{{0, false, 0}, {1, true, .4}, {5, true, .8}} {
		set.Apply(snapshot(uint64(i+1), c.v, twin.Good), 0, frame)
		if st := s.Effective(n); st.Visible != c.visible || math.Abs(float64(st.Opacity-c.opacity)) > 1e-6 {
			t.Errorf("%g: visible %v, opacity %g", c.v, st.Visible, st.Opacity)
		}
	}
}

func TestAlarmsAddToWhatTheDataSay(t *testing.T) {
	s, set := bench(Binding{Property: RotateRate, Axis: up, Gain: 1})
	other := s.AddNode(scene.Root, scene.Node{Name: "without binding"})
	set.SetAlarm(1, 2)
	set.SetAlarm(other, 1)
	set.Apply(snapshot(1, 0, twin.Stale), 0, frame)
	if got := s.Effective(1).State; got.Alarm() != 2 || !got.Has(scene.Stale) {
		t.Errorf("state %b", got)
	}
	if s.Effective(other).State.Alarm() != 1 {
		t.Error("a node without a binding shows no alarm")
	}
	set.SetAlarm(1, 4)
	set.SetAlarm(other, 0)
	if got := s.Effective(1).State; got.Alarm() != 4 || !got.Has(scene.Stale) || s.Effective(other).State != 0 {
		t.Errorf("after a change: %b", got)
	}
}

func TestASecondPoseStartsWhereTheFirstStands(t *testing.T) {
	s, set := bench(Binding{Property: RotateRate, Axis: up, Gain: 1})
	pose := s.Clone()
	second := New(pose, []Binding{{Node: 1, Property: RotateRate, Axis: up, Gain: 1}})
	set.Apply(snapshot(1, 1, twin.Good), 400*time.Millisecond, frame)
	second.SyncPhases(set)
	second.Apply(snapshot(1, 2, twin.Good), 0, frame)
	if a, b := heading(s), heading(pose); math.Abs(a-b) > 1e-12 || a == 0 {
		t.Errorf("%g and %g rad", a, b)
	}
}

func TestUnchangedSnapshotsChangeNothing(t *testing.T) {
	_, set := bench(Binding{Property: Translate, Axis: up, Gain: 1})
	snap := snapshot(1, 3, twin.Good)
	set.Apply(snap, 0, frame)
	for range 5 {
		if set.Apply(snap, frame, frame) {
			t.Fatal("changed")
		}
	}
	if set.Apply(snapshot(2, 3, twin.Good), frame, frame) {
		t.Error("a new snapshot with the same value changed the scene")
	}
	if n := testing.AllocsPerRun(100, func() { set.Apply(snap, frame, frame) }); n > 0 {
		t.Errorf("%g allocations", n)
	}
	snap.Generation, snap.Values[0].Value = 7, 4 // filled again by its owner
	if !set.Apply(snap, frame, frame) {
		t.Error("a snapshot that was filled again was taken for the old one")
	}
}

func TestCheck(t *testing.T) {
	s := scene.New()
	n := s.AddNode(scene.Root, scene.Node{Name: "part"})
	good := []Binding{{Node: n, Property: RotateRate, Axis: up}, {Node: n, Property: Scale}, {Node: n, Property: Colour, Ramp: []Stop{{At: 1}}}}
	if err := Check(s, 1, good); err != nil {
		t.Errorf("good bindings: %v", err)
	}
	bad := []struct {
		b    Binding
		want string
	}{
		{Binding{Node: 9}, "no node 9"},
		{Binding{Node: n, Signal: 1, Axis: up}, "no signal 1"},
		{Binding{Node: n, Property: RotateAngle}, "axis"},
		{Binding{Node: n, Property: Colour}, "ramp"},
		{Binding{Node: n, Property: 99}, "no such property"},
		{Binding{Node: n, Property: Scale, Gain: math.NaN()}, "finite"},
		{Binding{Node: n, Property: Scale, Curve: []Point{{2, 0}, {2, 1}}}, "rise"},
	}
	var all []Binding
	for _, c := range bad {
		if err := Check(s, 1, []Binding{c.b}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
		all = append(all, c.b)
	}
	if err := Check(s, 1, all); err == nil || strings.Count(err.Error(), "\n") != len(bad)-1 {
		t.Errorf("all at once: %v", err)
	}
}

func BenchmarkApply5000(b *testing.B) {
	s := scene.New()
	var bindings []Binding
	snaps := [2]twin.Snapshot{}
	for i := range 5000 {
		n := s.AddNode(scene.Root, scene.Node{Name: "part"})
		p := []Property{RotateRate, RotateAngle, Translate, Colour}[i%4]
		bindings = append(bindings, Binding{Signal: twin.SignalID(i), Node: n, Property: p, Axis: up, Gain: 1, Ramp: []Stop{{0, color.NRGBA{}}, {1, color.NRGBA{255, 0, 0, 255}}}})
		for k := range snaps {
			snaps[k].Generation = uint64(k + 1)
			snaps[k].Values = append(snaps[k].Values, twin.Value{Value: float64(i%7)*.1 + .01*float64(k), Quality: twin.Good})
		}
	}
	for name, next := range map[string]func(int) *twin.Snapshot{
		"all changed": func(i int) *twin.Snapshot { return &snaps[i%2] },
		"only rotors": func(int) *twin.Snapshot { return &snaps[0] },
	} {
		b.Run(name, func(b *testing.B) {
			set := New(s, bindings)
			for range 200 {
				set.Apply(&snaps[0], frame, frame)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				set.Apply(next(i), frame, frame)
			}
		})
	}
}

// A new version of the model under a running rotor: it goes on from its angle, about the place that the new version gives
// it, and a clone put back to rest stands as the file says.
func TestResumeGoesOnWhereTheOldSetStood(t *testing.T) {
	b := Binding{Property: RotateRate, Axis: up, Gain: 1}
	s, set := bench(b)
	b.Node = 1
	snap := snapshot(1, 2, twin.Good)
	set.Apply(snap, 0, frame)
	set.Apply(snap, 200*time.Millisecond, frame)
	s.SetLocal(1, scene.At(0, 7, 0)) // as Scene.Replace does
	next := New(s, []Binding{b})
	next.Resume(set)
	if got := heading(s); math.Abs(got-.4) > 1e-9 || s.World(1).Col(3)[1] != 7 {
		t.Errorf("it stands at %g rad, %v", got, s.World(1).Col(3))
	}
	next.Apply(snap, 100*time.Millisecond, frame)
	if got := heading(s); math.Abs(got-.6) > 1e-9 {
		t.Errorf("it went on to %g rad, want 0.6", got)
	}
	rest := s.Clone()
	next.Rest(rest)
	if got := heading(rest); got != 0 || rest.World(1).Col(3)[1] != 7 {
		t.Errorf("at rest it stands at %g rad, %v", got, rest.World(1).Col(3))
	}
}
