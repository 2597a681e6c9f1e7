package g3ngl

import (
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// insideOut turns all triangles round.
func insideOut(m *scene.Mesh) *scene.Mesh {
	out := m.Fork()
	out.Indices = slices.Clone(m.Indices)
	for t := 0; t < len(out.Indices); t += 3 {
		out.Indices[t], out.Indices[t+1] = out.Indices[t+1], out.Indices[t]
	}
	return out
}

// both puts two meshes into one, the second ten metres aside.
func both(a, b *scene.Mesh) *scene.Mesh {
	out := &scene.Mesh{Positions: slices.Clone(a.Positions), Normals: slices.Concat(a.Normals, b.Normals), Indices: slices.Clone(a.Indices)}
	for i, v := range b.Positions {
		if i%3 == 0 {
			v += 10
		}
		out.Positions = append(out.Positions, v)
	}
	for _, i := range b.Indices {
		out.Indices = append(out.Indices, i+uint32(a.Vertices()))
	}
	return out
}

func TestWhatIsClosed(t *testing.T) {
	box := scene.NewBox(1, 2, 3, 0)
	hole := box.Fork()
	hole.Indices, hole.Parts = box.Indices[3:], nil
	for _, c := range []struct {
		name string
		mesh *scene.Mesh
		want bool
	}{
		{"box", box, true},
		{"sphere", scene.NewSphere(2, 40, 0), true},
		{"cylinder", scene.NewCylinder(1, 1, 2, 32, 0), true},
		{"hollow cylinder", pipe(0.5, 1, 2, 0), true},
		{"two boxes", both(box, box), true},
		{"plane", scene.NewPlane(2, 0), false},
		{"box with a hole", hole, false},
		{"box inside out", insideOut(box), false},
		{"a box and one inside out", both(box, insideOut(box)), false},
	} {
		if got := formOf(added(t, c.mesh), false).closed; got != c.want {
			t.Errorf("%s: closed is %v", c.name, got)
		}
	}
}

// What is left out must not be missed: not on mirrored objects, not inside of them, not where they are cut or open.
func TestBacksThatShowAreDrawn(t *testing.T) {
	r := headless(t, Options{Samples: 1})
	picture := func(closed bool, c scene.Camera, section *scene.Section) []byte {
		s := scene.New()
		m := s.AddMaterial(scene.Material{BaseColor: [4]float32{0.6, 0.3, 0.2, 1}, Roughness: 0.6})
		add := func(mesh *scene.Mesh, at scene.Transform) {
			if !closed { // a triangle twice, so that its sides are not in balance any more
				mesh = mesh.Fork()
				mesh.Indices = slices.Concat(mesh.Indices, mesh.Indices[:3])
				mesh.Parts = []scene.Part{{Count: len(mesh.Indices), Material: m}}
			}
			s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(mesh), Local: at})
		}
		add(scene.NewBox(1, 1, 1, m), scene.At(-2, 0, 0))
		add(scene.NewSphere(0.7, 32, m), scene.At(2, 0, 0))
		mirror := scene.At(0, 0, 0)
		mirror.Scale = mgl64.Vec3{-1, 1, 1}
		add(pipe(0.4, 0.6, 1, m), mirror)
		f := render.NewBuilder().Build(s, c, render.Options{WidthPx: 200, HeightPx: 150, Palette: render.Day(), Look: render.Engineer, NoEdges: true, Section: section})
		defer f.Release()
		img, err := r.Snapshot(f)
		if err != nil {
			t.Fatal(err)
		}
		return img.Pix
	}
	above := scene.Camera{Eye: mgl64.Vec3{3, 4, 6}}
	for _, c := range []struct {
		name    string
		camera  scene.Camera
		section *scene.Section
	}{
		{"from outside", above, nil},
		{"from inside of the box", scene.Camera{Eye: mgl64.Vec3{-2, 0.6, 0}, Target: mgl64.Vec3{-2.2, 0.5, 0.1}}, nil},
		{"cut", above, &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{0, 0.5, 0}, mgl64.Vec3{0, -1, 0})}}},
	} {
		without, with, different := picture(true, c.camera, c.section), picture(false, c.camera, c.section), 0
		for i := range with {
			if max(with[i], without[i])-min(with[i], without[i]) > 8 {
				different++
			}
		}
		if different > 60 { // pixels of rims may show either side
			t.Errorf("%s: the picture without backs is another one, in %d bytes", c.name, different)
		}
	}
}
