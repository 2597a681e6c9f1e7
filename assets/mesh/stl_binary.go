package mesh

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
)

// The layout of binary STL: 80 bytes of any text, a count, and records of a normal, three corners and 16 free bits.
const (
	stlHeader = 84
	stlRecord = 50
)

func stlCount(data []byte) uint32 { return binary.LittleEndian.Uint32(data[80:]) }

// stlChunk is the number of triangles that are read in one go.
const stlChunk = 1 << 15

func readBinarySTL(job *loading.Job, data []byte) (*facets, error) {
	n, err := countFacets(job, data)
	if err != nil {
		return nil, err
	}
	if err := admitTriangles(job, n); err != nil {
		return nil, err
	}
	paint := paintOf(data[:80])
	records := data[stlHeader : stlHeader+n*stlRecord]
	f := &facets{corners: triangleBytes{records, 12, stlRecord}, solids: []solid{{}}, surface: paint.surface()}
	var broken, colored, done atomic.Int64
	err = job.Parallel(chunkCount(n, stlChunk), func(k int) error {
		from, to := k*stlChunk, min(n, (k+1)*stlChunk)
		bad, some := inspect(records[stlRecord*from:stlRecord*to], paint)
		broken.Add(int64(bad))
		colored.Add(int64(some))
		job.Report(loading.Decoding, done.Add(int64((to-from)*stlRecord)), int64(len(data)))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if colored.Load() > 0 {
		f.colors = make([]uint32, n)
		for i := range f.colors {
			f.colors[i] = paint.color(attribute(records[i*stlRecord:]))
		}
		f.surface = white()
	}
	if broken.Load() > 0 {
		f.dropBroken()
	}
	return f, nil
}

// countFacets returns how many triangles there are. The count in the header is wrong in files of programs that write as
// they go.
func countFacets(job *loading.Job, data []byte) (int, error) {
	if len(data) < stlHeader {
		return 0, fmt.Errorf("%d bytes are too few for an STL file; copy or export it again", len(data))
	}
	said, room := uint64(stlCount(data)), uint64(len(data)-stlHeader)
	holds := room / stlRecord
	switch {
	case said == holds || said < holds && said > 0:
		if left := room - said*stlRecord; left > 0 {
			job.Warn("%d bytes after the last triangle were not understood", left)
		}
		return int(said), nil
	case said == 0 || said == math.MaxUint32 || room%stlRecord == 0:
		job.Warn("the file says that it has %d triangles and holds %d", said, holds)
		return int(holds), nil
	}
	return 0, fmt.Errorf("the file is cut short: it says that it has %d triangles and holds %d; copy or export it again", said, holds)
}

func attribute(record []byte) uint16 { return binary.LittleEndian.Uint16(record[48:]) }

// inspect counts the triangles that have a coordinate which is no number, and those that have a colour.
func inspect(records []byte, p paint) (broken, colored int) {
	for ; len(records) >= stlRecord; records = records[stlRecord:] {
		r := records[:stlRecord:stlRecord]
		if !soundTriangle(r[12:]) {
			broken++
		}
		if p.colored(attribute(r)) {
			colored++
		}
	}
	return broken, colored
}

// soundTriangle reports whether nine coordinates are numbers.
func soundTriangle(b []byte) bool {
	b = b[:36]
	ok := true
	for k := 0; k < 36; k += 4 {
		const infinite = 0x7f800000 // the exponent of what is no number
		ok = ok && binary.LittleEndian.Uint32(b[k:])&infinite != infinite
	}
	return ok
}

// dropBroken takes out the triangles with coordinates that are no numbers.
func (f *facets) dropBroken() {
	from := f.corners
	out := triangleBytes{make([]byte, 0, 36*from.count()), 0, 36}
	next := 0
	for t := range from.count() {
		for next < len(f.solids) && f.solids[next].from <= t {
			f.solids[next].from = out.count()
			next++
		}
		c := from.data[t*from.record+from.first:][:36]
		if !soundTriangle(c) {
			f.broken++
			continue
		}
		if f.colors != nil {
			f.colors[out.count()] = f.colors[t]
		}
		out.data = append(out.data, c...)
	}
	for ; next < len(f.solids); next++ {
		f.solids[next].from = out.count()
	}
	if f.corners = out; f.colors != nil {
		f.colors = f.colors[:out.count()]
	}
}

// magics reports where in a header the colour that Materialise Magics wrote begins.
func magics(header []byte, key string) ([]byte, bool) {
	i := bytes.Index(header, []byte(key))
	if i < 0 || i+len(key)+4 > len(header) {
		return nil, false
	}
	return header[i+len(key) : i+len(key)+4], true
}
