package demo

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// The drive train lies along +Z, from the rotor to the rear; its parts stand in one frame that is tilted with the shaft.
// The high-speed shaft leaves the gearbox beside and above the rotor axis.
const (
	fastX = 0.48
	fastY = 0.22
)

func ringAt(r, y float64) scene.Ring { return scene.Ring{Radius: r, Y: y} }

// mainBearing is the housing with its feet, split line and lids.
func mainBearing(paint, bolt scene.MaterialID) *scene.Mesh {
	s := newSolid("main_bearing")
	s.lathe(alongZ(0, 0, -2.75), 40, ringAt(0.62, 0), ringAt(0.95, 0), ringAt(0.98, 0.03), ringAt(0.98, 0.16), ringAt(1.12, 0.2), ringAt(1.15, 0.24),
		ringAt(1.15, 0.76), ringAt(1.12, 0.8), ringAt(0.98, 0.84), ringAt(0.98, 0.97), ringAt(0.95, 1), ringAt(0.62, 1))
	for _, x := range []float64{-1, 1} { // feet
		s.rounded(mgl64.Ident4(), vec{x*1.22 - 0.3, -0.82, -2.62}, vec{x*1.22 + 0.3, -0.5, -1.88}, 0.06, 1)
		s.rounded(mgl64.Ident4(), vec{x*0.98 - 0.22, -0.75, -2.5}, vec{x*0.98 + 0.22, 0.02, -2.0}, 0.06, 1)
		s.rounded(mgl64.Ident4(), vec{x*1.13 - 0.14, -0.09, -2.55}, vec{x*1.13 + 0.14, 0.09, -1.95}, 0.04, 1) // split line
	}
	s.shape.Part(paint)
	s.bolts(alongZ(0, 0, -1.75), 16, 0.84, 0, 0.04)
	s.bolts(mgl64.Translate3D(0, 0, -2.75).Mul4(mgl64.HomogRotate3DX(-math.Pi/2)), 16, 0.84, 0, 0.04)
	for _, x := range []float64{-1.4, 1.4} {
		for _, z := range []float64{-2.45, -2.05} {
			s.disc(mgl64.Translate3D(x, -0.5, z), 8, 0.07, 0, 0.09, 0.01)
		}
	}
	return s.mesh(bolt)
}

