package environment

import (
	"math"
	"sync"
)

// TableSide is the side of the table of reflection, in entries.
const TableSide = 32

// tableRays is how many directions each entry of the table is the mean of.
const tableRays = 192

// Table returns how much of even surroundings of radiance 1 a surface reflects, as TableSide rows of TableSide entries of three
// numbers: rows by roughness, columns by the cosine between the normal and the eye, each from the middle of the first entry at
// 0.5/TableSide to that of the last. The first two are the scale and the bias of the reflection at right angles, of GGX
// microfacets with Smith's height-correlated masking (Karis, "Real shading in Unreal Engine 4", 2013; Heitz, JCGT 3(2), 2014);
// the third is the reflection of a white sheen (Estevez and Kulla, "Production friendly microfacet sheen BRDF", 2017). Read only.
var Table = sync.OnceValue(func() []float32 {
	out := make([]float32, TableSide*TableSide*3)
	each(TableSide, func(row int) {
		rough := (float64(row) + 0.5) / TableSide
		for column := range TableSide {
			nv := (float64(column) + 0.5) / TableSide
			scale, bias := splitSum(rough, nv)
			if all := scale + bias; all > 1 { // at grazing angles the rays are too few
				scale, bias = scale/all, bias/all
			}
			at := (row*TableSide + column) * 3
			out[at], out[at+1], out[at+2] = float32(scale), float32(bias), float32(sheen(rough, nv))
		}
	})
	return out
})

// splitSum integrates the microfacets by their distribution.
func splitSum(rough, nv float64) (scale, bias float64) {
	a := max(rough*rough, 1e-4)
	v := [3]float64{math.Sqrt(1 - nv*nv), 0, nv}
	for i := range tableRays {
		u, w := (float64(i)+0.5)/tableRays, inverseRadix2(uint32(i))
		cos := math.Sqrt((1 - u) / (1 + (a*a-1)*u))
		sin := math.Sqrt(1 - cos*cos)
		h := [3]float64{sin * math.Cos(2*math.Pi*w), sin * math.Sin(2*math.Pi*w), cos}
		vh := v[0]*h[0] + v[2]*h[2]
		nl := 2*vh*h[2] - v[2]
		if nl <= 0 || vh <= 0 {
			continue
		}
		visible := 0.5 / (nl*math.Sqrt(nv*nv*(1-a*a)+a*a) + nv*math.Sqrt(nl*nl*(1-a*a)+a*a))
		weight := 4 * visible * nl * vh / h[2] / tableRays
		grazing := math.Pow(1-vh, 5)
		scale += weight * (1 - grazing)
		bias += weight * grazing
	}
	return scale, bias
}

// sheen integrates the inverted Gaussian of Estevez and Kulla, with the visibility of Neubelt and Pettineo as
// KHR_materials_sheen has it, over the hemisphere.
func sheen(rough, nv float64) float64 {
	a := max(rough*rough, 1e-3)
	v := [3]float64{math.Sqrt(1 - nv*nv), 0, nv}
	sum := 0.0
	for i := range tableRays {
		nl, w := (float64(i)+0.5)/tableRays, inverseRadix2(uint32(i))
		sin := math.Sqrt(1 - nl*nl)
		h := [3]float64{v[0] + sin*math.Cos(2*math.Pi*w), v[1] + sin*math.Sin(2*math.Pi*w), v[2] + nl}
		nh := h[2] / math.Sqrt(h[0]*h[0]+h[1]*h[1]+h[2]*h[2])
		d := (2 + 1/a) * math.Pow(max(1-nh*nh, 0), 0.5/a) / (2 * math.Pi)
		sum += d / (4 * (nl + nv - nl*nv)) * nl
	}
	return min(sum*2*math.Pi/tableRays, 1)
}
