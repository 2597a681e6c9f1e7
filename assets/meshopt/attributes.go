package meshopt

import (
	"encoding/binary"
	"fmt"
)

const (
	groupSize   = 16   // bytes of one plane that share a width
	blockBytes  = 8192 // of records in a block
	blockCount  = 256  // records in a block, at most
	headerBytes = 0xa0 // high half of the first byte
)

// decodeAttributes unpacks records block by block. The end of src holds the record before the first, and in version 1
// how each four bytes of a record are coded.
func decodeAttributes(dst []byte, count, stride int, src []byte) error {
	if stride%4 != 0 {
		return fmt.Errorf("meshopt: records of %d bytes; there are multiples of 4", stride)
	}
	if len(src) == 0 {
		return errShort
	}
	version := src[0] & 15
	if src[0]&0xf0 != headerBytes || version > 1 {
		return fmt.Errorf("meshopt: attributes of an unknown version (first byte %#x)", src[0])
	}
	tail, least := stride, 32
	if version == 1 {
		tail, least = stride+stride/4, 24
	}
	if len(src) < 1+max(tail, least) {
		return errShort
	}
	end := src[len(src)-tail:]
	d := &attributes{in: src[1:], reserve: max(tail, least), stride: stride, version: version}
	copy(d.last[:], end[:stride])
	d.channels = end[stride:]
	size := min(blockBytes/stride&^(groupSize-1), blockCount)
	for done := 0; done < count; done += size {
		n := min(size, count-done)
		if err := d.block(dst[done*stride:(done+n)*stride], n); err != nil {
			return err
		}
	}
	if len(d.in) != d.reserve {
		return errLong
	}
	return nil
}

type attributes struct {
	in       []byte // what is left, with the end of the buffer
	reserve  int    // bytes of in that belong to the end
	stride   int
	version  byte
	channels []byte    // of version 1: one per four bytes
	last     [256]byte // the record before
	planes   [4 * blockCount]byte
}

// take gives the next n bytes before the end.
func (d *attributes) take(n int) ([]byte, error) {
	if n > len(d.in)-d.reserve {
		return nil, errShort
	}
	out := d.in[:n]
	d.in = d.in[n:]
	return out, nil
}

// block unpacks n records.
func (d *attributes) block(dst []byte, n int) error {
	var control []byte
	if d.version == 1 {
		var err error
		if control, err = d.take(d.stride / 4); err != nil {
			return err
		}
	}
	for k := 0; k < d.stride; k += 4 {
		for j := range 4 {
			plane := d.planes[j*blockCount : (j+1)*blockCount]
			var err error
			if d.version == 0 {
				err = d.plane(plane, n, &widths0)
			} else {
				err = d.plane1(plane, n, control[k/4]>>(2*j)&3)
			}
			if err != nil {
				return err
			}
		}
		channel := byte(0)
		if d.version == 1 {
			channel = d.channels[k/4]
		}
		switch channel & 3 {
		case 0:
			d.bytes(dst, n, k)
		case 1:
			d.halves(dst, n, k)
		case 2:
			d.words(dst, n, k, int(channel>>4))
		default:
			return errCorrupt
		}
	}
	copy(d.last[:d.stride], dst[(n-1)*d.stride:])
	return nil
}

// Widths in bits that the two bits of a group's header stand for.
var (
	widths0  = [4]uint8{0, 2, 4, 8}
	widths1  = [4]uint8{0, 1, 2, 4}
	widths1b = [4]uint8{1, 2, 4, 8}
)

// plane1 unpacks one byte of each record as version 1 codes it.
func (d *attributes) plane1(plane []byte, n int, control byte) error {
	switch control {
	case 0:
		return d.plane(plane, n, &widths1)
	case 1:
		return d.plane(plane, n, &widths1b)
	case 2:
		clear(plane[:n])
		return nil
	}
	raw, err := d.take(n)
	copy(plane, raw)
	return err
}

