package mesh

import (
	"bytes"
	"encoding/binary"
	"math"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
)

// facetText is what a chunk of an STL file of text holds.
type facetText struct {
	corners []byte  // 36 per triangle, see triangleBytes
	solids  []solid // from is counted in this chunk
	thin    int     // facets of fewer than three corners
	broken  bool    // a coordinate is no number
}

func readTextSTL(job *loading.Job, data []byte) (*facets, error) {
	chunks := chunksOf(data, chunkBytes, beforeFacet)
	pieces := make([]facetText, len(chunks))
	var done atomic.Int64
	err := job.Parallel(len(chunks), func(k int) (err error) {
		if pieces[k], err = readFacets(&chunks[k]); err != nil {
			return err
		}
		job.Report(loading.Decoding, done.Add(int64(len(chunks[k].text))), int64(len(data)))
		return admitTriangles(job, len(pieces[k].corners)/36)
	})
	if err != nil {
		return nil, atLine(data, err)
	}
	return joinFacets(job, pieces), nil
}

// beforeFacet returns the offset of the next line that begins a facet or a solid.
func beforeFacet(data []byte, from int) int {
	for at := afterLine(data, from); at < len(data); at = afterLine(data, at) {
		text := bytes.TrimLeft(data[at:min(at+200, len(data))], " \t\r")
		if hasFold(text, "facet") || hasFold(text, "solid") {
			return at
		}
	}
	return len(data)
}

// readFacets reads whole facets. Ends of lines count as blanks, as the specification has it, but for the name of a solid.
func readFacets(c *chunk) (facetText, error) {
	p := facetText{corners: make([]byte, 0, len(c.text)/200*36)} // a facet takes 170 … 260 bytes
	polygon := 0                                                 // corners of the facet so far
	text := line(c.text)
	for {
		text.skip()
		at := text
		word := text.word()
		switch {
		case len(word) == 0:
			p.finish(polygon)
			return p, nil
		case hasFold(word, "vertex"):
			var v [3]float64
			if text.floats(v[:]) < 3 {
				return p, c.badAt(at, "a vertex has three numbers, not %.60q", plainText(firstLine(at)))
			}
			x, y, z := float32(v[0]), float32(v[1]), float32(v[2])
			p.broken = p.broken || !finite32(x) || !finite32(y) || !finite32(z)
			if n := len(p.corners); polygon >= 3 { // a polygon goes on as a fan
				first := n - 36*(polygon-2)
				p.corners = append(p.corners, p.corners[first:first+12]...)
				p.corners = append(p.corners, p.corners[n-12:n]...)
			}
			for _, f := range [3]float32{x, y, z} {
				p.corners = binary.LittleEndian.AppendUint32(p.corners, math.Float32bits(f))
			}
			polygon++
		case hasFold(word, "facet"), hasFold(word, "endfacet"), hasFold(word, "endloop"):
			p.finish(polygon)
			polygon = 0
			if word[0]|0x20 == 'f' {
				text.normal()
			}
		case hasFold(word, "outer"):
			text.word() // loop
		case hasFold(word, "solid"), hasFold(word, "endsolid"):
			p.finish(polygon)
			polygon = 0
			name := text.name()
			if word[0]|0x20 == 's' {
				p.solids = append(p.solids, solid{name, len(p.corners) / 36})
			}
		case hasFold(word, "color"), hasFold(word, "#"), hasFold(word, "//"):
			text.name()
		default:
			return p, c.badAt(at, "%.40q is no word of STL; export the file again", plainText(word))
		}
	}
}

// finish drops what is left of a facet of one or two corners.
func (p *facetText) finish(polygon int) {
	if polygon == 1 || polygon == 2 {
		p.corners = p.corners[:len(p.corners)-12*polygon]
		p.thin++
	}
}

// normal takes the normal of a facet. It is not used: the order of the corners says the same, and more often rightly.
func (l *line) normal() {
	rest := *l
	if !hasFold(rest.word(), "normal") {
		return
	}
	for range 3 { // words, since some programs write what is no number
		rest.word()
	}
	*l = rest
}

// name takes the rest of the line, which some programs do not end before the first facet.
func (l *line) name() string {
	text := firstLine(*l)
	if i := bytes.Index(text, []byte("facet normal")); i >= 0 {
		text = text[:i]
	}
	*l = (*l)[len(text):]
	return plainText(bytes.TrimSpace(text))
}

func firstLine(b []byte) []byte {
	first, _ := cutLine(b)
	return first
}

// joinFacets puts the pieces one after the other.
func joinFacets(job *loading.Job, pieces []facetText) *facets {
	total, thin, broken := 0, 0, false
	for _, p := range pieces {
		total += len(p.corners)
		thin += p.thin
		broken = broken || p.broken
	}
	f := &facets{corners: triangleBytes{make([]byte, 0, total), 0, 36}, surface: grey()}
	for i := range pieces {
		p := &pieces[i]
		for _, s := range p.solids {
			f.solids = append(f.solids, solid{s.name, s.from + f.corners.count()})
		}
		f.corners.data = append(f.corners.data, p.corners...)
		p.corners = nil
	}
	if len(f.solids) == 0 || f.solids[0].from > 0 {
		f.solids = append([]solid{{}}, f.solids...)
	}
	if thin > 0 {
		job.Warn("%d facets of fewer than three corners were left out", thin)
	}
	if broken {
		f.dropBroken()
	}
	return f
}
