package mesh

import (
	"math"

	"github.com/orrery-twin/orrery/assets/loading"
)

// objPiece is what a chunk of an OBJ file holds beside its vertices.
type objPiece struct {
	names     []string // [0] is empty
	libraries []string
	runs      []objRun
	faces     corners
	ends      []uint32  // by polygon, where its corners end; nil while all are triangles
	lines     corners   // two per segment
	points    []int32   // vertices
	colors    []float32 // r, g, b per vertex of the chunk, -1 for none; or nil

	broken, blank bool
	malformed     int   // lines that are none of OBJ,
	first         error // and what is wrong with the first
	lost          int   // faces, lines and points that name vertices which are not there
	strange       int   // uvs and normals that are not there
	curved        bool
	unknown       []string
}

// objRun is a run of elements with one state. Numbers are those of names; inherit takes over from the chunk before.
type objRun struct {
	object, group, material int32
	smooth                  int32 // smoothing group, 0 for off, unsaid where the file says nothing
	faces, corners          int   // where they begin: polygons and corners of faces,
	lines, points           int   // corners of lines, points
}

const (
	inherit = -1
	unsaid  = -2
	none    = -1
)

// corners are corners of faces or lines. t and n are nil as long as no corner has any.
type corners struct{ v, t, n []int32 }

func (c *corners) add(v, t, n int32) {
	c.v = append(c.v, v)
	if t != none || c.t != nil {
		c.t = appendAt(c.t, len(c.v)-1, t)
	}
	if n != none || c.n != nil {
		c.n = appendAt(c.n, len(c.v)-1, n)
	}
}

// appendAt appends v as element number at; what is missing before it is none.
func appendAt(s []int32, at int, v int32) []int32 {
	for len(s) < at {
		s = append(s, none)
	}
	return append(s, v)
}

func (c *corners) cut(n int) {
	c.v = c.v[:n]
	c.t, c.n = c.t[:min(n, len(c.t))], c.n[:min(n, len(c.n))]
}

func (c *corners) uv(i int) int32 {
	if c.t == nil {
		return none
	}
	return c.t[i]
}

func (c *corners) normal(i int) int32 {
	if c.n == nil {
		return none
	}
	return c.n[i]
}

// objParser reads a chunk.
type objParser struct {
	file  *objFile
	chunk *chunk
	total objCounts
	first objCounts // where this chunk began
	at    objCounts // where the next vertices go
	out   objPiece
	known map[string]int32
}

func (p *objParser) parse() {
	p.first = p.at
	p.known = map[string]int32{"": 0}
	p.out.names = []string{""}
	p.out.runs = []objRun{{object: inherit, group: inherit, material: inherit, smooth: inherit}}
	text := p.chunk.text
	for len(text) > 0 {
		start := text
		var s line
		s, text = cutStatement(text)
		switch vertexKind(&s) {
		case 'v':
			p.position(s, start)
		case 't':
			p.uv(s, start)
		case 'n':
			p.normal(s, start)
		default:
			p.statement(s, start)
		}
	}
}

// malformed takes note of a line that cannot be understood. What it stood for is left out.
func (p *objParser) malformed(start []byte, what string) {
	if p.out.malformed++; p.out.first == nil {
		p.out.first = p.chunk.badAt(start, "%s, not %.60q", what, plainText(firstLine(start)))
	}
}

func (p *objParser) position(s line, start []byte) {
	var v [8]float64
	n := s.floats(v[:])
	if n < 3 {
		p.malformed(start, "a vertex has three numbers")
		v[0] = math.NaN()
	}
	to := p.file.positions[3*p.at.v : 3*p.at.v+3 : 3*p.at.v+3]
	for i := range to {
		to[i] = float32(v[i] - p.file.origin[i])
		p.out.broken = p.out.broken || !finite32(to[i])
	}
	if n == 6 || n == 7 { // x y z r g b, at times with alpha; a fourth number alone is a weight
		at := 3 * (p.at.v - p.first.v)
		for len(p.out.colors) < at {
			p.out.colors = append(p.out.colors, -1)
		}
		for _, c := range v[3:6] {
			p.out.colors = append(p.out.colors, float32(max(c, 0)))
		}
	}
	p.at.v++
}

