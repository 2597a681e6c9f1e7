package bind

import (
	"image/color"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

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
	for range 10 {
		set.Apply(snap, -20*time.Millisecond, frame)
	}
	if got := heading(s); math.Abs(got) > 1e-9 {
		t.Errorf("played backwards it stands at %g rad", got)
	}
}

func TestUnknownRateStandsStillAndIsMarked(t *testing.T) {
	s, set := bench(Binding{Property: RotateRate, Axis: up, Gain: 1})
	set.Apply(snapshot(1, 2, twin.Good), frame, frame)
	at := heading(s)
	for i, c := range []struct {
		q    twin.Quality
		want scene.State
	}{{twin.Stale, scene.Stale}, {twin.Offline, scene.Stale}, {twin.NoData, scene.Stale}, {twin.SensorFault, scene.Bad}, {twin.OutOfRange, scene.Bad}} {
		set.Apply(snapshot(uint64(i+2), 2, c.q), frame, frame)
		if got := s.Effective(1).State; got != c.want {
			t.Errorf("%v: state %b, want %b", c.q, got, c.want)
		}
	}
	if heading(s) != at || set.Moving() {
		t.Error("it turned although nobody knows how fast")
	}
	set.Apply(snapshot(9, 2, twin.Predicted), frame, frame)
	if s.Effective(1).State != scene.Predicted {
		t.Error("a prediction looks like a measurement")
	}
}

func TestAngleTakesTheShortWay(t *testing.T) {
	s, set := bench(Binding{Property: RotateAngle, Axis: up, Gain: 1})
	set.Apply(snapshot(1, 350*math.Pi/180, twin.Good), 0, frame)
	snap := snapshot(2, 10*math.Pi/180, twin.Good)
	for range 200 {
		set.Apply(snap, 0, frame)
		if h := heading(s) * 180 / math.Pi; h < -10.1 || h > 10.1 {
			t.Fatalf("on the way from 350° to 10° it stood at %.1f°", h)
		}
	}
	if h := heading(s) * 180 / math.Pi; math.Abs(h-10) > .01 {
		t.Errorf("it ended at %.2f°", h)
	}
	if set.Moving() || set.Apply(snap, 0, frame) {
		t.Error("it does not come to rest")
	}
}

func TestStyleProperties(t *testing.T) {
	clay, hot := color.NRGBA{100, 100, 100, 255}, color.NRGBA{200, 50, 0, 255}
	s, set := bench(Binding{Property: Colour, Ramp: []Stop{{300, clay}, {350, hot}}})
	for i, c := range []struct {
		v    float64
		want color.NRGBA
	}{{200, clay}, {325, color.NRGBA{150, 75, 50, 255}}, {400, hot}} {
		set.Apply(snapshot(uint64(i+1), c.v, twin.Good), 0, frame)
		if got := s.Effective(1).Tint; got != c.want {
			t.Errorf("%g K: %v, want %v", c.v, got, c.want)
		}
	}
	set.SetRamp(func(*Binding, int) color.NRGBA { return clay })
	set.Apply(snapshot(9, 400, twin.Good), 0, frame)
	if got := s.Effective(1).Tint; got != clay {
		t.Errorf("after a change of theme: %v", got)
	}
	s, set = bench(Binding{Property: Visible, Gain: 1})
	set.Apply(snapshot(1, 0, twin.Good), 0, frame)
	if s.Effective(1).Visible {
		t.Error("0 is visible")
	}
}

func TestAlarmsAddToWhatTheDataSay(t *testing.T) {
	s, set := bench(Binding{Property: RotateRate, Axis: up, Gain: 1})
	set.SetAlarm(1, 2)
	snap := snapshot(1, 0, twin.Stale)
	set.Apply(snap, 0, frame)
	if got := s.Effective(1).State; got.Alarm() != 2 || !got.Has(scene.Stale) {
		t.Errorf("state %b", got)
	}
	set.SetAlarm(1, 0)
	if !set.Apply(snap, 0, frame) || s.Effective(1).State.Alarm() != 0 {
		t.Error("the alarm stays")
	}
}

func TestAnUnchangedSnapshotChangesNothing(t *testing.T) {
	_, set := bench(Binding{Property: Translate, Axis: up, Gain: 1})
	snap := snapshot(1, 3, twin.Good)
	set.Apply(snap, 0, frame)
	for range 5 {
		if set.Apply(snap, frame, frame) {
			t.Fatal("changed")
		}
	}
	if n := testing.AllocsPerRun(100, func() { set.Apply(snap, frame, frame) }); n > 0 {
		t.Errorf("%g allocations", n)
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
	set := New(s, bindings)
	set.Apply(&snaps[0], frame, frame)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		set.Apply(&snaps[i%2], frame, frame)
	}
}
