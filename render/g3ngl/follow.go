package g3ngl

import (
	"time"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

// How long a frame may take to send what it shows to the GPU, and how long the first frame of a scene waits for the loader to
// prepare it: small scenes are there at once, and a scene that is replaced does not vanish before the new one shows.
const (
	loadSlice = 4 * time.Millisecond
	firstWait = 80 * time.Millisecond
)

// pending reports whether the newest layout is not loaded in full.
func (p *painter) pending() bool { return p.settled != p.layout }

// unfinished reports whether the last frame was not drawn as it should be, and another one would be better.
func (p *painter) unfinished() bool { return p.pending() || p.compiler.waiting }

// follow has a layout loaded: all of it for a whole frame, else as much as a frame has time for.
func (p *painter) follow(l *render.Layout, whole bool) {
	fresh, wait := p.layout != l, loadSlice
	if fresh {
		if p.layout == nil || p.layout.Scene != l.Scene {
			wait = firstWait
		}
		p.layout = l
		p.loader.want(l)
	}
	if p.pending() {
		p.take(wait, whole)
	}
	if fresh || p.textures.fresh {
		p.materials.update(l, &p.textures)
		p.textures.fresh = false
	}
	p.stats.Textures = p.textures.stats
	p.stats.Loaded, p.stats.Loading = p.loaded, p.loading
	p.loaded, p.loading = 0, 0
	p.stats.Rebuilt = p.stats.Loaded > 0
	if p.pending() {
		p.stats.Pending = max(1, int(p.loader.left.Load()))
	}
}

// prepare chooses the texture unit that parcels work on.
func (p *painter) prepare() { p.gs.ActiveTexture(gl.TEXTURE0 + unitWork) }

// take does what the loader hands over, until all is there or the time of a frame is spent. Beside that it waits for the
// loader for some time, or until all is there.
func (p *painter) take(wait time.Duration, whole bool) {
	p.prepare()
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	for spent := time.Duration(0); p.pending() && (whole || spent < loadSlice); {
		var c *parcel
		select {
		case c = <-p.loader.parcels:
		default:
			if whole {
				c = <-p.loader.parcels
				break
			}
			select {
			case c = <-p.loader.parcels:
			case <-timeout.C:
				return
			}
		}
		spent += p.apply(c)
	}
}

// apply does what is in a parcel, and returns how long that took.
func (p *painter) apply(c *parcel) time.Duration {
	begin := time.Now()
	for _, s := range c.steps {
		s.apply(p)
	}
	took := time.Since(begin)
	p.loaded += c.bytes
	p.loading += took
	return took
}
