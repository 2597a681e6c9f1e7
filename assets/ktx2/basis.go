package ktx2

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sizes, flags and types of .basis files (".basis File Format and ETC1S Texture Video Specification" of Basis Universal).
const (
	basisHeaderSize = 77
	basisSliceSize  = 23

	basisETC1S = 0
	basisUASTC = 1

	basisYFlipped  = 2
	basisHasAlpha  = 4
	basisForeign   = 8 // the codebooks are in another file
	basisSRGB      = 16
	basisCubemap   = 2 // types of textures
	basisVideo     = 3
	sliceHasAlpha  = 1
	sliceIsKey     = 2 // of a video: needs no frame before it
	maxBasisLevels = 16
)

// basisFile is a .basis file whose header is checked. Its layers (each of 6 faces, when it is a cube map) are its images.
type basisFile struct {
	data   []byte
	cfg    Config
	view   view
	flags  uint16
	kind   uint8
	slices []byte // their descriptions
}

// basisSlice is the description of a slice: a level of an image, or its alpha.
type basisSlice struct {
	image         uint32
	level, flags  uint8
	width, height int
	offset, size  uint64
}

func u24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

func parseBasis(data []byte) (*basisFile, error) {
	if len(data) < basisHeaderSize {
		return nil, errShort
	}
	f := &basisFile{data: data, flags: binary.LittleEndian.Uint16(data[21:]), kind: data[23]}
	switch format := data[20]; {
	case format > basisUASTC:
		return nil, fmt.Errorf("its format %d of .basis files is not read, only ETC1S and UASTC are", format)
	case f.flags&basisForeign != 0:
		return nil, errors.New("its codebooks are in another file; store it as one file")
	case format == basisETC1S:
		f.cfg.Format = "ETC1S"
	default:
		f.cfg.Format = uastc.name
	}
	var err error
	count := uint64(u24(data[14:]))
	if f.slices, err = section(data, uint64(binary.LittleEndian.Uint32(data[65:])), count*basisSliceSize); err != nil {
		return nil, err
	}
	if count == 0 {
		return nil, errors.New("it holds no picture")
	}
	f.cfg.Layers, f.cfg.Faces, f.cfg.Levels = int(u24(data[17:])), 1, f.countLevels()
	if f.kind == basisCubemap {
		f.cfg.Layers, f.cfg.Faces = f.cfg.Layers/6, 6
	}
	first := f.slice(0)
	f.cfg.Width, f.cfg.Height = first.width, first.height
	f.cfg.SRGB, f.cfg.Alpha = f.flags&basisSRGB != 0, f.flags&basisHasAlpha != 0
	f.view.flipY = f.flags&basisYFlipped != 0
	if f.cfg.Width == 0 || f.cfg.Height == 0 {
		return nil, errors.New("its width or height is 0")
	}
	return f, nil
}

// slice reads the description of a slice.
func (f *basisFile) slice(i int) basisSlice {
	b := f.slices[i*basisSliceSize:]
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
	u32 := func(at int) uint64 { return uint64(binary.LittleEndian.Uint32(b[at:])) }
	return basisSlice{u24(b), b[3], b[4], u16(5), u16(7), u32(13), u32(17)}
}

// countLevels counts the levels of the first image.
func (f *basisFile) countLevels() int {
	levels := 1
	for i := range len(f.slices) / basisSliceSize {
		if s := f.slice(i); s.image == 0 {
			levels = max(levels, int(s.level)+1)
		}
	}
	return min(levels, maxBasisLevels)
}

// find finds the slice of the colours of a picture.
func (f *basisFile) find(o Options) (at int, s basisSlice, err error) {
	image := uint32(o.Layer*f.cfg.Faces + o.Face)
	for i := range len(f.slices) / basisSliceSize {
		if s := f.slice(i); s.image == image && int(s.level) == o.Level && s.width > 0 && s.height > 0 {
			return i, s, nil
		}
	}
	return 0, basisSlice{}, fmt.Errorf("its list of pictures lacks image %d, level %d", image, o.Level)
}

func (f *basisFile) config() Config { return f.cfg }
func (f *basisFile) look() view     { return f.view }

func (f *basisFile) size(o Options) (width, height int, err error) {
	_, s, err := f.find(o)
	return s.width, s.height, err
}

func (f *basisFile) decode(ctx context.Context, o Options, m *Image) error {
	at, s, err := f.find(o)
	if err != nil {
		return err
	}
	color, err := section(f.data, s.offset, s.size)
	if err != nil {
		return err
	}
	if f.cfg.Format == uastc.name {
		if uint64(len(color)) < uastc.size(m.Width, m.Height) {
			return errShort
		}
		return uastc.decode(ctx, plainSource(color), m)
	}
	if f.kind == basisVideo && s.flags&sliceIsKey == 0 {
		return errDifference
	}
	var alpha []byte
	if f.cfg.Alpha {
		if (at+2)*basisSliceSize > len(f.slices) {
			return errShort
		}
		a := f.slice(at + 1)
		if a.flags&sliceHasAlpha == 0 {
			return errors.New("its alpha is missing")
		}
		if alpha, err = section(f.data, a.offset, a.size); err != nil {
			return err
		}
	}
	book, err := f.readBook()
	if err != nil {
		return err
	}
	return decodeETC1S(ctx, book, color, alpha, m)
}

func (f *basisFile) readBook() (*etc1sBook, error) {
	d := f.data
	u32 := func(at int) uint64 { return uint64(binary.LittleEndian.Uint32(d[at:])) }
	places := [3][2]uint64{{u32(41), uint64(u24(d[45:]))}, {u32(50), uint64(u24(d[54:]))}, {u32(57), u32(61)}}
	var parts [3][]byte
	for i, p := range places {
		var err error
		if parts[i], err = section(d, p[0], p[1]); err != nil {
			return nil, err
		}
	}
	return readBook(int(binary.LittleEndian.Uint16(d[39:])), int(binary.LittleEndian.Uint16(d[48:])), parts[0], parts[1], parts[2])
}
