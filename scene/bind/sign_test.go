package bind

import (
	"image/color"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
)

var blue = color.NRGBA{0, 90, 200, 255}

// only returns the one glyph of a scene that shows something.
func only(t *testing.T, s *scene.Scene) *scene.Glyph {
	t.Helper()
	var out *scene.Glyph
	for _, g := range s.Glyphs() {
		if len(g.Points) > 0 {
			if out != nil {
				t.Fatal("two glyphs")
			}
			out = g
		}
	}
	return out
}

func TestArrowPointsWhereItsDirectionSays(t *testing.T) {
	s, set := bench(Binding{Signal: 0, More: []expression.Source{expression.Of(1)}, Property: Arrow, Axis: mgl64.Vec3{0, -1, 0}, Zero: mgl64.Vec3{0, 0, -1},
		Gain: 2, From: mgl64.Vec3{0, 10, 0}, Paint: blue})
	for i, c := range []struct {
		speed, deg float64
		want       mgl64.Vec3
	}{{3, 0, mgl64.Vec3{0, 0, -6}}, {3, 90, mgl64.Vec3{6, 0, 0}}, {1, 180, mgl64.Vec3{0, 0, 2}}} { // north, east, south of X east, Z south
		set.Apply(values(uint64(i+1), c.speed, c.deg*math.Pi/180), 0, time.Hour)
		g := only(t, s)
		if g == nil || g.Kind != scene.Arrow || g.Colour != blue || g.Node != 1 || g.Points[0] != (mgl64.Vec3{0, 10, 0}) || g.Points[1].Sub(g.Points[0]).Sub(c.want).Len() > 1e-9 {
			t.Errorf("%g at %g°: %+v", c.speed, c.deg, g)
		}
	}
	set.Apply(values(9, 0, 0), 0, time.Hour)
	if g := only(t, s); g != nil {
		t.Errorf("an arrow of no length: %+v", g)
	}
	bad := values(10, 3, 0)
	bad.Values[1].Quality = twin.Stale
	set.Apply(bad, 0, time.Hour)
	if g := only(t, s); g == nil || !g.State.Has(scene.Stale) || s.Effective(1).State != 0 {
		t.Errorf("the doubt is said by the arrow, not by the part: %+v", g)
	}
}

func TestArrowOfComponents(t *testing.T) {
	s, set := bench(Binding{Signal: 0, More: []expression.Source{expression.Of(1), expression.Of(2)}, Property: Arrow, Gain: 2, Paint: blue, Quality: Hide})
	set.Apply(values(1, 1, 2, 3), 0, time.Hour)
	if g := only(t, s); g == nil || g.Points[1] != (mgl64.Vec3{2, 4, 6}) {
		t.Errorf("%+v", g)
	}
	bad := values(2, 1, 2, 3)
	bad.Values[2].Quality = twin.Offline
	set.Apply(bad, 0, time.Hour)
	if g := only(t, s); g != nil {
		t.Errorf("shown although it should hide: %+v", g)
	}
	set.Rest(s)
	for range s.Glyphs() {
		t.Error("a glyph is left")
	}
}

func TestFlowRunsAlongThePart(t *testing.T) {
	s := scene.New()
	n := s.AddNode(scene.Root, scene.Node{Name: "pipe", Mesh: s.MustAddMesh(scene.NewBox(1, 1, 8, 0)), Local: scene.At(3, 0, 0)})
	set := New(s, []Binding{{Node: n, Property: Flow, Gain: 2, Paint: blue}})
	snap := snapshot(1, 1, twin.Good)
	set.Apply(snap, 0, frame)
	set.Apply(snap, 500*time.Millisecond, frame)
	g := only(t, s)
	if g == nil || g.Kind != scene.Flow || math.Abs(g.PhaseM-1) > 1e-9 || g.Points[0].Sub(mgl64.Vec3{0, 0, -4}).Len() > 1e-6 || g.Points[1].Sub(mgl64.Vec3{0, 0, 4}).Len() > 1e-6 {
		t.Fatalf("%+v", g)
	}
	back := snapshot(2, -1, twin.Good)
	set.Apply(back, 0, frame)
	if g := only(t, s); g == nil || g.Points[0][2] < 3 {
		t.Errorf("the other way: %+v", g)
	}
	set.Apply(snapshot(3, 0, twin.Good), time.Second, frame)
	if g := only(t, s); g != nil {
		t.Errorf("nothing flows: %+v", g)
	}
	set.Apply(snapshot(4, 1, twin.Offline), time.Second, frame)
	if g := only(t, s); g == nil || !g.State.Has(scene.Bad) || set.Moving() {
		t.Errorf("nobody knows: %+v", g)
	}
}

