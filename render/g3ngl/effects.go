package g3ngl

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

const (
	effectBytes  = int(unsafe.Sizeof(render.Effect{}))
	effectTexels = effectBytes / 16
)

// effectBuffer holds what shaders know of the few objects that have an effect.
type effectBuffer struct {
	buffer, texture uint32
	sent            []render.Effect
}

func (b *effectBuffer) init() {
	gl.GenBuffers(1, &b.buffer)
	gl.GenTextures(1, &b.texture)
	gl.BindBuffer(gl.TEXTURE_BUFFER, b.buffer)
	gl.BufferData(gl.TEXTURE_BUFFER, effectBytes, nil, gl.DYNAMIC_DRAW)
	gl.BindTexture(gl.TEXTURE_BUFFER, b.texture)
	gl.TexBuffer(gl.TEXTURE_BUFFER, gl.RGBA32UI, b.buffer)
}

// update sends the effects of a frame, if they changed, and returns how many bytes went.
func (b *effectBuffer) update(f *render.Frame, d *device) (int, error) {
	n := len(f.Effects)
	if n == 0 || slices.Equal(f.Effects, b.sent) {
		return 0, nil
	}
	if n*effectTexels > int(d.maxTexels) {
		return 0, fmt.Errorf("g3ngl: %d objects with effects are more than the driver's %d", n, int(d.maxTexels)/effectTexels)
	}
	b.sent = append(b.sent[:0], f.Effects...)
	gl.BindBuffer(gl.TEXTURE_BUFFER, b.buffer)
	gl.BufferData(gl.TEXTURE_BUFFER, n*effectBytes, unsafe.Pointer(&b.sent[0]), gl.DYNAMIC_DRAW)
	return n * effectBytes, nil
}

func (b *effectBuffer) delete() {
	gl.DeleteBuffers(1, &b.buffer)
	gl.DeleteTextures(1, &b.texture)
}

// levelOf returns the plane above which an object is left out.
func levelOf(f *render.Frame, o *render.Object) (plane mgl32.Vec4, ok bool) {
	if o.Effect == 0 || int(o.Effect) > len(f.Effects) {
		return plane, false
	}
	e := &f.Effects[o.Effect-1]
	return e.Level, e.Flags&render.EffectLevel != 0
}

// hasLevels reports whether a frame shows an object in part only.
func hasLevels(f *render.Frame) bool {
	return slices.ContainsFunc(f.Effects, func(e render.Effect) bool { return e.Flags&render.EffectLevel != 0 })
}
