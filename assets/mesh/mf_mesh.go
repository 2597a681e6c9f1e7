package mesh

import "fmt"

// mfMesh is the content of a mesh element.
type mfMesh struct {
	positions []float32
	vertices  []uint32 // three per triangle
	looks     []int32  // by corner, into the looks of the build, none for the object's own; nil if no triangle says anything
	lattice   *mfLattice
	repeated  int // triangles that name a vertex twice
	strange   int // properties that are not there
}

// mfLattice is a beam lattice: bars between vertices.
type mfLattice struct {
	radius    float64
	caps      string
	beams     []mfBeam
	balls     []mfBall
	instead   uint32 // an object that looks like the lattice, 0 for none
	clippedBy uint32
}

// mfBeam goes from one vertex to another.
type mfBeam struct {
	v [2]uint32
	r [2]float32
}

// mfBall is a ball at a vertex.
type mfBall struct {
	v uint32
	r float32
}

// lookRange is where the looks of a group are among all.
type lookRange struct{ from, count int32 }

// mfMeshReader reads the content of mesh elements. Looks are by the group's number in the model part.
type mfMeshReader struct {
	x     *markup
	looks map[uint32]lookRange
	out   *mfMesh

	last      uint32 // the group that was looked up last,
	lastRange lookRange
	own       lookRange // of the object
}

// read reads the body of an object.
func (r *mfMeshReader) read() error {
	return r.x.children(func(name string) error {
		switch name {
		case "vertices":
			return r.vertices()
		case "triangles":
			return r.triangles()
		case "beamlattice":
			return r.beamLattice()
		}
		return nil
	})
}

// each calls what for the elements of a name in the one that was begun last, like markup.children but without a string
// for each.
func (r *mfMeshReader) each(name string, what func() error) error {
	x := r.x
	if x.empty {
		x.empty = false
		return x.leave()
	}
	depth := x.depth
	for {
		begins, err := x.next(nil)
		if err != nil || !begins {
			return err
		}
		if string(x.local) == name && x.space != foreignSpace {
			if err := what(); err != nil {
				return err
			}
		}
		if x.empty {
			x.empty = false
			if err := x.leave(); err != nil {
				return err
			}
		} else if err := x.skipTo(depth); err != nil {
			return err
		}
	}
}

func (r *mfMeshReader) vertices() error {
	x := r.x
	return r.each("vertex", func() error {
		var v [3]float32
		found := 0
		for i := range x.attrs {
			a := &x.attrs[i]
			if len(a.local) != 1 || len(a.prefix) != 0 || a.local[0]-'x' > 2 {
				continue
			}
			f, n := scanFloat(a.value)
			if n == 0 || n != len(a.value) {
				l := line(a.value) // blanks around it are allowed
				var ok bool
				if f, ok = l.float(); !ok || !l.ended() {
					return x.fail("vertex %d: %s is %.40q, not a number", len(r.out.positions)/3, a.local, plainText(a.value))
				}
			}
			if !finite32(float32(f)) {
				return x.fail("vertex %d: %s is %.40q, which no model can have", len(r.out.positions)/3, a.local, plainText(a.value))
			}
			v[a.local[0]-'x'] = float32(f)
			found |= 1 << (a.local[0] - 'x')
		}
		if found != 7 {
			return x.fail("vertex %d lacks one of x, y and z", len(r.out.positions)/3)
		}
		r.out.positions = append(r.out.positions, v[0], v[1], v[2])
		return nil
	})
}

// corner3 are the attributes of a triangle: v1 v2 v3, then p1 p2 p3, then pid; a bit in found for each.
type corner3 struct {
	values [7]uint32
	found  uint8
}

func (r *mfMeshReader) corners3() (c corner3, err error) {
	x := r.x
	for i := range x.attrs {
		a := &x.attrs[i]
		k := 6
		switch {
		case len(a.prefix) != 0:
			continue
		case len(a.local) == 2 && a.local[0] == 'v' && a.local[1]-'1' < 3:
			k = int(a.local[1] - '1')
		case len(a.local) == 2 && a.local[0] == 'p' && a.local[1]-'1' < 3:
			k = 3 + int(a.local[1]-'1')
		case string(a.local) != "pid":
			continue
		}
		v, n := index(a.value)
		if n != len(a.value) || n == 0 || v < 0 || v >= 1<<31 {
			return c, x.fail("attribute %s is %.40q, not a number from 0 to 2147483647", a.local, plainText(a.value))
		}
		c.values[k] = uint32(v)
		c.found |= 1 << k
	}
	return c, nil
}

