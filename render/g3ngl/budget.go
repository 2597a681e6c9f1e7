package g3ngl

import "time"

const (
	// sliceTime is how long the thread draws before it looks whether something newer waits.
	sliceTime = 30 * time.Millisecond
	draftTime = 31 * time.Millisecond // for a heavy draft, from its beginning to the picture
	leastTime = 8 * time.Millisecond  // of that for what matters most, whatever else takes time
	// Until it is measured, so many triangles a second are assumed: what llvmpipe draws on two cores, and a small GPU.
	softwarePace = 8e6
	hardwarePace = 300e6
	telling      = 5_000 // triangles: drawing fewer tells nothing about the pace
	leastBudget  = 8_000 // triangles: so many are drawn however slow it is
	objectCost   = 24    // what an object costs beside its triangles, in triangles
)

// tail is how long it takes from the last faces of a draft to its picture: backdrop, signs, reading back.
type tail struct{ took time.Duration }

// left returns how long faces may be drawn in a draft that was begun some time ago.
func (t *tail) left(spent time.Duration) time.Duration {
	return max(draftTime-spent-t.took, leastTime)
}

func (t *tail) note(took time.Duration) { t.took += (took - t.took) / 4 }

// pace is how many triangles a second the device draws, as far as that was measured.
type pace struct{ perSecond float64 }

func newPace(software bool) pace {
	if software {
		return pace{softwarePace}
	}
	return pace{hardwarePace}
}

// within returns how many triangles may be drawn in some time.
func (p *pace) within(d time.Duration) int { return max(leastBudget, int(p.perSecond*d.Seconds())) }

// note learns from triangles that were drawn: faster that it is slow than that it is fast, since it is lateness that is seen.
func (p *pace) note(triangles int, took time.Duration) {
	if triangles < telling || took <= 0 {
		return
	}
	seen, weight := float64(triangles)/took.Seconds(), 0.25
	if seen < p.perSecond {
		weight = 0.5
	}
	p.perSecond += weight * (seen - p.perSecond)
}
