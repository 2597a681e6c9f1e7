package bind

import (
	"image/color"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
)

// names is a scope of plain numbers.
type names []string

func (n names) Signal(path string) (expression.Type, bool) {
	for _, one := range n {
		if one == path {
			return expression.Type{}, true
		}
	}
	return expression.Type{}, false
}

func (n names) Near() []string { return n }

// formula compiles an expression over signals 0, 1 … named a, b ….
func formula(t testing.TB, text string) (*expression.Program, []twin.SignalID) {
	t.Helper()
	p, err := expression.Compile(text, names{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	var ids []twin.SignalID
	for _, n := range p.Names() {
		ids = append(ids, twin.SignalID(n[0]-'a'))
	}
	return p, ids
}

// snapshots makes one of several values of good quality.
func values(gen uint64, v ...float64) *twin.Snapshot {
	s := &twin.Snapshot{Generation: gen}
	for _, x := range v {
		s.Values = append(s.Values, twin.Value{Value: x, Time: 1, Quality: twin.Good})
	}
	return s
}

func TestExpressionsMovePartsAndAreNeverNaN(t *testing.T) {
	p, ids := formula(t, "a / b")
	s, set := bench(Binding{Property: Translate, Axis: up, Gain: 1, Expr: p, Signals: ids, Signal: twin.NoSignal})
	height := func() float64 { return s.World(1).Col(3)[1] }
	set.Apply(values(1, 6, 2), 0, frame)
	if height() != 3 || s.Effective(1).State != 0 {
		t.Fatalf("it stands at %g, state %b", height(), s.Effective(1).State)
	}
	for i, v := range [][2]float64{{6, 0}, {0, 0}, {math.NaN(), 1}, {math.Inf(1), 1}, {1e308, 1e-10}} {
		set.Apply(values(uint64(i+2), v[0], v[1]), 0, time.Hour)
		if height() != 3 || !s.Effective(1).State.Has(scene.Bad) {
			t.Errorf("%g / %g: it stands at %g, state %b", v[0], v[1], height(), s.Effective(1).State)
		}
	}
	set.Apply(values(9, 8, 2), 0, time.Hour)
	if height() != 4 || s.Effective(1).State != 0 {
		t.Errorf("healed: it stands at %g, state %b", height(), s.Effective(1).State)
	}
	huge, set := bench(Binding{Property: Translate, Axis: up, Gain: 1e300})
	set.Apply(snapshot(1, 1, twin.Good), 0, frame)
	set.Apply(snapshot(2, 1e300, twin.Good), 0, time.Hour)
	if y := huge.World(1).Col(3)[1]; math.IsInf(y, 0) || math.IsNaN(y) || !huge.Effective(1).State.Has(scene.Bad) {
		t.Errorf("an overflow: %g, state %b", y, huge.Effective(1).State)
	}
}

// Whatever values and qualities come in whatever order, no matrix and no glyph ever holds what is no number.
func TestNothingButNumbersReachesTheScene(t *testing.T) {
	odd := []float64{0, 1, -1, 1e-300, 1e300, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1)}
	rapid.Check(t, func(t *rapid.T) {
		s := scene.New()
		n := s.AddNode(scene.Root, scene.Node{Name: "part", Mesh: s.MustAddMesh(scene.NewBox(1, 4, 1, 0))})
		num := rapid.SampledFrom(odd)
		var all []Binding
		for p := RotateRate; p <= Trail; p++ {
			b := Binding{Node: n, Property: p, Axis: mgl64.Vec3{0, 1, 1}, Zero: mgl64.Vec3{1, 0, 0}, Gain: 1, Paint: color.NRGBA{1, 2, 3, 255}, Window: time.Minute,
				Ramp: []Stop{{0, color.NRGBA{}}, {1, color.NRGBA{9, 9, 9, 255}}}, Interpolate: rapid.SampledFrom([]Interpolation{Glide, Linear, Jump}).Draw(t, "way"),
				Quality: rapid.SampledFrom([]Policy{Mark, Hold, Hide}).Draw(t, "policy")}
			if p == Gradient || p == Arrow {
				b.More = []expression.Source{expression.Of(1)}
			}
			all = append(all, b)
		}
		set := New(s, all)
		for gen := range uint64(rapid.IntRange(1, 8).Draw(t, "snapshots")) {
			snap := values(gen+1, num.Draw(t, "a"), num.Draw(t, "b"))
			for i := range snap.Values {
				snap.Values[i].Quality = twin.Quality(rapid.IntRange(0, 8).Draw(t, "quality"))
			}
			snap.Time = int64(rapid.IntRange(0, 5).Draw(t, "at")) * int64(time.Second)
			set.Apply(snap, time.Duration(rapid.Int64Range(-1e12, 1e12).Draw(t, "plant")), time.Duration(rapid.Int64Range(0, 1e10).Draw(t, "wall")))
			for _, x := range s.World(n) {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("a matrix of %v", s.World(n))
				}
			}
			for _, g := range s.Glyphs() {
				for _, p := range g.Points {
					if math.IsNaN(p.Len()) || math.IsInf(p.Len(), 0) {
						t.Fatalf("a glyph at %v", p)
					}
				}
			}
		}
	})
}

