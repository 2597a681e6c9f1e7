package g3ngl

import (
	"fmt"
	"time"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

const (
	heavyFrom  = 2 * sliceTime // frames whose faces take longer are drawn piece by piece
	roughTime  = sliceTime / 4 // for what is not there yet, in a picture that is shown before it is complete
	linesTime  = sliceTime / 4 // for the edges in such a picture
	roughCost  = 12 + objectCost
	roughLeast = 1.5     // pixels: what has a smaller radius is left out of such a picture
	worthWhile = 100_000 // triangles: from so many on a light frame is measured, which costs waiting
)

// effort says how much a frame is worth.
type effort struct {
	whole  bool       // at once, waiting for all that is to be loaded
	jitter [2]float32 // pixels that the picture is shifted by
}

// job is a frame that is being drawn, all at once or piece by piece. A heavy one, unless it must be quick, is drawn into a
// surface that is kept, to which every piece adds; a picture of it is a copy, with the rest as it looks from far away.
type job struct {
	effort
	begun   time.Time
	cpu     time.Duration
	stage   int  // that is to be drawn next
	heavy   bool // more faces than can be drawn at once
	kept    bool
	hurried time.Time // when the faces of a draft were done
	brief   bool      // it will be drawn again soon, when more is loaded
	hidden  int       // objects found to be hidden by others
	looked  int       // how much was done when they were looked for
}

// begin starts to draw a frame: it loads what there is time for, and chooses what to draw and where.
func (p *painter) begin(f *render.Frame, ts *targets, e effort) error {
	p.frame, p.stats, p.job = f, render.Stats{}, job{effort: e, begun: time.Now()}
	j := &p.job
	p.timeBegin()
	p.follow(f.Layout, e.whole)
	j.brief = p.pending()
	loaded := time.Now()
	var err error
	if p.stats.Uploaded, err = p.objects.update(f, &p.device); err != nil {
		return err
	}
	block := newFrameBlock(f, p.device.reversed)
	block.clipFromView = shifted(block.clipFromView, e.jitter, f)
	block.send(p.block)
	p.compiler.begin(compilesPerFrame)
	if e.whole {
		p.compiler.begin(noLimit)
	}
	p.choose(f)
	j.heavy = !e.whole && p.faces.total > p.pace.within(heavyFrom)
	j.kept = j.heavy && !f.Draft && !j.brief
	p.target = ts.pick(f, j, p.faces.total, p.device.Software)
	if err := p.target.resize(int32(f.WidthPx), int32(f.HeightPx), &p.device); err != nil {
		return err
	}
	if j.kept {
		if err := p.target.needKept(); err != nil {
			return err
		}
	}
	p.stats.Prepare = time.Since(loaded)
	if err := p.prepareExtras(f, p.target); err != nil {
		return err
	}
	p.onto(p.surface())
	p.wipe()
	j.cpu = time.Since(j.begun)
	return glError("begin")
}

// shifted moves a picture by pixels.
func shifted(m mgl32.Mat4, px [2]float32, f *render.Frame) mgl32.Mat4 {
	x, y := 2*px[0]/float32(f.WidthPx), 2*px[1]/float32(f.HeightPx)
	for c := 0; c < 16; c += 4 {
		m[c] += x * m[c+3]
		m[c+1] += y * m[c+3]
	}
	return m
}

// surface is where the job draws.
func (p *painter) surface() *surface {
	if p.job.kept {
		return &p.target.kept
	}
	return &p.target.drawn
}

// onto directs what is drawn next to a surface of the target.
func (p *painter) onto(s *surface) {
	p.bindTables()
	gl.BindBufferBase(gl.UNIFORM_BUFFER, blockFrame, p.block)
	gl.BindFramebuffer(gl.FRAMEBUFFER, s.fbo)
	p.gs.Viewport(0, 0, p.target.w, p.target.h)
}

// wipe empties the depth. The colours need not be: something is drawn on each pixel.
func (p *painter) wipe() {
	p.gs.DepthMask(true)
	if p.device.reversed {
		p.gs.ClearDepth(0)
	} else {
		p.gs.ClearDepth(1)
	}
	p.gs.Clear(gls.DEPTH_BUFFER_BIT)
}

// paint draws the stages from first to before end.
func (p *painter) paint(first, end int) error {
	p.clip(p.frame, true)
	defer p.clip(p.frame, false)
	for _, stage := range p.stages[first:end] {
		if err := p.g3n.Render(stage, fixedCamera{}); err != nil {
			return fmt.Errorf("g3ngl: %w", err)
		}
	}
	return nil
}

// advance draws the next piece of the frame, and reports whether it was the last.
func (p *painter) advance() (done bool, err error) {
	j, begin := &p.job, time.Now()
	defer func() { j.cpu += time.Since(begin) }()
	p.onto(p.surface())
	budget := p.pace.within(sliceTime)
	switch {
	case !j.heavy:
		j.stage = stageBackdrop
		return true, p.atOnce()
	case !j.kept:
		j.stage = stageBackdrop
		return true, p.hurry(p.hasty.within(p.tail.left(time.Since(j.begun))))
	case j.stage == stageSolid:
		if err := p.solids(budget); err != nil {
			return false, err
		}
		p.uncover()
		if p.faces.empty() {
			j.stage = stageBackdrop
		}
	case j.stage == stageBackdrop:
		if err := p.paint(stageBackdrop, stageLines); err != nil {
			return false, err
		}
		j.stage = stageLines
		p.without(turnHidden)
	default:
		p.lines.take(budget)
		p.listLines()
		p.allListed = false
		if err := p.paint(stageLines, stageFront); err != nil {
			return false, err
		}
		p.lines.settle()
		if p.lines.empty() {
			j.stage = stageFront
		}
	}
	if err := finish(); err != nil {
		return false, err
	}
	return j.stage == stageFront, glError("refine")
}

// atOnce draws all faces, and lists all lines. The lists are those of the last frame if that saw the same.
func (p *painter) atOnce() error {
	if !p.allListed {
		p.faces.take(noLimit)
		p.lines.take(noLimit)
		p.listFaces()
		p.listLines()
		p.faces.settle()
		p.lines.settle()
		p.allListed = true
	}
	begin := time.Now()
	if err := p.paint(stageSolid, stageBackdrop); err != nil || p.faces.total < worthWhile {
		return err
	}
	err := finish()
	p.pace.note(p.faces.total, time.Since(begin))
	return err
}

// solids draws the next faces, as many as the budget allows.
func (p *painter) solids(budget int) error {
	begin := time.Now()
	cost := p.faces.take(budget)
	p.listFaces()
	p.allListed = false
	if err := p.paint(stageSolid, stageBackdrop); err != nil {
		return err
	}
	p.faces.settle()
	err := finish()
	p.pacing().note(cost, time.Since(begin))
	return err
}

// pacing is the pace of such frames as the one that is drawn: in drafts, few triangles cover much.
func (p *painter) pacing() *pace {
	if p.job.kept {
		return &p.pace
	}
	return &p.hasty
}

// hurry draws what the budget allows and the rest roughly.
func (p *painter) hurry(budget int) error {
	if err := p.solids(budget); err != nil {
		return err
	}
	p.job.hurried = time.Now()
	return p.roughly()
}

// roughly draws what was not drawn yet in its coarsest shape, and lists the edges of the most important of what was.
func (p *painter) roughly() error {
	big := func(slot uint32) bool { return p.here.radius[slot] > roughLeast }
	if p.faces.rough(p.pacing().within(roughTime)/roughCost, big) > 0 {
		p.listFaces()
		p.allListed = false
		if err := p.paint(stageSolid, stageBackdrop); err != nil {
			return err
		}
		p.faces.settle()
	}
	p.lines.restart()
	p.without(turnWaits) // the edges of what is there roughly, or not at all, would lie elsewhere
	p.without(turnHidden)
	p.lines.take(p.pacing().within(linesTime))
	p.listLines()
	p.allListed = false
	p.lines.restart()
	return nil
}

// without leaves out the edges of objects whose faces are in some state.
func (p *painter) without(t turn) {
	for _, slot := range p.lines.order {
		if p.faces.turns[slot] == t {
			p.lines.turns[slot] = turnNever
		}
	}
}

// uncover looks for objects that are hidden by what has been drawn, if that may pay, and leaves them out.
func (p *painter) uncover() {
	j, a := &p.job, &p.faces
	if a.total < occlusionFrom || p.target.samples > 1 || a.empty() || a.done < 2*j.looked {
		return
	}
	p.cover.read(p.surface(), p.frame, p.device.reversed)
	for _, slot := range a.order[a.next:] {
		if a.turns[slot] == turnWaits && p.cover.hides(&p.frame.Extents[slot]) {
			a.drop(slot)
			j.hidden++
		}
	}
	j.looked = max(a.done, 1)
}

// picture makes a picture of what is there, in a framebuffer of the size of the frame.
func (p *painter) picture(resolved uint32) (render.Stats, error) {
	sofar := p.stats
	err := p.finishPicture(resolved)
	stats := p.stats
	if p.job.kept { // what was added for the picture does not count for the next
		p.stats = sofar
	}
	return stats, err
}

func (p *painter) finishPicture(resolved uint32) error {
	j, begin := &p.job, time.Now()
	from := j.stage
	if j.kept {
		p.target.copyKept()
		p.onto(&p.target.drawn)
		switch j.stage {
		case stageSolid:
			if err := p.roughly(); err != nil {
				return err
			}
			from = stageBackdrop
		case stageLines:
			from = stageFront
		}
	} else {
		p.onto(&p.target.drawn)
	}
	if err := p.paint(from, stageCount); err != nil {
		return err
	}
	t := p.target
	if err := p.resolve(t, resolved); err != nil {
		return err
	}
	if err := p.drawOutline(p.frame, t, resolved); err != nil {
		return err
	}
	gl.ColorMask(true, true, true, true)
	p.timeEnd()
	j.cpu += time.Since(begin)
	p.sum()
	return glError("draw")
}

// sum fills in the figures of a picture.
func (p *painter) sum() {
	j := &p.job
	p.stats.CPU, p.lasted = j.cpu, j.cpu-p.stats.Loading
	p.stats.Refined, p.stats.Skipped = 1, 0
	if j.heavy && j.stage < stageFront {
		p.stats.Refined, p.stats.Skipped = p.faces.share(), p.faces.waiting()
		if j.stage == stageLines {
			p.stats.Refined = 0.99
		}
		p.stats.Refined = min(p.stats.Refined, 0.99)
	}
	p.stats.Covered, p.stats.MeshBytes = j.hidden, 0
	for _, b := range p.batches {
		p.stats.MeshBytes += b.bytes()
	}
}
