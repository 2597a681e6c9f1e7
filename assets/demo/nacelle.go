package demo

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// superellipse gives n points of |x/a|^e + |y/b|^e = 1 about (0, y) at height z of the nacelle's length.
func superellipse(a, b, e, y, z float64, n int) []vec {
	out := make([]vec, n)
	for k := range out {
		sin, cos := math.Sincos(2 * math.Pi * (float64(k) + 0.5) / float64(n))
		out[k] = vec{a * math.Copysign(math.Pow(math.Abs(cos), 2/e), cos), y + b*math.Copysign(math.Pow(math.Abs(sin), 2/e), sin), z}
	}
	return out
}

// nacelleShell is the housing: a tube with rounded edges, a drawn-in front and a bevelled rear, and what stands on it.
func nacelleShell(paint, dark scene.MaterialID) *scene.Mesh {
	s := newSolid("nacelle_shell")
	const n, middle = 48, 2.52
	var rings [][]vec
	for _, r := range []struct{ z, a, b, y float64 }{
		{-3.02, 1.86, 1.84, 2.34}, {-3.0, 1.93, 1.90, 2.35}, {-2.85, 2.05, 1.99, 2.37}, {-2.5, 2.17, 2.07, 2.42}, {-1.9, 2.26, 2.13, 2.47},
		{-0.8, 2.30, 2.16, middle}, {3, 2.30, 2.16, middle}, {7, 2.28, 2.15, middle}, {8.6, 2.22, 2.09, middle}, {9.1, 2.10, 1.99, middle},
		{9.35, 1.92, 1.83, middle}, {9.42, 1.78, 1.70, middle},
	} {
		rings = append(rings, superellipse(r.a, r.b, 5.5, r.y, r.z, n))
	}
	s.loft(mgl64.Ident4(), rings, true)
	s.cap(mgl64.Ident4(), backwards(rings[0]))
	s.cap(mgl64.Ident4(), rings[len(rings)-1])
	s.lathe(mgl64.Ident4(), 44, ringAt(2.06, 0.03), ringAt(2.12, 0.03), ringAt(2.12, 0.62)) // skirt over the yaw ring
	s.shape.Part(paint)
	top := middle + 2.15
	s.rounded(mgl64.Ident4(), vec{-1.5, top - 0.1, 6.5}, vec{1.5, top + 0.95, 7.0}, 0.08, 1) // cooler
	for k := range 7 {
		x := -1.26 + 0.42*float64(k)
		s.box(mgl64.Ident4(), vec{x - 0.02, top + 0.06, 6.46}, vec{x + 0.02, top + 0.86, 6.5})
	}
	for _, x := range []float64{-0.8, 0.8} { // masts of anemometer and vane
		s.tube(mgl64.Ident4(), vec{x, top - 0.1, 8.2}, vec{x, top + 1.3, 8.2}, 0.045, 8)
		s.disc(mgl64.Translate3D(x, top+1.3, 8.2), 10, 0.12, 0, 0.2, 0.03)
	}
	s.rounded(mgl64.Ident4(), vec{-0.55, top - 0.05, 1.6}, vec{0.55, top + 0.12, 2.8}, 0.05, 1) // roof hatch
	return s.mesh(dark)
}

// bedplate is the cast front frame that carries the bearing and the gearbox, tilted with them, and the welded rear frame
// under the generator, which is level.
func bedplate(cast, grating scene.MaterialID, tilt mgl64.Mat4) *scene.Mesh {
	s := newSolid("bedplate")
	s.disc(around(0.38), 48, 2.02, 0, 0.22, 0.03)
	for _, x := range []float64{-1, 1} {
		s.rounded(tilt, vec{x*1.22 - 0.2, -1.38, -3.0}, vec{x*1.22 + 0.2, -0.78, 2.2}, 0.08, 1) // walls of the casting
		s.box(mgl64.Ident4(), vec{x*1.05 - 0.14, 0.41, 1.9}, vec{x*1.05 + 0.14, 0.47, 8.6})     // rear beams: flange, web, flange
		s.box(mgl64.Ident4(), vec{x*1.05 - 0.03, 0.47, 1.9}, vec{x*1.05 + 0.03, 0.66, 8.6})
		s.box(mgl64.Ident4(), vec{x*1.05 - 0.14, 0.66, 1.9}, vec{x*1.05 + 0.14, 0.72, 8.6})
	}
	for _, z := range []float64{-2.75, -0.9, 1.95} {
		s.rounded(tilt, vec{-1.3, -1.36, z - 0.15}, vec{1.3, -0.92, z + 0.15}, 0.06, 1)
	}
	for _, z := range []float64{3.9, 5.45, 7.05, 8.5} {
		s.box(mgl64.Ident4(), vec{-1.05, 0.47, z - 0.07}, vec{1.05, 0.70, z + 0.07})
	}
	s.shape.Part(cast)
	for _, x := range []float64{-1, 1} { // walkways
		s.box(mgl64.Ident4(), vec{min(x*1.25, x*1.9), 0.66, 2.4}, vec{max(x*1.25, x*1.9), 0.71, 8.6})
	}
	return s.mesh(grating)
}

// yawBearing is the toothed ring on the tower with the motors that turn the nacelle.
func yawBearing(steel, motor scene.MaterialID) *scene.Mesh {
	s := newSolid("yaw_bearing")
	s.disc(mgl64.Ident4(), 48, 1.93, 0.02, 0.38, 0.02)
	const teeth = 60
	for k := range teeth {
		s.box(mgl64.HomogRotate3DY(2*math.Pi*float64(k)/teeth), vec{1.9, 0.08, -0.045}, vec{2.0, 0.32, 0.045})
	}
	s.shape.Part(steel)
	for k := range 4 {
		at := mgl64.HomogRotate3DY(math.Pi/4 + math.Pi/2*float64(k)).Mul4(mgl64.Translate3D(1.62, 0, 0))
		s.lathe(at, 20, scene.Ring{Radius: 0.22, Y: 0.6}, scene.Ring{Radius: 0.22, Y: 0.95}, scene.Ring{Radius: 0.16, Y: 0.98}, scene.Ring{Radius: 0.16, Y: 1.35},
			scene.Ring{Radius: 0.13, Y: 1.42}, scene.Ring{Radius: 0, Y: 1.42})
	}
	return s.mesh(motor)
}

// cabinets are converter and transformer in the rear of the nacelle.
func cabinets(paint, dark scene.MaterialID) *scene.Mesh {
	s := newSolid("cabinets")
	s.rounded(mgl64.Ident4(), vec{-1.7, 0.72, 7.95}, vec{-0.06, 2.9, 8.75}, 0.05, 1)
	s.rounded(mgl64.Ident4(), vec{0.06, 0.72, 7.95}, vec{1.7, 2.9, 8.75}, 0.05, 1)
	s.shape.Part(paint)
	for _, x := range []float64{-1.28, -0.48, 0.48, 1.28} {
		s.box(mgl64.Ident4(), vec{x - 0.34, 0.9, 7.92}, vec{x + 0.34, 2.7, 7.95})
	}
	return s.mesh(dark)
}