// crane is a part that moves up by its signal and draws its trail.
func crane(window time.Duration) (*scene.Scene, *Set) {
	s := scene.New()
	n := s.AddNode(scene.Root, scene.Node{Name: "hook"})
	return s, New(s, []Binding{{Node: n, Property: Translate, Axis: up, Gain: 1, Interpolate: Jump},
		{Node: n, Property: Trail, Signal: twin.NoSignal, Window: window, Paint: blue}})
}

func at(gen uint64, t time.Duration, v float64) *twin.Snapshot {
	s := snapshot(gen, v, twin.Good)
	s.Time = int64(time.Hour + t)
	return s
}

func TestTrailIsTheWayThatWasSeen(t *testing.T) {
	s, set := crane(10 * time.Second)
	for i := range 21 {
		set.Apply(at(uint64(i+1), time.Duration(i)*time.Second, float64(i)), time.Second, frame)
	}
	g := only(t, s)
	if g == nil || g.Kind != scene.Trail || len(g.Points) != 11 || g.Points[0][1] != 10 || g.Points[10][1] != 20 {
		t.Fatalf("the last 10 s: %+v", g)
	}
	set.Apply(at(30, 19*time.Second, 19), 0, frame) // a little back, by the cursor
	if g := only(t, s); g == nil || g.Points[len(g.Points)-1][1] != 19 {
		t.Errorf("what has not happened yet is drawn: %+v", g)
	}
	set.Apply(at(31, 200*time.Second, 5), 0, frame)
	if g := only(t, s); g != nil {
		t.Errorf("a way across a jump was invented: %+v", g)
	}
	set.Apply(at(32, 201*time.Second, 6), time.Second, frame)
	if g := only(t, s); g == nil || len(g.Points) != 2 || g.Points[0][1] != 5 {
		t.Errorf("after the jump: %+v", g)
	}
}

func TestTrailEndsWhereNobodyKnows(t *testing.T) {
	s, set := crane(time.Minute)
	set.Apply(at(1, 0, 0), 0, frame)
	set.Apply(at(2, time.Second, 1), time.Second, frame)
	lost := at(3, 2*time.Second, 1)
	lost.Values[0].Quality = twin.Offline
	set.Apply(lost, time.Second, frame)
	if g := only(t, s); g == nil || len(g.Points) != 2 {
		t.Errorf("what was seen stays: %+v", g)
	}
	set.Apply(at(4, 3*time.Second, 9), time.Second, frame)
	if g := only(t, s); g != nil {
		t.Errorf("a way across what nobody knows: %+v", g)
	}
}