// gearbox has two planetary stages and a parallel one: ring gear, ribbed cone, second ring gear, housing with lid,
// torque arms on rubber, pump, filter and breather.
func gearbox(paint, bolt scene.MaterialID) *scene.Mesh {
	s := newSolid("gearbox")
	at := alongZ(0, 0, 0.55)
	s.lathe(at, 48, ringAt(0.6, 0), ringAt(0.98, 0), ringAt(1.02, 0.04), ringAt(1.02, 0.12), ringAt(1.34, 0.16), ringAt(1.37, 0.19), ringAt(1.37, 0.33),
		ringAt(1.34, 0.36), ringAt(1.27, 0.37), ringAt(1.27, 0.86), ringAt(1.34, 0.87), ringAt(1.37, 0.9), ringAt(1.37, 1.02), ringAt(1.34, 1.05),
		ringAt(1.24, 1.06), ringAt(1.0, 1.42), ringAt(1.0, 1.46), ringAt(1.08, 1.48), ringAt(1.1, 1.5), ringAt(1.1, 1.6), ringAt(1.08, 1.62), ringAt(1.0, 1.63),
		ringAt(1.0, 1.92), ringAt(1.08, 1.93), ringAt(1.1, 1.95), ringAt(1.1, 2.05), ringAt(1.08, 2.07), ringAt(0, 2.07))
	for k := range 20 { // ribs along the first ring gear and over the cone
		turn := mgl64.HomogRotate3DZ(2 * math.Pi * (float64(k) + 0.5) / 20)
		s.box(turn, vec{1.2, -0.035, 0.55 + 0.36}, vec{1.345, 0.035, 0.55 + 0.88})
		s.add(turn, func(p *scene.Shape) { rib(p, 1.33, 0.55+1.05, 1.06, 0.55+1.47, 0.9, 0.035) })
	}
	s.rounded(mgl64.Ident4(), vec{-0.85, -0.9, 2.6}, vec{1.12, 0.95, 3.5}, 0.14, 2) // parallel stage
	s.rounded(mgl64.Ident4(), vec{-0.62, 0.85, 2.72}, vec{0.62, 1.05, 3.36}, 0.05, 1)
	for _, z := range []float64{2.82, 3.05, 3.28} { // ribs of its sides
		s.box(mgl64.Ident4(), vec{1.08, -0.7, z - 0.03}, vec{1.17, 0.75, z + 0.03})
		s.box(mgl64.Ident4(), vec{-0.9, -0.7, z - 0.03}, vec{-0.81, 0.75, z + 0.03})
	}
	s.lathe(alongZ(fastX, fastY, 3.45), 32, ringAt(0.34, 0), ringAt(0.42, 0.02), ringAt(0.42, 0.12), ringAt(0.3, 0.14), ringAt(0.27, 0.26), ringAt(0.15, 0.27))
	s.lathe(alongZ(-0.25, -0.2, 3.45), 32, ringAt(0.4, 0), ringAt(0.45, 0.02), ringAt(0.45, 0.09), ringAt(0.4, 0.12), ringAt(0, 0.12))
	for _, x := range []float64{-1, 1} { // torque arms
		s.rounded(mgl64.Ident4(), vec{min(x*1.0, x*1.72), -0.5, 0.78}, vec{max(x*1.0, x*1.72), 0.1, 1.5}, 0.1, 2)
		s.rounded(mgl64.Ident4(), vec{x*1.5 - 0.26, -0.8, 0.82}, vec{x*1.5 + 0.26, -0.42, 1.46}, 0.05, 1)
	}
	s.rounded(mgl64.Ident4(), vec{-0.55, -1.28, 1.1}, vec{0.55, -0.9, 2.5}, 0.1, 2) // sump
	s.shape.Part(paint)
	s.bolts(alongZ(0, 0, 0.55+1.05), 24, 1.305, 0, 0.036)
	s.bolts(alongZ(0, 0, 0.55+2.07), 20, 1.05, 0, 0.032)
	s.bolts(mgl64.Translate3D(0, 0, 0.55+0.16).Mul4(mgl64.HomogRotate3DX(-math.Pi/2)), 24, 1.305, 0, 0.036)
	s.bolts(around(1.05).Mul4(mgl64.Translate3D(0, 0, 3.04)), 10, 0.26, 0, 0.03)
	s.tube(mgl64.Ident4(), vec{-1.0, 0.35, 2.75}, vec{-1.0, -0.55, 2.75}, 0.13, 16) // oil filter
	s.tube(mgl64.Ident4(), vec{-0.95, -0.62, 3.15}, vec{-0.95, -0.62, 3.62}, 0.17, 16)
	s.tube(mgl64.Ident4(), vec{-0.4, 1.0, 2.9}, vec{-0.4, 1.3, 2.9}, 0.07, 10) // breather
	for _, leg := range [][2]vec{{{-1.0, -0.5, 2.75}, {-0.95, -0.62, 3.15}}, {{-1.0, 0.3, 2.75}, {-0.9, 0.75, 2.2}}, {{-0.9, 0.75, 2.2}, {-0.75, 0.85, 1.75}}} {
		s.tube(mgl64.Ident4(), leg[0], leg[1], 0.045, 8)
	}
	return s.mesh(bolt)
}

// rib is a plate in the plane X-Z under a slope from (x0, z0) to (x1, z1), down to x = foot.
func rib(p *scene.Shape, x0, z0, x1, z1, foot, half float64) {
	a, b, c, d := vec{x0, 0, z0}, vec{x1, 0, z1}, vec{foot, 0, z1}, vec{foot, 0, z0}
	y := vec{0, half, 0}
	p.Quad(a.Add(y), d.Add(y), c.Add(y), b.Add(y))
	p.Quad(a.Sub(y), b.Sub(y), c.Sub(y), d.Sub(y))
	p.Quad(a.Sub(y), a.Add(y), b.Add(y), b.Sub(y))
}

