package mesh

import (
	"bytes"
	"errors"
	"math"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// objFile is an OBJ file as it was read. Indices count from 0; -1 stands for none.
type objFile struct {
	positions []float32 // x, y, z per vertex, less origin
	colors    []uint8   // r, g, b in sRGB and alpha per vertex, or nil
	uvs       []float32 // v downwards
	normals   []float32 // unit, or zero
	origin    [3]float64
	pieces    []objPiece
	broken    bool // some position is no number
	blank     bool // some normal has no length
}

// objCounts counts the lines of vertex data.
type objCounts struct{ v, vt, vn int }

func readOBJ(job *loading.Job, data []byte) (*scene.Scene, error) {
	text := asUTF8(data)
	f, err := parseOBJ(job, text)
	if err != nil {
		return nil, err
	}
	n, first := f.malformed()
	if n > 0 {
		first = atLine(text, first)
	}
	job.Release(data)
	b := newOBJBuilder(job, f)
	if err := b.readLibraries(); err != nil {
		return nil, err
	}
	s, err := b.build()
	switch {
	case errors.Is(err, errNothing) && n > 0:
		return nil, first
	case err == nil && n > 0:
		job.Warn("%d lines were not understood; the first is %v", n, first)
	}
	return s, err
}

// errNothing says that a file has nothing that can be shown.
var errNothing = errors.New("export the file again")

// malformed returns the number of lines that are none of OBJ, and what is wrong with the first.
func (f *objFile) malformed() (n int, first error) {
	for _, p := range f.pieces {
		n += p.malformed
		if first == nil {
			first = p.first
		}
	}
	return n, first
}

// parseOBJ reads a file in two rounds over its chunks: the first counts vertices, so that the second knows what negative
// indices mean and where to put what it reads.
func parseOBJ(job *loading.Job, data []byte) (*objFile, error) {
	chunks := chunksOf(data, chunkBytes, afterStatement)
	counts := make([]objCounts, len(chunks)+1)
	firsts := make([][]byte, len(chunks))
	err := job.Parallel(len(chunks), func(k int) error {
		counts[k+1], firsts[k] = countVertices(chunks[k].text)
		return nil
	})
	if err != nil {
		return nil, err
	}
	f := &objFile{pieces: make([]objPiece, len(chunks))}
	for k := range chunks {
		c := &counts[k+1]
		c.v, c.vt, c.vn = c.v+counts[k].v, c.vt+counts[k].vt, c.vn+counts[k].vn
	}
	total := counts[len(chunks)]
	if total.v > math.MaxInt32 || total.vt > math.MaxInt32 || total.vn > math.MaxInt32 {
		return nil, errors.New("the file has more than 2147483647 vertices; split it")
	}
	if err := job.Vertices(total.v); err != nil {
		return nil, err
	}
	f.positions = make([]float32, 3*total.v)
	f.uvs, f.normals = make([]float32, 2*total.vt), make([]float32, 3*total.vn)
	f.origin = originOf(firsts)
	var done atomic.Int64
	err = job.Parallel(len(chunks), func(k int) error {
		p := objParser{file: f, chunk: &chunks[k], total: total, at: counts[k]}
		p.parse()
		f.pieces[k] = p.out
		job.Report(loading.Decoding, done.Add(int64(len(chunks[k].text))), int64(len(data)))
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.joinColors(counts)
	for _, p := range f.pieces {
		f.broken, f.blank = f.broken || p.broken, f.blank || p.blank
		p.warn(job)
	}
	return f, nil
}

// afterStatement returns the offset behind the statement that offset from lies in.
func afterStatement(data []byte, from int) int {
	at := afterLine(data, from)
	for at < len(data) && continued(data[:at-1]) {
		at = afterLine(data, at)
	}
	return at
}

// continued reports whether a line, given without its end, goes on in the next one.
func continued(b []byte) bool {
	n := len(b)
	if n > 0 && b[n-1] == '\r' {
		n--
	}
	return n > 0 && b[n-1] == '\\'
}

// cutStatement returns the first statement of b, on one line, and what follows it.
func cutStatement(b []byte) (first line, rest []byte) {
	text, rest := cutLine(b)
	if !continued(text) {
		return text, rest
	}
	if l := bytes.TrimLeft(text, " \t"); l[0] == '#' {
		return text, rest // a remark, such as the path of a folder
	}
	for rest != nil && continued(text) {
		next, after := cutLine(rest)
		text, rest = b[:len(text)+1+len(next)], after
	}
	text = bytes.ReplaceAll(text, []byte("\\\r\n"), []byte(" "))
	return bytes.ReplaceAll(text, []byte("\\\n"), []byte(" ")), rest
}

// countVertices counts the lines of vertex data and returns the first line of a position.
func countVertices(text []byte) (c objCounts, first []byte) {
	for len(text) > 0 {
		var s line
		s, text = cutStatement(text)
		switch vertexKind(&s) {
		case 'v':
			if c.v == 0 {
				first = s
			}
			c.v++
		case 't':
			c.vt++
		case 'n':
			c.vn++
		}
	}
	return c, first
}

// vertexKind returns 'v', 't' or 'n' for statements v, vt and vn, of which it takes the keyword, and 0 for others.
func vertexKind(s *line) byte {
	b := *s
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	if len(b) < 2 || b[0] != 'v' {
		return 0
	}
	if isSpace(b[1]) {
		*s = b[2:]
		return 'v'
	}
	if (b[1] == 't' || b[1] == 'n') && len(b) > 2 && isSpace(b[2]) {
		*s = b[3:]
		return b[1]
	}
	return 0
}

// far is the distance from the origin at which positions in float32 get coarser than a millimetre in a file in metres.
const far = 1e4

// originOf returns what to take off all positions, so that models in the coordinates of a map keep their detail: the first
// vertex, in whole thousands, if it lies far off.
func originOf(firsts [][]byte) (origin [3]float64) {
	for _, first := range firsts {
		if first == nil {
			continue
		}
		var v [3]float64
		l := line(first)
		if l.floats(v[:]) == 3 {
			return originAt(v)
		}
		break
	}
	return origin
}

func originAt(v [3]float64) (origin [3]float64) {
	distant := false
	for _, x := range v {
		if !finite(x) || math.Abs(x) > 1e15 {
			return [3]float64{}
		}
		distant = distant || math.Abs(x) >= far
	}
	if distant {
		for i, x := range v {
			origin[i] = math.Trunc(x/1000) * 1000
		}
	}
	return origin
}

// joinColors puts the colours of the pieces together. Programs write them as 0 … 1 or as 0 … 255.
func (f *objFile) joinColors(counts []objCounts) {
	top, found := float32(0), false
	for _, p := range f.pieces {
		for _, v := range p.colors {
			top = max(top, v)
		}
		found = found || p.colors != nil
	}
	if !found {
		return
	}
	scale := float32(255)
	if top > 1 {
		scale = 1
	}
	f.colors = bytes.Repeat([]byte{255}, 4*(len(f.positions)/3))
	for k, p := range f.pieces {
		at := 4 * counts[k].v
		for i := 0; i+2 < len(p.colors); i += 3 {
			if p.colors[i] >= 0 {
				for c := range 3 {
					f.colors[at+c] = uint8(min(max(p.colors[i+c]*scale+0.5, 0), 255))
				}
			}
			at += 4
		}
		f.pieces[k].colors = nil
	}
}
