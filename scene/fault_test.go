package scene

import (
	"math"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"
)

func TestBadNumbersKeepTheLastGoodPose(t *testing.T) {
	s := New()
	box := s.MustAddMesh(NewBox(1, 1, 1, 0))
	arm := s.AddNode(Root, Node{Name: "arm", Local: At(1, 2, 3)})
	hand := s.AddNode(arm, Node{Name: "hand", Mesh: box, Local: At(0, 1, 0)})
	other := s.AddNode(Root, Node{Name: "other", Mesh: box})
	want := s.World(hand)
	for name, bad := range map[string]Transform{
		"NaN":      At(0, math.NaN(), 0),
		"infinite": At(math.Inf(1), 0, 0),
		"turned":   {Rotation: mgl64.Quat{W: math.NaN()}},
		"scaled":   {Scale: mgl64.Vec3{1, math.Inf(-1), 1}},
		"far away": At(1e200, 0, 0),
	} {
		s.SetLocal(arm, bad)
		if s.World(hand) != want || !s.Effective(hand).State.Has(Bad) || s.Effective(other).State != 0 {
			t.Errorf("%s: stands at %v, state %v", name, s.World(hand).Col(3), s.Effective(hand).State)
		}
		if c := s.Clone(); !c.Effective(hand).State.Has(Bad) {
			t.Errorf("%s: a clone looks good", name)
		}
		s.SetLocal(arm, At(1, 2, 3))
		if s.Effective(hand).State != 0 {
			t.Errorf("%s: still bad after good numbers", name)
		}
	}
	s.SetLocal(arm, Transform{}.Scaled(1e12)) // each is within reason, both are not
	s.SetLocal(hand, Transform{}.Scaled(1e12))
	if w := s.World(hand); !affineSound(&w) || !s.Effective(hand).State.Has(Bad) || s.Effective(arm).State != 0 {
		t.Errorf("%v, states %v and %v", w, s.Effective(arm).State, s.Effective(hand).State)
	}
	s.SetLocal(arm, Transform{})
	if s.World(hand)[0] != 1e12 || s.Effective(hand).State != 0 {
		t.Error("it did not recover")
	}
}

func TestBadStylesKeepTheLastGoodOne(t *testing.T) {
	s := New()
	nan := float32(math.NaN())
	id := s.AddNode(Root, Node{Mesh: s.MustAddMesh(NewBox(1, 1, 1, 0))})
	s.SetStyle(id, Style{Visible: true, Opacity: 0.5, Level: Level{On: true, Share: 0.25}})
	s.SetStyle(id, Style{Visible: true, Opacity: nan, UV: [2]float32{nan, 0}, Level: Level{On: true, Share: nan}})
	if st := s.Effective(id); st.Opacity != 0.5 || st.UV[0] != 0 || st.Level.Share != 0.25 || !st.State.Has(Bad) {
		t.Errorf("%+v", st)
	}
	g := s.Generation()
	s.SetStyle(id, Style{Visible: true, Opacity: nan, Level: Level{On: true, Share: 0.25}})
	if s.Update(); s.Generation() != g {
		t.Error("the same bad style again counts as a change")
	}
	s.SetOpacity(id, 1)
	if st := s.Effective(id); st.State != 0 || st.Opacity != 1 {
		t.Errorf("%+v", st)
	}
}

func TestNodesAreAddedWhereNumbersAreBad(t *testing.T) {
	s := New()
	id := s.AddNode(Root, Node{Name: "a", Local: At(math.NaN(), 0, 0), Style: Style{Visible: true, Opacity: float32(math.Inf(1))}})
	if st := s.Effective(id); s.World(id) != mgl64.Ident4() || !st.State.Has(Bad) || st.Opacity != 1 {
		t.Errorf("%v %+v", s.World(id), st)
	}
	s.Remove(id)
	if len(s.faults) != 0 {
		t.Error("the fault outlives its node")
	}
}

// Whatever numbers come in, no world has one that is not finite.
func TestWorldsAreAlwaysFinite(t *testing.T) {
	wild := rapid.OneOf(rapid.Float64Range(-1e3, 1e3), rapid.Float64(),
		rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1e308, -1e17, 5e-324}))
	rapid.Check(t, func(rt *rapid.T) {
		s := New()
		for i := range 6 {
			s.AddNode(NodeID(i), Node{})
		}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			id := NodeID(rapid.IntRange(0, 6).Draw(rt, "id"))
			v := func() mgl64.Vec3 { return mgl64.Vec3{wild.Draw(rt, "x"), wild.Draw(rt, "y"), wild.Draw(rt, "z")} }
			s.SetLocal(id, Transform{Translation: v(), Rotation: mgl64.Quat{W: wild.Draw(rt, "w"), V: v()}, Scale: v()})
			s.SetExplode(wild.Draw(rt, "explode"))
			for id, w := range s.Worlds() {
				if !affineSound(&w) {
					rt.Fatalf("node %d: %v", id, w)
				}
			}
		}
	})
}

func TestEqualNamesAreNumbered(t *testing.T) {
	s := New()
	var ids []NodeID
	names := func() (out []string) {
		for _, id := range s.Node(Root).Children {
			out = append(out, s.Node(id).Path)
		}
		return out
	}
	for range 4 {
		ids = append(ids, s.AddNode(Root, Node{Name: "bolt"}))
	}
	s.Remove(ids[1])
	s.AddNode(Root, Node{Name: "bolt"})
	s.AddNode(Root, Node{Name: "bolt"})
	if want := []string{"bolt", "bolt~3", "bolt~4", "bolt~2", "bolt~5"}; !slices.Equal(names(), want) {
		t.Errorf("%v, want %v", names(), want)
	}
	s.Remove(ids[0])
	if id := s.AddNode(Root, Node{Name: "bolt"}); s.Node(id).Path != "bolt" {
		t.Errorf("the free name became %q", s.Node(id).Path)
	}
}

func BenchmarkAddEqualNames(b *testing.B) {
	for b.Loop() {
		s := New()
		for range 20_000 {
			s.AddNode(Root, Node{Name: "bolt"})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/20_000, "ns/node")
}
