package timeline

import "time"

// Window is a span of the axis that ends a little after now, and moves with it.
type Window struct {
	Name string        // "8 h"
	Past time.Duration // how far back it reaches
}

// Windows returns the spans that are offered, the shortest first.
func Windows() []Window {
	const day = 24 * time.Hour
	return []Window{{"15 min", 15 * time.Minute}, {"1 h", time.Hour}, {"8 h", 8 * time.Hour}, {"24 h", day}, {"7 d", 7 * day}, {"30 d", 30 * day}}
}

// Span returns what the window covers now: a twentieth of it lies ahead, so that the present does not stick to the edge.
func (w Window) Span(now time.Time) (from, to time.Time) {
	return now.Add(-w.Past), now.Add(w.Past / 20)
}
