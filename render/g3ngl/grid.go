package g3ngl

import (
	"math"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

const (
	gridPitchPx = 34 // the narrowest that lines may lie in the middle of the view, in design pixels
	gridLevels  = 6  // grids that are drawn over each other: two neighbours in the sequence 1, 2, 5, in three decades
)

// gridLevel is one grid of lines at an even spacing.
type gridLevel struct {
	spacingM       float32
	weight         float32 // 0 to 1
	phaseX, phaseZ float32 // of the lines against the origin of the frame, in spacings
}

// spacing125 is the entry of the sequence … 0.5, 1, 2, 5, 10, 20 … with 1 at index 0.
func spacing125(index int) float64 {
	decade := int(math.Floor(float64(index) / 3))
	return [3]float64{1, 2, 5}[index-3*decade] * math.Pow10(decade)
}

// place125 returns the entry of the sequence at or below a spacing, and how far it is on the way to the next, 0 to 1.
func place125(metres float64) (index int, way float64) {
	e := math.Log10(metres)
	decade := math.Floor(e)
	index = 3 * int(decade)
	steps := [4]float64{0, math.Log10(2), math.Log10(5), 1}
	for k := range 3 {
		if rest := e - decade; rest < steps[k+1] || k == 2 {
			return index + k, min((rest-steps[k])/(steps[k+1]-steps[k]), 1)
		}
	}
	return index, 0
}

// gridOf chooses the spacings for a view: lines lie about gridPitchPx apart where it looks. From one spacing to the next
// they fade into each other.
func gridOf(f *render.Frame) (levels [gridLevels]gridLevel) {
	metres := float64(2*f.HalfHeight) / float64(f.HeightPx) // per pixel
	if f.TanHalfY > 0 {
		metres = float64(2*f.TanHalfY*f.FocusDistance) / float64(f.HeightPx)
	}
	index, way := place125(math.Max(metres*gridPitchPx*float64(f.PixelScale), 1e-6))
	way = way * way * (3 - 2*way)
	for i := range levels {
		s := spacing125(index + i/2*3 + i%2)
		weight := 1 - way
		if i%2 == 1 {
			weight = way
		}
		_, x := math.Modf(f.Origin[0] / s)
		_, z := math.Modf(f.Origin[2] / s)
		levels[i] = gridLevel{float32(s), float32(weight), float32(x), float32(z)}
	}
	return levels
}

// paintGrid draws the grid on the plane where the world's height is zero.
func (p *painter) paintGrid(gs *gls.GLS, pr *program) {
	f := p.frame
	levels := gridOf(f)
	gl.Uniform4fv(pr.at("gridLevels"), gridLevels, &levels[0].spacingM)
	gl.Uniform3f(pr.at("gridOrigin"), float32(-f.Origin[0]), float32(-f.Origin[1]), float32(-f.Origin[2]))
	p.state(gs, true, false, true)
	gs.BindVertexArray(p.emptyVAO)
	gl.DrawArrays(gl.TRIANGLES, 0, 3)
	p.count(1, 0, 0)
}
