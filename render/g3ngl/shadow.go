package g3ngl

import (
	"fmt"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

// maxCascades is how many maps of shadows there are at most.
const maxCascades = 3

const (
	shadowSide     = 2048 // pixels of a map
	sunWidth       = 0.03 // of a shadow's soft border, by the distance of what casts it; the true sun has 0.009
	shadowSamples  = 16   // on GPUs
	slowSamples    = 9    // on the CPU at rest
	fastestSamples = 1    // and while something moves
)

// cascade is one map of shadows: a box in the direction of the sun, and the range of the view that it is for.
type cascade struct {
	viewFromOrigin, clipFromView mgl32.Mat4 // as the sun sees it
	fromOrigin                   mgl32.Mat4 // texture coordinates and depth
	lo, hi                       mgl32.Vec3 // its box in the sun's view; z is towards the sun
	end                          float32    // metres along the view
	texel                        float32    // metres
}

// shadows are the maps, and what they were drawn for.
type shadows struct {
	texture, fbo uint32
	raw          uint32 // a sampler that reads depth as numbers
	block        uint32 // Frame, as the sun sees it
	layers       int
	cascades     []cascade
	casters      casters
	drawn        shadowKey // what the maps show, where they are kept
	drawing      int       // the cascade that is being drawn
	samples      float32
	reversed     bool
}

// shadowKey is what decides what the maps show.
type shadowKey struct {
	fit    [maxCascades]mgl32.Mat4
	count  int
	layout *render.Layout
	loaded bool
	planes [6]mgl32.Vec4
	keep   int
	whole  bool // no part of it was in coarse detail
}

// need makes the maps when they are first used.
func (s *shadows) need(gs *gls.GLS, layers int, d *device) error {
	if s.texture != 0 {
		return nil
	}
	s.layers, s.reversed = layers, d.reversed
	gl.GenBuffers(1, &s.block)
	gl.GenTextures(1, &s.texture)
	gs.ActiveTexture(gl.TEXTURE0 + unitWork)
	gl.BindTexture(gl.TEXTURE_2D_ARRAY, s.texture)
	gl.TexImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.DEPTH_COMPONENT32F, shadowSide, shadowSide, int32(layers), 0, gl.DEPTH_COMPONENT, gl.FLOAT, nil)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAX_LEVEL, 0)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_COMPARE_MODE, gl.COMPARE_REF_TO_TEXTURE)
	compare := int32(gl.LEQUAL)
	if d.reversed {
		compare = gl.GEQUAL
	}
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_COMPARE_FUNC, compare)
	gl.GenSamplers(1, &s.raw)
	gl.SamplerParameteri(s.raw, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
	gl.SamplerParameteri(s.raw, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
	gl.SamplerParameteri(s.raw, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
	gl.SamplerParameteri(s.raw, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
	gl.SamplerParameteri(s.raw, gl.TEXTURE_COMPARE_MODE, gl.NONE)
	gl.BindSampler(unitShadowDepths, s.raw)
	gl.GenFramebuffers(1, &s.fbo)
	gl.BindFramebuffer(gl.FRAMEBUFFER, s.fbo)
	gl.FramebufferTextureLayer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, s.texture, 0, 0)
	gl.DrawBuffer(gl.NONE)
	gl.ReadBuffer(gl.NONE)
	if status := gl.CheckFramebufferStatus(gl.FRAMEBUFFER); status != gl.FRAMEBUFFER_COMPLETE {
		s.delete()
		return fmt.Errorf("g3ngl: maps of shadows are refused (0x%x)", status)
	}
	return nil
}

func (s *shadows) delete() {
	gl.DeleteTextures(1, &s.texture)
	gl.DeleteFramebuffers(1, &s.fbo)
	gl.DeleteSamplers(1, &s.raw)
	gl.DeleteBuffers(1, &s.block)
	*s = shadows{}
}

// describe tells the shaders what maps there are.
func (s *shadows) describe(b *lightBlock) {
	b.shadowEnd[3] = float32(len(s.cascades))
	way := float32(-1) // of depth, towards the sun
	if s.reversed {
		way = 1
	}
	b.shadowSoft = mgl32.Vec4{shadowSide, s.samples, sunWidth, way}
	for i := range s.cascades {
		c := &s.cascades[i]
		b.shadowFromOrigin[i], b.shadowEnd[i], b.shadowTexel[i], b.shadowSpan[i] = c.fromOrigin, c.end, c.texel, c.hi[2]-c.lo[2]
	}
}

// castShadows draws the maps of a frame in which some objects cast shadows. On the CPU there is one, which is kept while neither the sun nor what casts shadows
// moves, whatever the camera does.
func (p *painter) castShadows(f *render.Frame, sun, light mgl32.Vec3, some, quick bool) error {
	s := &p.lighting.shadows
	s.cascades = s.cascades[:0]
	if f.Light.NoShadows || light == (mgl32.Vec3{}) || !some {
		return nil
	}
	layers := maxCascades
	s.samples = shadowSamples
	if p.device.Software {
		layers, s.samples = 1, slowSamples
		if quick {
			s.samples = fastestSamples
		}
	}
	if err := s.need(p.gs, layers, &p.device); err != nil {
		return err
	}
	s.cascades = fitCascades(s.cascades, f, &s.casters, layers, p.device.reversed)
	key := shadowKey{count: len(s.cascades), layout: p.layout, loaded: !p.pending(), keep: int(f.Keep), whole: !f.Draft}
	copy(key.planes[:], f.Planes)
	for i := range s.cascades {
		key.fit[i] = s.cascades[i].fromOrigin
	}
	was := s.drawn
	if f.Draft && was.whole { // finer than it needs to be is good as well
		key.whole = true
	}
	if key == was && key.loaded && !s.casters.moved {
		return nil
	}
	s.drawn = key
	return p.drawShadows(f)
}

// drawShadows draws all cascades.
func (p *painter) drawShadows(f *render.Frame) error {
	s := &p.lighting.shadows
	kept := p.stats
	var cut []string
	if len(f.Planes) > 0 {
		cut = []string{"SECTION"}
	}
	if len(f.Effects) > 0 {
		cut = append(cut, "EFFECTS")
	}
	p.shadowed.use(p.batches, true, append(cut, "OPAQUE")...)
	p.bindTables()
	gl.BindFramebuffer(gl.FRAMEBUFFER, s.fbo)
	p.gs.Viewport(0, 0, shadowSide, shadowSide)
	p.gs.DepthMask(true)
	p.clip(f, true)
	defer p.clip(f, false)
	defer gl.BindBufferBase(gl.UNIFORM_BUFFER, blockFrame, p.block)
	for i := range s.cascades {
		s.drawing = i
		c := &s.cascades[i]
		p.listCasters(c)
		block := newFrameBlock(f, p.device.reversed)
		block.viewFromOrigin, block.clipFromView = c.viewFromOrigin, c.clipFromView
		block.send(s.block)
		gl.FramebufferTextureLayer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, s.texture, 0, int32(i))
		if p.device.reversed {
			p.gs.ClearDepth(0)
		} else {
			p.gs.ClearDepth(1)
		}
		p.gs.Clear(gls.DEPTH_BUFFER_BIT)
		if err := p.g3n.Render(p.shadowRoot, fixedCamera{}); err != nil {
			return fmt.Errorf("g3ngl: shadows: %w", err)
		}
	}
	p.stats.Objects, p.stats.Triangles, p.stats.MaxDraws = kept.Objects, kept.Triangles, kept.MaxDraws
	return nil
}

// listCasters chooses what a cascade shows, in the detail of its pixels.
func (p *painter) listCasters(c *cascade) {
	s := &p.lighting.shadows
	n, foreign := uint32(len(p.frame.Objects)), p.settled == nil || p.settled.Scene != p.layout.Scene
	choose := chooser{
		keep: func(it *item) bool {
			return it.slot < n && s.casters.in(it.slot, c) && (!foreign || it.mesh == p.layout.Shape(int(it.slot)))
		},
		level: func(it *item) int { return it.within(c.texel / scaleOf(&p.frame.Objects[it.slot])) },
	}
	for _, b := range p.batches {
		if b.primitive == triangles {
			b.list(listShadows, faces, choose)
			b.sendInstances()
		}
	}
}

// paintShadows draws what casts shadows into the bound map.
func (p *painter) paintShadows(gs *gls.GLS, pr *program, of func(*batch) bool) {
	p.state(gs, true, true, false)
	gs.Enable(gls.POLYGON_OFFSET_FILL)
	gs.PolygonOffset(p.farther(1.5), p.farther(1))
	p.drawList(pr, listShadows, 0, faces, of)
	gs.Disable(gls.POLYGON_OFFSET_FILL)
}

// within is the coarsest level of detail of an item that strays no farther from it, in metres of the mesh.
func (it *item) within(errorM float32) int {
	n := 0
	for n < len(it.coarse) && it.mesh.LODs[n].ErrorM <= errorM {
		n++
	}
	return n
}
