package render

import (
	"image/color"
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

func opts() Options { return Options{WidthPx: 800, HeightPx: 600, Palette: Day()} }

// house returns a scene with a shell and a machine inside it, a ground, and a chimney beside.
func house() (s *scene.Scene, shell, machine, chimney scene.NodeID) {
	s = scene.New()
	box := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
	group := s.AddNode(scene.Root, scene.Node{Name: "house"})
	shell = s.AddNode(group, scene.Node{Name: "shell", Mesh: box, Role: scene.Shell, Local: scene.Transform{}.Scaled(6)})
	machine = s.AddNode(group, scene.Node{Name: "machine", Mesh: box})
	chimney = s.AddNode(group, scene.Node{Name: "chimney", Mesh: box, Local: scene.At(20, 0, 0)})
	s.AddNode(scene.Root, scene.Node{Name: "ground", Mesh: s.MustAddMesh(scene.NewPlane(50_000, 0)), Role: scene.Ground, Local: scene.At(0, -3, 0)})
	return s, shell, machine, chimney
}

func object(t *testing.T, f *Frame, id scene.NodeID) *Object {
	t.Helper()
	if slot := slices.Index(f.Nodes, id); slot >= 0 {
		return &f.Objects[slot]
	}
	t.Fatalf("node %d is not in the frame", id)
	return nil
}

// Far from the world's origin, float32 positions must still be exact where the camera looks.
func TestPositionsAreRelativeToTheEye(t *testing.T) {
	s := scene.New()
	at := mgl64.Vec3{6_378_137.25, 12.125, -4_000_000.5}
	id := s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(scene.NewBox(1, 1, 1, 0)), Local: scene.At(at[0], at[1], at[2])})
	b := NewBuilder()
	eye := at.Add(mgl64.Vec3{0, 0, 5})
	f := b.Build(s, scene.Camera{Eye: eye, Target: at}, opts())
	o := object(t, f, id)
	for k := 0; k < 3; k++ {
		got := float64(o.Rows[k*4+3]) - float64(f.Eye[k])
		if want := at[k] - eye[k]; math.Abs(got-want) > 1e-5 {
			t.Errorf("axis %d: %.7f from the eye, want %.7f", k, got, want)
		}
	}
	f.Release()
	moved := eye.Add(mgl64.Vec3{30, 0, 0}) // a small move keeps the origin: nothing is computed or sent again
	g := b.Build(s, scene.Camera{Eye: moved, Target: at}, opts())
	if g.Origin != f.Origin {
		t.Error("a small move of the eye moved the origin")
	}
	far := b.Build(s, scene.Camera{Eye: mgl64.Vec3{0, 5, 0}, Target: mgl64.Vec3{0, 0, 1}}, opts())
	if far.Origin.Len() > 100 {
		t.Errorf("the origin stayed behind at %v", far.Origin)
	}
}

func TestNearAndFarHoldWhatIsSeen(t *testing.T) {
	s, _, machine, _ := house()
	for _, ortho := range []bool{false, true} {
		c := scene.Camera{Eye: mgl64.Vec3{3, 4, 60}, Ortho: ortho}
		f := NewBuilder().Build(s, c, opts())
		corners := append([]mgl64.Vec3{}, corner8(s.WorldBounds(machine))...)
		_, _, forward := c.Axes()
		for _, p := range corners {
			if d := float32(p.Sub(c.Eye).Dot(forward)); d < f.Near || d > f.Far {
				t.Errorf("ortho %v: depth %.2f is outside of %.2f … %.2f", ortho, d, f.Near, f.Far)
			}
		}
		if !ortho && (f.Far < 25_000 || f.Near > 60) {
			t.Errorf("near %.2f, far %.0f", f.Near, f.Far)
		}
		for _, reversed := range []bool{false, true} {
			m := f.ClipFromView(reversed)
			n, r := m.Mul4x1([4]float32{0, 0, -f.Near, 1}), m.Mul4x1([4]float32{0, 0, -f.Far, 1})
			zn, zf := n[2]/n[3], r[2]/r[3]
			wantN, wantF := float32(-1), float32(1)
			if reversed {
				wantN, wantF = 1, 0
			}
			if math.Abs(float64(zn-wantN)) > 1e-4 || math.Abs(float64(zf-wantF)) > 1e-4 {
				t.Errorf("ortho %v reversed %v: depth runs from %v to %v", ortho, reversed, zn, zf)
			}
		}
	}
	empty := NewBuilder().Build(scene.New(), scene.Camera{Eye: mgl64.Vec3{0, 0, 5}}, opts())
	if !(empty.Near > 0 && empty.Far > empty.Near) {
		t.Errorf("empty scene: near %v, far %v", empty.Near, empty.Far)
	}
}