func (r *mfMeshReader) triangles() error {
	out := r.out
	count := uint32(len(out.positions) / 3)
	return r.each("triangle", func() error {
		c, err := r.corners3()
		if err != nil {
			return err
		}
		v := c.values[:3]
		if c.found&7 != 7 {
			return r.x.fail("triangle %d lacks one of v1, v2 and v3", len(out.vertices)/3)
		}
		if v[0] >= count || v[1] >= count || v[2] >= count {
			return r.x.fail("triangle %d names vertex %d, and there are %d", len(out.vertices)/3, max(v[0], v[1], v[2]), count)
		}
		if v[0] == v[1] || v[1] == v[2] || v[2] == v[0] {
			out.repeated++
			return nil
		}
		if c.found&0b1111000 != 0 || out.looks != nil {
			r.dress(&c)
		}
		out.vertices = append(out.vertices, v...)
		return nil
	})
}

// dress notes the looks of the corners of a triangle. Without p2 and p3 it has one; without a group, that of the object.
func (r *mfMeshReader) dress(c *corner3) {
	out := r.out
	for len(out.looks) < len(out.vertices) {
		out.looks = append(out.looks, none)
	}
	group := r.own
	if c.found&(1<<6) != 0 {
		if id := c.values[6]; id != r.last {
			r.last, r.lastRange = id, r.looks[id]
		}
		group = r.lastRange
	}
	if c.found&(1<<3) == 0 { // no p1: the object's own
		out.looks = append(out.looks, none, none, none)
		return
	}
	for k := range 3 {
		p := c.values[3]
		if c.found&(1<<(3+k)) != 0 {
			p = c.values[3+k]
		}
		if int64(p) >= int64(group.count) {
			out.strange++
			out.looks = append(out.looks, none)
			continue
		}
		out.looks = append(out.looks, group.from+int32(p))
	}
}

func (r *mfMeshReader) beamLattice() error {
	x := r.x
	l := &mfLattice{caps: x.str("cap")}
	r.out.lattice = l
	var ok bool
	var err error
	if l.radius, ok, err = x.real("radius"); err != nil || !ok || l.radius <= 0 {
		return x.fail("a beam lattice has a radius above 0")
	}
	if l.instead, _, err = x.number("representationmesh"); err != nil {
		return err
	}
	if l.clippedBy, _, err = x.number("clippingmesh"); err != nil {
		return err
	}
	ballRadius, _, err := x.real("ballradius")
	if err != nil {
		return err
	}
	return x.children(func(name string) error {
		switch name {
		case "beams":
			return r.each("beam", r.beam)
		case "balls":
			return r.each("ball", func() error { return r.ball(ballRadius) })
		}
		return nil
	})
}

func (r *mfMeshReader) beam() error {
	x, l := r.x, r.out.lattice
	var b mfBeam
	for k, name := range [...]string{"v1", "v2"} {
		v, err := x.need(name)
		if err != nil {
			return err
		}
		if int64(v) >= int64(len(r.out.positions)/3) {
			return x.fail("a beam names vertex %d, and there are %d", v, len(r.out.positions)/3)
		}
		b.v[k] = v
	}
	if b.v[0] == b.v[1] {
		return x.fail("a beam begins and ends at vertex %d", b.v[0])
	}
	first := l.radius
	for k, name := range [...]string{"r1", "r2"} {
		v, ok, err := x.real(name)
		if err != nil || ok && v <= 0 {
			return x.fail("a radius of a beam is not above 0")
		}
		if !ok {
			v = first
		}
		b.r[k], first = float32(v), v
	}
	l.beams = append(l.beams, b)
	return nil
}

func (r *mfMeshReader) ball(radius float64) error {
	x := r.x
	v, err := x.need("vindex")
	if err != nil {
		return err
	}
	if int64(v) >= int64(len(r.out.positions)/3) {
		return x.fail("a ball is at vertex %d, and there are %d", v, len(r.out.positions)/3)
	}
	if own, ok, err := x.real("r"); err != nil {
		return err
	} else if ok {
		radius = own
	}
	if radius > 0 {
		r.out.lattice.balls = append(r.out.lattice.balls, mfBall{v, float32(radius)})
	}
	return nil
}

// where names an object in messages.
func (o *mfObject) where() string {
	if o.name != "" {
		return fmt.Sprintf("object %d (%.100s)", o.id, o.name)
	}
	return fmt.Sprintf("object %d", o.id)
}
