package g3ngl

import (
	"time"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

// How long a frame waits for what it shows to be loaded, and how much it takes in. On the CPU, where a frame takes long
// anyway, it may wait for half of that.
const (
	loadSlice      = 4 * time.Millisecond
	longestSlice   = 40 * time.Millisecond
	firstSlice     = 80 * time.Millisecond // when nothing of the scene has been shown yet
	sliceBytes     = 8 << 20
	slicesPerFrame = 2 // of the CPU's drawing time
)

// pending reports whether the newest layout is not loaded in full.
func (p *painter) pending() bool { return p.settled != p.layout }

// follow has a layout loaded: all of it for a whole frame, else as much as a frame has time for.
func (p *painter) follow(l *render.Layout, whole bool) {
	fresh := p.layout != l
	if fresh {
		p.layout = l
		p.loader.want(l)
	}
	if p.pending() {
		p.prepare()
		p.take(p.slice(), whole)
	}
	if fresh || p.textures.fresh {
		p.materials.update(l, &p.textures)
		p.textures.fresh = false
	}
	p.stats.Textures = p.textures.stats
	if p.pending() {
		p.stats.Pending = max(1, int(p.loader.left.Load()))
	}
}

// prepare chooses the texture unit that parcels work on.
func (p *painter) prepare() { p.gs.ActiveTexture(gl.TEXTURE0 + unitWork) }

// slice is the time that a frame may spend on loading.
func (p *painter) slice() time.Duration {
	switch {
	case p.settled == nil || p.settled.Scene != p.layout.Scene:
		return firstSlice
	case p.device.Software:
		return min(max(loadSlice, p.lasted/slicesPerFrame), longestSlice)
	}
	return loadSlice
}

// take does what the loader hands over, until all is there or the time or the bytes of a frame are spent.
func (p *painter) take(slice time.Duration, whole bool) {
	timeout := time.NewTimer(slice)
	defer timeout.Stop()
	bytes := 0
	for p.pending() && (whole || bytes < sliceBytes) {
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
	p.stats.Rebuilt = p.stats.Rebuilt || c.bytes > 0
	return c.bytes
}
