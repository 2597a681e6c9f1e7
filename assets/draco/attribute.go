package draco

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
)

// Type is the type of the numbers of an attribute.
type Type uint8

// The types.
const (
	Int8 Type = 1 + iota
	Uint8
	Int16
	Uint16
	Int32
	Uint32
	Int64
	Uint64
	Float32
	Float64
	Bool
)

// size is the number of bytes, 0 for an unknown type.
func (t Type) size() int {
	if t < Int8 || t > Bool {
		return 0
	}
	return [...]int{1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 1}[t-1]
}

// How the values of an attribute are stored.
const (
	storedRaw       = 0
	storedWhole     = 1
	storedQuantized = 2
	storedNormal    = 3
)

// group is a set of attributes whose values were stored in one order.
type group struct {
	sequence   *sequence // nil when the order is that of the points
	point      []uint32  // by value: a point that has it
	attributes []*stored
	walk       func() // that finds sequence and point, or nil
}

// stored is an attribute on its way.
type stored struct {
	Attribute
	how   uint8
	whole []int32 // as stored, before quantisation is undone
}

// maxAttributes bounds attributes and groups of them.
const maxAttributes = 64

// attributes reads all attributes.
func (d *decoder) attributes() error {
	n := int(d.u8())
	if d.failed || n == 0 || n > maxAttributes {
		return errShort
	}
	for range n {
		g, err := d.group()
		if err != nil {
			return err
		}
		d.groups = append(d.groups, g)
	}
	if err := d.walks(); err != nil {
		return err
	}
	total := 0
	for _, g := range d.groups {
		if err := d.describe(g); err != nil {
			return err
		}
		if total += len(g.attributes); total > maxAttributes {
			return errBad
		}
	}
	for _, g := range d.groups {
		if err := d.values(g); err != nil {
			return err
		}
		for _, a := range g.attributes {
			d.mesh.Attributes = append(d.mesh.Attributes, a.Attribute)
		}
	}
	return nil
}

// walks finds the orders of all groups, side by side. A walk that damaged data lead astray fails alone: nobody else could
// catch what happens on its goroutine.
func (d *decoder) walks() error {
	var all sync.WaitGroup
	var astray atomic.Bool
	for _, g := range d.groups {
		if g.walk == nil {
			continue
		}
		all.Go(func() {
			defer func() {
				if recover() != nil {
					astray.Store(true)
				}
			}()
			g.walk()
		})
	}
	all.Wait()
	if astray.Load() {
		return errBad
	}
	return d.ctx.Err()
}

// group reads in which order the values of the next group were stored: that of a walk over the faces.
func (d *decoder) group() (*group, error) {
	if d.edges == nil {
		return &group{}, nil
	}
	e := d.edges
	seams, kind, how := int8(d.u8()), d.u8(), d.u8()
	if d.failed {
		return nil, errShort
	}
	if int(seams) >= len(e.seams) || kind > 1 || how > 1 || kind == 1 && (seams < 0 || how != 0) {
		return nil, errBad
	}
	t := e.table
	if kind == 1 {
		t = &e.seams[seams].cornerTable
	}
	g := &group{}
	g.walk = func() {
		w := newWalk(t, len(e.table.vertex))
		if how == 0 {
			w.depthFirst()
		} else {
			w.byDegree()
		}
		g.sequence, g.point = &w.sequence, make([]uint32, len(w.corners))
		for i, c := range w.corners {
			g.point[i] = d.mesh.Indices[c]
		}
	}
	return g, d.ctx.Err()
}

// describe reads what the attributes of a group are and how they are stored.
func (d *decoder) describe(g *group) error {
	n := d.count(maxAttributes)
	if d.failed || n == 0 {
		return errBad
	}
	for range n {
		a := &stored{}
		a.Kind, a.Type, a.Components = Kind(d.u8()), Type(d.u8()), int(d.u8())
		a.Normalized = d.u8() != 0
		id := d.varint()
		if a.Type.size() == 0 || a.Components == 0 || id > math.MaxUint32 {
			return errBad
		}
		a.ID, a.points = uint32(id), d.mesh.Points
		g.attributes = append(g.attributes, a)
	}
	for _, a := range g.attributes {
		a.how = d.u8()
		if a.how == storedNormal && a.Components != 3 || a.how > storedNormal {
			return errBad
		}
	}
	if d.failed {
		return errShort
	}
	return nil
}

