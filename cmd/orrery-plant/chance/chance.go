package chance

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strconv"
)

// Stream is a source of chance that can be saved and restored. Its zero value draws nothing: make it with New.
type Stream struct {
	src *rand.PCG
	*rand.Rand
}

// New returns the stream of a seed for one purpose.
func New(seed uint64, purpose string) Stream {
	h := fnv.New64a()
	h.Write([]byte(strconv.FormatUint(seed, 10) + "/" + purpose))
	src := rand.NewPCG(h.Sum64(), seed^0x9E3779B97F4A7C15)
	return Stream{src, rand.New(src)}
}

// Ready says whether the stream can be drawn from: made by New, or restored.
func (s Stream) Ready() bool { return s.src != nil }

// Uniform draws from [a, b).
func (s Stream) Uniform(a, b float64) float64 { return a + (b-a)*s.Float64() }

// Exp draws from the exponential distribution with this mean.
func (s Stream) Exp(mean float64) float64 { return mean * s.ExpFloat64() }

// Poisson draws how many events of this mean happen (Knuth, TAOCP 2, section 3.4.1; by the normal law above 30).
func (s Stream) Poisson(mean float64) int {
	if mean > 30 {
		return max(int(math.Round(mean+math.Sqrt(mean)*s.NormFloat64())), 0)
	}
	n, p, end := 0, s.Float64(), math.Exp(-mean)
	for p > end {
		n++
		p *= s.Float64()
	}
	return n
}

// MarshalJSON implements json.Marshaler.
func (s Stream) MarshalJSON() ([]byte, error) {
	b, err := s.src.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Stream) UnmarshalJSON(b []byte) error {
	var raw []byte
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	s.src = &rand.PCG{}
	s.Rand = rand.New(s.src)
	return s.src.UnmarshalBinary(raw)
}

// OU is an Ornstein–Uhlenbeck process with mean 0 and standard deviation 1, advanced exactly by steps of one length
// (Gillespie, Phys. Rev. E 54 (1996) 2084).
type OU struct{ X float64 }

// Step advances by the step that keep and kick were made for.
func (o *OU) Step(keep, kick float64, r Stream) { o.X = keep*o.X + kick*r.NormFloat64() }

// OUStep returns the factors of Step for a step and a correlation time, both in seconds.
func OUStep(dtSec, tauSec float64) (keep, kick float64) {
	keep = math.Exp(-dtSec / tauSec)
	return keep, math.Sqrt(1 - keep*keep)
}
