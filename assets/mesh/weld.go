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

const (
	weldChunk = 3 << 15 // corners that are welded in one go; a multiple of 3
	weldTable = 1 << 16 // slots of the table for them at first: what fits into the cache of one processor
)

// weld returns the distinct positions (x, y, z each) of corners in their order of appearance and, for each corner, which
// of them it has. Coordinates must be finite; -0 equals 0. Corners are welded in chunks first: triangles that follow each
// other mostly touch, so few positions remain to be compared with those of other chunks.
func weld(job *loading.Job, corners triangleBytes) (unique []float32, remap []uint32, err error) {
	n := 3 * corners.count()
	remap = make([]uint32, n)
	pieces := make([][]float32, chunkCount(n, weldChunk))
	err = job.Parallel(len(pieces), func(k int) error {
		from, to := k*weldChunk, min(n, (k+1)*weldChunk)
		piece := corners.slice(from/3, to/3)
		pieces[k] = weldPiece(&piece, remap[from:to])
		return nil
	})
	if err != nil || len(pieces) == 0 {
		return nil, nil, err
	}
	if len(pieces) == 1 {
		return pieces[0], remap, nil
	}
	starts := make([]int, len(pieces)+1)
	for k, p := range pieces {
		starts[k+1] = starts[k] + len(p)/3
	}
	all := make([]float32, 0, 3*starts[len(pieces)])
	for k, p := range pieces {
		all = append(all, p...)
		pieces[k] = nil
	}
	var global []uint32
	unique, err = unlessStopped(job, func() (u []float32) {
		u, global = process.WeldPositions(all)
		return u
	})
	if err != nil {
		return nil, nil, err
	}
	return unique, remap, job.Parallel(len(pieces), func(k int) error {
		to := global[starts[k]:starts[k+1]]
		for c := k * weldChunk; c < min(n, (k+1)*weldChunk); c++ {
			remap[c] = to[remap[c]]
		}
		return nil
	})
}

func chunkCount(n, size int) int { return (n + size - 1) / size }

// weldPiece returns the distinct positions of some triangles and fills in which of them each corner has.
func weldPiece(corners *triangleBytes, remap []uint32) (unique []float32) {
	slots := make([]uint32, weldTable) // numbers of positions from 1
	unique = make([]float32, 0, len(remap)/4*3)
	for c := range remap {
		x, y, z := corners.at(uint32(c))
		mask := uint64(len(slots) - 1)
		for slot := hash3(x, y, z) & mask; ; slot = (slot + 1) & mask {
			id := slots[slot]
			if id == 0 {
				unique = append(unique, math.Float32frombits(x), math.Float32frombits(y), math.Float32frombits(z))
				id = uint32(len(unique) / 3)
				slots[slot], remap[c] = id, id-1
				if 2*int(id) > len(slots) {
					slots = grown(slots, unique)
				}
				break
			}
			u := unique[3*(id-1):][:3]
			if math.Float32bits(u[0]) == x && math.Float32bits(u[1]) == y && math.Float32bits(u[2]) == z {
				remap[c] = id - 1
				break
			}
		}
	}
	return unique
}

// grown returns a table of twice the size for the positions.
func grown(slots []uint32, unique []float32) []uint32 {
	slots = make([]uint32, 2*len(slots))
	mask := uint64(len(slots) - 1)
	for i := 0; i < len(unique); i += 3 {
		slot := hash3(math.Float32bits(unique[i]), math.Float32bits(unique[i+1]), math.Float32bits(unique[i+2])) & mask
		for slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		slots[slot] = uint32(i/3 + 1)
	}
	return slots
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
