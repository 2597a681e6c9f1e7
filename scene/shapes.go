package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// Shape collects triangles for a mesh made by code.
type Shape struct {
	mesh Mesh
}

// NewShape returns an empty shape with this name.
func NewShape(name string) *Shape { return &Shape{mesh: Mesh{Name: name}} }

// Vertex adds a vertex with a normal and returns its index.
func (s *Shape) Vertex(p, n mgl64.Vec3) uint32 {
	i := uint32(len(s.mesh.Positions) / 3)
	s.mesh.Positions = append(s.mesh.Positions, float32(p[0]), float32(p[1]), float32(p[2]))
	s.mesh.Normals = append(s.mesh.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
	return i
}

// Triangle adds a triangle, counter-clockwise seen from outside.
func (s *Shape) Triangle(a, b, c uint32) { s.mesh.Indices = append(s.mesh.Indices, a, b, c) }

// Quad adds a flat quad with its own vertices, corners counter-clockwise seen from outside.
func (s *Shape) Quad(a, b, c, d mgl64.Vec3) {
	n := b.Sub(a).Cross(d.Sub(a)).Normalize()
	i := s.Vertex(a, n)
	s.Vertex(b, n)
	s.Vertex(c, n)
	s.Vertex(d, n)
	s.Triangle(i, i+1, i+2)
	s.Triangle(i, i+2, i+3)
}

// Mesh closes the part with this material and returns the mesh. The shape must not be used after.
func (s *Shape) Mesh(material MaterialID) *Mesh {
	s.Part(material)
	return &s.mesh
}

// Part gives all triangles since the last part a material.
func (s *Shape) Part(material MaterialID) {
	first := 0
	if n := len(s.mesh.Parts); n > 0 {
		first = s.mesh.Parts[n-1].First + s.mesh.Parts[n-1].Count
	}
	if len(s.mesh.Indices) > first {
		s.mesh.Parts = append(s.mesh.Parts, Part{First: first, Count: len(s.mesh.Indices) - first, Material: material})
	}
}

// Box adds a box between two corners.
func (s *Shape) Box(lo, hi mgl64.Vec3) {
	p := Bounds{lo, hi}.Corners() // bit 0: x, bit 1: y, bit 2: z
	s.Quad(p[4], p[5], p[7], p[6])
	s.Quad(p[1], p[0], p[2], p[3])
	s.Quad(p[5], p[1], p[3], p[7])
	s.Quad(p[0], p[4], p[6], p[2])
	s.Quad(p[6], p[7], p[3], p[2])
	s.Quad(p[0], p[1], p[5], p[4])
}

// Ring is one circle of a Lathe: its radius and height.
type Ring struct{ Radius, Y float64 }

// Lathe turns a profile, listed from bottom to top, about the Y axis through at. Edges of the profile stay sharp where it
// bends by more than 30°.
func (s *Shape) Lathe(at mgl64.Vec3, profile []Ring, segments int) {
	segments = max(segments, 3)
	normal := func(i int) mgl64.Vec2 { // outward normal of the piece from ring i to i+1, in (radius, y)
		dr, dy := profile[i+1].Radius-profile[i].Radius, profile[i+1].Y-profile[i].Y
		l := math.Hypot(dr, dy)
		if l == 0 {
			return mgl64.Vec2{1, 0}
		}
		return mgl64.Vec2{dy / l, -dr / l}
	}
	blend := func(a, b mgl64.Vec2) mgl64.Vec2 {
		if a.Dot(b) < math.Cos(math.Pi/6) {
			return a
		}
		return a.Add(b).Normalize()
	}
	ring := func(r Ring, n mgl64.Vec2) uint32 {
		var first uint32
		for k := 0; k <= segments; k++ {
			sin, cos := math.Sincos(2 * math.Pi * float64(k%segments) / float64(segments))
			i := s.Vertex(at.Add(mgl64.Vec3{r.Radius * cos, r.Y, r.Radius * sin}), mgl64.Vec3{n[0] * cos, n[1], n[0] * sin})
			if k == 0 {
				first = i
			}
		}
		return first
	}
	for i := 0; i+1 < len(profile); i++ {
		n := normal(i)
		lower, upper := n, n
		if i > 0 {
			lower = blend(n, normal(i-1))
		}
		if i+2 < len(profile) {
			upper = blend(n, normal(i+1))
		}
		a, b := ring(profile[i], lower), ring(profile[i+1], upper)
		for k := uint32(0); k < uint32(segments); k++ {
			if profile[i+1].Radius > 0 {
				s.Triangle(a+k, b+k, b+k+1)
			}
			if profile[i].Radius > 0 {
				s.Triangle(a+k, b+k+1, a+k+1)
			}
		}
	}
}

// NewBox returns a box of this size around the origin.
func NewBox(x, y, z float64, m MaterialID) *Mesh {
	s := NewShape("box")
	s.Box(mgl64.Vec3{-x / 2, -y / 2, -z / 2}, mgl64.Vec3{x / 2, y / 2, z / 2})
	return s.Mesh(m)
}

// NewCylinder returns a closed cylinder, or cone, that stands on the origin along +Y.
func NewCylinder(bottomRadius, topRadius, height float64, segments int, m MaterialID) *Mesh {
	s := NewShape("cylinder")
	s.Lathe(mgl64.Vec3{}, []Ring{{0, 0}, {bottomRadius, 0}, {topRadius, height}, {0, height}}, segments)
	return s.Mesh(m)
}

// NewSphere returns a sphere around the origin.
func NewSphere(radius float64, segments int, m MaterialID) *Mesh {
	s := NewShape("sphere")
	rows := max(segments/2, 2)
	profile := make([]Ring, rows+1)
	for i := range profile {
		sin, cos := math.Sincos(math.Pi * float64(i) / float64(rows))
		profile[i] = Ring{Radius: radius * sin, Y: -radius * cos}
	}
	profile[0].Radius, profile[rows].Radius = 0, 0
	s.Lathe(mgl64.Vec3{}, profile, segments)
	return s.Mesh(m)
}

// NewPlane returns a flat square in the XZ plane that faces up, size metres wide.
func NewPlane(size float64, m MaterialID) *Mesh {
	h := size / 2
	s := NewShape("plane")
	s.Quad(mgl64.Vec3{-h, 0, h}, mgl64.Vec3{h, 0, h}, mgl64.Vec3{h, 0, -h}, mgl64.Vec3{-h, 0, -h})
	return s.Mesh(m)
}
