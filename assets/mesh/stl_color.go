package mesh

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// paint says how the 16 free bits of a facet hold its colour, which no standard says. VisCAM and SolidView set bit 15 for
// facets that have one, with blue in the low bits; Materialise Magics names a colour for all in the header, clears bit
// 15 for facets of another, and has red in the low bits.
type paint struct {
	magics bool
	whole  [4]uint8 // of Magics: sRGB and alpha of facets without a colour
}

func paintOf(header []byte) paint {
	p := paint{whole: [4]uint8{180, 183, 188, 255}}
	c, found := magics(header, "COLOR=")
	if !found {
		c, found = magics(header, "MATERIAL=") // of its three colours the diffuse one comes first
	}
	if found {
		p.magics = true
		if copy(p.whole[:], c); p.whole[3] == 0 {
			p.whole[3] = 255
		}
	}
	return p
}

const ownColor = 1 << 15

// colored reports whether a facet with this attribute has a colour of its own. Magics says so by a bit that is clear,
// but writes zeros too where it has no colours: black facets alone are not taken for colours.
func (p paint) colored(attribute uint16) bool {
	if p.magics {
		return attribute != 0 && attribute&ownColor == 0
	}
	return attribute&ownColor != 0
}

// color returns r | g<<8 | b<<16 | alpha<<24 in sRGB of a facet.
func (p paint) color(attribute uint16) uint32 {
	low, mid, high := five(attribute), five(attribute>>5), five(attribute>>10)
	switch {
	case p.magics && attribute&ownColor == 0:
		return low | mid<<8 | high<<16 | 255<<24
	case !p.magics && attribute&ownColor != 0:
		return high | mid<<8 | low<<16 | 255<<24
	}
	return uint32(p.whole[0]) | uint32(p.whole[1])<<8 | uint32(p.whole[2])<<16 | uint32(p.whole[3])<<24
}

// five spreads five bits over eight.
func five(v uint16) uint32 {
	c := uint32(v & 31)
	return c<<3 | c>>2
}

// surface is the material of a file whose facets have no colours of their own.
func (p paint) surface() scene.Material {
	m := grey()
	if p.magics {
		m.BaseColor = [4]float32{linear(p.whole[0]), linear(p.whole[1]), linear(p.whole[2]), float32(p.whole[3]) / 255}
		m.Blend = p.whole[3] < 255
	}
	return m
}

// grey is the surface of what has no material.
func grey() scene.Material { return scene.New().Materials()[0] }

// white is the surface of what has colours at its vertices, which multiply it.
func white() scene.Material {
	m := grey()
	m.Name, m.BaseColor = "colours", [4]float32{1, 1, 1, 1}
	return m
}

// linear turns a value of sRGB into linear light (IEC 61966-2-1).
func linear(v uint8) float32 { return linearTable[v] }

var linearTable = func() (t [256]float32) {
	for i := range t {
		t[i] = float32(linearOf(float64(i) / 255))
	}
	return t
}()

// linearOf is linear for values of 0 … 1.
func linearOf(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}
