package g3ngl

import (
	"fmt"
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
	timing    bool
	pace      pace
	hasty     pace // of heavy drafts
	tail      tail
	lasted    time.Duration // that drawing the last frame took
	loaded    int           // bytes since the last frame
	loading   time.Duration // what that took
	passes
	extras

	here, ghostly chosen
	sight         sight
	faces, lines  agenda
	allListed     bool // the lists hold all faces and lines of the plan
	cover         cover
	smooth        smoother
	resolver      resolver
	job           job

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
	p := &painter{device: d, gs: gs, g3n: renderer.NewRenderer(gs), pace: newPace(d.Software), hasty: newPace(d.Software)}
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
	p.smooth.init(p)
	p.resolver.init(p)
	if err := glError("start"); err != nil {
		return nil, err
	}
	p.loader = newLoader(&d, textureBytes)
	return p, nil
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
	p.smooth.free()
	gl.DeleteBuffers(1, &p.block)
	gl.DeleteVertexArrays(1, &p.emptyVAO)
	gl.DeleteQueries(int32(len(p.queries)), &p.queries[0])
}
