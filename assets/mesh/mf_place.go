package mesh

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// placements takes an affine matrix apart into translation, rotation and scale. A matrix that shears needs two nodes, one
// in the other: by its singular values it is U·S·Vᵀ with rotations U and V, of which the outer node has U and S, and the
// inner one Vᵀ.
func placements(m mgl64.Mat4) []scene.Transform {
	x, y, z := m.Col(0).Vec3(), m.Col(1).Vec3(), m.Col(2).Vec3()
	scale := mgl64.Vec3{x.Len(), y.Len(), z.Len()}
	translation := m.Col(3).Vec3()
	skew := math.Abs(x.Dot(y))/(scale[0]*scale[1]) + math.Abs(y.Dot(z))/(scale[1]*scale[2]) + math.Abs(z.Dot(x))/(scale[2]*scale[0])
	if skew < 1e-5 {
		x, y, z = x.Mul(1/scale[0]), y.Mul(1/scale[1]), z.Mul(1/scale[2])
		if x.Cross(y).Dot(z) < 0 {
			x, scale[0] = x.Mul(-1), -scale[0]
		}
		return []scene.Transform{{Translation: translation, Rotation: turn3(x, y, z), Scale: scale}}
	}
	values, v := eigen(m.Mat3().Transpose().Mul3(m.Mat3()))
	if v.Det() < 0 {
		v.SetCol(0, v.Col(0).Mul(-1))
	}
	var u [3]mgl64.Vec3
	for k := range u {
		along := m.Mat3().Mul3x1(v.Col(k))
		scale[k] = math.Sqrt(max(values[k], 0))
		if l := along.Len(); l > 0 {
			scale[k], u[k] = l, along.Mul(1/l)
		}
	}
	if u[0].Cross(u[1]).Dot(u[2]) < 0 {
		u[0], scale[0] = u[0].Mul(-1), -scale[0]
	}
	t := v.Transpose()
	return []scene.Transform{
		{Translation: translation, Rotation: turn3(u[0], u[1], u[2]), Scale: scale},
		{Rotation: turn3(t.Col(0), t.Col(1), t.Col(2))},
	}
}

// turn3 is the rotation that takes the axes to x, y and z.
func turn3(x, y, z mgl64.Vec3) mgl64.Quat {
	return mgl64.Mat4ToQuat(mgl64.Mat4FromCols(x.Vec4(0), y.Vec4(0), z.Vec4(0), mgl64.Vec4{0, 0, 0, 1})).Normalize()
}

// eigen returns the eigenvalues and, in the columns of v, the eigenvectors of a symmetric matrix, by the rotations of
// C. G. J. Jacobi (G. Golub and C. van Loan, Matrix Computations, 8.5).
func eigen(a mgl64.Mat3) (values mgl64.Vec3, v mgl64.Mat3) {
	v = mgl64.Ident3()
	for range 30 {
		p, q, largest := 0, 1, 0.0
		for i := range 3 {
			for j := i + 1; j < 3; j++ {
				if e := math.Abs(a.At(i, j)); e > largest {
					p, q, largest = i, j, e
				}
			}
		}
		if largest <= 1e-15*(math.Abs(a.At(0, 0))+math.Abs(a.At(1, 1))+math.Abs(a.At(2, 2))) {
			break
		}
		theta := (a.At(q, q) - a.At(p, p)) / (2 * a.At(p, q))
		t := 1 / (math.Abs(theta) + math.Sqrt(theta*theta+1))
		if theta < 0 {
			t = -t
		}
		c := 1 / math.Sqrt(t*t+1)
		r := mgl64.Ident3()
		r.Set(p, p, c)
		r.Set(q, q, c)
		r.Set(p, q, t*c)
		r.Set(q, p, -t*c)
		a = r.Transpose().Mul3(a).Mul3(r)
		v = v.Mul3(r)
	}
	return mgl64.Vec3{a.At(0, 0), a.At(1, 1), a.At(2, 2)}, v
}
