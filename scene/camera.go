package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// Camera is a view: a plain value.
type Camera struct {
	Eye, Target mgl64.Vec3 // metres; Target is the point in focus
	Up          mgl64.Vec3 // zero is read as +Y
	FovYRad     float64    // vertical angle of view; zero is read as DefaultFovYRad
	Ortho       bool       // parallel projection that shows the plane through Target at the same size
}

// DefaultFovYRad is 40°, close to a normal lens: little distortion on big plants.
const DefaultFovYRad = 40 * math.Pi / 180

// Normalized returns the camera with its zero shorthands written out and Eye apart from Target.
func (c Camera) Normalized() Camera {
	if c.Up.Len() == 0 {
		c.Up = mgl64.Vec3{0, 1, 0}
	}
	if c.FovYRad <= 0 || c.FovYRad >= math.Pi {
		c.FovYRad = DefaultFovYRad
	}
	if c.Eye.Sub(c.Target).Len() < 1e-9 {
		c.Eye = c.Target.Add(mgl64.Vec3{0, 0, 1})
	}
	if c.Eye.Sub(c.Target).Normalize().Cross(c.Up.Normalize()).Len() < 1e-6 { // straight up or down
		c.Up = mgl64.Vec3{0, 0, -1}
	}
	return c
}

// Finite reports whether all numbers of the camera are finite and within reason: nearer to the origin than 10¹² m.
func (c Camera) Finite() bool {
	sum := c.Eye.Dot(c.Eye) + c.Target.Dot(c.Target) + c.Up.Dot(c.Up) + c.FovYRad*c.FovYRad
	return sum < 1e24 // false for NaN too
}

// Distance returns how far Eye is from Target, in metres.
func (c Camera) Distance() float64 { return c.Eye.Sub(c.Target).Len() }

// Axes returns unit vectors of the view in world space: to the right, up, and forward.
func (c Camera) Axes() (right, up, forward mgl64.Vec3) {
	c = c.Normalized()
	forward = c.Target.Sub(c.Eye).Normalize()
	right = forward.Cross(c.Up).Normalize()
	return right, right.Cross(forward), forward
}

// HalfHeight returns half the height of the view at the target, in metres.
func (c Camera) HalfHeight() float64 {
	c = c.Normalized()
	return c.Distance() * math.Tan(c.FovYRad/2)
}

// Ray returns the ray in world space through a point of the view: x and y run from -1 (left, bottom) to 1.
// aspect is width over height.
func (c Camera) Ray(x, y, aspect float64) Ray {
	c = c.Normalized()
	right, up, forward := c.Axes()
	if c.Ortho {
		h := c.HalfHeight()
		from := c.Eye.Add(right.Mul(x * h * aspect)).Add(up.Mul(y * h))
		// start far behind the eye: a parallel view has no eye point, things behind it are seen too
		return Ray{Origin: from.Sub(forward.Mul(c.orthoBack())), Direction: forward}
	}
	t := math.Tan(c.FovYRad / 2)
	return Ray{Origin: c.Eye, Direction: forward.Add(right.Mul(x * t * aspect)).Add(up.Mul(y * t)).Normalize()}
}

// orthoBack is how far behind its eye a parallel view still shows things.
func (c Camera) orthoBack() float64 { return 20 * c.Distance() }

// RayAt is Ray for a pixel (from the left and the top) of a view of width × height pixels.
func (c Camera) RayAt(xPx, yPx, widthPx, heightPx float64) Ray {
	return c.Ray(2*xPx/widthPx-1, 1-2*yPx/heightPx, widthPx/heightPx)
}

// Project returns the pixel (from the left and the top) of a point, and its distance along the view direction.
// It is not ok for a point behind the eye; a point beside the view has a pixel outside of it.
func (c Camera) Project(p mgl64.Vec3, widthPx, heightPx float64) (xPx, yPx, depth float64, ok bool) {
	c = c.Normalized()
	right, up, forward := c.Axes()
	d := p.Sub(c.Eye)
	x, y, depth := d.Dot(right), d.Dot(up), d.Dot(forward)
	h := c.HalfHeight()
	if !c.Ortho {
		if depth <= 1e-9 {
			return 0, 0, depth, false
		}
		h = depth * math.Tan(c.FovYRad/2)
	}
	return (x/(h*widthPx/heightPx) + 1) / 2 * widthPx, (1 - y/h) / 2 * heightPx, depth, true
}

// PixelSize returns the size in metres of one pixel at a point, in a view of heightPx pixels.
func (c Camera) PixelSize(at mgl64.Vec3, heightPx float64) float64 {
	c = c.Normalized()
	if c.Ortho {
		return 2 * c.HalfHeight() / heightPx
	}
	_, _, forward := c.Axes()
	depth := math.Max(1e-6, at.Sub(c.Eye).Dot(forward))
	return 2 * depth * math.Tan(c.FovYRad/2) / heightPx
}

// ViewFromWorld returns the view matrix: the eye at the origin, looking along -Z.
func (c Camera) ViewFromWorld() mgl64.Mat4 {
	right, up, forward := c.Axes()
	e := c.Eye
	return mgl64.Mat4{
		right[0], up[0], -forward[0], 0,
		right[1], up[1], -forward[1], 0,
		right[2], up[2], -forward[2], 0,
		-right.Dot(e), -up.Dot(e), forward.Dot(e), 1,
	}
}

// Framed returns the camera moved along its direction so that b fills the view with a small margin.
func (c Camera) Framed(b Bounds, aspect float64) Camera {
	if b.Empty() {
		return c
	}
	c = c.Normalized()
	right, up, forward := c.Axes()
	center := b.Center()
	tanY := math.Tan(c.FovYRad / 2)
	tanX := tanY * aspect
	var dist, halfW, halfH float64
	for _, p := range b.Corners() {
		d := p.Sub(center)
		x, y, z := math.Abs(d.Dot(right)), math.Abs(d.Dot(up)), d.Dot(forward)
		dist = math.Max(dist, math.Max(x/tanX, y/tanY)-z)
		halfW, halfH = math.Max(halfW, x), math.Max(halfH, y)
	}
	if c.Ortho {
		dist = math.Max(halfW/tanX, halfH/tanY)
	}
	dist = math.Max(dist*1.12, 0.02+b.Diagonal()*0.1)
	c.Target = center
	c.Eye = center.Sub(forward.Mul(dist))
	return c
}

// Within returns the angle that some pixels take in a view of heightPx pixels, as seen from the origin of a Ray of this
// camera: how far beside a ray Picker.SnapAt looks. In a parallel view it is that at the target.
func (c Camera) Within(pixels, heightPx float64) float64 {
	c = c.Normalized()
	if c.Ortho {
		return math.Atan(pixels * 2 * c.HalfHeight() / heightPx / (c.Distance() + c.orthoBack()))
	}
	return math.Atan(pixels * 2 * math.Tan(c.FovYRad/2) / heightPx)
}
