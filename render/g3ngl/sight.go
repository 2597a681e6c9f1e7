package g3ngl

import (
	"slices"

	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

// sight is what the lists of a frame depend on. While it stays the same, as when objects only change their colours, the lists
// are used again.
type sight struct {
	known bool
	view
	selected, hovered          []uint32
	flags                      []uint16
	extents                    []render.Extent
	opaque, translucent, edges bool // what there was to draw
	culled                     int
}

// view is the part of it that is compared at once.
type view struct {
	layout       *render.Layout
	w, h         int
	scale        float32
	fromOrigin   mgl32.Mat4
	eye          mgl32.Vec3
	tan, half    float32
	look         render.Look
	edges, draft bool
	ghosts       int
}

func viewOf(f *render.Frame) view {
	return view{f.Layout, f.WidthPx, f.HeightPx, f.PixelScale, f.ViewFromOrigin, f.Eye, f.TanHalfY, f.HalfHeight, f.Look, f.Edges, f.Draft, len(f.Ghosts)}
}

// again reports whether a frame sees the same as the one before, and else remembers it. Ghosts are never the same: they are
// few, and shown while something is tried.
func (s *sight) again(f *render.Frame, p *painter) bool {
	v := viewOf(f)
	same := s.known && v == s.view && v.ghosts == 0 && slices.Equal(f.Selected, s.selected) && slices.Equal(f.Hovered, s.hovered) &&
		len(f.Objects) == len(s.flags) && slices.Equal(f.Extents, s.extents)
	if same {
		for i := range f.Objects {
			if f.Objects[i].Flags != s.flags[i] {
				same = false
				break
			}
		}
	}
	if same {
		return true
	}
	s.view = v
	s.selected, s.hovered = append(s.selected[:0], f.Selected...), append(s.hovered[:0], f.Hovered...)
	s.extents = append(s.extents[:0], f.Extents...)
	s.flags = slices.Grow(s.flags[:0], len(f.Objects))[:len(f.Objects)]
	for i := range f.Objects {
		s.flags[i] = f.Objects[i].Flags
	}
	s.known = false
	return false
}

// note remembers what there was to draw.
func (s *sight) note(opaque, translucent, edges bool, culled int) {
	s.known, s.opaque, s.translucent, s.edges, s.culled = true, opaque, translucent, edges, culled
}

// forget has the next frame list anew, as after something was loaded.
func (s *sight) forget() { s.known = false }