func TestTrailRestsWithItsPart(t *testing.T) {
	_, set := crane(time.Minute)
	for i := range 5 {
		set.Apply(at(uint64(i+1), time.Duration(i)*time.Second, float64(i)), time.Second, frame)
	}
	snap := at(9, 4*time.Second, 4)
	set.Apply(snap, 0, frame)
	for range 20 {
		if set.Apply(snap, 16*time.Millisecond, frame) {
			t.Fatal("a part at rest changes the scene")
		}
	}
	if n := testing.AllocsPerRun(100, func() { set.Apply(snap, frame, frame) }); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestResumeTakesSignsOver(t *testing.T) {
	s, set := crane(time.Minute)
	for i := range 5 {
		set.Apply(at(uint64(i+1), time.Duration(i)*time.Second, float64(i)), time.Second, frame)
	}
	set.Rest(s)
	next := New(s, []Binding{{Node: 1, Property: Translate, Axis: up, Gain: 1, Interpolate: Jump}, {Node: 1, Property: Trail, Signal: twin.NoSignal, Window: time.Minute, Paint: blue}})
	next.Resume(set)
	next.Apply(at(9, 5*time.Second, 5), time.Second, frame)
	if g := only(t, s); g == nil || len(g.Points) != 6 {
		t.Errorf("%+v", g)
	}
	clone := s.Clone()
	next.Rest(clone)
	if g := only(t, clone); g != nil {
		t.Error("a ghost carries the trail of the part")
	}
	if g := only(t, s); g == nil {
		t.Error("resting a clone took the trail of the scene")
	}
}

func TestReadings(t *testing.T) {
	p, ids := formula(t, "a + b")
	s := scene.New()
	n := s.AddNode(scene.Root, scene.Node{Name: "part"})
	m := s.AddNode(scene.Root, scene.Node{Name: "other"})
	set := New(s, []Binding{
		{Node: m, Property: Label, Expr: p, Signals: ids, Signal: twin.NoSignal, Quality: Hide},
		{Node: n, Property: Badge, Signal: 0, Gain: 1, Paint: blue},
		{Node: n, Property: Badge, Signal: 0, Ramp: []Stop{{0, color.NRGBA{}}, {2, blue}}, Step: true},
	})
	set.Apply(values(1, 1, 2), 0, frame)
	if r := set.Reading(0); r.Value != 3 || !r.On || r.Quality != twin.Good {
		t.Errorf("%+v", r)
	}
	if r := set.Reading(1); !r.On || r.Colour != blue {
		t.Errorf("%+v", r)
	}
	if r := set.Reading(2); r.On {
		t.Errorf("%+v", r)
	}
	bad := values(2, 0, 2)
	bad.Values[1].Quality = twin.Stale
	set.Apply(bad, 0, frame)
	if set.Reading(0).On || set.Reading(1).On || set.Reading(7) != (Reading{}) {
		t.Error("readings of what is hidden, off or not there")
	}
	if s.Effective(m).State != 0 || !s.Effective(m).Visible {
		t.Error("a label marks or hides its part")
	}
}

// 10,000 bindings of all kinds, half of them expressions, at 20 Hz.
func BenchmarkApplyMixed10000(b *testing.B) {
	s := scene.New()
	p, _ := formula(b, "clamp(a * 2 - b, 0, 1) > 0.5 ? a : b")
	var all []Binding
	snaps := [2]*twin.Snapshot{values(1), values(2)}
	for i := range 10_000 {
		n := s.AddNode(scene.Root, scene.Node{Name: "part"})
		one := Binding{Signal: twin.SignalID(i), Node: n, Property: []Property{Translate, Colour, Emissive, Level, Opacity, RotateAngle, Label, Arrow}[i%8], Axis: up,
			Zero: mgl64.Vec3{1, 0, 0}, Gain: 1, Ramp: []Stop{{0, color.NRGBA{}}, {1, blue}}, Paint: blue}
		if one.Property == Arrow {
			one.More = []expression.Source{expression.Of(twin.SignalID(i))}
		} else if i%16 < 8 {
			one.Expr, one.Signals, one.Signal = p, []twin.SignalID{twin.SignalID(i), twin.SignalID((i + 1) % 10_000)}, twin.NoSignal
		}
		all = append(all, one)
		for k, snap := range snaps {
			snap.Values = append(snap.Values, twin.Value{Value: float64(i%7)*.1 + .01*float64(k), Quality: twin.Good})
		}
	}
	set := New(s, all)
	set.Apply(snaps[0], 0, frame)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		set.Apply(snaps[i%2], 50*time.Millisecond, 50*time.Millisecond)
	}
}
