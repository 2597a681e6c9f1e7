package g3ngl

import (
	"image/color"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// frameBlock mirrors the uniform block "Frame" of the shaders in std140 layout.
type frameBlock struct {
	viewFromOrigin, clipFromView mgl32.Mat4
	eye, right, up, forward      mgl32.Vec4
	sun, sky, horizon, ground    mgl32.Vec4
	clay, clayEdge               mgl32.Vec4
	stale, predicted, accent     mgl32.Vec4
	alarm                        [4]mgl32.Vec4
	planes                       [scene.MaxPlanes]mgl32.Vec4
	section, screen, layers      mgl32.Vec4
}

func vec(c color.NRGBA) mgl32.Vec4 {
	return mgl32.Vec4{float32(c.R) / 255, float32(c.G) / 255, float32(c.B) / 255, float32(c.A) / 255}
}

// newFrameBlock translates a frame. The image is drawn upside down: y of clip space is mirrored.
func newFrameBlock(f *render.Frame, reversed bool) *frameBlock {
	b := &frameBlock{viewFromOrigin: f.ViewFromOrigin, clipFromView: f.ClipFromView(reversed)}
	for c := 0; c < 4; c++ {
		b.clipFromView[c*4+1] *= -1
	}
	v := &f.ViewFromOrigin
	right, up, forward := mgl32.Vec3{v[0], v[4], v[8]}, mgl32.Vec3{v[1], v[5], v[9]}, mgl32.Vec3{-v[2], -v[6], -v[10]}
	t := f.TanHalfY
	parallel := float32(0)
	if t == 0 {
		parallel, t = 1, 0.36 // the backdrop of a parallel view is that of a lens of 40°
	}
	b.eye = f.Eye.Vec4(max(f.FocusDistance, 1e-3))
	b.right, b.up = right.Mul(t*f.Aspect()).Vec4(0), up.Mul(t).Vec4(0)
	b.forward = forward.Vec4(parallel)
	p := &f.Palette
	b.sun = f.Sun.Vec4(0)
	if p.Dark {
		b.sun[3] = 1
	}
	b.sky, b.horizon, b.ground, b.clay, b.clayEdge = vec(p.Sky), vec(p.Horizon), vec(p.Ground), vec(p.Clay), vec(p.ClayEdge)
	b.stale, b.predicted, b.accent = vec(p.Stale), vec(p.Predicted), vec(p.Accent)
	for i := range b.alarm {
		b.alarm[i] = vec(p.Alarm[i])
	}
	copy(b.planes[:], f.Planes)
	b.section[0] = float32(len(f.Planes))
	if f.Keep == scene.KeepOutside {
		b.section[1] = 1
	}
	if !reversed {
		b.section[2] = 1
	}
	metresPerPixel := 2 * f.TanHalfY / float32(f.HeightPx)
	if f.TanHalfY == 0 {
		metresPerPixel = 2 * f.HalfHeight / float32(f.HeightPx)
	}
	b.screen = mgl32.Vec4{float32(f.WidthPx), float32(f.HeightPx), f.PixelScale, metresPerPixel}
	b.layers = layersOf(f)
	return b
}

func (b *frameBlock) send(buffer uint32) {
	gl.BindBuffer(gl.UNIFORM_BUFFER, buffer)
	gl.BufferData(gl.UNIFORM_BUFFER, int(unsafe.Sizeof(*b)), unsafe.Pointer(b), gl.DYNAMIC_DRAW)
	gl.BindBufferBase(gl.UNIFORM_BUFFER, blockFrame, buffer)
}
