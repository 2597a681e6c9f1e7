package process

import (
	"math/bits"
	"math/rand/v2"
)

// table is an open-addressing hash table of numbers from 1; 0 is an empty slot.
type table struct {
	slots []uint32
	shift uint
}

// newTable returns a table for n entries that is at most two thirds full with them.
func newTable(n int) *table {
	size := bits.Len(uint(max(n+n/2, 8)))
	return &table{slots: make([]uint32, 1<<size), shift: uint(64 - size)}
}

// start returns the first slot to look in.
func (t *table) start(h uint64) (slot, step uint32) { return uint32(h >> t.shift), 1 }

// next goes on by triangular numbers, which visit all slots of a power of two.
func (t *table) next(slot, step uint32) (uint32, uint32) {
	return (slot + step) & uint32(len(t.slots)-1), step + 1
}

// secrets keep files from being made so that all their vertices fall into one slot.
var secrets = [2]uint64{rand.Uint64() | 1, rand.Uint64() | 1}

// mix adds a value to a hash by a folded product of 128 bits, as wyhash does (Wang Yi, 2019).
func mix(h, v uint64) uint64 {
	hi, lo := bits.Mul64(h^v^secrets[0], secrets[1]^bits.RotateLeft64(h, 32))
	return hi ^ lo
}

// hashOf3 hashes three words of 32 bits.
func hashOf3(x, y, z uint32) uint64 {
	hi, lo := bits.Mul64((uint64(x)|uint64(y)<<32)^secrets[0], uint64(z)<<20^secrets[1])
	return (hi ^ lo) * 0x9E3779B97F4A7C15
}
