package meshopt

import (
	"encoding/binary"
	"fmt"
)

const (
	headerTriangles = 0xe0
	headerIndices   = 0xd0
	auxBytes        = 16 // at the end of triangles: the sixteen most frequent pairs
	endBytes        = 4  // at the end of indices
)

// decodeTriangles unpacks triangles that mostly share an edge with one before, and name their third corner by how long
// ago it was used.
func decodeTriangles(dst []byte, count, size int, src []byte) error {
	if len(src) < 1+count/3+auxBytes {
		return errShort
	}
	version := src[0] & 15
	if src[0]&0xf0 != headerTriangles || version > 1 {
		return fmt.Errorf("meshopt: triangles of an unknown version (first byte %#x)", src[0])
	}
	t := triangles{data: src[1+count/3 : len(src)-auxBytes], limit: 15}
	if version == 1 {
		t.limit = 13
	}
	aux := src[len(src)-auxBytes:]
	for i, code := range src[1 : 1+count/3] {
		var a, b, c uint32
		switch {
		case code < 0xf0:
			a, b, c = t.onEdge(code)
		case code < 0xfe:
			a, b, c = t.fresh(aux[code&15])
		default:
			a, b, c = t.explicit(code == 0xff)
		}
		put(dst[3*i*size:], size, a)
		put(dst[(3*i+1)*size:], size, b)
		put(dst[(3*i+2)*size:], size, c)
	}
	switch {
	case t.short:
		return errShort
	case len(t.data) != 0:
		return errLong
	}
	return nil
}

func put(dst []byte, size int, v uint32) {
	if size == 2 {
		binary.LittleEndian.PutUint16(dst, uint16(v))
	} else {
		binary.LittleEndian.PutUint32(dst, v)
	}
}

// triangles remembers the last edges and corners.
type triangles struct {
	data       []byte
	short      bool
	limit      byte // codes of corners from here on stand for other indices
	edges      [16][2]uint32
	corners    [16]uint32
	edge       uint32 // number of edges so far
	corner     uint32 // number of corners so far
	next, last uint32
}

func (t *triangles) pushEdge(a, b uint32) {
	t.edges[t.edge&15] = [2]uint32{a, b}
	t.edge++
}

func (t *triangles) pushCorner(v uint32) {
	t.corners[t.corner&15] = v
	t.corner++
}

// onEdge is a triangle on an edge that was used before.
func (t *triangles) onEdge(code byte) (a, b, c uint32) {
	e := t.edges[(t.edge-1-uint32(code>>4))&15]
	a, b = e[0], e[1]
	switch which := code & 15; {
	case which == 0:
		c = t.next
		t.next++
		t.pushCorner(c)
	case which < t.limit:
		c = t.corners[(t.corner-1-uint32(which))&15]
	default:
		switch which {
		case 13:
			c = t.last - 1
		case 14:
			c = t.last + 1
		default:
			c = t.far()
		}
		t.last = c
		t.pushCorner(c)
	}
	t.pushEdge(c, b)
	t.pushEdge(a, c)
	return a, b, c
}

// fresh is a triangle that begins with a new corner; the other two are new or among the last fifteen.
func (t *triangles) fresh(pair byte) (a, b, c uint32) {
	a = t.next
	t.next++
	b, newB := t.near(pair >> 4)
	c, newC := t.near(pair & 15)
	t.pushCorner(a)
	if newB {
		t.pushCorner(b)
	}
	if newC {
		t.pushCorner(c)
	}
	t.pushEdges(a, b, c)
	return a, b, c
}

// near is a new corner for 0, and else one of the last.
func (t *triangles) near(which byte) (v uint32, fresh bool) {
	if which == 0 {
		t.next++
		return t.next - 1, true
	}
	return t.corners[(t.corner-uint32(which))&15], false
}

// explicit is a triangle with corners that may be anywhere.
func (t *triangles) explicit(farA bool) (a, b, c uint32) {
	if len(t.data) == 0 {
		t.short = true
		return 0, 0, 0
	}
	pair := t.data[0]
	t.data = t.data[1:]
	if pair == 0 {
		t.next = 0
	}
	if !farA {
		a = t.next
		t.next++
	}
	b, newB := t.near(pair >> 4)
	c, newC := t.near(pair & 15)
	if farA {
		a = t.far()
		t.last = a
	}
	if pair>>4 == 15 {
		b, newB = t.far(), true
		t.last = b
	}
	if pair&15 == 15 {
		c, newC = t.far(), true
		t.last = c
	}
	t.pushCorner(a)
	if newB {
		t.pushCorner(b)
	}
	if newC {
		t.pushCorner(c)
	}
	t.pushEdges(a, b, c)
	return a, b, c
}

func (t *triangles) pushEdges(a, b, c uint32) {
	t.pushEdge(b, a)
	t.pushEdge(c, b)
	t.pushEdge(a, c)
}

// far reads an index as its distance from the last one that was read so.
func (t *triangles) far() uint32 {
	v, rest, ok := number(t.data)
	t.data = rest
	t.short = t.short || !ok
	return t.last + signed(v)
}

// number reads up to five groups of seven bits, the lowest first.
func number(data []byte) (v uint32, rest []byte, ok bool) {
	for i := range min(len(data), 5) {
		v |= uint32(data[i]&127) << (7 * i)
		if data[i] < 128 {
			return v, data[i+1:], true
		}
	}
	if len(data) >= 5 {
		return v, data[5:], true
	}
	return 0, nil, false
}

// signed undoes the zigzag of a signed number.
func signed(v uint32) uint32 { return v>>1 ^ -(v & 1) }

// decodeIndices unpacks indices as distances from one of two that came before.
func decodeIndices(dst []byte, count, size int, src []byte) error {
	if len(src) < 1+count+endBytes {
		return errShort
	}
	if src[0]&0xf0 != headerIndices || src[0]&15 > 1 {
		return fmt.Errorf("meshopt: indices of an unknown version (first byte %#x)", src[0])
	}
	data := src[1 : len(src)-endBytes]
	var last [2]uint32
	for i := range count {
		v, rest, ok := number(data)
		if !ok {
			return errShort
		}
		data = rest
		which := v & 1
		last[which] += signed(v >> 1)
		put(dst[i*size:], size, last[which])
	}
	if len(data) != 0 {
		return errLong
	}
	return nil
}
