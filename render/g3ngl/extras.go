package g3ngl

import (
	"slices"

	"github.com/g3n/engine/renderer"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// extras are what is drawn beside the batches, and what it is made of.
type extras struct {
	target   *target // that is drawn into
	effects  effectBuffer
	caps     caps
	glyphs   glyphs
	outlines outlines
	quads    quads
	lighting
}

func (e *extras) init() {
	e.effects.init()
	e.quads.init()
	e.caps.init(&e.quads)
	e.glyphs.init(&e.quads)
	e.outlines.init(&e.quads)
	e.lighting.init()
}

func (e *extras) delete() {
	e.effects.delete()
	e.caps.delete()
	e.glyphs.delete()
	e.lighting.delete()
	e.outlines.delete()
	e.quads.delete()
}

// addExtraShaders registers the sources of what is drawn beside the batches, and of what it shares with them.
func addExtraShaders(r *renderer.Renderer) {
	for name, source := range map[string]string{
		"effects": chunkEffects, "effectColour": chunkEffectColour, "clip": chunkClip, "blended": chunkBlended, "hatch": chunkHatch, "stroke": chunkStroke, "band": chunkBand,
	} {
		r.AddChunk(name, source)
	}
	for name, source := range map[string]string{
		"cap.v": capVertexSource, "cap.f": capFragmentSource, "capLine.v": capLineVertex, "capLine.f": capLineFragment,
		"grid.v": gridVertex, "grid.f": gridFragment, "stroke.v": strokeVertex, "stroke.f": strokeFragment, "arrow.v": arrowVertex, "arrow.f": arrowFragment,
		"compose.v": composeVertex, "compose.f": composeFragment, "net.f": netFragment,
	} {
		r.AddShader(name, source)
	}
	addLightShaders(r)
}

// prepareExtras brings what is drawn beside the batches up to date with the frame.
func (p *painter) prepareExtras(f *render.Frame, t *target) error {
	p.target = t
	if manyLayers(f) {
		if err := t.layers.need(t); err != nil {
			return err
		}
	}
	p.composed.SetVisible(manyLayers(f))
	sent, err := p.effects.update(f, &p.device)
	p.stats.Uploaded += sent
	if err != nil {
		return err
	}
	p.caps.update(f)
	p.capFaces.SetVisible(p.caps.corners[0] > 0)
	p.capGlass.SetVisible(p.caps.corners[1] > 0)
	p.capLines.SetVisible(p.caps.segments > 0)
	p.grid.SetVisible(f.Grid)
	p.stats.Uploaded += p.glyphs.update(f, &p.device)
	p.strokes.SetVisible(p.glyphs.lines > 0)
	p.strokesBehind.SetVisible(p.glyphs.linesOnTop > 0)
	p.arrows.SetVisible(p.glyphs.arrows > 0)
	p.arrowsBehind.SetVisible(p.glyphs.arrowsOnTop > 0)
	return p.prepareLight(f, t)
}

// extraPrograms chooses the programs of the passes beside the batches.
func (p *painter) extraPrograms(f *render.Frame, look, cut []string) {
	p.capFaces.use(slices.Concat(look, cut)...)
	p.capGlass.use(slices.Concat(look, cut, layering(f))...)
	p.net.use(p.batches, f.Wire, slices.Concat(look, cut)...)
	p.netClear.use(p.batches, f.Wire, slices.Concat(look, cut)...)
	p.capLines.use(cut...)
	p.lightPrograms(f, look, cut)
}

// hasStates reports whether an object of the frame that is shown is abnormal in any way.
func hasStates(f *render.Frame) bool {
	for i := range f.Objects {
		if f.Objects[i].Flags&abnormal != 0 && f.Objects[i].Flags&render.FlagHidden == 0 {
			return true
		}
	}
	return false
}

// abnormal are the flags of alarms and states.
const abnormal = 7 | render.FlagStale | render.FlagBad | render.FlagPredicted

// layering are the defines of translucent surfaces.
func layering(f *render.Frame) []string {
	if manyLayers(f) {
		return []string{"OIT"}
	}
	return nil
}

// clip switches on the planes that the driver clips by: those of a section that keeps what is inside of all of them, and that
// of levels.
func (p *painter) clip(f *render.Frame, on bool) {
	set := func(plane int, on bool) {
		if on {
			gl.Enable(gl.CLIP_DISTANCE0 + uint32(plane))
		} else {
			gl.Disable(gl.CLIP_DISTANCE0 + uint32(plane))
		}
	}
	for i := range f.Planes {
		set(i, on && f.Keep == scene.KeepInside)
	}
	set(levelPlane, on && hasLevels(f))
}