func TestPolicies(t *testing.T) {
	red := color.NRGBA{255, 0, 0, 255}
	colour := func(p Policy) (*scene.Scene, *Set) {
		return bench(Binding{Property: Colour, Quality: p, Ramp: []Stop{{0, red}, {1, red}}})
	}
	for _, c := range []struct {
		policy  Policy
		q       twin.Quality
		tinted  bool
		visible bool
	}{{Mark, twin.Stale, true, true}, {Mark, twin.Offline, false, true}, {Hold, twin.Stale, true, true}, {Hold, twin.Offline, true, true},
		{Hide, twin.Good, true, true}, {Hide, twin.Stale, false, false}, {Hide, twin.NoData, false, false}} {
		s, set := colour(c.policy)
		set.Apply(snapshot(1, 1, twin.Good), 0, frame)
		set.Apply(snapshot(2, 1, c.q), 0, frame)
		st := s.Effective(1)
		if st.Visible != c.visible || c.visible && (st.Tint.A > 0) != c.tinted || (st.State == 0) != (c.q == twin.Good) {
			t.Errorf("policy %d, %v: %+v", c.policy, c.q, st)
		}
		set.Apply(snapshot(3, 1, twin.Good), 0, frame)
		if st := s.Effective(1); !st.Visible || st.Tint != red || st.State != 0 {
			t.Errorf("policy %d, good again: %+v", c.policy, st)
		}
	}
	s, set := bench(Binding{Property: Translate, Axis: up, Gain: 1, Quality: Hold})
	set.Apply(snapshot(1, 3, twin.Good), 0, frame)
	set.Apply(snapshot(2, 9, twin.Stale), 0, time.Hour)
	if y := s.World(1).Col(3)[1]; y != 3 || !s.Effective(1).State.Has(scene.Stale) {
		t.Errorf("held, it stands at %g", y)
	}
}

func TestGlowLevelTextureAndCategory(t *testing.T) {
	hot := color.NRGBA{255, 120, 0, 255}
	s, set := bench(Binding{Property: Emissive, Ramp: []Stop{{300, color.NRGBA{}}, {350, hot}}})
	set.Apply(snapshot(1, 350, twin.Good), 0, frame)
	if got := s.Effective(1).Glow; got != hot {
		t.Errorf("glow %v", got)
	}
	set.Apply(snapshot(2, 350, twin.Offline), 0, frame)
	if got := s.Effective(1).Glow; got.A != 0 {
		t.Errorf("of nothing known, glow %v", got)
	}

	s, set = bench(Binding{Property: Level, Gain: .25, Range: [2]float64{0, 4}, Interpolate: Jump})
	for i, c := range [][2]float64{{1, .25}, {3, .75}, {9, 1}, {-2, 0}} {
		set.Apply(snapshot(uint64(i+1), c[0], twin.Good), 0, frame)
		if l := s.Effective(1).Level; !l.On || float64(l.Share) != c[1] {
			t.Errorf("%g m: %+v", c[0], l)
		}
	}

	s, set = bench(Binding{Property: TextureRate, Axis: mgl64.Vec3{2, 0, 0}, Gain: 1})
	snap := snapshot(1, .5, twin.Good)
	set.Apply(snap, 0, frame)
	for range 10 {
		set.Apply(snap, 300*time.Millisecond, frame)
	}
	if uv := s.Effective(1).UV; math.Abs(float64(uv[0])-.5) > 1e-5 || uv[1] != 0 {
		t.Errorf("after 3 s at 0.5 a second: %v", uv)
	}

	idle, fault := color.NRGBA{1, 1, 1, 255}, color.NRGBA{2, 2, 2, 255}
	s, set = bench(Binding{Property: Colour, Category: []Stop{{0, idle}, {3, fault}}})
	for i, c := range []struct {
		v    float64
		want color.NRGBA
	}{{0, idle}, {1, color.NRGBA{}}, {3, fault}, {3.2, fault}, {7, color.NRGBA{}}} {
		set.Apply(snapshot(uint64(i+1), c.v, twin.Good), 0, frame)
		if got := s.Effective(1).Tint; got != c.want {
			t.Errorf("state %g: %v", c.v, got)
		}
	}
}

