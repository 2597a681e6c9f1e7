package mesh

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/orrery-twin/orrery/scene"
)

// plyModel gathers what a PLY file shows.
type plyModel struct {
	file      *plyFile
	origin    [3]float64
	positions []float32
	normals   []float32 // nil if the file has none
	colors    []uint8   // nil if the file has none
	uvs       []float32 // nil if the file has none
	broken    bool      // a position is no number: NaN stands in it
	splats    bool      // colours are those of Gaussian splats

	faces plyFaces
	lines []uint32
	lost  atomic.Int64 // faces and edges that name vertices which are not there or are no numbers
	poor  atomic.Int64 // polygons that cross themselves
	some  bool         // there are faces or edges, if only lost ones
}

// columns are where an element has the values that are shown; -1 for those that it has not.
type columns struct {
	position, normal [3]int
	color            [4]int
	uv               [2]int
	scale            [4]float64 // from the numbers of color to 0 … 255
	splat            bool
}

// find returns the first property with one of these names.
func (e *plyElement) find(names ...string) int {
	return slices.IndexFunc(e.properties, func(p plyProperty) bool { return !p.list && slices.Contains(names, p.name) })
}

func (e *plyElement) columns() columns {
	c := columns{
		position: [3]int{e.find("x", "px", "posx"), e.find("y", "py", "posy"), e.find("z", "pz", "posz")},
		normal:   [3]int{e.find("nx", "normal_x"), e.find("ny", "normal_y"), e.find("nz", "normal_z")},
		color: [4]int{e.find("red", "r", "diffuse_red"), e.find("green", "g", "diffuse_green"), e.find("blue", "b", "diffuse_blue"),
			e.find("alpha", "a", "diffuse_alpha")},
		uv: [2]int{e.find("s", "u", "texture_u", "texture_s", "tx"), e.find("t", "v", "texture_v", "texture_t", "ty")},
	}
	if dc := [3]int{e.find("f_dc_0"), e.find("f_dc_1"), e.find("f_dc_2")}; c.color[0] < 0 && min(dc[0], dc[1], dc[2]) >= 0 {
		c.color, c.splat = [4]int{dc[0], dc[1], dc[2], -1}, true
	}
	for i, at := range c.color {
		if at >= 0 {
			c.scale[i] = e.properties[at].kind.colorScale()
		}
	}
	if min(c.color[0], c.color[1], c.color[2]) < 0 {
		c.color = [4]int{-1, -1, -1, -1}
	}
	return c
}

// colorScale takes colours to 0 … 255: they fill the range of short types, and real numbers go from 0 to 1.
func (k plyKind) colorScale() float64 {
	switch k {
	case plyFloat32, plyFloat64:
		return 255
	case plyInt16, plyUint16:
		return 255.0 / 65535
	}
	return 1
}

// rgba reads a colour in sRGB.
func (c *columns) rgba(r *plyRow, to []uint8) {
	to[3] = 255
	for i, at := range c.color {
		if at < 0 {
			continue
		}
		v := r.numbers[at]
		if c.splat { // the constant part of spherical harmonics is 1 / (2 √π) of the colour (B. Kerbl et al., 2023)
			v = 0.5 + v/(2*math.Sqrt(math.Pi))
		}
		to[i] = uint8(min(max(v*c.scale[i], 0), 255) + 0.5)
	}
}

func (c *columns) known() []int {
	return slices.Concat(c.position[:], c.normal[:], c.color[:], c.uv[:])
}

