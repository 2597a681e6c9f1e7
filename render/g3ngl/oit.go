package g3ngl

import (
	"math"

	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

// layersOf returns between which distances from the eye translucent objects lie: the nearest, and one over the span.
func layersOf(f *render.Frame) mgl32.Vec4 {
	near, far := float32(math.MaxFloat32), float32(0)
	for i := range f.Objects {
		o := &f.Objects[i]
		if o.Flags&(render.FlagTranslucent|render.FlagBlend) == 0 || o.Flags&render.FlagHidden != 0 {
			continue
		}
		m := f.Extents[i].Middle
		d := mgl32.Vec3(m).Sub(f.Eye).Len()
		near, far = min(near, d-o.Radius), max(far, d+o.Radius)
	}
	if far == 0 {
		return mgl32.Vec4{}
	}
	near = max(near, 0)
	return mgl32.Vec4{near, 1 / max(far-near, 1e-3)}
}
