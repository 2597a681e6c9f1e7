package g3ngl

import (
	"time"

	"github.com/go-gl/gl/v3.3-core/gl"
)

// timeBegin and timeEnd measure the GPU: the result of a query is read when its turn comes again, so nothing waits.
func (p *painter) timeBegin() {
	if !p.device.timers {
		return
	}
	p.timeEnd() // of a frame that was not finished
	if p.queried >= len(p.queries) {
		var ready int32
		q := p.queries[p.queried%len(p.queries)]
		if gl.GetQueryObjectiv(q, gl.QUERY_RESULT_AVAILABLE, &ready); ready != 0 {
			var ns uint64
			gl.GetQueryObjectui64v(q, gl.QUERY_RESULT, &ns)
			if d := time.Duration(ns); d > 0 && d < 10*time.Second { // the first result of llvmpipe is hours
				p.stats.GPU = d
			}
		}
	}
	p.timing = true
	gl.BeginQuery(gl.TIME_ELAPSED, p.queries[p.queried%len(p.queries)])
}

func (p *painter) timeEnd() {
	if p.timing {
		gl.EndQuery(gl.TIME_ELAPSED)
		p.timing = false
		p.queried++
	}
}
