package design

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
)

// MaxDimensions is how many dimensions a Sequence can have.
const MaxDimensions = 100

const sequenceBits = 32

// Sequence is a Sobol' sequence: points that fill the unit cube evenly, the more of them the finer; 2^k points from the
// start are balanced. The points come in Gray code order (I. A. Antonov and V. M. Saleev, 1979).
type Sequence struct {
	index uint32
	state []uint32
	shift []uint32
	v     [][sequenceBits]uint32
}

// NewSequence begins a sequence at its origin. With a seed other than 0 all points are shifted digit by digit by the same
// random point (P. L'Ecuyer and C. Lemieux, 2002), which keeps the balance and makes estimates unbiased.
func NewSequence(dimensions int, seed uint64) (*Sequence, error) {
	if dimensions < 1 || dimensions > MaxDimensions {
		return nil, fmt.Errorf("design: a Sobol' sequence of %d dimensions: 1 to %d are possible, vary fewer fields", dimensions, MaxDimensions)
	}
	s := &Sequence{state: make([]uint32, dimensions), shift: make([]uint32, dimensions), v: table()[:dimensions]}
	if seed != 0 {
		r := rand.New(rand.NewPCG(seed, 0x536f626f6c))
		for i := range s.shift {
			s.shift[i] = r.Uint32()
		}
	}
	return s, nil
}

// Next fills in the next point: a coordinate in [0, 1) for each dimension. After 2³² points it begins anew.
func (s *Sequence) Next(point []float64) {
	const unit = 1.0 / (1 << sequenceBits)
	for i := range point {
		point[i] = float64(s.state[i]^s.shift[i]) * unit
	}
	c := bits.TrailingZeros32(^s.index) & (sequenceBits - 1)
	for i := range s.state {
		s.state[i] ^= s.v[i][c]
	}
	s.index++
}

// table is the direction numbers v of all dimensions, as binary fractions: dimension 1 is the sequence of van der Corput,
// the others follow from directions by equation (2) of Joe and Kuo.
var table = sync.OnceValue(func() [][sequenceBits]uint32 {
	out := make([][sequenceBits]uint32, 1, MaxDimensions)
	for k := range sequenceBits {
		out[0][k] = 1 << (sequenceBits - 1 - k)
	}
	for line := range strings.Lines(directions) {
		var n []uint32
		for _, f := range strings.Fields(line) {
			v, _ := strconv.ParseUint(f, 10, 32) // a constant of ours; a test reads it
			n = append(n, uint32(v))
		}
		out = append(out, directionsOf(int(n[0]), n[1], n[2:]))
	}
	return out
})

func directionsOf(s int, a uint32, m []uint32) (v [sequenceBits]uint32) {
	for k := range sequenceBits {
		if k < s {
			v[k] = m[k] << (sequenceBits - 1 - k)
			continue
		}
		v[k] = v[k-s] ^ v[k-s]>>s
		for i := 1; i < s; i++ {
			if a>>(s-1-i)&1 == 1 {
				v[k] ^= v[k-i]
			}
		}
	}
	return v
}
