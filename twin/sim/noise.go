package sim

import "math/rand/v2"

// Noise is a stream of random numbers that depends on nothing but its seeds.
type Noise struct{ *rand.Rand }

// NewNoise returns stream number stream of a seed (PCG-DXSM, O'Neill 2014, as in math/rand/v2). Streams of one seed are independent.
func NewNoise(seed, stream uint64) Noise {
	return Noise{rand.New(rand.NewPCG(mix(seed), mix(stream+0x9e3779b97f4a7c15)))}
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014): near seeds give far states.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
