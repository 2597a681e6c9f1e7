package scenario

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"sort"
	"time"
)

// Key says what a result depends on. Equal keys have equal results.
type Key struct {
	Model  []byte             // the definition of the model, or a digest of it
	Values map[string]float64 // the parameters that differ from the definition, SI
	Texts  map[string]string  // those that are no numbers
	Seed   uint64
	State  []byte        // what the run starts from: a snapshot, or a digest of it; nil from the definition
	From   time.Time     // the moment that State is of
	Span   time.Duration // the horizon
	Size   int           // members or replications
}

// KeyOf hashes a key: 32 hexadecimal digits, the first half of its SHA-256. The order of maps does not matter; 0 and −0 are
// one value, and so are all NaN.
func KeyOf(k Key) string {
	h := sha256.New()
	h.Write([]byte("orrery key 1\x00"))
	hashBytes(h, k.Model)
	names := make([]string, 0, len(k.Values))
	for n := range k.Values {
		names = append(names, n)
	}
	sort.Strings(names)
	hashNumber(h, uint64(len(names)))
	for _, n := range names {
		v := k.Values[n]
		switch {
		case v == 0:
			v = 0 // −0 too
		case math.IsNaN(v):
			v = math.NaN()
		}
		hashBytes(h, []byte(n))
		hashNumber(h, math.Float64bits(v))
	}
	names = names[:0]
	for n := range k.Texts {
		names = append(names, n)
	}
	sort.Strings(names)
	hashNumber(h, uint64(len(names)))
	for _, n := range names {
		hashBytes(h, []byte(n))
		hashBytes(h, []byte(k.Texts[n]))
	}
	hashNumber(h, k.Seed)
	hashBytes(h, k.State)
	if k.From.IsZero() {
		hashNumber(h, 0)
	} else {
		hashNumber(h, uint64(k.From.UnixNano()))
	}
	hashNumber(h, uint64(k.Span))
	hashNumber(h, uint64(k.Size))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func hashNumber(h hash.Hash, v uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	h.Write(b[:])
}

func hashBytes(h hash.Hash, b []byte) {
	hashNumber(h, uint64(len(b)))
	h.Write(b)
}
