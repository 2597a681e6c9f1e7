package render

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/scene"
)

// shown is what a frame says of one node.
type shown struct {
	object Object
	extent Extent
	effect Effect
}

func content(f *Frame, p *Pose) map[scene.NodeID]shown {
	out := map[scene.NodeID]shown{}
	for slot, id := range f.Nodes {
		if f.Mesh[slot] == scene.NoMesh {
			continue
		}
		s := shown{object: p.Objects[slot], extent: p.Extents[slot]}
		if e := s.object.Effect; e > 0 {
			s.effect, s.object.Effect = f.Effects[e-1], 1
		}
		out[id] = s
	}
	return out
}

// whatever draws random changes of a scene and of what a view asks for.
type whatever struct {
	*rapid.T
	scene, clone *scene.Scene
	options      Options
	camera       scene.Camera
	boxes        scene.MeshID
}

func (w *whatever) node() scene.NodeID {
	return scene.NodeID(rapid.IntRange(0, w.scene.Len()-1).Draw(w.T, "node"))
}

func (w *whatever) number() float64 {
	return rapid.OneOf(rapid.Float64Range(-9, 9), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), 1e16})).Draw(w.T, "number")
}

func (w *whatever) change() {
	s, id := w.scene, w.node()
	if !s.Has(id) {
		return
	}
	flag := rapid.Bool().Draw(w.T, "flag")
	switch what := rapid.IntRange(0, 13).Draw(w.T, "what"); what {
	case 0:
		s.SetLocal(id, scene.At(w.number(), w.number(), 0).Turned(w.number(), mgl64.Vec3{1, 2, 0}))
	case 1:
		s.SetTint(id, color.NRGBA{R: uint8(len(w.options.Selected)), A: 9})
	case 2:
		s.SetVisible(id, flag)
	case 3:
		s.SetHidden(id, flag)
	case 4:
		s.SetStyle(id, scene.Style{Visible: true, Opacity: 1, Glow: color.NRGBA{G: 7, A: 200}, Level: scene.Level{On: flag, Share: float32(w.number())}})
	case 5:
		s.SetStyle(id, scene.Style{Visible: true, Opacity: 0.5, Gradient: &scene.Gradient{Colours: []color.NRGBA{{R: 9, A: 255}, {B: 9, A: 255}}}})
	case 6:
		w.clone = nil
		s.AddNode(id, scene.Node{Mesh: w.boxes, Role: scene.Role(rapid.IntRange(0, 2).Draw(w.T, "role"))})
	case 7:
		if id != scene.Root {
			w.clone = nil
			s.Remove(id)
		}
	case 8:
		w.options.Selected = []scene.NodeID{id, w.node()}
	case 9:
		w.options.XRay = flag
	case 10:
		w.options.Section = &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{}, mgl64.Vec3{1, 0, 0})}, ShellsOnly: flag, Nodes: []scene.NodeID{id}}
	case 11:
		s.SetExplode(w.number())
	case 12:
		w.clone = s.Clone()
		w.clone.SetLocal(id, scene.At(1, w.number(), 1))
	default:
		w.camera.Eye = mgl64.Vec3{w.number() * 9, w.number(), 40}
		w.options.Hovered = id
	}
	w.options.Ghosts = nil
	if w.clone != nil {
		w.options.Ghosts = []Ghost{{Scene: w.clone, Root: scene.Root}}
	}
}

// A builder that saw all changes shows what one shows that sees the scene for the first time, and frames that are still
// held do not change.
func TestFramesShowTheSceneAsItIs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := &whatever{T: rt, scene: scene.New(), options: opts(), camera: scene.Camera{Eye: mgl64.Vec3{0, 0, 40}}}
		w.options.Hovered = scene.NoNode
		w.boxes = w.scene.MustAddMesh(scene.NewBox(1, 2, 3, 0))
		for i := range 150 { // more than two blocks
			w.scene.AddNode(scene.NodeID(i/3), scene.Node{Mesh: w.boxes, Local: scene.At(float64(i%7), 1, 0)})
		}
		b := NewBuilder()
		type held struct {
			frame *Frame
			was   map[scene.NodeID]shown
		}
		var holding []held
		for step := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			for range rapid.IntRange(0, 3).Draw(rt, "changes") {
				w.change()
			}
			f := b.Build(w.scene, w.camera, w.options)
			fresh := NewBuilder()
			fresh.origin, fresh.hasOrigin, fresh.camera = b.origin, true, b.camera
			g := fresh.Build(w.scene, w.camera, w.options)
			compare(rt, fmt.Sprintf("step %d", step), f, &f.Pose, g, &g.Pose)
			for i := range f.Ghosts {
				compare(rt, fmt.Sprintf("step %d, ghost", step), f, &f.Ghosts[i].Pose, g, &g.Ghosts[i].Pose)
			}
			if !(f.Near > 0 || f.TanHalfY == 0) || f.Near != g.Near || f.Far != g.Far {
				rt.Fatalf("step %d: near and far %v, %v; afresh %v, %v", step, f.Near, f.Far, g.Near, g.Far)
			}
			checkNumbers(rt, f)
			holding = append(holding, held{f, content(f, &f.Pose)})
			if i := rapid.IntRange(0, 4).Draw(rt, "release"); i < len(holding) {
				if now := content(holding[i].frame, &holding[i].frame.Pose); !equalContent(now, holding[i].was) {
					rt.Fatalf("step %d: a frame changed while it was held", step)
				}
				holding[i].frame.Release()
				holding = slices.Delete(holding, i, i+1)
			}
		}
	})
}