// brake is the calliper over the disc of the high-speed shaft.
func brake(paint scene.MaterialID) *scene.Mesh {
	s := newSolid("brake")
	s.rounded(mgl64.Ident4(), vec{fastX + 0.38, fastY - 0.3, 3.82}, vec{fastX + 0.82, fastY + 0.3, 4.0}, 0.05, 1)
	s.rounded(mgl64.Ident4(), vec{fastX + 0.38, fastY - 0.3, 4.08}, vec{fastX + 0.82, fastY + 0.3, 4.26}, 0.05, 1)
	s.rounded(mgl64.Ident4(), vec{fastX + 0.68, fastY - 0.25, 3.9}, vec{fastX + 0.86, fastY + 0.25, 4.2}, 0.04, 1)
	s.box(mgl64.Ident4(), vec{fastX + 0.5, footOf(3.94), 3.94}, vec{fastX + 0.76, fastY - 0.2, 4.14})
	return s.mesh(paint)
}

// highSpeedShaft turns about the Z axis of its own node: shaft, brake disc with holes drawn as bosses, coupling.
func highSpeedShaft(steel, dark scene.MaterialID) *scene.Mesh {
	s := newSolid("high_speed_shaft")
	s.lathe(alongZ(0, 0, 3.6), 22, ringAt(0, 0), ringAt(0.11, 0), ringAt(0.11, 0.34), ringAt(0.2, 0.35), ringAt(0.2, 0.41), ringAt(0.62, 0.41), ringAt(0.62, 0.47),
		ringAt(0.2, 0.47), ringAt(0.2, 0.55), ringAt(0.11, 0.56), ringAt(0.11, 0.7), ringAt(0.27, 0.71), ringAt(0.27, 0.78), ringAt(0.18, 0.79), ringAt(0.18, 1.12),
		ringAt(0.27, 1.13), ringAt(0.27, 1.2), ringAt(0.11, 1.21), ringAt(0.11, 1.5), ringAt(0, 1.5))
	s.shape.Part(steel)
	s.bolts(alongZ(0, 0, 4.07), 8, 0.42, 0, 0.034)
	s.bolts(mgl64.Translate3D(0, 0, 4.01).Mul4(mgl64.HomogRotate3DX(-math.Pi/2)), 8, 0.42, 0, 0.034)
	s.bolts(alongZ(0, 0, 4.38), 6, 0.225, 0, 0.025)
	s.bolts(alongZ(0, 0, 4.8), 6, 0.225, 0, 0.025)
	return s.mesh(dark)
}

// generator has a finned body, end shields, feet, a terminal box and an air cooler on top.
func generator(paint, dark scene.MaterialID) *scene.Mesh {
	s := newSolid("generator")
	s.lathe(alongZ(fastX, fastY, 4.95), 40, ringAt(0.14, 0), ringAt(0.3, 0), ringAt(0.32, 0.1), ringAt(0.72, 0.16), ringAt(0.8, 0.2), ringAt(0.82, 0.24),
		ringAt(0.82, 0.42), ringAt(0.74, 0.44), ringAt(0.74, 2.2), ringAt(0.82, 2.22), ringAt(0.82, 2.4), ringAt(0.8, 2.44), ringAt(0.72, 2.48), ringAt(0.36, 2.56), ringAt(0, 2.56))
	for k := range 40 { // cooling fins
		turn := mgl64.Translate3D(fastX, fastY, 0).Mul4(mgl64.HomogRotate3DZ(2 * math.Pi * float64(k) / 40))
		s.box(turn, vec{0.7, -0.014, 5.42}, vec{0.815, 0.014, 7.14})
	}
	for _, x := range []float64{-1, 1} { // feet
		for _, z := range []float64{5.25, 6.85} {
			s.box(mgl64.Ident4(), vec{fastX + x*0.62 - 0.16, footOf(z), z}, vec{fastX + x*0.62 + 0.16, -0.2, z + 0.42})
		}
	}
	s.shape.Part(paint)
	s.rounded(mgl64.Ident4(), vec{fastX - 0.68, fastY + 0.72, 5.3}, vec{fastX + 0.68, fastY + 1.38, 7.2}, 0.07, 2) // air cooler
	for k := range 9 {
		z := 5.5 + 0.19*float64(k)
		s.box(mgl64.Ident4(), vec{fastX - 0.7, fastY + 0.85, z}, vec{fastX + 0.7, fastY + 1.27, z + 0.06})
	}
	s.rounded(mgl64.Ident4(), vec{fastX - 1.16, fastY - 0.32, 5.7}, vec{fastX - 0.74, fastY + 0.36, 6.6}, 0.05, 1) // terminal box
	return s.mesh(dark)
}

