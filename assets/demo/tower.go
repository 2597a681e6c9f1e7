package demo

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// Heights over the sea, m. Tower and hub after NREL/TP-500-38060, table 1-1 and section 6; its offshore version stands on a
// platform 10 m over the sea.
const (
	platformTop = 10.0
	towerTop    = 87.6
	towerFoot   = 3.0   // radius
	towerHead   = 1.935 // radius
)

func towerRadius(y float64) float64 {
	return towerFoot + (towerHead-towerFoot)*(y-platformTop)/(towerTop-platformTop)
}

// tower is the tapered tube with the flange rings of its four sections, and the door.
func tower(paint, dark scene.MaterialID) *scene.Mesh {
	s := newSolid("tower")
	profile := []scene.Ring{{Radius: towerFoot + 0.22, Y: platformTop}, {Radius: towerFoot + 0.22, Y: platformTop + 0.22}}
	for _, y := range []float64{platformTop + 0.22, 32.5, 59, towerTop - 0.3} {
		r := towerRadius(y)
		if y > 20 && y < 80 {
			profile = append(profile, scene.Ring{Radius: r, Y: y - 0.14}, scene.Ring{Radius: r + 0.07, Y: y - 0.14}, scene.Ring{Radius: r + 0.07, Y: y + 0.14})
			y += 0.14
		}
		profile = append(profile, scene.Ring{Radius: r, Y: y})
	}
	profile = append(profile, scene.Ring{Radius: towerHead + 0.14, Y: towerTop - 0.3}, scene.Ring{Radius: towerHead + 0.14, Y: towerTop}, scene.Ring{Radius: 0, Y: towerTop})
	s.lathe(mgl64.Ident4(), 52, profile...)
	door(s, 0.62, 2.75, 0.10)
	s.shape.Part(paint)
	door(s, 0.46, 2.50, 0.14)
	return s.mesh(dark)
}

// door lays a rounded panel on the south side of the tower, half as wide as given and standing out by rise.
func door(s solid, half, height, rise float64) {
	const columns = 8
	foot := platformTop + 0.35
	var bottom, top []vec
	for k := 0; k <= columns; k++ {
		x := -half + 2*half*float64(k)/columns
		arch := half * (1 - math.Sqrt(math.Max(0, 1-x*x/half/half)))
		z := func(y float64) float64 { r := towerRadius(y) + rise; return math.Sqrt(r*r - x*x) }
		bottom = append(bottom, vec{x, foot, z(foot)})
		y := foot + height - arch
		top = append(top, vec{x, y, z(y)})
	}
	s.loft(mgl64.Ident4(), [][]vec{bottom, top}, false)
	outline := append(append([]vec{}, bottom...), backwards(top)...) // rim back to the tube
	inner := make([]vec, len(outline))
	for i, p := range outline {
		inner[i] = vec{p[0], p[1], p[2] - rise - 0.05}
	}
	s.loft(mgl64.Ident4(), [][]vec{backwards(outline), backwards(inner)}, true)
}

