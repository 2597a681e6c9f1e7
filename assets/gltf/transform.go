package gltf

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// tiny stands for a scale of zero, which a scene.Transform reads as 1 and which would make normals vanish.
const tiny = 1e-9

// place gives the placement of a node; a matrix is taken apart into translation, rotation and scale.
func (r *reader) place(index int) scene.Transform {
	n := &r.doc.Nodes[index]
	t := scene.Transform{Translation: or(n.Translation, [3]float64{}), Scale: or(n.Scale, [3]float64{1, 1, 1})}
	q := or(n.Rotation, [4]float64{0, 0, 0, 1})
	t.Rotation = mgl64.Quat{W: q[3], V: mgl64.Vec3{q[0], q[1], q[2]}}
	if n.Matrix != nil {
		var sheared bool
		if t, sheared = decompose(*n.Matrix); sheared {
			r.job.Warn("node %q is sheared, which is not kept: its shape is not quite right", r.nodeName(index))
		}
	}
	if t.Scale == (mgl64.Vec3{}) {
		t.Scale = mgl64.Vec3{tiny, tiny, tiny}
	}
	if !sound(t) {
		r.job.Warn("node %q has no sensible placement and stands at its parent", r.nodeName(index))
		return scene.Transform{}
	}
	return t
}

func sound(t scene.Transform) bool {
	l := t.Rotation.Len()
	ok := l > 1e-9
	for _, v := range [...]float64{t.Translation[0], t.Translation[1], t.Translation[2], t.Scale[0], t.Scale[1], t.Scale[2], l} {
		ok = ok && !math.IsNaN(v) && math.Abs(v) < 1e12
	}
	return ok
}

// decompose takes a matrix apart: the scales are the lengths of its columns, the first negative if it mirrors. It also
// tells whether the columns do not stand at right angles, which no scale and rotation can say.
func decompose(m mgl64.Mat4) (t scene.Transform, sheared bool) {
	axes := [3]mgl64.Vec3{m.Col(0).Vec3(), m.Col(1).Vec3(), m.Col(2).Vec3()}
	t = scene.Transform{Translation: m.Col(3).Vec3(), Rotation: mgl64.QuatIdent()}
	flat := 0
	for k := range axes {
		if t.Scale[k] = axes[k].Len(); t.Scale[k] > 1e-12 {
			axes[k] = axes[k].Mul(1 / t.Scale[k])
		} else {
			t.Scale[k], flat = tiny, flat+1
			axes[k] = mgl64.Vec3{}
		}
	}
	complete(&axes, flat)
	if axes[0].Cross(axes[1]).Dot(axes[2]) < 0 {
		t.Scale[0], axes[0] = -t.Scale[0], axes[0].Mul(-1)
	}
	x, y, z := axes[0], axes[1], axes[2]
	if math.Abs(x.Dot(y))+math.Abs(y.Dot(z))+math.Abs(z.Dot(x)) > 1e-3 {
		sheared = true
		if y = y.Sub(x.Mul(x.Dot(y))); y.Len() < 1e-9 {
			return t, true
		}
		y = y.Normalize()
		z = x.Cross(y)
	}
	t.Rotation = mgl64.Mat4ToQuat(mgl64.Mat4FromCols(x.Vec4(0), y.Vec4(0), z.Vec4(0), mgl64.Vec4{0, 0, 0, 1})).Normalize()
	return t, sheared
}

// complete finds directions for axes that a matrix flattens to nothing.
func complete(axes *[3]mgl64.Vec3, flat int) {
	switch flat {
	case 3:
		*axes = [3]mgl64.Vec3{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	case 2:
		for k := range axes {
			if axes[k] != (mgl64.Vec3{}) {
				other := mgl64.Vec3{1, 0, 0}
				if math.Abs(axes[k][0]) > 0.9 {
					other = mgl64.Vec3{0, 1, 0}
				}
				axes[(k+1)%3] = axes[k].Cross(other).Normalize()
				axes[(k+2)%3] = axes[k].Cross(axes[(k+1)%3])
				return
			}
		}
	case 1:
		for k := range axes {
			if axes[k] == (mgl64.Vec3{}) {
				if axes[k] = axes[(k+1)%3].Cross(axes[(k+2)%3]); axes[k].Len() > 1e-9 {
					axes[k] = axes[k].Normalize()
				}
				return
			}
		}
	}
}