func corner8(b scene.Bounds) []mgl64.Vec3 { c := b.Corners(); return c[:] }

func TestShellsOpenForWhatIsInside(t *testing.T) {
	s, shell, machine, chimney := house()
	b := NewBuilder()
	for _, c := range []struct {
		selected scene.NodeID
		open     bool
	}{{machine, true}, {chimney, false}, {shell, false}, {scene.Root, false}, {s.Node(shell).Parent, false}} {
		o := opts()
		o.Selected = []scene.NodeID{c.selected}
		f := b.Build(s, scene.Camera{Eye: mgl64.Vec3{0, 0, 60}}, o)
		got := object(t, f, shell)
		if open := got.Opacity < 255 && got.Flags&FlagTranslucent != 0; open != c.open {
			t.Errorf("selecting %q: shell open %v, want %v", s.Node(c.selected).Path, open, c.open)
		}
		if Opened(s, shell, o.Selected) != c.open {
			t.Errorf("selecting %q: Opened disagrees", s.Node(c.selected).Path)
		}
		f.Release()
	}
	if f := b.Build(s, scene.Camera{Eye: mgl64.Vec3{0, 0, 60}}, opts()); object(t, f, shell).Opacity != 255 {
		t.Error("the shell stayed open")
	}
}

func TestStatesTintsAndSectionsReachTheObjects(t *testing.T) {
	s, shell, machine, _ := house()
	s.SetState(machine, scene.Alarm(2)|scene.Stale|scene.Bad|scene.Predicted)
	s.SetTint(machine, color.NRGBA{R: 1, G: 2, B: 3, A: 4})
	o := opts()
	o.Section = &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{0, 1, 0}, mgl64.Vec3{0, -1, 0})}, ShellsOnly: true}
	f := NewBuilder().Build(s, scene.Camera{Eye: mgl64.Vec3{40, 0, 60}}, o)
	m := object(t, f, machine)
	if m.Flags != 2|FlagStale|FlagBad|FlagPredicted || m.Tint != 0x04030201 {
		t.Errorf("flags %b, tint %08x", m.Flags, m.Tint)
	}
	if object(t, f, shell).Flags&FlagSection == 0 {
		t.Error("the section missed the shell")
	}
	above := mgl64.Vec3{0, 1.5, 0}.Sub(f.Origin)
	if p := f.Planes[0]; float64(p[0])*above[0]+float64(p[1])*above[1]+float64(p[2])*above[2]+float64(p[3]) > -0.4 {
		t.Errorf("plane %v keeps what it should cut", p)
	}
}

func TestGhostsShowOnlyWhatMoved(t *testing.T) {
	s, _, machine, chimney := house()
	g := s.Clone()
	g.SetLocal(machine, scene.At(0, 0.5, 0))
	o := opts()
	o.Ghosts = []Ghost{{Scene: g}, {Scene: scene.New()}}
	f := NewBuilder().Build(s, scene.Camera{Eye: mgl64.Vec3{0, 0, 60}}, o)
	if len(f.Ghosts) != 1 {
		t.Fatalf("%d ghosts; that of another scene must be left out", len(f.Ghosts))
	}
	for i, id := range f.Nodes {
		hidden := f.Ghosts[0].Objects[i].Flags&FlagHidden != 0
		if hidden != (id != machine) {
			t.Errorf("node %d (machine %d, chimney %d): hidden %v", id, machine, chimney, hidden)
		}
	}
}

