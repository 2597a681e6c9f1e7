package cache

import (
	"math"
	"unsafe"
)

// blockSize is the size in bytes at which a block is closed: one large array is a block of its own, many small ones share
// one. A block is what is read, checked and given back to memory as a whole.
const blockSize = 4 << 20

// arena lays arrays out in blocks. It holds views of the arrays, no copies.
type arena struct {
	blocks []block
	known  map[place]spot
}

// block is a section of arrays.
type block struct {
	pieces  [][]byte // arrays, one after the other, each at the next multiple of alignment
	length  uint64
	picture bool // worth an attempt to compress
}

// place is the memory of an array.
type place struct {
	at     unsafe.Pointer
	length int
}

// spot is where an array lies in the file.
type spot struct{ block, offset uint64 }

// put places an array and returns where. An array that was put before is found again, so that sharing outlives storing.
func (a *arena) put(b []byte, picture bool) spot {
	if len(b) == 0 {
		return spot{}
	}
	key := place{unsafe.Pointer(unsafe.SliceData(b)), len(b)}
	if s, ok := a.known[key]; ok {
		return s
	}
	last := len(a.blocks) - 1
	if last < 0 || picture || a.blocks[last].picture || a.blocks[last].length+uint64(len(b)) > blockSize {
		a.blocks = append(a.blocks, block{picture: picture})
		last++
	}
	k := &a.blocks[last]
	s := spot{uint64(last), k.length}
	k.pieces = append(k.pieces, b)
	k.length = aligned(k.length + uint64(len(b)))
	if a.known == nil {
		a.known = map[place]spot{}
	}
	a.known[key] = s
	return s
}

// aligned rounds up to a multiple of alignment.
func aligned(n uint64) uint64 {
	return (min(n, math.MaxUint64-alignment) + alignment - 1) &^ (alignment - 1)
}

// array writes where an array lies and how many elements it has.
func array[T element](e *encoder, a []T) {
	s := e.arena.put(bytesOf(a), false)
	e.uint(uint64(len(a)))
	if len(a) > 0 {
		e.uint(s.block)
		e.uint(s.offset / alignment)
	}
}

// viewOf reads what array wrote.
func viewOf[T element](d *decoder) []T {
	n := d.uint()
	if n == 0 {
		return nil
	}
	b, offset := d.uint(), d.uint()
	if b >= uint64(len(d.blocks)) || offset > math.MaxUint64/alignment {
		d.fail()
		return nil
	}
	out, ok := arrayOf[T](d.blocks[b], offset*alignment, n)
	if !ok {
		d.fail()
	}
	return out
}
