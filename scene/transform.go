package scene

import "github.com/go-gl/mathgl/mgl64"

// Transform places a node in its parent: scale, then rotation, then translation. The zero value is the identity: a zero
// rotation is read as none and a zero scale as 1.
type Transform struct {
	Translation mgl64.Vec3 // metres
	Rotation    mgl64.Quat
	Scale       mgl64.Vec3
}

// At returns a pure translation, in metres.
func At(x, y, z float64) Transform { return Transform{Translation: mgl64.Vec3{x, y, z}} }

// Turned returns t with its rotation replaced by a turn of angleRad about axis.
func (t Transform) Turned(angleRad float64, axis mgl64.Vec3) Transform {
	t.Rotation = mgl64.QuatRotate(angleRad, axis.Normalize())
	return t
}

// Scaled returns t with the same scale along all axes.
func (t Transform) Scaled(factor float64) Transform {
	t.Scale = mgl64.Vec3{factor, factor, factor}
	return t
}

// Normalized returns t with the zero shorthands written out and the rotation made a unit quaternion.
func (t Transform) Normalized() Transform {
	if t.Rotation == (mgl64.Quat{}) {
		t.Rotation = mgl64.QuatIdent()
	} else {
		t.Rotation = t.Rotation.Normalize()
	}
	if t.Scale == (mgl64.Vec3{}) {
		t.Scale = mgl64.Vec3{1, 1, 1}
	}
	return t
}

// Matrix returns parentFromNode.
func (t Transform) Matrix() mgl64.Mat4 {
	t = t.Normalized()
	return t.matrix()
}

// matrix is Matrix of a normalized transform.
func (t *Transform) matrix() mgl64.Mat4 {
	q := t.Rotation
	x, y, z, w := q.V[0], q.V[1], q.V[2], q.W
	sx, sy, sz := t.Scale[0], t.Scale[1], t.Scale[2]
	return mgl64.Mat4{
		(1 - 2*(y*y+z*z)) * sx, 2 * (x*y + z*w) * sx, 2 * (x*z - y*w) * sx, 0,
		2 * (x*y - z*w) * sy, (1 - 2*(x*x+z*z)) * sy, 2 * (y*z + x*w) * sy, 0,
		2 * (x*z + y*w) * sz, 2 * (y*z - x*w) * sz, (1 - 2*(x*x+y*y)) * sz, 0,
		t.Translation[0], t.Translation[1], t.Translation[2], 1,
	}
}

// mulAffine multiplies two affine matrices; it is twice as fast as Mat4.Mul4.
func mulAffine(a, b *mgl64.Mat4, out *mgl64.Mat4) {
	for c := 0; c < 3; c++ {
		b0, b1, b2 := b[c*4], b[c*4+1], b[c*4+2]
		out[c*4] = a[0]*b0 + a[4]*b1 + a[8]*b2
		out[c*4+1] = a[1]*b0 + a[5]*b1 + a[9]*b2
		out[c*4+2] = a[2]*b0 + a[6]*b1 + a[10]*b2
		out[c*4+3] = 0
	}
	b0, b1, b2 := b[12], b[13], b[14]
	out[12] = a[0]*b0 + a[4]*b1 + a[8]*b2 + a[12]
	out[13] = a[1]*b0 + a[5]*b1 + a[9]*b2 + a[13]
	out[14] = a[2]*b0 + a[6]*b1 + a[10]*b2 + a[14]
	out[15] = 1
}

// affineSound reports whether all numbers of an affine matrix are finite and within reason.
func affineSound(m *mgl64.Mat4) bool {
	sum := m[0]*m[0] + m[1]*m[1] + m[2]*m[2] + m[4]*m[4] + m[5]*m[5] + m[6]*m[6] +
		m[8]*m[8] + m[9]*m[9] + m[10]*m[10] + m[12]*m[12] + m[13]*m[13] + m[14]*m[14]
	return sum < farthest*farthest // false for NaN too
}
