package history

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/prometheus/prometheus/tsdb"
)

// stretch is a span of time, ms, without its end.
type stretch struct{ from, to int64 }

// minCells is how many buckets of the widest kind a column must be wide, so that its borders move by no more than 1/8.
const minCells = 8

// byPyramids sums up what the pyramids of blocks hold, and returns the stretches that must be read sample by sample.
func (s *Store) byPyramids(ctx context.Context, path string, c *summing) ([]stretch, error) {
	lo, hi := c.start, c.start+c.span
	all := []stretch{{lo, hi}}
	power := -1
	for power < len(widths)-1 && c.span/int64(len(c.cols)) >= minCells*widths[power+1]*minuteMs {
		power++
	}
	if power < 0 {
		return all, nil
	}
	cell := widths[power] * minuteMs
	g := newGrid(lo, hi, cell)
	var usable []found
	defer func() {
		for _, u := range usable {
			u.file.Close() //nolint:errcheck // only reading
		}
	}()
	for _, b := range s.db.Blocks() {
		meta := b.Meta()
		if meta.MaxTime <= lo || meta.MinTime >= hi {
			continue
		}
		if u, ok := openUsable(b, path, cell); ok {
			usable = append(usable, u)
			g.set(meta.MinTime, meta.MaxTime, true)
		}
	}
	if len(usable) == 0 {
		return all, nil
	}
	s.onlySamples(g, usable)
	g.wholeOnly(lo, hi)
	var buf []byte
	var err error
	for _, u := range usable {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if u.section.buckets == 0 {
			continue
		}
		width := u.section.width()
		buf, err = u.pyramid.read(path, u.section, buf, func(b *bucket) {
			at := b.index * width
			if !g.covered(at) {
				return
			}
			k := c.column(at)
			k.bad += int(b.bad)
			if b.count > 0 {
				k.fold(b.min, b.max, b.sum, at+int64(b.firstAt), at+int64(b.lastAt), b.firstValue, b.lastValue, int(b.count))
			}
		})
		if err != nil { // it is damaged: all from the samples, and a new pyramid
			os.Remove(u.file.Name()) //nolint:errcheck // the samples are read instead
			s.freshBlocks()
			clear(c.cols)
			return all, nil
		}
		c.next = -1 << 63
	}
	return g.gaps(lo, hi), nil
}

// found is the section of a signal in the pyramid of a block.
type found struct {
	block   *tsdb.Block
	file    *os.File
	pyramid *pyramidOf
	section section
}

// openUsable opens the pyramid of a block when it has the signal, or knows that the block has not, in buckets that are
// no wider than a cell.
func openUsable(b *tsdb.Block, path string, cell int64) (found, bool) {
	f, err := os.Open(filepath.Join(b.Dir(), pyramidName))
	if err != nil {
		return found{}, false
	}
	u := found{block: b, file: f}
	info, err := f.Stat()
	if err == nil {
		u.pyramid, err = openPyramid(f, info.Size())
	}
	if err == nil {
		u.section, err = u.pyramid.find(path)
	}
	if err != nil || u.section.width() > cell {
		f.Close() //nolint:errcheck // only reading
		return found{}, false
	}
	return u, true
}

// onlySamples takes away the cells where there are samples outside the pyramids: in blocks without one, and in the log.
func (s *Store) onlySamples(g *grid, usable []found) {
	for _, b := range s.db.Blocks() {
		if !slices.ContainsFunc(usable, func(u found) bool { return u.block == b }) {
			g.set(b.Meta().MinTime, b.Meta().MaxTime, false)
		}
	}
	head := s.db.Head()
	if head.MinTime() <= head.MaxTime() {
		g.set(head.MinTime(), head.MaxTime()+1, false)
	}
	if head.MinOOOTime() <= head.MaxOOOTime() {
		g.set(head.MinOOOTime(), head.MaxOOOTime()+1, false)
	}
}

// grid says for equal cells of time whether pyramids cover them. Cells stand on multiples of their width.
type grid struct {
	cell, first int64
	covers      []bool
}

func newGrid(lo, hi, cell int64) *grid {
	first := floorDiv(lo, cell)
	return &grid{cell, first, make([]bool, floorDiv(hi-1, cell)-first+1)}
}

// set marks the cells that [from, to) touches.
func (g *grid) set(from, to int64, covered bool) {
	for i := max(floorDiv(from, g.cell)-g.first, 0); i <= min(floorDiv(to-1, g.cell)-g.first, int64(len(g.covers)-1)); i++ {
		g.covers[i] = covered
	}
}

func (g *grid) covered(ms int64) bool {
	i := floorDiv(ms, g.cell) - g.first
	return i >= 0 && i < int64(len(g.covers)) && g.covers[i]
}

// wholeOnly uncovers the cells at the ends of [lo, hi) that reach beyond it.
func (g *grid) wholeOnly(lo, hi int64) {
	if g.first*g.cell < lo {
		g.covers[0] = false
	}
	if n := len(g.covers); (g.first+int64(n))*g.cell > hi {
		g.covers[n-1] = false
	}
}

// gaps returns the stretches of [lo, hi) that are not covered.
func (g *grid) gaps(lo, hi int64) []stretch {
	var out []stretch
	for i, covered := range g.covers {
		from, to := max((g.first+int64(i))*g.cell, lo), min((g.first+int64(i)+1)*g.cell, hi)
		if covered {
			continue
		}
		if n := len(out); n > 0 && out[n-1].to == from {
			out[n-1].to = to
			continue
		}
		out = append(out, stretch{from, to})
	}
	return out
}
