package gltf

import (
	"math"
	"sync"
)

// The transfer function of sRGB is that of IEC 61966-2-1. Colours of vertices are linear in a file and sRGB in a scene.

// srgbOf holds the sRGB value, 0 … 255, of linear values in steps of 1/65535: fine enough to tell all sRGB values apart.
var srgbOf = sync.OnceValue(func() *[1 << 16]uint8 {
	out := new([1 << 16]uint8)
	for i := range out {
		x := float64(i) / 65535
		if x <= 0.0031308 {
			x *= 12.92
		} else {
			x = 1.055*math.Pow(x, 1/2.4) - 0.055
		}
		out[i] = uint8(x*255 + 0.5)
	}
	return out
})

// toSRGB turns a linear share, 0 … 1, into sRGB.
func toSRGB(v float32) uint8 { return srgbOf()[uint16(min(max(v, 0), 1)*65535+0.5)] }

// toLinear turns an sRGB value into a linear share.
func toLinear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

// linearOf holds the linear value of each sRGB value in steps of 1/65535.
var linearOf = sync.OnceValue(func() *[256]uint16 {
	out := new([256]uint16)
	for i := range out {
		out[i] = uint16(toLinear(uint8(i))*65535 + 0.5)
	}
	return out
})
