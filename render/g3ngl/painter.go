package g3ngl

import (
	"fmt"
	"math"
	"time"

	"github.com/g3n/engine/gls"
	"github.com/g3n/engine/renderer"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

// compilesPerFrame bounds how long a frame waits for the driver to compile programs for surfaces that are new to it.
const compilesPerFrame = 1

// painter draws frames. It lives on the renderer's thread.
type painter struct {
	device device
	gs     *gls.GLS
	g3n    *renderer.Renderer

	loader    *loader
	layout    *render.Layout // of the newest frame
	settled   *render.Layout // that everything was last sent for
	batches   []*batch
	textures  textures
	objects   objectBuffer
	materials materialBuffer
	block     uint32
	emptyVAO  uint32
	queries   [4]uint32
	queried   int
	lasted    time.Duration // that drawing the last frame took
	loaded    int           // bytes since the last frame
	passes
	chosen
	extras

	frame  *render.Frame // being drawn
	stats  render.Stats
	inPass int
}

func newPainter(d device, textureBytes int) (*painter, error) {
	loading.Lock()
	gs, err := gls.New()
	loading.Unlock()
	if err != nil {
		return nil, fmt.Errorf("g3ngl: g3n: %w", err)
	}
	gs.SetCheckErrors(false)           // an error would end the process; they are read once per frame instead
	for gl.GetError() != gl.NO_ERROR { // left over from loading
		continue
	}
	p := &painter{device: d, gs: gs, g3n: renderer.NewRenderer(gs)}
	addShaders(p.g3n)
	p.textures = newTextures()
	p.objects.init()
	p.materials.init()
	p.extras.init()
	gl.GenBuffers(1, &p.block)
	gl.GenVertexArrays(1, &p.emptyVAO)
	gl.GenQueries(int32(len(p.queries)), &p.queries[0])
	constants()
	gl.Enable(gl.PROGRAM_POINT_SIZE)
	p.makePasses()
	if err := glError("start"); err != nil {
		return nil, err
	}
	p.loader = newLoader(&d, textureBytes)
	return p, nil
}

// draw paints a frame into the target and resolves it into a framebuffer of the same size. A whole frame waits until all
// that it shows has been loaded.
func (p *painter) draw(f *render.Frame, t *target, resolved uint32, whole bool) (render.Stats, error) {
	start := time.Now()
	p.frame, p.stats = f, render.Stats{}
	defer func() { p.frame = nil }()
	if err := t.resize(int32(f.WidthPx), int32(f.HeightPx), &p.device); err != nil {
		return p.stats, err
	}
	p.timeBegin()
	p.follow(f.Layout, f.Draft, whole)
	loaded := time.Now()
	var err error
	if p.stats.Uploaded, err = p.objects.update(f, &p.device); err != nil {
		return p.stats, err
	}
	newFrameBlock(f, p.device.reversed).send(p.block)
	p.compiler.begin(compilesPerFrame)
	if whole {
		p.compiler.begin(math.MaxInt)
	}
	p.choose(f)
	if err := p.prepareExtras(f, t); err != nil {
		return p.stats, err
	}
	p.bindTables()

	gl.BindFramebuffer(gl.FRAMEBUFFER, t.drawn.fbo)
	p.gs.Viewport(0, 0, t.w, t.h)
	p.gs.DepthMask(true)
	if p.device.reversed {
		p.gs.ClearDepth(0)
	} else {
		p.gs.ClearDepth(1)
	}
	p.gs.Clear(gls.DEPTH_BUFFER_BIT)
	p.clip(f, true)
	for _, stage := range p.stages {
		if err := p.g3n.Render(stage, fixedCamera{}); err != nil {
			return p.stats, fmt.Errorf("g3ngl: %w", err)
		}
	}
	p.clip(f, false)
	gl.ColorMask(true, true, true, true)
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, t.drawn.fbo)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, resolved)
	gl.BlitFramebuffer(0, 0, t.w, t.h, 0, 0, t.w, t.h, gl.COLOR_BUFFER_BIT, gl.NEAREST)
	if err := p.drawOutline(f, t, resolved); err != nil {
		return p.stats, err
	}
	gl.ColorMask(true, true, true, true)
	p.timeEnd()
	p.stats.CPU = time.Since(start)
	p.lasted = time.Since(loaded)
	return p.stats, glError("draw")
}

// bindTables binds what all passes read. Arrays of textures are bound by the batches.
func (p *painter) bindTables() {
	p.gs.ActiveTexture(gl.TEXTURE0 + unitMaterials)
	gl.BindTexture(gl.TEXTURE_BUFFER, p.materials.texture)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitEffects)
	gl.BindTexture(gl.TEXTURE_BUFFER, p.effects.texture)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitObjects)
	gl.BindTexture(gl.TEXTURE_BUFFER, p.objects.texture)
}

func (p *painter) delete() {
	p.loader.close()
	for _, b := range p.batches {
		b.delete()
	}
	p.textures.delete()
	p.objects.delete()
	p.materials.delete()
	p.extras.delete()
	gl.DeleteBuffers(1, &p.block)
	gl.DeleteVertexArrays(1, &p.emptyVAO)
	gl.DeleteQueries(int32(len(p.queries)), &p.queries[0])
}