func TestFramesAreImmutableAndPooled(t *testing.T) {
	s, _, machine, _ := house()
	b := NewBuilder()
	c := scene.Camera{Eye: mgl64.Vec3{0, 0, 60}}
	f := b.Build(s, c, opts())
	before := *object(t, f, machine)
	layout := f.Layout
	s.SetLocal(machine, scene.At(1, 1, 1))
	g := b.Build(s, c, opts())
	if *object(t, f, machine) != before {
		t.Error("an older frame changed")
	}
	if *object(t, g, machine) == before {
		t.Error("the move did not reach the new frame")
	}
	if g.Layout != layout || g.Generation <= f.Generation {
		t.Error("a move made a new layout, or the generation did not rise")
	}
	f.Retain()
	f.Release()
	f.Release()
	if h := b.Build(s, c, opts()); h != f {
		t.Error("the released frame was not used again")
	}
	s.AddNode(scene.Root, scene.Node{Mesh: 1})
	if h := b.Build(s, c, opts()); h.Version <= layout.Version || len(h.Objects) != 5 {
		t.Error("the new node did not reach the layout")
	}
}

// A box is culled only if all its corners are on the outer side of one plane; what projects into the view is never culled.
func TestCullingNeverHidesWhatIsSeen(t *testing.T) {
	rnd := rand.New(rand.NewSource(3))
	s := scene.New()
	box := s.MustAddMesh(scene.NewBox(2, 3, 4, 0))
	for i := 0; i < 400; i++ {
		s.AddNode(scene.Root, scene.Node{Mesh: box, Local: scene.At(rnd.NormFloat64()*60, rnd.NormFloat64()*60, rnd.NormFloat64()*60)})
	}
	for _, ortho := range []bool{false, true} {
		culled := 0
		for round := 0; round < 10; round++ {
			c := scene.Camera{Eye: mgl64.Vec3{rnd.NormFloat64(), rnd.NormFloat64(), rnd.NormFloat64()}.Mul(50), Target: mgl64.Vec3{rnd.Float64(), 1, 2}, Ortho: ortho}
			f := NewBuilder().Build(s, c, opts())
			v := f.Frustum()
			for slot, id := range f.Nodes {
				sees := v.Sees(&f.Extents[slot])
				if !sees {
					culled++
				}
				for _, p := range corner8(s.WorldBounds(id)) {
					x, y, _, ok := c.Project(p, 800, 600)
					if ok && x >= 0 && x <= 800 && y >= 0 && y <= 600 && !sees {
						t.Fatalf("ortho %v: node %d has a corner at %.0f, %.0f and is culled", ortho, id, x, y)
					}
				}
			}
		}
		if culled < 1000 {
			t.Errorf("ortho %v: only %d culled", ortho, culled)
		}
	}
}

func TestBuildDoesNotAllocateAtRest(t *testing.T) {
	s, _, machine, _ := house()
	b := NewBuilder()
	c := scene.Camera{Eye: mgl64.Vec3{0, 0, 60}}
	k := 0.0
	n := testing.AllocsPerRun(100, func() {
		k += 0.01
		s.SetLocal(machine, scene.At(k, 0, 0))
		b.Build(s, c, opts()).Release()
	})
	if n > 3 {
		t.Errorf("%.0f allocations per frame", n)
	}
}

func BenchmarkBuild10k(b *testing.B) {
	for name, moving := range map[string]int{"still": 0, "100 move": 100, "all move": 10_000} {
		b.Run(name, func(b *testing.B) {
			s := scene.New()
			box := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
			for i := 0; i < 10_000; i++ {
				s.AddNode(scene.Root, scene.Node{Mesh: box, Local: scene.At(float64(i%100), 0, float64(i/100))})
			}
			bl := NewBuilder()
			c := scene.Camera{Eye: mgl64.Vec3{0, 50, 60}}
			k := 0.0
			for b.Loop() {
				k += 0.001
				for i := 0; i < moving; i++ {
					id := scene.NodeID(1 + i*10_000/moving)
					s.SetLocal(id, scene.At(k, float64(i), 0))
				}
				bl.Build(s, c, opts()).Release()
			}
		})
	}
}
