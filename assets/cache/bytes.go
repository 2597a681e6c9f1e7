package cache

import (
	"encoding/binary"
	"unsafe"

	"github.com/orrery-twin/orrery/scene"
)

// alignment of sections and arrays in bytes: a cache line, and enough for any element.
const alignment = 64

// element is what arrays hold: values without pointers, whose bytes in memory are those of the file on a machine with the
// little end first. Others have no cache, see sameByteOrder.
type element interface {
	~uint8 | ~uint16 | ~uint32 | ~int32 | ~float32 | scene.TreeNode
}

// sameByteOrder reports whether this machine keeps numbers as the file does.
var sameByteOrder = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// bytesOf returns the memory of an array.
func bytesOf[T element](a []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(a))), len(a)*int(unsafe.Sizeof(*new(T))))
}

// arrayOf returns n elements that lie at an offset of an aligned buffer, without copying, or false if they do not lie
// there. No elements are nil.
func arrayOf[T element](buf []byte, offset, n uint64) ([]T, bool) {
	size := uint64(unsafe.Sizeof(*new(T)))
	if n == 0 {
		return nil, true
	}
	if offset%alignment != 0 || offset > uint64(len(buf)) || n > (uint64(len(buf))-offset)/size {
		return nil, false
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&buf[offset])), n), true
}

// alignedBuffer returns n zero bytes that begin at a multiple of 8.
func alignedBuffer(n int) []byte {
	if n == 0 {
		return nil
	}
	words := make([]uint64, (n+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), n)
}

// textOf returns bytes that never change as a string, without copying.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
