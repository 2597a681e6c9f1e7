package gltf

import (
	"fmt"
	"sync"

	"github.com/orrery-twin/orrery/assets/meshopt"
)

// unpacked is a compressed buffer view, unpacked when it is first needed.
type unpacked struct {
	once sync.Once
	data []byte
	err  error
}

// meshopt returns how a buffer view is compressed, or nil (KHR_ or EXT_meshopt_compression).
func (v *bufferView) meshopt() *meshoptData {
	if v.Extensions.Meshopt != nil {
		return v.Extensions.Meshopt
	}
	return v.Extensions.MeshoptX
}

// unpackedView returns the data of a compressed buffer view; several goroutines may ask for the same.
func (r *reader) unpackedView(index int) (data []byte, err error, compressed bool) {
	src := r.doc.BufferViews[index].meshopt()
	if src == nil {
		return nil, nil, false
	}
	u := &r.unpacked[index]
	u.once.Do(func() {
		if u.data, u.err = r.unpack(index, src); u.err != nil {
			u.err = fmt.Errorf("buffer view %d: %w", index, u.err)
		}
	})
	return u.data, u.err, true
}

var (
	meshoptModes   = map[string]meshopt.Mode{"ATTRIBUTES": meshopt.Attributes, "TRIANGLES": meshopt.Triangles, "INDICES": meshopt.Indices}
	meshoptFilters = map[string]meshopt.Filter{"": meshopt.None, "NONE": meshopt.None, "OCTAHEDRAL": meshopt.Octahedral,
		"QUATERNION": meshopt.Quaternion, "EXPONENTIAL": meshopt.Exponential, "COLOR": meshopt.Color}
)

// meshoptRatio is more than the codec can pack into one byte: 256 records of 4 bytes that equal the one before.
const meshoptRatio = 2048

func (r *reader) unpack(index int, src *meshoptData) ([]byte, error) {
	mode, known := meshoptModes[src.Mode]
	filter, filtered := meshoptFilters[src.Filter]
	if !known || !filtered {
		return nil, fmt.Errorf("mode %q with filter %q is not known; export it without compression", src.Mode, src.Filter)
	}
	packed, err := r.bytes(src.Buffer, src.ByteOffset, src.ByteLength, "the compressed part of buffer view", index)
	if err != nil {
		return nil, err
	}
	if src.ByteStride <= 0 || src.ByteStride > 256 || src.Count < 0 || src.Count > (len(packed)+1)*meshoptRatio/src.ByteStride {
		return nil, fmt.Errorf("%d records of %d bytes cannot be packed into %d bytes; export it again", src.Count, src.ByteStride, len(packed))
	}
	if err := r.takeUnpacked(int64(src.Count * src.ByteStride)); err != nil {
		return nil, err
	}
	out := make([]byte, src.Count*src.ByteStride)
	if err := meshopt.Decode(out, src.Count, src.ByteStride, mode, filter, packed); err != nil {
		return nil, err
	}
	return out, nil
}

// takeUnpacked counts bytes that compressed data are about to become.
func (r *reader) takeUnpacked(n int64) error {
	if r.unpackedN.Add(n) > r.limits.Unpacked {
		return fmt.Errorf("the model unpacks to more than %d MB, which is the limit", r.limits.Unpacked>>20)
	}
	return nil
}
