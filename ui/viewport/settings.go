package viewport

import (
	"time"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// settings are what the user switches about the picture, beside look and section.
type settings struct {
	wire, grid, noEdges bool
	light               render.Light
	quality             Quality
}

// Quality turns the effort for pictures down on slow machines. The zero Quality turns nothing down.
type Quality struct {
	Scale float64 // size of pictures against the view, 0.25 to 1; 0 is read as 1
	FPS   int     // at most so many pictures a second; 0 is read as MaxFPS
}

// normalized writes the shorthands out and keeps both within bounds.
func (q Quality) normalized() Quality {
	if q.Scale < 0.25 || q.Scale >= 1 || q.Scale != q.Scale {
		q.Scale = 1
	}
	if q.FPS < 1 || q.FPS > MaxFPS {
		q.FPS = MaxFPS
	}
	return q
}

// least is the time from one picture to the next, at least; a tick may come a little early.
func (q Quality) least() time.Duration {
	const early = 4 * time.Millisecond
	return time.Second/time.Duration(q.normalized().FPS) - early
}

// change notes that a setting changed, so that the next Advance draws and the tools show it.
func (v *Viewport) change() {
	v.dirty = true
	v.overlay.restyle()
}

// XRay reports whether the view is translucent, see SetXRay.
func (v *Viewport) XRay() bool { return v.xray }

// Section returns what cuts the scene open, nil for nothing. Do not change it.
func (v *Viewport) Section() *scene.Section { return v.section }

// Wire reports whether the edges of all triangles are drawn; SetWire switches it.
func (v *Viewport) Wire() bool { return v.settings.wire }

// SetWire draws the edges of all triangles over faint faces.
func (v *Viewport) SetWire(on bool) {
	if on != v.settings.wire {
		v.settings.wire = on
		v.change()
	}
}

// Grid reports whether a grid lies on the ground; SetGrid switches it.
func (v *Viewport) Grid() bool { return v.settings.grid }

// SetGrid lays a grid on the ground.
func (v *Viewport) SetGrid(on bool) {
	if on != v.settings.grid {
		v.settings.grid = on
		v.change()
	}
}

// Edges reports whether the edges of parts are drawn where the look has any; SetEdges switches it.
func (v *Viewport) Edges() bool { return !v.settings.noEdges }

// SetEdges draws the edges of parts, or leaves them out.
func (v *Viewport) SetEdges(on bool) {
	if on == v.settings.noEdges {
		v.settings.noEdges = !on
		v.change()
	}
}

// Light is what lights the scene in the Review look; SetLight changes it.
func (v *Viewport) Light() render.Light { return v.settings.light }

// SetLight changes what lights the scene.
func (v *Viewport) SetLight(l render.Light) {
	if l != v.settings.light {
		v.settings.light = l
		v.change()
	}
}

// SetQuality turns the effort for pictures down, or up again.
func (v *Viewport) SetQuality(q Quality) {
	if q = q.normalized(); q != v.settings.quality {
		v.settings.quality = q
		v.change()
	}
}
