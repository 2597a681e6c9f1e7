package ktx2

// bitReader reads fields of a byte string from the least significant bit of the first byte on, as Deflate does. Past the end
// it gives zeros and sets bad.
type bitReader struct {
	data []byte
	at   int    // of the next byte to load
	acc  uint64 // bits that are loaded and not yet taken
	n    uint   // how many those are
	bad  bool   // something was read that is not there or not valid
}

// fill makes sure that 32 bits are loaded.
func (b *bitReader) fill() {
	for b.n <= 32 {
		if b.at < len(b.data) {
			b.acc |= uint64(b.data[b.at]) << b.n
		}
		b.at++
		b.n += 8
	}
}

// skip drops n ≤ 32 loaded bits.
func (b *bitReader) skip(n uint) {
	b.acc >>= n
	b.n -= n
	if b.at-int(b.n/8) > len(b.data) {
		b.bad = true
	}
}

// take reads n ≤ 32 bits.
func (b *bitReader) take(n uint) uint32 {
	b.fill()
	v := uint32(b.acc & (1<<n - 1))
	b.skip(n)
	return v
}

// varint reads a number in groups of n bits, lowest first, each with a bit behind it that says whether more follow
// (KTX specification, appendix on BasisLZ: VLC decoding).
func (b *bitReader) varint(n uint) uint64 {
	var v uint64
	for shift := uint(0); shift < 32; shift += n {
		group := b.take(n + 1)
		v |= uint64(group&(1<<n-1)) << shift
		if group>>n == 0 {
			return v
		}
	}
	b.bad = true
	return 0
}