// foundation is the monopile, the transition piece with its working platform, boat landing and cable tube.
func foundation(grey, dark scene.MaterialID) *scene.Mesh {
	s := newSolid("foundation")
	s.lathe(mgl64.Ident4(), 56,
		scene.Ring{Radius: 3.0, Y: -20}, scene.Ring{Radius: 3.0, Y: -3}, scene.Ring{Radius: 3.25, Y: -3}, scene.Ring{Radius: 3.25, Y: 9.2},
		scene.Ring{Radius: 3.55, Y: 9.2}, scene.Ring{Radius: 3.55, Y: platformTop}, scene.Ring{Radius: 0, Y: platformTop})
	s.shape.Part(grey)
	s.lathe(mgl64.Ident4(), 56, // platform
		scene.Ring{Radius: 3.5, Y: 9.35}, scene.Ring{Radius: 5.9, Y: 9.35}, scene.Ring{Radius: 5.9, Y: 9.8}, scene.Ring{Radius: 5.8, Y: 9.8},
		scene.Ring{Radius: 5.8, Y: 9.62}, scene.Ring{Radius: 3.5, Y: 9.62})
	for k := range 8 { // brackets
		turn := mgl64.HomogRotate3DY(2 * math.Pi * (float64(k) + 0.5) / 8)
		bracket(s, turn, 3.2, 5.6, 7.3, 9.36, 0.09)
	}
	for k := range 24 { // railing: posts, then two rails
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / 24)
		s.rod(vec{5.84 * cos, 9.7, 5.84 * sin}, vec{5.84 * cos, 10.9, 5.84 * sin}, 0.035, 4)
	}
	for _, y := range []float64{10.35, 10.9} {
		ring(s, 5.84, y, 0.035, 48)
	}
	for _, z := range []float64{-1.1, 1.1} { // boat landing on the west side, with its ladder
		s.tube(mgl64.Ident4(), vec{-4.6, -3, z}, vec{-4.6, 8.4, z}, 0.24, 12)
		for _, y := range []float64{-2, 2.2, 7.6} {
			s.rod(vec{-4.6, y, z}, vec{-2.85, y, z * 0.75}, 0.17, 8)
		}
		s.rod(vec{-4.0, -2, z / 4}, vec{-4.0, 9.4, z / 4}, 0.05, 5)
	}
	for k := range 27 {
		y := -1.8 + 0.4*float64(k)
		s.rod(vec{-4.0, y, -0.28}, vec{-4.0, y, 0.28}, 0.022, 3)
	}
	s.tube(mgl64.HomogRotate3DY(-2.2), vec{0, -15, 3.55}, vec{0, 9.3, 3.55}, 0.22, 12) // cable tube
	return s.mesh(dark)
}

// bracket is a triangular plate in the plane X-Y that carries what lies above it.
func bracket(s solid, at mgl64.Mat4, inner, outer, foot, top, half float64) {
	a, b, c := vec{inner, foot, 0}, vec{outer, top, 0}, vec{inner, top, 0}
	z := vec{0, 0, half}
	s.add(at, func(p *scene.Shape) {
		flat := func(a, b, c vec) {
			n := b.Sub(a).Cross(c.Sub(a)).Normalize()
			p.Triangle(p.Vertex(a, n), p.Vertex(b, n), p.Vertex(c, n))
		}
		flat(a.Add(z), b.Add(z), c.Add(z))
		flat(c.Sub(z), b.Sub(z), a.Sub(z))
		p.Quad(a.Sub(z), b.Sub(z), b.Add(z), a.Add(z))
	})
}

// ring is a thin torus about Y with a square section turned on its edge.
func ring(s solid, radius, y, thick float64, segments int) {
	s.lathe(mgl64.Ident4(), segments, scene.Ring{Radius: radius, Y: y - thick}, scene.Ring{Radius: radius + thick, Y: y}, scene.Ring{Radius: radius, Y: y + thick},
		scene.Ring{Radius: radius - thick, Y: y}, scene.Ring{Radius: radius, Y: y - thick})
}

// Sea is a calm plane that reaches the horizon of any eye below 300 m. Its rings grow outwards, so that near the farm no
// triangle is long.
func Sea() *scene.Scene {
	s := scene.New()
	water := s.AddMaterial(scene.Material{Name: "sea", BaseColor: [4]float32{0.16, 0.20, 0.235, 1}, Roughness: 0.85})
	m := &scene.Mesh{Name: "sea", Positions: []float32{0, 0, 0}, Parts: []scene.Part{{Material: water}}}
	const segments = 64
	for radius := 250.0; radius < 66_000; radius *= 2 {
		first := uint32(len(m.Positions) / 3)
		for k := range uint32(segments) {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / segments)
			m.Positions = append(m.Positions, float32(math.Round(radius*cos)), 0, float32(math.Round(radius*sin)))
			next := (k + 1) % segments
			if first == 1 {
				m.Indices = append(m.Indices, 0, first+next, first+k)
				continue
			}
			in := first - segments
			m.Indices = append(m.Indices, in+k, in+next, first+next, in+k, first+next, first+k)
		}
	}
	m.Parts[0].Count = len(m.Indices)
	s.AddNode(scene.Root, scene.Node{Name: "sea", Mesh: s.MustAddMesh(m), Role: scene.Ground})
	return s
}
