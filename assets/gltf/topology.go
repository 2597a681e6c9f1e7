package gltf

import "fmt"

// shapeKind is what a primitive is made of, whatever its mode.
type shapeKind uint8

const (
	noShape shapeKind = iota
	triangleShape
	lineShape
	pointShape
)

func kindOf(mode int) shapeKind {
	switch mode {
	case modePoints:
		return pointShape
	case modeLines, modeLineLoop, modeLineStrip:
		return lineShape
	case modeTriangles, modeTriangleStrip, modeTriangleFan:
		return triangleShape
	}
	return noShape
}

// drawOrder gives the vertices of a primitive as single points, lines or triangles, checked against n vertices. A nil
// list of indices stands for all vertices in turn.
func drawOrder(mode int, indices []uint32, indexed bool, n int) ([]uint32, error) {
	if !indexed {
		indices = make([]uint32, n)
		for i := range indices {
			indices[i] = uint32(i)
		}
	} else if k, ok := beyond(indices, n); ok {
		return nil, fmt.Errorf("index %d of %d vertices; export it again", k, n)
	}
	switch mode {
	case modeLines:
		return indices[:len(indices)-len(indices)%2], nil
	case modeLineStrip, modeLineLoop:
		return lines(indices, mode == modeLineLoop), nil
	case modeTriangles:
		return indices[:len(indices)-len(indices)%3], nil
	case modeTriangleStrip, modeTriangleFan:
		return triangles(indices, mode == modeTriangleFan), nil
	}
	return indices, nil
}

// beyond finds an index that is not below n.
func beyond(indices []uint32, n int) (uint32, bool) {
	highest := uint32(0)
	for _, k := range indices {
		highest = max(highest, k)
	}
	return highest, len(indices) > 0 && uint64(highest) >= uint64(n)
}

// lines turns a strip into single lines; a loop has one more, from its end to its beginning.
func lines(v []uint32, loop bool) []uint32 {
	if len(v) < 2 {
		return nil
	}
	out := make([]uint32, 0, 2*len(v))
	for i := range v[1:] {
		out = append(out, v[i], v[i+1])
	}
	if loop {
		out = append(out, v[len(v)-1], v[0])
	}
	return out
}

// triangles turns strips and fans into single triangles (specification, section 3.7.2.1), without those of no area that
// strips are joined by.
func triangles(v []uint32, fan bool) []uint32 {
	out := make([]uint32, 0, 3*max(len(v)-2, 0))
	for i := 0; i+2 < len(v); i++ {
		a, b, c := v[i], v[i+1], v[i+2]
		switch {
		case fan:
			a, b, c = v[i+1], v[i+2], v[0]
		case i%2 == 1:
			b, c = c, b
		}
		if a != b && b != c && c != a {
			out = append(out, a, b, c)
		}
	}
	return out
}

// compact decides which of n vertices to read for some lists of them. It returns nil when most are in use; otherwise
// those in use, and the lists are changed to count in these. So a small part of a large shared buffer costs little.
func compact(n int, lists [][]uint32) []uint32 {
	lo, hi, total := uint32(0xFFFFFFFF), uint32(0), 0
	for _, l := range lists {
		total += len(l)
		for _, k := range l {
			lo, hi = min(lo, k), max(hi, k)
		}
	}
	if total == 0 {
		return []uint32{}
	}
	place := make([]uint32, int(hi-lo)+1)
	used := 0
	for _, l := range lists {
		for _, k := range l {
			if place[k-lo] == 0 {
				place[k-lo] = 1
				used++
			}
		}
	}
	if used > n-n/4 {
		return nil
	}
	order := make([]uint32, 0, used)
	for k, in := range place {
		if in != 0 {
			place[k] = uint32(len(order))
			order = append(order, lo+uint32(k))
		}
	}
	for _, l := range lists {
		for i, k := range l {
			l[i] = place[k-lo]
		}
	}
	return order
}
