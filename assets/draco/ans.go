package draco

import "encoding/binary"

// ansState reads the end of a buffer of asymmetric numeral systems, where the coder begins: base plus a number of which
// the top two bits say how many bytes it has.
func ansState(data []byte, base uint32) (state uint32, rest int, ok bool) {
	n := len(data)
	if n == 0 {
		return 0, 0, false
	}
	size := int(data[n-1]>>6) + 1
	if size > n {
		return 0, 0, false
	}
	var last [4]byte
	copy(last[:], data[n-size:])
	v := binary.LittleEndian.Uint32(last[:])
	v &= 1<<(8*size-2) - 1
	return v + base, n - size, true
}

// bitCoder reads bits of which a share is 0.
type bitCoder struct {
	data  []byte
	rest  int
	state uint32
	zero  uint32 // share of zeros, of 256
}

const bitBase = 4096

// bitCoder reads the head of a coder of bits.
func (in *input) bitCoder() (*bitCoder, error) {
	zero := in.u8()
	data := in.take(in.count(in.left()))
	if in.failed {
		return nil, errShort
	}
	state, rest, ok := ansState(data, bitBase)
	if !ok || state >= bitBase*256 {
		return nil, errBad
	}
	return &bitCoder{data: data, rest: rest, state: state, zero: uint32(zero)}, nil
}

func (c *bitCoder) next() bool {
	one := 256 - c.zero
	if c.state < bitBase && c.rest > 0 {
		c.rest--
		c.state = c.state<<8 | uint32(c.data[c.rest])
	}
	x := c.state
	rem, part := x&255, x>>8*one
	if rem < one {
		c.state = part + rem
		return true
	}
	c.state = x - part - one
	return false
}

// symbolCoder reads symbols of given frequencies.
type symbolCoder struct {
	data  []byte
	rest  int
	state uint32
	bits  uint // of precision
	base  uint32
	table []symbolRange // by the low bits of the state
}

type symbolRange struct{ symbol, share, from uint32 }

// symbolCoder reads the frequencies of symbols that have so many bits, then the head of the coder.
func (in *input) symbolCoder(symbolBits int) (*symbolCoder, error) {
	c := &symbolCoder{bits: uint(min(max(3*symbolBits/2, 12), 20))}
	c.base = 4 << c.bits
	n := in.count(64*in.left() + 63)
	if in.failed {
		return nil, errShort
	}
	if n > 0 {
		c.table = make([]symbolRange, 1<<c.bits)
	}
	from := uint32(0)
	for i := 0; i < n; i++ {
		head := in.u8()
		if head&3 == 3 { // a run of symbols that do not occur
			if i += int(head >> 2); i >= n {
				return nil, errBad
			}
			continue
		}
		share := uint32(head >> 2)
		for k := range uint(head & 3) {
			share |= uint32(in.u8()) << (8*(k+1) - 2)
		}
		if in.failed {
			return nil, errShort
		}
		if share > uint32(len(c.table))-from {
			return nil, errBad
		}
		for k := range share {
			c.table[from+k] = symbolRange{uint32(i), share, from}
		}
		from += share
	}
	if from != uint32(len(c.table)) {
		return nil, errBad
	}
	c.data = in.take(in.count(in.left()))
	if in.failed {
		return nil, errShort
	}
	if n == 0 && len(c.data) == 0 {
		return c, nil
	}
	var ok bool
	if c.state, c.rest, ok = ansState(c.data, c.base); !ok || c.state>>8 >= c.base {
		return nil, errBad
	}
	return c, nil
}

func (c *symbolCoder) next() uint32 {
	for c.state < c.base && c.rest > 0 {
		c.rest--
		c.state = c.state<<8 | uint32(c.data[c.rest])
	}
	low := c.state & (1<<c.bits - 1)
	r := &c.table[low]
	c.state = c.state>>c.bits*r.share + low - r.from
	return r.symbol
}

// symbols reads n numbers that were stored in tuples of the given width.
func (d *decoder) symbols(n, width int) ([]uint32, error) {
	if n == 0 {
		return nil, nil
	}
	switch d.u8() {
	case 0:
		return d.taggedSymbols(n, width)
	case 1:
		return d.rawSymbols(n)
	}
	return nil, errBad
}

// taggedSymbols reads per tuple the number of bits of its numbers, as a symbol, and then those bits.
func (d *decoder) taggedSymbols(n, width int) ([]uint32, error) {
	tags, err := d.symbolCoder(5)
	if err != nil {
		return nil, err
	}
	if tags.table == nil {
		return nil, errBad
	}
	out := make([]uint32, n)
	raw := bitReader{data: d.data}
	for i := 0; i+width <= n; i += width {
		size := int(tags.next())
		if size > 32 || raw.over() {
			return nil, errBad
		}
		for k := range width {
			out[i+k] = raw.read(size)
		}
		if i&(1<<16-1) == 0 && d.ctx.Err() != nil {
			return nil, d.ctx.Err()
		}
	}
	if raw.over() {
		return nil, errShort
	}
	d.data = raw.done()
	return out, nil
}

// rawSymbols reads numbers as symbols.
func (d *decoder) rawSymbols(n int) ([]uint32, error) {
	size := d.u8()
	if size < 1 || size > 18 {
		return nil, errBad
	}
	c, err := d.symbolCoder(int(size))
	if err != nil {
		return nil, err
	}
	if c.table == nil {
		return nil, errBad
	}
	out := make([]uint32, n)
	for i := range out {
		out[i] = c.next()
		if i&(1<<20-1) == 0 && d.ctx.Err() != nil {
			return nil, d.ctx.Err()
		}
	}
	return out, nil
}
