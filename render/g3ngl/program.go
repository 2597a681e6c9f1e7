package g3ngl

import (
	"strings"

	"github.com/g3n/engine/core"
	"github.com/g3n/engine/geometry"
	"github.com/g3n/engine/gls"
	"github.com/g3n/engine/graphic"
	"github.com/g3n/engine/material"
	"github.com/g3n/engine/math32"
	"github.com/g3n/engine/renderer"
	"github.com/go-gl/gl/v3.3-core/gl"
)

// Texture units and the binding of the uniform block.
const (
	unitObjects = iota
	unitMaterials
	unitMask
	unitEffects
	unitAlarms   // coverage of what has an alarm, by its priority
	unitGathered // colours and weights of translucent surfaces
	unitWeights
	unitStrokes
	unitShape // of an arrow
	unitSurroundings
	unitReflection
	unitShadows
	unitShadowDepths // the same texture, read as numbers
	unitBehind       // the picture of what is opaque, for what refracts it
	unitWork         // where textures are bound to be filled
	unitMaps         // and the ones after it: the maps of a material
)

const (
	blockFrame = iota
	blockLight
)

// addShaders registers the sources with g3n's shader manager.
func addShaders(r *renderer.Renderer) {
	for name, source := range map[string]string{
		"frame": chunkFrame, "object": chunkObject, "sky": chunkSky, "cut": chunkCut, "dither": chunkDither, "srgb": chunkSRGB, "pattern": chunkPattern,
		"light": chunkLight, "alpha": chunkAlpha, "surfaceVertex": chunkSurfaceVertex, "surfaceFragment": chunkSurfaceFragment,
	} {
		r.AddChunk(name, source)
	}
	for name, source := range map[string]string{
		"sky.v": skyVertex, "sky.f": skyFragment, "mesh.v": meshVertex, "mesh.f": meshFragment, "depth.f": depthFragment,
		"mask.f": maskFragment, "wire.v": wireVertex, "wire.f": wireFragment, "edge.v": edgeVertex, "edge.f": edgeFragment, "outline.v": outlineVertex, "outline.f": outlineFragment,
		"smooth.v": smoothVertex, "smooth.f": smoothFragment, "resolve.f": resolveFragment,
	} {
		r.AddShader(name, source)
	}
	addExtraShaders(r)
}

// pass is a g3n graphic without geometry of its own: it draws the batches in RenderSetup, with the program and the state
// that its material asked g3n for. g3n's draw call after it draws nothing.
type pass struct {
	graphic.Graphic
	mat              material.Material
	vertex, fragment string
	programs         *programs
	draw             func(gs *gls.GLS, p *program)
}

func newPass(pr *programs, order int, vertex, fragment string, draw func(*gls.GLS, *program)) *pass {
	p := &pass{vertex: vertex, fragment: fragment, programs: pr, draw: draw}
	p.Graphic.Init(p, geometry.NewGeometry(), gls.TRIANGLES)
	p.SetCullable(false)
	p.SetRenderOrder(order)
	p.mat.Init()
	p.mat.SetTransparent(true) // g3n draws these in render order; state is set in draw
	p.mat.SetShaderUnique(true)
	p.mat.SetUseLights(material.UseLightNone)
	p.AddMaterial(p, &p.mat, 0, 0)
	return p
}

// use chooses the variant of the program for the next frame: the defines, in a fixed order.
func (p *pass) use(defines ...string) {
	name := p.name(defines)
	if name == p.mat.Shader() {
		return
	}
	p.mat.SetShader(name)
	p.mat.ShaderDefines = *gls.NewShaderDefines()
	for _, d := range defines {
		p.mat.ShaderDefines.Set(d, "1")
	}
	p.programs.manager.AddProgram(name, p.vertex, p.fragment)
}

func (p *pass) name(defines []string) string {
	return p.vertex + "+" + p.fragment + "+" + strings.Join(defines, "+")
}

// RenderSetup is called by g3n with the pass's program in use.
func (p *pass) RenderSetup(gs *gls.GLS, _ *core.RenderInfo) { p.draw(gs, p.programs.current()) }

// program is a linked program with the places of its uniforms.
type program struct {
	id                       uint32
	slotBase, ghost, channel int32
	maps                     mapBits // that it samples
	places                   map[string]int32
}

// at is the place of a uniform that few programs have; -1 where this one has none.
func (p *program) at(name string) int32 {
	place, known := p.places[name]
	if !known {
		place = gl.GetUniformLocation(p.id, gl.Str(name+"\x00"))
		p.places[name] = place
	}
	return place
}

// programs knows all programs in use by their GL name.
type programs struct {
	manager  *renderer.Renderer
	byID     map[uint32]*program
	compiled map[string]bool
	left     int  // how many more this frame may compile
	waiting  bool // for another frame: there were more
}

// begin allows the frame so many new programs.
func (p *programs) begin(most int) { p.left, p.waiting = most, false }

// allows reports whether a frame may use a program: compiling takes long, so few are compiled in one frame, besides those
// that nothing works without.
func (p *programs) allows(name string, needed bool) bool {
	switch {
	case needed || p.compiled[name]:
		return true
	case p.left == 0:
		p.waiting = true
		return false
	}
	p.left--
	p.compiled[name] = true
	return true
}

func (p *programs) current() *program {
	var id int32
	gl.GetIntegerv(gl.CURRENT_PROGRAM, &id)
	if known := p.byID[uint32(id)]; known != nil {
		return known
	}
	at := func(name string) int32 { return gl.GetUniformLocation(uint32(id), gl.Str(name+"\x00")) }
	pr := &program{id: uint32(id), slotBase: at("slotBase"), ghost: at("ghost"), channel: at("channel"), places: map[string]int32{}}
	for name, binding := range map[string]uint32{"Frame": blockFrame, "Light": blockLight} {
		if block := gl.GetUniformBlockIndex(uint32(id), gl.Str(name+"\x00")); block != gl.INVALID_INDEX {
			gl.UniformBlockBinding(uint32(id), block, binding)
		}
	}
	for name, unit := range map[string]int32{"objects": unitObjects, "materials": unitMaterials, "mask": unitMask, "effects": unitEffects,
		"alarms": unitAlarms, "gathered": unitGathered, "weights": unitWeights, "strokes": unitStrokes, "shape": unitShape,
		"surroundings": unitSurroundings, "reflection": unitReflection, "shadows": unitShadows, "shadowDepths": unitShadowDepths, "behind": unitBehind} {
		if l := at(name); l >= 0 {
			gl.Uniform1i(l, unit)
		}
	}
	for i, name := range mapNames {
		if l := at(name.sampler); l >= 0 {
			gl.Uniform1i(l, int32(unitMaps+i))
			pr.maps |= 1 << i
		}
	}
	p.byID[uint32(id)] = pr
	return pr
}

// fixedCamera satisfies g3n's camera: the passes take the matrices from the frame block, g3n needs some for its culling.
type fixedCamera struct{}

func (fixedCamera) ViewMatrix(m *math32.Matrix4) { m.Identity() }
func (fixedCamera) ProjMatrix(m *math32.Matrix4) { m.Identity() }
