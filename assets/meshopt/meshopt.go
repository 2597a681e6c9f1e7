package meshopt

import (
	"errors"
	"fmt"
)

// Mode says what a buffer holds.
type Mode uint8

// The modes.
const (
	Attributes Mode = iota // records of stride bytes, a multiple of 4 and at most 256
	Triangles              // indices of 2 or 4 bytes, in threes
	Indices                // indices of 2 or 4 bytes
)

// Filter says what is done with records once they are unpacked.
type Filter uint8

// The filters.
const (
	None        Filter = iota
	Octahedral         // unit vectors in records of 4 or 8 bytes: signed x, y, z and one component that is kept
	Quaternion         // in records of 8 bytes
	Exponential        // float32 in records of any multiple of 4 bytes
	Color              // in records of 4 or 8 bytes
)

var (
	errShort   = errors.New("meshopt: the compressed data end too early; export the file again")
	errLong    = errors.New("meshopt: the compressed data are longer than they should be; export the file again")
	errCorrupt = errors.New("meshopt: the compressed data are damaged; export the file again")
)

// Decode unpacks count records of stride bytes from src into dst, whose length must be their product, and applies the
// filter, which only Attributes may have.
func Decode(dst []byte, count, stride int, mode Mode, filter Filter, src []byte) error {
	if count < 0 || stride <= 0 || stride > 256 || len(dst)/stride != count || len(dst)%stride != 0 {
		return fmt.Errorf("meshopt: %d records of %d bytes are not %d bytes", count, stride, len(dst))
	}
	if filter != None && mode != Attributes {
		return errors.New("meshopt: a filter on indices; export the file again")
	}
	switch mode {
	case Attributes:
		if err := decodeAttributes(dst, count, stride, src); err != nil {
			return err
		}
		return applyFilter(dst, stride, filter)
	case Triangles:
		if stride != 2 && stride != 4 || count%3 != 0 {
			return fmt.Errorf("meshopt: %d indices of %d bytes are no triangles", count, stride)
		}
		return decodeTriangles(dst, count, stride, src)
	case Indices:
		if stride != 2 && stride != 4 {
			return fmt.Errorf("meshopt: indices of %d bytes; there are 2 and 4", stride)
		}
		return decodeIndices(dst, count, stride, src)
	}
	return fmt.Errorf("meshopt: mode %d is not known", mode)
}