// plane unpacks one byte of each record: groups of 16, each with values of one width, in which the greatest value says
// that a whole byte follows the group.
func (d *attributes) plane(plane []byte, n int, widths *[4]uint8) error {
	groups := (n + groupSize - 1) / groupSize
	header, err := d.take((groups + 3) / 4)
	if err != nil {
		return err
	}
	for g := range groups {
		out := (*[groupSize]byte)(plane[g*groupSize:])
		width := widths[header[g/4]>>(2*(g%4))&3]
		// A group takes at most 24 bytes, and the end of the buffer has as many, so reading ahead stays inside.
		in := d.in
		used := 0
		switch width {
		case 0:
			clear(out[:])
		case 1:
			used = unpack1(out, in)
		case 2:
			used = unpack2(out, in)
		case 4:
			used = unpack4(out, in)
		case 8:
			copy(out[:], in[:groupSize])
			used = groupSize
		}
		if used > len(in)-d.reserve {
			return errShort
		}
		d.in = in[used:]
	}
	return nil
}

func unpack1(out *[groupSize]byte, in []byte) int {
	_ = in[2+groupSize]
	bits, next := uint(in[0])|uint(in[1])<<8, 2
	for i := range out {
		v := byte(bits >> i & 1)
		if v == 1 {
			v = in[next]
			next++
		}
		out[i] = v
	}
	return next
}

func unpack2(out *[groupSize]byte, in []byte) int {
	_ = in[4+groupSize]
	next := 4
	for i := range out {
		v := in[i/4] >> (6 - 2*(i&3)) & 3
		if v == 3 {
			v = in[next]
			next++
		}
		out[i] = v
	}
	return next
}

func unpack4(out *[groupSize]byte, in []byte) int {
	_ = in[8+groupSize-1]
	next := 8
	for i := range out {
		v := in[i/2] >> (4 - 4*(i&1)) & 15
		if v == 15 {
			v = in[next]
			next++
		}
		out[i] = v
	}
	return next
}

// bytes undoes the differences of four single bytes.
func (d *attributes) bytes(dst []byte, n, k int) {
	p0, p1, p2, p3 := d.last[k], d.last[k+1], d.last[k+2], d.last[k+3]
	a, b, c, e := d.planes[:n], d.planes[blockCount:][:n], d.planes[2*blockCount:][:n], d.planes[3*blockCount:][:n]
	for i, at := 0, k; i < n; i, at = i+1, at+d.stride {
		p0 += a[i]>>1 ^ -(a[i] & 1)
		p1 += b[i]>>1 ^ -(b[i] & 1)
		p2 += c[i]>>1 ^ -(c[i] & 1)
		p3 += e[i]>>1 ^ -(e[i] & 1)
		binary.LittleEndian.PutUint32(dst[at:], uint32(p0)|uint32(p1)<<8|uint32(p2)<<16|uint32(p3)<<24)
	}
}

// halves undoes the differences of two 16-bit numbers.
func (d *attributes) halves(dst []byte, n, k int) {
	for h := range 2 {
		low, high := d.planes[2*h*blockCount:][:n], d.planes[(2*h+1)*blockCount:][:n]
		p := binary.LittleEndian.Uint16(d.last[k+2*h:])
		for i, at := 0, k+2*h; i < n; i, at = i+1, at+d.stride {
			v := uint16(low[i]) | uint16(high[i])<<8
			p += v>>1 ^ -(v & 1)
			binary.LittleEndian.PutUint16(dst[at:], p)
		}
	}
}

// words undoes the turned exclusive-or of a 32-bit number.
func (d *attributes) words(dst []byte, n, k, turn int) {
	a, b, c, e := d.planes[:n], d.planes[blockCount:][:n], d.planes[2*blockCount:][:n], d.planes[3*blockCount:][:n]
	p := binary.LittleEndian.Uint32(d.last[k:])
	for i, at := 0, k; i < n; i, at = i+1, at+d.stride {
		v := uint32(a[i]) | uint32(b[i])<<8 | uint32(c[i])<<16 | uint32(e[i])<<24
		p ^= v>>turn | v<<(32-turn)
		binary.LittleEndian.PutUint32(dst[at:], p)
	}
}
