package g3ngl

import (
	"math"
	"slices"
	"unsafe"

	"github.com/g3n/engine/core"
	"github.com/g3n/engine/renderer"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

// lightBlock mirrors the uniform block "Light" of the shaders in std140 layout.
type lightBlock struct {
	shades                                                         [9]mgl32.Vec4
	sunlight, sunToward, mirrors                                   mgl32.Vec4
	shadowFromOrigin                                               [maxCascades]mgl32.Mat4
	shadowEnd, shadowTexel, shadowSpan, shadowSoft, depthWay, near mgl32.Vec4
}

// The sun of the built-in surroundings, as what a white surface that faces it sends back; at night it is the moon.
var (
	daylight  = mgl32.Vec3{0.92, 0.89, 0.83}
	moonlight = mgl32.Vec3{0.30, 0.33, 0.38}
)

// lighting is all light of the Review look.
type lighting struct {
	surroundings surroundings
	shadows      shadows
	ambient      ambient
	behind       behind
	lightBuffer  uint32
	late         bool // the frame is lit by a sketch, as the surroundings are still being made
	refracts     bool // there is glass in it
	taken        bool // what is behind that was copied
}

func (l *lighting) init() { gl.GenBuffers(1, &l.lightBuffer) }

func (l *lighting) delete() {
	l.surroundings.delete()
	l.shadows.delete()
	l.ambient.delete()
	l.behind.delete()
	gl.DeleteBuffers(1, &l.lightBuffer)
}

// addLightShaders registers the sources of the light.
func addLightShaders(r *renderer.Renderer) {
	for name, source := range map[string]string{
		"lightBlock": chunkLightBlock, "tone": chunkTone, "distance": chunkDistance, "layers": chunkLayers, "film": chunkFilm, "glass": chunkGlass, "layered": chunkLayered,
	} {
		r.AddChunk(name, source)
	}
	for name, source := range map[string]string{
		"nearness.f": nearnessFragment, "nearnessSmooth.f": nearnessSmooth, "nearnessOver.f": nearnessOver,
	} {
		r.AddShader(name, source)
	}
}

// makeLight makes the passes of the light.
func (p *painter) makeLight(known *programs, add adder) {
	shadow := chunkShadow
	if !p.device.Software {
		shadow = "#define SOFT\n" + shadow
	}
	p.g3n.AddChunk("shadow", shadow)
	p.shadowRoot = core.NewNode()
	p.shadowed = add(p.shadowRoot, 0, "mesh.v", "depth.f", silhouettes, p.paintShadows)
	p.makeShades(known)
	p.makeGlass(add)
}

// lightPrograms chooses the programs of those passes.
func (p *painter) lightPrograms(f *render.Frame, look, cut []string) {
	p.refracts = f.Look == render.Review && slices.ContainsFunc(p.batches, func(b *batch) bool {
		_, ok := glassy(b)
		return ok && listTranslucent < len(b.lists) && b.lists[listTranslucent].elements > 0
	})
	p.glass.use(p.batches, p.refracts, slices.Concat(look, cut, []string{"TRANSLUCENT"})...)
}

// prepareLight brings the light up to date with a frame, and draws the maps of shadows that it needs. Only the Review look is
// lit. It is called before the picture is begun.
func (p *painter) prepareLight(f *render.Frame, t *target) error {
	l := &p.lighting
	l.late, l.taken = false, false
	if f.Look != render.Review {
		p.planAmbient(f, false)
		return nil
	}
	sun, light := sunOf(f)
	cast := l.shadows.casters.gather(f, sun)
	quick := p.device.Software && !p.compiler.unhurried() && (f.Draft || l.shadows.casters.moved)
	p.planAmbient(f, quick)
	l.late = !l.surroundings.update(p.gs, f, p.compiler.unhurried())
	if err := p.castShadows(f, sun, light, cast, quick); err != nil {
		return err
	}
	if err := l.ambient.need(p, t); err != nil {
		return err
	}
	if err := l.behind.need(p, t); err != nil {
		return err
	}
	newLightBlock(f, l, sun, light, p.device.reversed).send(l.lightBuffer)
	p.bindLight()
	return nil
}

// unhurried reports whether a frame waits for all that it needs, as those of snapshots do.
func (p *programs) unhurried() bool { return p.left > math.MaxInt32 }

// sunOf returns where the sun stands and how bright it is: that of the surroundings, where they have their own.
func sunOf(f *render.Frame) (toward, light mgl32.Vec3) {
	if m := f.Light.Environment; m != nil {
		s, ok := m.Sun()
		if !ok {
			return f.Sun, mgl32.Vec3{}
		}
		return mgl32.Vec3(s.Toward), mgl32.Vec3(s.Irradiance)
	}
	if f.Palette.Dark {
		return f.Sun, moonlight
	}
	return f.Sun, daylight
}

func newLightBlock(f *render.Frame, l *lighting, sun, light mgl32.Vec3, reversed bool) *lightBlock {
	b := &lightBlock{}
	m := l.surroundings.shown
	for i, c := range m.Harmonics() {
		b.shades[i] = mgl32.Vec3(c).Vec4(0)
	}
	exposure := float32(math.Exp2(min(max(f.Light.ExposureEV, -20), 20)))
	b.sunlight, b.sunToward = light.Vec4(exposure), sun.Vec4(0)
	if light != (mgl32.Vec3{}) {
		b.sunToward[3] = 1
	}
	b.mirrors = mgl32.Vec4{float32(len(m.Levels()) - 1), 1 / exposure}
	l.shadows.describe(b)
	b.depthWay = depthWay(f, reversed)
	b.near = l.ambient.nearness
	return b
}

// depthWay says how the depth of a pixel turns into a distance along the view, see the shaders.
func depthWay(f *render.Frame, reversed bool) mgl32.Vec4 {
	m := f.ClipFromView(reversed)
	scale, shift := float32(2), float32(-1) // from depth to clip space
	if reversed {
		scale, shift = 1, 0
	}
	if f.TanHalfY == 0 {
		return mgl32.Vec4{m[14] - shift, -scale, m[10], 0}
	}
	return mgl32.Vec4{m[14], 0, m[10] + shift, scale}
}

func (b *lightBlock) send(buffer uint32) {
	gl.BindBuffer(gl.UNIFORM_BUFFER, buffer)
	gl.BufferData(gl.UNIFORM_BUFFER, int(unsafe.Sizeof(*b)), unsafe.Pointer(b), gl.DYNAMIC_DRAW)
	gl.BindBufferBase(gl.UNIFORM_BUFFER, blockLight, buffer)
}

// bindLight binds the textures of the light.
func (p *painter) bindLight() {
	l := &p.lighting
	p.gs.ActiveTexture(gl.TEXTURE0 + unitSurroundings)
	gl.BindTexture(gl.TEXTURE_CUBE_MAP, l.surroundings.cube)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitReflection)
	gl.BindTexture(gl.TEXTURE_2D, l.surroundings.table)
	for _, unit := range []uint32{unitShadows, unitShadowDepths} {
		p.gs.ActiveTexture(gl.TEXTURE0 + unit)
		gl.BindTexture(gl.TEXTURE_2D_ARRAY, l.shadows.texture)
	}
	p.gs.ActiveTexture(gl.TEXTURE0 + unitBehind)
	gl.BindTexture(gl.TEXTURE_2D, l.behind.texture)
}
