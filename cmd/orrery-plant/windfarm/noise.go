package windfarm

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strconv"
)

// stream is a source of chance that can be saved and restored.
type stream struct {
	src *rand.PCG
	*rand.Rand
}

// newStream returns the stream of a seed for one purpose.
func newStream(seed uint64, purpose string) stream {
	h := fnv.New64a()
	h.Write([]byte(strconv.FormatUint(seed, 10) + "/" + purpose))
	src := rand.NewPCG(h.Sum64(), seed^0x9E3779B97F4A7C15)
	return stream{src, rand.New(src)}
}

// uniform draws from [a, b).
func (s stream) uniform(a, b float64) float64 { return a + (b-a)*s.Float64() }

// MarshalJSON implements json.Marshaler.
func (s stream) MarshalJSON() ([]byte, error) {
	b, err := s.src.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *stream) UnmarshalJSON(b []byte) error {
	var raw []byte
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	s.src = &rand.PCG{}
	s.Rand = rand.New(s.src)
	return s.src.UnmarshalBinary(raw)
}

// ou is an Ornstein–Uhlenbeck process with mean 0 and standard deviation 1, advanced exactly by steps of one length
// (Gillespie, Phys. Rev. E 54 (1996) 2084).
type ou struct{ X float64 }

// step advances by dt with correlation time tau, both in seconds.
func (o *ou) step(keep, kick float64, r stream) { o.X = keep*o.X + kick*r.NormFloat64() }

// ouStep returns the factors of step.
func ouStep(dtSec, tauSec float64) (keep, kick float64) {
	keep = math.Exp(-dtSec / tauSec)
	return keep, math.Sqrt(1 - keep*keep)
}