func equalContent(a, b map[scene.NodeID]shown) bool {
	if len(a) != len(b) {
		return false
	}
	for id := range a {
		if a[id] != b[id] {
			return false
		}
	}
	return true
}

func compare(t *rapid.T, what string, f *Frame, p *Pose, g *Frame, q *Pose) {
	got, want := content(f, p), content(g, q)
	if len(got) != len(want) {
		t.Fatalf("%s: %d objects, afresh %d", what, len(got), len(want))
	}
	for id := range want {
		if got[id] != want[id] {
			t.Fatalf("%s: node %d is %+v, afresh %+v", what, id, got[id], want[id])
		}
	}
	for slot := range p.Objects {
		block := &p.Blocks[slot/BlockSlots]
		for k := range 3 {
			e := &p.Extents[slot]
			if p.Objects[slot].Flags&FlagHidden == 0 && abs32(e.Middle[k]-block.Middle[k])+e.Half[k] > block.Half[k] {
				t.Fatalf("%s: slot %d is not in its block", what, slot)
			}
		}
	}
}

func checkNumbers(t *rapid.T, f *Frame) {
	finite := func(what string, v ...float32) {
		for _, x := range v {
			if x-x != 0 {
				t.Fatalf("%s: %v", what, v)
			}
		}
	}
	for i := range f.Objects {
		finite("rows", f.Objects[i].Rows[:]...)
		finite("extent", append(f.Extents[i].Middle[:], f.Extents[i].Half[:]...)...)
	}
	for _, e := range f.Effects {
		finite("effect", append(e.Level[:], e.Axis[:]...)...)
	}
	finite("view", f.ViewFromOrigin[:]...)
	m := f.ClipFromView(true)
	finite("projection", m[:]...)
}

func TestStillFramesShareTheirObjects(t *testing.T) {
	s, _, machine, _ := house()
	b := NewBuilder()
	c := scene.Camera{Eye: mgl64.Vec3{0, 0, 60}}
	f := b.Build(s, c, opts())
	c.Eye[0]++
	g := b.Build(s, c, opts())
	if &f.Objects[0] != &g.Objects[0] || f.Revision != g.Revision {
		t.Error("frames of the same state do not share their objects")
	}
	s.SetTint(machine, color.NRGBA{R: 9, A: 9})
	h := b.Build(s, c, opts())
	if &h.Objects[0] == &g.Objects[0] || h.Revision == g.Revision {
		t.Error("frames of different states share their objects")
	}
	f.Release()
	g.Release()
	s.SetTint(machine, color.NRGBA{R: 8, A: 9})
	if i := b.Build(s, c, opts()); &i.Objects[0] != &f.Objects[0] {
		t.Error("what no frame holds was not used again")
	}
}

func TestCullingByBlocksSeesTheSame(t *testing.T) {
	s, camera := field(3000)
	for _, ortho := range []bool{false, true} {
		camera.Ortho = ortho
		f := NewBuilder().Build(s, camera, opts())
		v := f.Frustum()
		var got, want []int
		v.EachSeen(&f.Pose, func(slot int) { got = append(got, slot) })
		for slot := range f.Extents {
			if v.Sees(&f.Extents[slot]) {
				want = append(want, slot)
			}
		}
		if !slices.Equal(got, want) || len(got) == 0 || len(got) == len(f.Extents) {
			t.Errorf("ortho %v: %d of %d seen, one by one %d", ortho, len(got), len(f.Extents), len(want))
		}
	}
}
