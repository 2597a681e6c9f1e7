package mesh

// cornerTable gives corners that have the same three indices one vertex. t and n may be any numbers.
type cornerTable struct {
	head []uint32 // by position: the first vertex at it, from 1
	// By vertex: its indices, and the next vertex at the same position, from 1.
	v, t, n []int32
	next    []uint32
	crowd   map[[3]int32]uint32 // vertices behind long chains
}

// longChain is the number of vertices at one position from which a map finds them.
const longChain = 32

func newCornerTable(positions int) cornerTable { return cornerTable{head: make([]uint32, positions)} }

// clear takes all vertices out.
func (c *cornerTable) clear() {
	for _, v := range c.v {
		c.head[v] = 0
	}
	c.v, c.t, c.n, c.next, c.crowd = c.v[:0], c.t[:0], c.n[:0], c.next[:0], nil
}

// vertex returns the vertex with these indices.
func (c *cornerTable) vertex(v, t, n int32) uint32 {
	steps := 0
	for i := c.head[v]; i != 0; i = c.next[i-1] {
		if c.t[i-1] == t && c.n[i-1] == n {
			return i - 1
		}
		if steps++; steps == longChain {
			key := [3]int32{v, t, n}
			id, ok := c.crowd[key]
			if !ok {
				if c.crowd == nil {
					c.crowd = map[[3]int32]uint32{}
				}
				id = c.add(v, t, n)
				c.crowd[key] = id
			}
			return id
		}
	}
	return c.add(v, t, n)
}

// add makes a vertex and puts it into the chain of its position, behind the first one.
func (c *cornerTable) add(v, t, n int32) uint32 {
	id := uint32(len(c.v))
	c.v, c.t, c.n = append(c.v, v), append(c.t, t), append(c.n, n)
	if first := c.head[v]; first == 0 {
		c.head[v] = id + 1
		c.next = append(c.next, 0)
	} else {
		c.next = append(c.next, c.next[first-1])
		c.next[first-1] = id + 1
	}
	return id
}
