package draco

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Limits are sizes beyond which data are refused. A zero means the default.
type Limits struct {
	Points int // 100 million
	Faces  int // 200 million
}

// Kind says what an attribute is, as its encoder meant it.
type Kind uint8

// The kinds.
const (
	Position Kind = iota
	Normal
	Color
	TexCoord
	Generic
)

// Mesh is an unpacked mesh.
type Mesh struct {
	Points     int
	Indices    []uint32 // three per face, each less than Points
	Attributes []Attribute
}

// Find returns the attribute with this unique id, or nil.
func (m *Mesh) Find(id uint32) *Attribute {
	for i := range m.Attributes {
		if m.Attributes[i].ID == id {
			return &m.Attributes[i]
		}
	}
	return nil
}

// Attribute holds values of the points. Either Ints or Reals has Components entries for each value.
type Attribute struct {
	ID         uint32
	Kind       Kind
	Type       Type
	Components int
	Normalized bool
	Ints       []int32
	Reals      []float32
	Map        []uint32 // by point the index of its value; nil where point i has value i
	points     int
}

// Values returns the number of different values.
func (a *Attribute) Values() int { return (len(a.Ints) + len(a.Reals)) / a.Components }

// value is the index of the value of a point.
func (a *Attribute) value(point int) int {
	if a.Map == nil {
		return point
	}
	return int(a.Map[point])
}

// Floats returns width numbers per point. Whole numbers of a normalised attribute become 0 … 1 or -1 … 1.
func (a *Attribute) Floats(width int) ([]float32, error) {
	if width != a.Components {
		return nil, fmt.Errorf("draco: attribute %d has %d components, %d are needed", a.ID, a.Components, width)
	}
	out := make([]float32, a.points*width)
	scale := a.scale()
	for p := range a.points {
		at, to := a.value(p)*width, out[p*width:(p+1)*width]
		if a.Reals != nil {
			copy(to, a.Reals[at:at+width])
			continue
		}
		for k, v := range a.Ints[at : at+width] {
			x := float32(v)
			if a.Type == Uint32 {
				x = float32(uint32(v))
			}
			if to[k] = x * scale; scale != 1 {
				to[k] = max(to[k], -1)
			}
		}
	}
	return out, nil
}

func (a *Attribute) scale() float32 {
	if !a.Normalized {
		return 1
	}
	switch a.Type {
	case Int8:
		return 1. / math.MaxInt8
	case Uint8:
		return 1. / math.MaxUint8
	case Int16:
		return 1. / math.MaxInt16
	case Uint16:
		return 1. / math.MaxUint16
	}
	return 1
}

// Whole returns width whole numbers per point.
func (a *Attribute) Whole(width int) ([]uint32, error) {
	if width != a.Components || a.Ints == nil {
		return nil, fmt.Errorf("draco: attribute %d does not hold %d whole numbers per point", a.ID, width)
	}
	out := make([]uint32, 0, a.points*width)
	for p := range a.points {
		at := a.value(p) * width
		for _, v := range a.Ints[at : at+width] {
			out = append(out, uint32(v))
		}
	}
	return out, nil
}

var (
	errShort = errors.New("the data end too early; export the file again")
	errBad   = errors.New("the data are damaged; export the file again")
)

const (
	encoderMesh     = 1
	flagMetadata    = 1 << 15
	methodSequence  = 0
	methodEdges     = 1
	defaultMaxCount = 100_000_000
)

// Decode unpacks a mesh.
func Decode(ctx context.Context, data []byte, l Limits) (*Mesh, error) {
	if l.Points <= 0 {
		l.Points = defaultMaxCount
	}
	if l.Faces <= 0 {
		l.Faces = 2 * defaultMaxCount
	}
	d := &decoder{input: input{data: data}, ctx: ctx, limits: l, mesh: &Mesh{}}
	if err := d.decode(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("draco: %w", err)
	}
	return d.mesh, nil
}

// decoder is the state of one mesh.
type decoder struct {
	input
	ctx    context.Context
	limits Limits
	mesh   *Mesh
	edges  *edgebreaker // nil for sequential connectivity
	groups []*group
}

func (d *decoder) decode() error {
	head := d.take(9)
	if head == nil || string(head[:5]) != "DRACO" {
		return errors.New("these are no Draco data")
	}
	if head[5] != 2 || head[6] != 2 {
		return fmt.Errorf("bitstream version %d.%d, only 2.2 is read; compress the file again with a newer encoder", head[5], head[6])
	}
	if head[7] != encoderMesh {
		return errors.New("a point cloud; only triangle meshes are read")
	}
	if d.u16()&flagMetadata != 0 {
		if err := d.skipMetadata(); err != nil {
			return err
		}
	}
	var err error
	switch head[8] {
	case methodSequence:
		err = d.sequentialFaces()
	case methodEdges:
		err = d.edgebreakerFaces()
	default:
		err = fmt.Errorf("connectivity method %d is not known", head[8])
	}
	if err != nil {
		return err
	}
	return d.attributes()
}

// maxMetadata bounds the depth of metadata.
const maxMetadata = 32

func (d *decoder) skipMetadata() error {
	n := d.count(d.left())
	for range n {
		d.varint()
		if err := d.skipElement(0); err != nil {
			return err
		}
	}
	return d.skipElement(0)
}

func (d *decoder) skipElement(depth int) error {
	if depth > maxMetadata || d.failed {
		return errBad
	}
	for range d.count(d.left()) {
		d.take(int(d.u8()))
		d.take(d.count(d.left()))
	}
	for range d.count(d.left()) {
		d.take(int(d.u8()))
		if err := d.skipElement(depth + 1); err != nil {
			return err
		}
	}
	if d.failed {
		return errShort
	}
	return nil
}

// counts reads the number of faces and of points or vertices and holds them against the limits.
func (d *decoder) checkCounts(points, faces uint64) error {
	if points > uint64(d.limits.Points) || faces > uint64(d.limits.Faces) || points > math.MaxInt32 || faces > math.MaxInt32/3 {
		return fmt.Errorf("%d points and %d faces are over the limit", points, faces)
	}
	return nil
}

// sequentialFaces reads faces that are stored as they are.
func (d *decoder) sequentialFaces() error {
	faces, points := d.varint(), d.varint()
	if err := d.checkCounts(points, faces); err != nil {
		return err
	}
	n := int(3 * faces)
	method := d.u8()
	if d.failed {
		return errShort
	}
	d.mesh.Points = int(points)
	var indices []uint32
	switch {
	case method == 0:
		symbols, err := d.symbols(n, 1)
		if err != nil {
			return err
		}
		last := uint32(0)
		for i, v := range symbols {
			if v&1 != 0 {
				last -= v >> 1
			} else {
				last += v >> 1
			}
			symbols[i] = last
		}
		indices = symbols
	case method != 1:
		return errBad
	default:
		if n > d.left() {
			return errShort
		}
		indices = make([]uint32, n)
		for i := range indices {
			switch {
			case points < 1<<8:
				indices[i] = uint32(d.u8())
			case points < 1<<16:
				indices[i] = uint32(d.u16())
			case points < 1<<21:
				indices[i] = uint32(d.varint())
			default:
				indices[i] = d.u32()
			}
		}
	}
	if d.failed {
		return errShort
	}
	for _, i := range indices {
		if uint64(i) >= points {
			return errBad
		}
	}
	d.mesh.Indices = indices
	return nil
}