// values reads the values of a group and turns them into what they were before they were encoded.
func (d *decoder) values(g *group) error {
	count := d.mesh.Points
	var index []uint32
	if g.sequence != nil {
		count = len(g.sequence.corners)
		var err error
		if index, err = d.index(g); err != nil {
			return err
		}
	}
	for _, a := range g.attributes {
		a.Map = index
		var err error
		if a.how == storedRaw {
			err = d.rawValues(a, count)
		} else {
			err = d.wholeValues(g, a, count)
		}
		if err != nil {
			return fmt.Errorf("attribute %d: %w", a.ID, err)
		}
	}
	for _, a := range g.attributes {
		if err := d.restore(a); err != nil {
			return fmt.Errorf("attribute %d: %w", a.ID, err)
		}
	}
	return nil
}

// index gives each point the value of its vertex.
func (d *decoder) index(g *group) ([]uint32, error) {
	out := make([]uint32, d.mesh.Points)
	for c, point := range d.mesh.Indices {
		v := g.sequence.values[g.sequence.table.Vertex(int32(c))]
		if v == none {
			return nil, errBad
		}
		out[point] = uint32(v)
	}
	if len(g.sequence.corners) == 0 && len(out) > 0 {
		return nil, errBad
	}
	return out, nil
}

// rawValues reads numbers as they are.
func (d *decoder) rawValues(a *stored, count int) error {
	size := a.Type.size()
	if count > math.MaxInt/(size*a.Components) {
		return errBad
	}
	data := d.take(count * size * a.Components)
	if d.failed {
		return errShort
	}
	n := count * a.Components
	switch a.Type {
	case Float32:
		a.Reals = make([]float32, n)
		for i := range a.Reals {
			a.Reals[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		return nil
	case Float64:
		a.Reals = make([]float32, n)
		for i := range a.Reals {
			a.Reals[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:])))
		}
		return nil
	}
	a.Ints = make([]int32, n)
	for i := range a.Ints {
		switch b := data[i*size:]; a.Type {
		case Int8:
			a.Ints[i] = int32(int8(b[0]))
		case Uint8, Bool:
			a.Ints[i] = int32(b[0])
		case Int16:
			a.Ints[i] = int32(int16(binary.LittleEndian.Uint16(b)))
		case Uint16:
			a.Ints[i] = int32(binary.LittleEndian.Uint16(b))
		default: // of 64 bits the lower half
			a.Ints[i] = int32(binary.LittleEndian.Uint32(b))
		}
	}
	return nil
}

// wholeValues reads whole numbers: corrections of what the scheme predicts.
func (d *decoder) wholeValues(g *group, a *stored, count int) error {
	width := a.Components
	if a.how == storedNormal {
		width = 2
	}
	if count > math.MaxInt32/width {
		return errBad
	}
	s, err := d.scheme(g, a)
	if err != nil {
		return err
	}
	values, err := d.corrections(count*width, width)
	if err != nil {
		return err
	}
	if s == nil || !s.transform.positive() {
		for i, v := range values {
			values[i] = v>>1 ^ -(v & 1)
		}
	}
	a.whole = make([]int32, len(values))
	for i, v := range values {
		a.whole[i] = int32(v)
	}
	if s == nil {
		return nil
	}
	s.values, s.width = a.whole, width
	if err := s.read(d); err != nil {
		return err
	}
	if count == 0 {
		return nil
	}
	return s.run(d)
}

func (d *decoder) corrections(n, width int) ([]uint32, error) {
	if d.u8() > 0 {
		return d.symbols(n, width)
	}
	size := int(d.u8())
	if size > 4 || size*n > d.left() {
		return nil, errBad
	}
	out := make([]uint32, n)
	for i := range out {
		for k, b := range d.take(size) {
			out[i] |= uint32(b) << (8 * k)
		}
	}
	return out, nil
}

// restore reads what is needed to undo quantisation, and undoes it.
func (d *decoder) restore(a *stored) error {
	switch a.how {
	case storedWhole:
		a.Ints = a.whole
	case storedQuantized:
		least := make([]float32, a.Components)
		for i := range least {
			least[i] = d.f32()
		}
		span, size := d.f32(), d.u8()
		if d.failed {
			return errShort
		}
		if size < 1 || size > 31 {
			return errBad
		}
		step := span / float32(uint32(1)<<size-1)
		a.Reals = make([]float32, len(a.whole))
		for i := 0; i < len(a.whole); i += a.Components {
			for k := range a.Components {
				a.Reals[i+k] = float32(a.whole[i+k])*step + least[k]
			}
		}
	case storedNormal:
		size := d.u8()
		if d.failed || size < 2 || size > 30 {
			return errBad
		}
		o := newOctahedron(uint(size))
		a.Reals = make([]float32, 0, len(a.whole)/2*3)
		for i := 0; i+1 < len(a.whole); i += 2 {
			v := o.vector(a.whole[i], a.whole[i+1])
			a.Reals = append(a.Reals, v[:]...)
		}
	}
	if a.how == storedWhole && (a.Type == Float32 || a.Type == Float64) {
		return errBad
	}
	return nil
}
