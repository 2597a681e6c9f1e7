package mesh

import (
	"encoding/binary"
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// secrets keep files from being made so that all their positions fall into one slot.
var secrets = [2]uint64{rand.Uint64() | 1, rand.Uint64() | 1}

// hash3 hashes a position by its bits, by folded products as in wyhash (Wang Yi, 2019).
func hash3(x, y, z uint32) uint64 {
	hi, lo := bits.Mul64((uint64(x)|uint64(y)<<32)^secrets[0], secrets[1])
	hi, lo = bits.Mul64(hi^lo^uint64(z), secrets[0])
	return hi ^ lo
}

// triangleBytes are the corners of triangles as x, y, z in float32 of little-endian order: three corners of 12 bytes, one
// behind the other, in records of the same size. So corners are welded where they lie in an STL file.
type triangleBytes struct {
	data   []byte
	first  int // where the corners begin in a record
	record int // bytes
}

// count is the number of triangles.
func (t *triangleBytes) count() int { return len(t.data) / t.record }

// slice returns the triangles from … to-1.
func (t *triangleBytes) slice(from, to int) triangleBytes {
	return triangleBytes{t.data[from*t.record : to*t.record], t.first, t.record}
}

// at returns the bits of the position of a corner, with -0 as 0.
func (t *triangleBytes) at(c uint32) (x, y, z uint32) {
	triangle := c / 3
	p := t.data[int(triangle)*t.record+t.first+12*int(c-3*triangle):]
	_ = p[11]
	return plusZero(binary.LittleEndian.Uint32(p)), plusZero(binary.LittleEndian.Uint32(p[4:])), plusZero(binary.LittleEndian.Uint32(p[8:]))
}

func plusZero(bits uint32) uint32 {
	if bits == 1<<31 {
		return 0
	}
	return bits
}

// welder finds equal positions: corners are sorted into buckets by their hash, and each bucket is small enough for the
// cache of one processor (T. Shatdal et al., "Cache conscious algorithms for relational query processing", 1994).
type welder struct {
	job     *loading.Job
	corners triangleBytes
	shift   uint       // of a hash, to its bucket
	counts  [][]uint32 // by chunk and bucket: corners; then where the next one goes
	starts  []uint32   // by bucket, where its corners begin
	sorted  []uint32   // corners by bucket, rising in each
	remap   []uint32   // by corner: the first of its equals, in the end its number
}

const (
	weldChunk  = 1 << 17 // corners that are sorted in one go
	weldBucket = 1 << 14 // corners of a bucket, about
)

// weld returns the distinct positions (x, y, z each) of corners in their order of appearance and, for each corner, which
// of them it has. Coordinates must be finite; -0 equals 0.
func weld(job *loading.Job, corners triangleBytes) (unique []float32, remap []uint32, err error) {
	n := 3 * corners.count()
	w := &welder{job: job, corners: corners}
	bucketBits := min(bits.Len(uint(n/weldBucket)), 12)
	w.shift = uint(64 - bucketBits)
	w.counts = make([][]uint32, chunkCount(n, weldChunk))
	w.starts = make([]uint32, 1<<bucketBits+1)
	w.sorted, w.remap = make([]uint32, n), make([]uint32, n)
	if err := w.sort(); err != nil {
		return nil, nil, err
	}
	if err := job.Parallel(len(w.starts)-1, w.match); err != nil {
		return nil, nil, err
	}
	unique, err = w.number()
	return unique, w.remap, err
}

func chunkCount(n, size int) int { return (n + size - 1) / size }

func (w *welder) bucket(c uint32) uint64 { return hash3(w.corners.at(c)) >> w.shift }

// eachChunk calls work with the range of each chunk of corners.
func (w *welder) eachChunk(work func(k int, from, to uint32)) error {
	n := len(w.remap)
	return w.job.Parallel(len(w.counts), func(k int) error {
		work(k, uint32(k*weldChunk), uint32(min(n, (k+1)*weldChunk)))
		return nil
	})
}

// sort puts the corners into buckets.
func (w *welder) sort() error {
	buckets := len(w.starts) - 1
	err := w.eachChunk(func(k int, from, to uint32) {
		count := make([]uint32, buckets)
		for c := from; c < to; c++ {
			count[w.bucket(c)]++
		}
		w.counts[k] = count
	})
	if err != nil {
		return err
	}
	sum := uint32(0)
	for b := range buckets {
		w.starts[b] = sum
		for _, count := range w.counts {
			count[b], sum = sum, sum+count[b]
		}
	}
	w.starts[buckets] = sum
	return w.eachChunk(func(k int, from, to uint32) {
		next := w.counts[k]
		for c := from; c < to; c++ {
			b := w.bucket(c)
			w.sorted[next[b]] = c
			next[b]++
		}
	})
}

// match finds for each corner of a bucket the first one that equals it.
func (w *welder) match(bucket int) error {
	corners := w.sorted[w.starts[bucket]:w.starts[bucket+1]]
	size := bits.Len(uint(len(corners) + len(corners)/2))
	slots := make([]uint32, 1<<size) // numbers of corners from 1
	mask := uint64(len(slots) - 1)
	for _, c := range corners {
		x, y, z := w.corners.at(c)
		for slot := hash3(x, y, z) & mask; ; slot = (slot + 1) & mask {
			first := slots[slot]
			if first == 0 {
				slots[slot] = c + 1
				w.remap[c] = c
				break
			}
			if ox, oy, oz := w.corners.at(first - 1); ox == x && oy == y && oz == z {
				w.remap[c] = first - 1
				break
			}
		}
	}
	return nil
}

// number gives the positions their numbers in the order of their first corners.
func (w *welder) number() ([]float32, error) {
	firsts := make([]uint32, len(w.counts)+1)
	err := w.eachChunk(func(k int, from, to uint32) {
		n := uint32(0)
		for c := from; c < to; c++ {
			if w.remap[c] == c {
				n++
			}
		}
		firsts[k+1] = n
	})
	if err != nil {
		return nil, err
	}
	for k := range w.counts {
		firsts[k+1] += firsts[k]
	}
	numbers := w.sorted // not needed any more
	unique := make([]float32, 3*int(firsts[len(w.counts)]))
	err = w.eachChunk(func(k int, from, to uint32) {
		n := firsts[k]
		for c := from; c < to; c++ {
			if w.remap[c] == c {
				numbers[c] = n
				x, y, z := w.corners.at(c)
				u := unique[3*int(n) : 3*int(n)+3]
				u[0], u[1], u[2] = math.Float32frombits(x), math.Float32frombits(y), math.Float32frombits(z)
				n++
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return unique, w.eachChunk(func(_ int, from, to uint32) {
		for c := from; c < to; c++ {
			w.remap[c] = numbers[w.remap[c]]
		}
	})
}

// creased returns the mesh with normals that are smooth where faces meet at less than angleRad. When the job shall stop
// it does not wait for the work to end.
func creased(job *loading.Job, m *scene.Mesh, angleRad float64) (*scene.Mesh, error) {
	return unlessStopped(job, func() *scene.Mesh { return process.CreaseNormals(m, angleRad) })
}

// unlessStopped runs work that does not know of the job and leaves it to itself when the job shall stop. The work must
// not touch the bytes of files, which are gone after the job.
func unlessStopped[T any](job *loading.Job, work func() T) (out T, err error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		o.err = loading.Guard(func() error {
			o.value = work()
			return nil
		})
		done <- o
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-job.Context().Done():
		return out, job.Err()
	}
}