func (p *objParser) uv(s line, start []byte) {
	var v [2]float64
	if s.floats(v[:]) < 1 {
		p.malformed(start, "a texture coordinate has two numbers")
	}
	p.file.uvs[2*p.at.vt], p.file.uvs[2*p.at.vt+1] = float32(orZero(v[0])), float32(1-orZero(v[1]))
	p.at.vt++
}

// orZero stands in for texture coordinates that are no numbers.
func orZero(v float64) float64 {
	if finite(v) {
		return v
	}
	return 0
}

func (p *objParser) normal(s line, start []byte) {
	var v [3]float64
	if s.floats(v[:]) < 3 {
		p.malformed(start, "a normal has three numbers")
		v = [3]float64{}
	}
	length := math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2])
	if !(length > 0) || !finite(length) {
		p.out.blank = true
	} else {
		to := p.file.normals[3*p.at.vn : 3*p.at.vn+3]
		to[0], to[1], to[2] = float32(v[0]/length), float32(v[1]/length), float32(v[2]/length)
	}
	p.at.vn++
}

// statement reads what is no vertex data.
func (p *objParser) statement(s line, start []byte) {
	word := s.word()
	if len(word) == 0 || word[0] == '#' {
		return
	}
	switch string(word) {
	case "f", "fo":
		p.face(s, start)
	case "l":
		p.polyline(s, start)
	case "p":
		p.cloud(s, start)
	case "o":
		name := p.name(s.rest())
		r := p.run()
		r.object, r.group = name, 0
	case "g":
		name := p.name(s.rest())
		p.run().group = name
	case "usemtl":
		name := p.name(s.rest())
		p.run().material = name
	case "s":
		group, n := scanInt([]byte(s.rest()))
		if n == 0 || group < 0 { // off
			group = 0
		}
		p.run().smooth = int32(min(group, math.MaxInt32/2))
	case "mtllib":
		p.out.libraries = append(p.out.libraries, s.rest())
	default:
		p.other(string(word))
	}
}

// name returns the number of a name.
func (p *objParser) name(text string) int32 {
	id, ok := p.known[text]
	if !ok {
		id = int32(len(p.out.names))
		p.out.names = append(p.out.names, text)
		p.known[text] = id
	}
	return id
}

// run returns the run whose state is to change: the last one if it has no elements yet.
func (p *objParser) run() *objRun {
	o := &p.out
	last := o.runs[len(o.runs)-1]
	if last.corners == len(o.faces.v) && last.lines == len(o.lines.v) && last.points == len(o.points) {
		return &o.runs[len(o.runs)-1]
	}
	last.faces, last.corners, last.lines, last.points = p.polygons(), len(o.faces.v), len(o.lines.v), len(o.points)
	o.runs = append(o.runs, last)
	return &o.runs[len(o.runs)-1]
}

// polygons is the number of faces so far.
func (p *objParser) polygons() int {
	if p.out.ends != nil {
		return len(p.out.ends)
	}
	return len(p.out.faces.v) / 3
}

// other takes note of statements that are not read.
func (p *objParser) other(word string) {
	switch word {
	case "curv", "curv2", "surf", "cstype":
		p.out.curved = true
	case "vp", "deg", "bmat", "step", "parm", "trim", "hole", "scrv", "sp", "end", "con", "mg", "bevel", "c_interp", "d_interp",
		"lod", "ctech", "stech", "shadow_obj", "trace_obj", "maplib", "usemap", "off":
	default:
		if len(p.out.unknown) < 5 {
			p.out.unknown = append(p.out.unknown, plainText([]byte(word)))
		}
	}
}

func (p *objPiece) warn(job *loading.Job) {
	if p.curved {
		job.Warn("free-form curves and surfaces are not shown; export the model with triangles")
	}
	for _, word := range p.unknown {
		job.Warn("statements %.40q were not understood", word)
	}
}
