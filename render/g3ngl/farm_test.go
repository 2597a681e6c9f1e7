package g3ngl

import (
	"fmt"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// blade returns a tapered, twisted blade along +Y that is sharp at its trailing edge.
func blade(m scene.MaterialID) *scene.Mesh {
	s := scene.NewShape("blade")
	const rows, cols = 24, 16
	var grid [rows + 1][cols + 1]uint32
	at := func(t, a float64) mgl64.Vec3 {
		r := 1.2 + 60*t
		chord := 3.4*math.Pow(1-t, 0.8)*smooth(t/0.18) + 1.6*(1-smooth(t/0.18)) + 0.25
		thick := chord * (0.16 + 0.84*(1-smooth(t/0.18)))
		twist := 0.35 * (1 - t)
		x, z := chord*(0.5*math.Cos(a)-0.2), thick*0.5*math.Sin(a)*(0.55-0.45*math.Cos(a)*smooth(t/0.18))
		return mgl64.Vec3{x*math.Cos(twist) - z*math.Sin(twist), r, x*math.Sin(twist) + z*math.Cos(twist)}
	}
	for i := 0; i <= rows; i++ {
		for j := 0; j <= cols; j++ {
			t, a := float64(i)/rows, 2*math.Pi*float64(j)/cols
			p := at(t, a)
			n := at(t, a+0.01).Sub(at(t, a-0.01)).Cross(at(t+0.01, a).Sub(at(t-0.01, a))).Mul(-1).Normalize()
			grid[i][j] = s.Vertex(p, n)
		}
	}
	for i := 0; i < rows; i++ {
		for j := 0; j < cols; j++ {
			s.Triangle(grid[i][j], grid[i+1][j], grid[i+1][j+1])
			s.Triangle(grid[i][j], grid[i+1][j+1], grid[i][j+1])
		}
	}
	return s.Mesh(m)
}

func smooth(t float64) float64 {
	t = math.Max(0, math.Min(1, t))
	return t * t * (3 - 2*t)
}

// turbine returns a model like those of the demo: tower, and a nacelle group with a shell, a drive train and a rotor.
func turbine() *scene.Scene {
	s := scene.New()
	white := s.AddMaterial(scene.Material{Name: "white", BaseColor: [4]float32{0.75, 0.76, 0.77, 1}, Roughness: 0.45})
	steel := s.AddMaterial(scene.Material{Name: "steel", BaseColor: [4]float32{0.5, 0.52, 0.55, 1}, Metallic: 1, Roughness: 0.35})
	blue := s.AddMaterial(scene.Material{Name: "blue", BaseColor: [4]float32{0.05, 0.16, 0.42, 1}, Roughness: 0.4})
	yellow := s.AddMaterial(scene.Material{Name: "yellow", BaseColor: [4]float32{0.8, 0.55, 0.03, 1}, Roughness: 0.5})
	mesh := s.MustAddMesh
	part := func(parent scene.NodeID, name string, m scene.MeshID, t scene.Transform, role scene.Role) scene.NodeID {
		return s.AddNode(parent, scene.Node{Name: name, Mesh: m, Local: t, Role: role})
	}
	part(scene.Root, "foundation", mesh(scene.NewCylinder(4.2, 4.2, 14, 48, yellow)), scene.At(0, -2, 0), scene.Solid)
	part(scene.Root, "tower", mesh(scene.NewCylinder(3.2, 1.9, 78, 64, white)), scene.At(0, 12, 0), scene.Solid)
	nacelle := part(scene.Root, "nacelle", 0, scene.At(0, 92, 0), scene.Solid)
	shell := scene.NewShape("shell")
	const n = 40
	profile := func(t, grow float64) (y, z float64) { // a rounded rectangle
		c, sn := math.Cos(t), math.Sin(t)
		k := math.Pow(math.Pow(math.Abs(c), 5)+math.Pow(math.Abs(sn), 5), -0.2)
		return 2.1 * k * sn * grow, 2.0 * k * c * grow
	}
	xs := []float64{-6.4, -6.1, -5.2, 4.2, 5.6, 6.1}
	gs := []float64{0.0, 0.8, 1, 1, 0.9, 0}
	sh := make([][]uint32, len(xs))
	for i, x := range xs {
		for j := 0; j <= n; j++ {
			y, z := profile(2*math.Pi*float64(j)/n, gs[i])
			ny, nz := profile(2*math.Pi*float64(j)/n, 1)
			nx := 0.0
			if i < 2 {
				nx = -1.5
			} else if i > 3 {
				nx = 1.5
			}
			sh[i] = append(sh[i], shell.Vertex(mgl64.Vec3{-x, y, z}, mgl64.Vec3{-nx, ny / 2, nz / 2}.Normalize()))
		}
	}
	for i := 0; i+1 < len(xs); i++ {
		for j := 0; j < n; j++ {
			shell.Triangle(sh[i][j], sh[i][j+1], sh[i+1][j+1])
			shell.Triangle(sh[i][j], sh[i+1][j+1], sh[i+1][j])
		}
	}
	part(nacelle, "shell", mesh(shell.Mesh(white)), scene.At(0, 0, 0), scene.Shell)
	bed := scene.NewShape("bedplate")
	bed.Box(mgl64.Vec3{-5, -1.7, -1.2}, mgl64.Vec3{4.5, -1.2, 1.2})
	part(nacelle, "bedplate", mesh(bed.Mesh(steel)), scene.At(0, 0, 0), scene.Solid)
	along := func(x float64) scene.Transform {
		return scene.At(x, 0, 0).Turned(-math.Pi/2, mgl64.Vec3{0, 0, 1})
	}
	part(nacelle, "shaft", mesh(scene.NewCylinder(0.5, 0.5, 4, 32, steel)), along(1.6), scene.Solid)
	gear := scene.NewShape("gearbox")
	gear.Box(mgl64.Vec3{-1.4, -1.15, -1.05}, mgl64.Vec3{1.4, 1.15, 1.05})
	part(nacelle, "gearbox", mesh(gear.Mesh(blue)), scene.At(0, 0, 0), scene.Solid)
	part(nacelle, "generator", mesh(scene.NewCylinder(1.1, 1.1, 2.4, 32, blue)), along(-4.6), scene.Solid)
	rotor := part(nacelle, "rotor", 0, scene.At(7.2, 0, 0), scene.Solid)
	hub := scene.NewShape("hub")
	hub.Lathe(mgl64.Vec3{}, []scene.Ring{{Radius: 0, Y: -1.4}, {Radius: 1.7, Y: -1.4}, {Radius: 1.75, Y: 0}, {Radius: 1.5, Y: 1.2}, {Radius: 0.9, Y: 2}, {Radius: 0, Y: 2.3}}, 40)
	part(rotor, "hub", mesh(hub.Mesh(white)), scene.Transform{}.Turned(-math.Pi/2, mgl64.Vec3{0, 0, 1}), scene.Solid)
	b := mesh(blade(white))
	for k := 0; k < 3; k++ {
		q := mgl64.QuatRotate(0.5+2*math.Pi*float64(k)/3, mgl64.Vec3{1, 0, 0}).Mul(mgl64.QuatRotate(math.Pi/2, mgl64.Vec3{0, 1, 0}))
		part(rotor, fmt.Sprintf("blade%d", k+1), b, scene.Transform{Rotation: q}, scene.Solid)
	}
	return s
}

// farm returns six turbines in a sea that runs to the horizon.
func farm() *scene.Scene {
	s := scene.New()
	model := turbine()
	for i, at := range []mgl64.Vec3{{0, 0, 0}, {-420, 0, -500}, {-190, 0, -620}, {150, 0, -700}, {350, 0, -480}, {620, 0, -1300}} {
		id := s.Instantiate(model, scene.Root, fmt.Sprintf("T%02d", i+1), scene.At(at[0], 0, at[2]).Turned(-1.15, mgl64.Vec3{0, 1, 0}))
		if rotor, ok := s.Find(s.Node(id).Path + "/nacelle/rotor"); ok {
			s.SetLocal(rotor, scene.At(7.2, 0, 0).Turned(float64(i)*0.7, mgl64.Vec3{1, 0, 0}))
		}
	}
	water := s.AddMaterial(scene.Material{Name: "sea", BaseColor: [4]float32{0.03, 0.08, 0.11, 1}, Roughness: 0.2})
	s.AddNode(scene.Root, scene.Node{Name: "sea", Mesh: s.MustAddMesh(scene.NewPlane(80_000, water)), Role: scene.Ground})
	return s
}

func node(t testing.TB, s *scene.Scene, path string) scene.NodeID {
	t.Helper()
	id, ok := s.Find(path)
	if !ok {
		t.Fatalf("no node %q", path)
	}
	return id
}

// overview looks at the first turbine with the farm behind it.
func overview() scene.Camera {
	return scene.Camera{Eye: mgl64.Vec3{-20, 62, 215}, Target: mgl64.Vec3{5, 78, 0}}
}

// closeup looks at the nacelle of the first turbine.
func closeup() scene.Camera {
	return scene.Camera{Eye: mgl64.Vec3{-13, 98, 24}, Target: mgl64.Vec3{0, 92, 0}}
}

func options(p render.Palette, l render.Look) render.Options {
	return render.Options{WidthPx: 800, HeightPx: 450, Palette: p, Look: l}
}