// footOf is how deep a foot must reach at z of the tilted frame to stand on the level rear frame.
func footOf(z float64) float64 {
	return (0.70-shaftOver)/math.Cos(tiltRad) + z*math.Tan(tiltRad)
}

// lowSpeedShaft turns with the rotor: flange at the hub, tapered shaft, shrink disc at the gearbox. z counts from the hub.
func lowSpeedShaft(steel, bolt scene.MaterialID) *scene.Mesh {
	s := newSolid("low_speed_shaft")
	s.lathe(alongZ(0, 0, 1.2), 40, ringAt(0, 0), ringAt(1.3, 0), ringAt(1.33, 0.03), ringAt(1.33, 0.22), ringAt(1.3, 0.25), ringAt(0.8, 0.3), ringAt(0.66, 0.6),
		ringAt(0.62, 1.0), ringAt(0.62, 2.3), ringAt(0.48, 2.5), ringAt(0.44, 4.0), ringAt(0.74, 4.02), ringAt(0.78, 4.06), ringAt(0.78, 4.24), ringAt(0.74, 4.28), ringAt(0.44, 4.3), ringAt(0.44, 4.6), ringAt(0, 4.6))
	s.shape.Part(steel)
	s.bolts(alongZ(0, 0, 1.45), 24, 1.12, 0, 0.045)
	s.bolts(alongZ(0, 0, 1.2+4.28), 14, 0.62, 0, 0.034)
	return s.mesh(bolt)
}

// hub is the casting inside the spinner with its three flanges.
func hub(cast scene.MaterialID) *scene.Mesh {
	s := newSolid("hub")
	var profile []scene.Ring
	for k := 0; k <= 10; k++ {
		sin, cos := math.Sincos(math.Pi * float64(k) / 10)
		profile = append(profile, ringAt(1.55*sin, -1.35*cos))
	}
	profile[0].Radius, profile[10].Radius = 0, 0
	s.lathe(alongZ(0, 0, -0.1), 32, profile...)
	for k := range 3 {
		at := mgl64.HomogRotate3DZ(2 * math.Pi * float64(k) / 3)
		s.lathe(at, 32, ringAt(1.35, 0.6), ringAt(1.5, 1.25), ringAt(1.66, 1.28), ringAt(1.66, 1.48), ringAt(0, 1.48))
	}
	return s.mesh(cast)
}

// spinner is the nose over the hub, with collars around the blades.
func spinner(paint scene.MaterialID) *scene.Mesh {
	s := newSolid("spinner")
	const nose, rear, wide = -3.05, 1.85, 2.42
	profile := []scene.Ring{ringAt(0, -rear), ringAt(wide*0.82, -rear), ringAt(wide*0.86, -rear+0.05)}
	for k := 1; k <= 4; k++ {
		t := 1 - float64(k)/4
		profile = append(profile, ringAt(wide*(1-0.13*t*t), -(0.35+(rear-0.35)*t)))
	}
	const steps = 14
	for k := 1; k <= steps; k++ { // a nose of |z|^2.3 + |r|^2.3 = 1
		sin, cos := math.Sincos(math.Pi / 2 * float64(k) / steps)
		profile = append(profile, ringAt(wide*math.Pow(math.Max(cos, 0), 2/2.3), -(0.35+(nose-0.35)*math.Pow(sin, 2/2.3))))
	}
	profile[len(profile)-1].Radius = 0
	s.lathe(mgl64.HomogRotate3DX(-math.Pi/2), 44, profile...)
	for k := range 3 {
		s.lathe(mgl64.HomogRotate3DZ(2*math.Pi*float64(k)/3), 30, ringAt(1.98, 1.2), ringAt(1.90, 2.5), ringAt(1.86, 2.56), ringAt(1.70, 2.56), ringAt(1.66, 2.4))
	}
	return s.mesh(paint)
}