func TestGradientOfSeveralSignals(t *testing.T) {
	cold, hot := color.NRGBA{0, 0, 255, 255}, color.NRGBA{255, 0, 0, 255}
	s, set := bench(Binding{Signal: 0, More: []expression.Source{expression.Of(1), expression.Of(2)}, Property: Gradient, Axis: up,
		Ramp: []Stop{{0, cold}, {1, hot}}})
	set.Apply(values(1, 0, 1, 0), 0, frame)
	first := s.Effective(1).Gradient
	if first == nil || len(first.Colours) != 3 || first.Colours[0] != cold || first.Colours[1] != hot || first.Axis != up {
		t.Fatalf("%+v", first)
	}
	snap := values(2, 1, 1, 0)
	snap.Values[2].Quality = twin.Offline
	set.Apply(snap, 0, frame)
	second := s.Effective(1).Gradient
	if second == first || second.Colours[0] != hot || second.Colours[2].A != 0 || !s.Effective(1).State.Has(scene.Bad) {
		t.Errorf("%+v", second)
	}
	again := values(3, 1, 1, 0)
	again.Values[2].Quality = twin.Offline
	if set.Apply(again, 0, frame) {
		t.Error("the same values changed the scene")
	}
}

func TestLinearArrivesEvenly(t *testing.T) {
	s, set := bench(Binding{Property: Translate, Axis: up, Gain: 1, Interpolate: Linear})
	height := func() float64 { return s.World(1).Col(3)[1] }
	set.Apply(snapshot(1, 0, twin.Good), 0, 0)
	for range 10 { // a second goes by
		set.Apply(snapshot(1, 0, twin.Good), 0, 100*time.Millisecond)
	}
	snap := snapshot(2, 1, twin.Good)
	last := 0.0
	for i := range 10 {
		set.Apply(snap, 0, 100*time.Millisecond)
		if step := height() - last; i < 8 && math.Abs(step-.0909) > .001 {
			t.Errorf("step %d of %g", i, step)
		}
		last = height()
	}
	set.Apply(snap, 0, 200*time.Millisecond)
	if height() != 1 || set.Moving() {
		t.Errorf("it ended at %g", height())
	}
	_, set = bench(Binding{Property: Translate, Axis: up, Gain: 1, Interpolate: Jump})
	set.Apply(snapshot(1, 0, twin.Good), 0, frame)
	set.Apply(snapshot(2, 5, twin.Good), 0, frame)
	if set.Moving() {
		t.Error("a jump glides")
	}
}

func TestClips(t *testing.T) {
	s := scene.New()
	n := s.AddNode(scene.Root, scene.Node{Name: "valve"})
	s.Document().Clips = []scene.Clip{{Name: "open", Root: n, DurationSec: 2, Channels: []scene.Channel{{Target: scene.MoveTranslation, Node: n,
		TimesSec: []float32{0, 2}, Values: []float32{0, 0, 0, 0, 4, 0}}}}}
	at := Binding{Node: n, Property: ClipPosition, Clip: "open", Gain: 1, Interpolate: Jump}
	rate := Binding{Node: n, Property: ClipRate, Clip: "open", Gain: 1}
	if err := Check(s, 1, []Binding{at, rate}); err != nil {
		t.Fatal(err)
	}
	set := New(s, []Binding{at})
	for i, c := range [][2]float64{{0, 0}, {.25, 1}, {1, 4}, {7, 4}} {
		set.Apply(snapshot(uint64(i+1), c[0], twin.Good), 0, frame)
		if y := s.World(n).Col(3)[1]; math.Abs(y-c[1]) > 1e-6 {
			t.Errorf("at %g of the clip it stands at %g", c[0], y)
		}
	}
	set.Rest(s)
	set = New(s, []Binding{rate})
	snap := snapshot(1, .5, twin.Good)
	set.Apply(snap, 0, frame)
	for range 10 {
		set.Apply(snap, 500*time.Millisecond, frame) // 5 s at half the speed are 2.5 s of 2: once around, and 0.5 s
	}
	if y := s.World(n).Col(3)[1]; math.Abs(y-1) > 1e-6 {
		t.Errorf("it stands at %g", y)
	}
	at.Clip = "close"
	if err := Check(s, 1, []Binding{at}); err == nil {
		t.Error("a clip that is not there")
	}
	New(s, []Binding{at}).Apply(snap, 0, frame) // and it harms nobody
}