func (m *plyModel) readVertices() error {
	e := m.file.element("vertex")
	c := e.columns()
	if c.position[0] < 0 || c.position[1] < 0 {
		return errors.New("its vertices have no x and y, so nothing can be shown")
	}
	if len(e.chunks) == 0 {
		return errors.New("the file has no vertices; export it again")
	}
	n := e.count
	if n > math.MaxUint32/4 {
		return errors.New("the file has more vertices than can be shown; split it")
	}
	if err := m.file.job.Vertices(n); err != nil {
		return err
	}
	m.splats = c.splat
	m.positions = make([]float32, 3*n)
	if min(c.normal[0], c.normal[1], c.normal[2]) >= 0 {
		m.normals = make([]float32, 3*n)
	}
	if c.color[0] >= 0 {
		m.colors = make([]uint8, 4*n)
	}
	if min(c.uv[0], c.uv[1]) >= 0 {
		m.uvs = make([]float32, 2*n)
	}
	m.findOrigin(e, c)
	var broken atomic.Bool
	err := m.file.rows(e, func(int) func(int, *plyRow) error {
		return func(i int, r *plyRow) error {
			if !m.vertex(i, r, &c) {
				broken.Store(true)
			}
			return nil
		}
	})
	m.broken = broken.Load()
	m.tellUnknown(e, c)
	return err
}

// findOrigin takes the place of the first vertex as the origin if it lies far off.
func (m *plyModel) findOrigin(e *plyElement, c columns) {
	r, text := e.newRow(), line(e.chunks[0].text)
	if m.file.order != nil {
		m.file.binaryRow(e, text, r)
	} else if m.file.textRow(e, &text, &e.chunks[0], r) != nil {
		return
	}
	var v [3]float64
	for k, at := range c.position {
		if at >= 0 {
			v[k] = r.numbers[at]
		}
	}
	m.origin = originAt(v)
}

// vertex stores a row and reports whether its position is one.
func (m *plyModel) vertex(i int, r *plyRow, c *columns) bool {
	sound := true
	for k, at := range c.position {
		if at >= 0 {
			v := float32(r.numbers[at] - m.origin[k])
			sound = sound && finite32(v)
			m.positions[3*i+k] = v
		}
	}
	if m.normals != nil {
		for k, at := range c.normal {
			m.normals[3*i+k] = float32(r.numbers[at])
		}
	}
	if m.colors != nil {
		c.rgba(r, m.colors[4*i:4*i+4])
	}
	if m.uvs != nil {
		m.uvs[2*i], m.uvs[2*i+1] = float32(orZero(r.numbers[c.uv[0]])), float32(1-orZero(r.numbers[c.uv[1]]))
	}
	return sound
}

// tellUnknown warns of properties of vertices that are not shown.
func (m *plyModel) tellUnknown(e *plyElement, c columns) {
	known := c.known()
	var names []string
	for i, p := range e.properties {
		if !slices.Contains(known, i) {
			names = append(names, plainText([]byte(p.name)))
		}
	}
	switch {
	case m.splats:
		m.file.job.Warn("the Gaussian splats of the file are shown as points")
	case len(names) > 6:
		m.file.job.Warn("properties of vertices that are not shown: %.200s and %d more", strings.Join(names[:5], ", "), len(names)-5)
	case len(names) > 0:
		m.file.job.Warn("properties of vertices that are not shown: %.200s", strings.Join(names, ", "))
	}
}

// sound reports whether the positions of vertices are numbers.
func (m *plyModel) sound(vertices []int32) bool {
	if !m.broken {
		return true
	}
	for _, v := range vertices {
		if p := m.positions[3*v : 3*v+3]; !finite32(p[0]) || !finite32(p[1]) || !finite32(p[2]) {
			return false
		}
	}
	return true
}

func (m *plyModel) warn() {
	if n := m.lost.Load(); n > 0 {
		m.file.job.Warn("%d faces or edges were left out: they name vertices that are not there or are not numbers", n)
	}
	if n := m.poor.Load(); n > 0 {
		m.file.job.Warn("%d polygons cross themselves and may be filled wrongly", n)
	}
}

// surface returns the material of what has colours or not, and transparent ones or not.
func (m *plyModel) surface(colors []uint8) scene.Material {
	if colors == nil {
		return grey()
	}
	s := white()
	s.Blend = !opaque(colors)
	return s
}

// opaque reports whether all colours are. When all are clear, alpha is not what the file means, and it is set to opaque.
func opaque(colors []uint8) bool {
	full, clear := true, true
	for i := 3; i < len(colors); i += 4 {
		full, clear = full && colors[i] == 255, clear && colors[i] == 0
	}
	if clear {
		for i := 3; i < len(colors); i += 4 {
			colors[i] = 255
		}
	}
	return full || clear
}
