package bind

import (
	"image/color"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

// blend is the gradient of a part. Two take turns, for one that is shown must not change: the scene compares them by
// pointer, and nobody reads one any more once another is set.
type blend struct {
	turns [2]scene.Gradient
	shown *scene.Gradient
	next  int
}

func newBlend(it *item) *blend {
	out := &blend{}
	for i := range out.turns {
		out.turns[i] = scene.Gradient{Axis: it.axis, Colours: make([]color.NRGBA, len(it.others))}
	}
	return out
}

// take computes the colours. A value that does not count leaves its end of the part without colour or, under Hold, with
// the colour that it had.
func (g *blend) take(it *item) {
	to := &g.turns[g.next]
	for i := range it.others {
		r := &it.others[i]
		counts := r.quality.Class() != twin.BadClass
		if it.b.Quality != Mark {
			counts = r.quality.Usable()
		}
		switch {
		case counts:
			to.Colours[i] = it.b.paint(r.value)
		case it.b.Quality == Hold && g.shown != nil:
			to.Colours[i] = g.shown.Colours[i]
		default:
			to.Colours[i] = color.NRGBA{}
		}
	}
	g.shown, g.next = to, 1-g.next
}
