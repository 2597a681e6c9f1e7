package scene

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"
)

func isClose(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

func TestChannelsInterpolate(t *testing.T) {
	half := float32(math.Sqrt(0.5))
	for _, c := range []struct {
		name string
		ch   Channel
		at   float32
		want []float64
	}{
		{"linear", Channel{Target: MoveTranslation, TimesSec: []float32{1, 3}, Values: []float32{0, 0, 0, 2, 4, 6}}, 2, []float64{1, 2, 3}},
		{"before", Channel{Target: MoveTranslation, TimesSec: []float32{1, 3}, Values: []float32{0, 1, 0, 2, 4, 6}}, 0, []float64{0, 1, 0}},
		{"after", Channel{Target: MoveTranslation, TimesSec: []float32{1, 3}, Values: []float32{0, 1, 0, 2, 4, 6}}, 9, []float64{2, 4, 6}},
		{"step", Channel{Target: MoveScale, Interpolation: Step, TimesSec: []float32{0, 1}, Values: []float32{1, 1, 1, 2, 2, 2}}, 0.99, []float64{1, 1, 1}},
		{"turn", Channel{Target: MoveRotation, TimesSec: []float32{0, 1}, Values: []float32{0, 0, 0, 1, 0, 1, 0, 0}}, 0.5, []float64{0, float64(half), 0, float64(half)}},
		// with zero tangents a cubic spline is 3s² - 2s³ between the keys
		{"cubic", Channel{Target: MoveMetallic, Interpolation: CubicSpline, TimesSec: []float32{0, 2}, Values: []float32{9, 0, 0, 0, 1, 9}}, 0.5, []float64{3.0/16 - 2.0/64}},
	} {
		if !c.ch.Valid() {
			t.Errorf("%s: not valid", c.name)
			continue
		}
		got := c.ch.sample(make([]float64, c.ch.width()), c.at)
		for k := range c.want {
			if !isClose(got[k], c.want[k], 1e-6) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
	for name, ch := range map[string]Channel{
		"empty":        {Target: MoveScale},
		"short":        {Target: MoveScale, TimesSec: []float32{0, 1}, Values: []float32{1, 2, 3}},
		"odd weights":  {Target: MoveWeights, TimesSec: []float32{0, 1}, Values: []float32{1, 2, 3}},
		"back in time": {Target: MoveMetallic, TimesSec: []float32{1, 0}, Values: []float32{1, 2}},
	} {
		if ch.Valid() {
			t.Errorf("%s is valid", name)
		}
	}
}

// finger is a strip along Y with a joint at its foot and one at y = 1 that moves the tip.
func finger(s *Scene) (node, joint NodeID) {
	m := s.MustAddMesh(&Mesh{
		Positions: []float32{0, 0, 0, 0, 1, 0, 0, 2, 0},
		Normals:   []float32{0, 0, 1, 0, 0, 1, 0, 0, 1},
		Indices:   []uint32{0, 1, 2},
		Joints:    []uint16{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0},
		Weights:   []float32{1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0},
		Morphs:    []Morph{{Positions: []float32{0, 0, 0, 0, 0, 0, 0, 1, 0}}},
	})
	foot := s.AddNode(Root, Node{Name: "foot"})
	joint = s.AddNode(foot, Node{Name: "tip", Local: At(0, 1, 0)})
	skin := s.AddSkin(Skin{Joints: []NodeID{foot, joint}, InverseBind: []mgl32.Mat4{mgl32.Ident4(), mgl32.Translate3D(0, -1, 0)}})
	node = s.AddNode(Root, Node{Name: "finger", Mesh: m, Skin: skin, Local: At(100, 0, 0)})
	return node, joint
}

func tip(s *Scene, node NodeID) mgl64.Vec3 {
	p := s.Mesh(s.Node(node).Mesh).Positions[6:9]
	return mgl64.TransformCoordinate(mgl64.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}, s.World(node))
}

func TestSkinsFollowTheirJointsAlone(t *testing.T) {
	s := New()
	node, joint := finger(s)
	s.Deform()
	if got := tip(s, node); !got.ApproxEqualThreshold(mgl64.Vec3{0, 2, 0}, 1e-5) { // where the node stands does not count
		t.Errorf("at rest the tip is at %v", got)
	}
	topology := s.Topology()
	s.Deform()
	if s.Topology() != topology {
		t.Error("a pose that did not change was computed again")
	}
	clip := Clip{Channels: []Channel{{Target: MoveRotation, Node: joint, TimesSec: []float32{0, 1},
		Values: []float32{0, 0, 0, 1, 0, 0, float32(math.Sqrt(0.5)), float32(math.Sqrt(0.5))}}}}
	s.Pose(&clip, 1)
	s.Deform()
	if got := tip(s, node); !got.ApproxEqualThreshold(mgl64.Vec3{-1, 1, 0}, 1e-5) {
		t.Errorf("bent by a quarter turn the tip is at %v", got)
	}
	if b := s.Bounds(node); !isClose(b.Min[0], -1, 1e-5) {
		t.Errorf("the bounds did not follow: %v", b)
	}
}

func TestMorphsAndCopies(t *testing.T) {
	model := New()
	node, joint := finger(model)
	model.Document().Clips = []Clip{{Name: "grow", Channels: []Channel{
		{Target: MoveWeights, Node: node, TimesSec: []float32{0, 1}, Values: []float32{0, 1}},
		{Target: MoveTranslation, Node: joint, TimesSec: []float32{0}, Values: []float32{0, 1, 0}},
		{Target: MoveRoughness, Material: 0, TimesSec: []float32{0, 1}, Values: []float32{0.7, 0.1}},
	}}}
	s := New()
	s.AddMaterial(Material{})
	s.Instantiate(model, Root, "a", Transform{})
	s.Instantiate(model, Root, "b", At(10, 0, 0))
	clips := s.Document().Clips
	if len(clips) != 2 || s.Node(clips[1].Root).Name != "b" {
		t.Fatalf("clips %+v", clips)
	}
	s.Pose(&clips[1], 1)
	s.Deform()
	a, _ := s.Find("a/finger")
	b, _ := s.Find("b/finger")
	if got := tip(s, a); !isClose(got[1], 2, 1e-5) {
		t.Errorf("the other copy moved too: %v", got)
	}
	if got := tip(s, b); !got.ApproxEqualThreshold(mgl64.Vec3{10, 3, 0}, 1e-5) {
		t.Errorf("the tip of the copy is at %v", got)
	}
	if got := s.Materials()[clips[1].Channels[2].Material].Roughness; got != 0.1 || s.Materials()[0].Roughness != 0.7 {
		t.Errorf("the material moved to %v", got)
	}
}
