package g3ngl

import (
	"time"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

// How long a frame waits for what it shows to be loaded, and how much it takes in. On the CPU, where a frame takes long
// anyway, it may wait for as long as drawing takes, in a draft for half of that.
const (
	loadSlice    = 4 * time.Millisecond
	longestSlice = 250 * time.Millisecond
	firstSlice   = 80 * time.Millisecond // for the first frame of a scene
	sliceBytes   = 8 << 20               // per loadSlice
)

// pending reports whether the newest layout is not loaded in full.
func (p *painter) pending() bool { return p.settled != p.layout }

// unfinished reports whether the last frame was not drawn as it should be, and another one would be better.
func (p *painter) unfinished() bool { return p.pending() || p.compiler.waiting }

// follow has a layout loaded: all of it for a whole frame, else as much as a frame has time for.
func (p *painter) follow(l *render.Layout, draft, whole bool) {
	fresh, slice := p.layout != l, p.slice(draft)
	if fresh {
		if p.layout == nil || p.layout.Scene != l.Scene {
			slice = firstSlice
		}
		p.layout = l
		p.loader.want(l)
	}
	if p.pending() {
		p.prepare()
		p.take(slice, whole)
	}
	if fresh || p.textures.fresh {
		p.materials.update(l, &p.textures)
		p.textures.fresh = false
	}
	p.stats.Textures = p.textures.stats
	p.stats.Loaded, p.loaded = p.loaded, 0
	p.stats.Rebuilt = p.stats.Loaded > 0
	if p.pending() {
		p.stats.Pending = max(1, int(p.loader.left.Load()))
	}
}

// prepare chooses the texture unit that parcels work on.
func (p *painter) prepare() { p.gs.ActiveTexture(gl.TEXTURE0 + unitWork) }

// slice is the time that a frame may spend on loading.
func (p *painter) slice(draft bool) time.Duration {
	switch {
	case !p.device.Software:
		return loadSlice
	case draft:
		return min(max(loadSlice, p.lasted/2), longestSlice)
	}
	return min(max(loadSlice, p.lasted), longestSlice)
}

// take does what the loader hands over, until all is there or the time or the bytes of a frame are spent.
func (p *painter) take(slice time.Duration, whole bool) {
	timeout := time.NewTimer(slice)
	defer timeout.Stop()
	bytes, most := 0, int(sliceBytes*slice/loadSlice)
	for p.pending() && (whole || bytes < most) {
		if whole {
			bytes += p.apply(<-p.loader.parcels)
			continue
		}
		select {
		case c := <-p.loader.parcels:
			bytes += p.apply(c)
		case <-timeout.C:
			return
		}
	}
}

// apply does what is in a parcel.
func (p *painter) apply(c *parcel) int {
	for _, s := range c.steps {
		s.apply(p)
	}
	p.loaded += c.bytes
	return c.bytes
}
