package ktx2

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// Sizes of the parts of a KTX 2.0 file (KTX specification, section 3).
const (
	headerSize     = 80 // identifier, header, index
	levelEntrySize = 24
	maxLevels      = 32
)

// supercompression is how the levels are packed (KTX specification, section 3.8).
type supercompression uint32

const (
	notPacked   supercompression = 0
	basisLZ     supercompression = 1
	zstandard   supercompression = 2
	zlibDeflate supercompression = 3
)

// level is the place of a mip level in the file.
type level struct{ offset, length, unpacked uint64 }

// ktxFile is a KTX 2.0 file whose header is checked.
type ktxFile struct {
	data    []byte
	cfg     Config
	view    view
	packing supercompression
	format  *format // nil: ETC1S
	levels  []level
	global  []byte // data of the supercompression for all levels
}

var errShort = errors.New("the file ends too early")

func parseKTX(data []byte) (*ktxFile, error) {
	if len(data) < headerSize {
		return nil, errShort
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(data[at:]) }
	f := &ktxFile{data: data, packing: supercompression(u32(44))}
	depth, layers, faces, levels := u32(28), max(1, u32(32)), u32(36), max(1, u32(40))
	f.cfg = Config{Width: int(u32(20)), Height: int(max(1, u32(24))), Layers: int(layers), Faces: int(faces), Levels: int(levels)}
	switch {
	case f.cfg.Width == 0:
		return nil, errors.New("its width is 0")
	case depth > 1:
		return nil, errors.New("it is a 3D texture, which is not read")
	case faces != 1 && faces != 6:
		return nil, fmt.Errorf("it has %d faces; 1 or 6 are possible", faces)
	case levels > maxLevels || levels > uint32(bits.Len(uint(max(f.cfg.Width, f.cfg.Height)))):
		return nil, fmt.Errorf("it has %d mip levels, more than its size allows", levels)
	case f.packing > zlibDeflate:
		return nil, fmt.Errorf("its supercompression %d is not read", f.packing)
	}
	if len(data) < headerSize+levelEntrySize*int(levels) {
		return nil, errShort
	}
	for at := headerSize; len(f.levels) < int(levels); at += levelEntrySize {
		u64 := func(i int) uint64 { return binary.LittleEndian.Uint64(data[at+i:]) }
		f.levels = append(f.levels, level{u64(0), u64(8), u64(16)})
	}
	descriptor, err := section(data, uint64(u32(48)), uint64(u32(52)))
	if err != nil {
		return nil, err
	}
	metadata, err := section(data, uint64(u32(56)), uint64(u32(60)))
	if err != nil {
		return nil, err
	}
	if f.global, err = section(data, binary.LittleEndian.Uint64(data[64:]), binary.LittleEndian.Uint64(data[72:])); err != nil {
		return nil, err
	}
	f.view = readView(metadata)
	return f, f.chooseFormat(u32(12), descriptor)
}

// section is a part of the data.
func section(data []byte, offset, length uint64) ([]byte, error) {
	if size := uint64(len(data)); offset > size || length > size-offset {
		return nil, errShort
	}
	return data[offset : offset+length], nil
}

// chooseFormat finds how pixels are coded: by the number of the format in Vulkan or, if that is 0, by the descriptor.
func (f *ktxFile) chooseFormat(vulkan uint32, data []byte) error {
	d, described := readDescriptor(data)
	f.view.premultiplied = d.premultiplied
	f.cfg.SRGB, f.cfg.Alpha = d.srgb, d.alpha
	switch {
	case vulkan != 0:
		known, ok := vulkanFormats[vulkan]
		if !ok {
			return fmt.Errorf("its pixel format, number %d of Vulkan, is not read", vulkan)
		}
		f.format = known.format
		f.cfg.SRGB, f.cfg.Alpha = known.srgb, known.alpha
	case !described:
		return errors.New("it does not say of what format it is")
	case d.model == modelUASTC:
		f.format = uastc
	case d.model != modelETC1S:
		return fmt.Errorf("its pixel format, model %d of the Khronos Data Format Specification, is not read", d.model)
	}
	if (f.format == nil) != (f.packing == basisLZ) {
		return errors.New("its supercompression does not go with its pixel format")
	}
	if f.cfg.Format = "ETC1S"; f.format != nil {
		f.cfg.Format = f.format.name
	}
	return nil
}

func (f *ktxFile) config() Config { return f.cfg }
func (f *ktxFile) look() view     { return f.view }

func (f *ktxFile) size(o Options) (width, height int, err error) {
	return max(1, f.cfg.Width>>o.Level), max(1, f.cfg.Height>>o.Level), nil
}

func (f *ktxFile) decode(ctx context.Context, o Options, m *Image) error {
	l := f.levels[o.Level]
	data, err := section(f.data, l.offset, l.length)
	if err != nil {
		return err
	}
	if f.packing == basisLZ {
		return f.decodeBasis(ctx, o, data, m)
	}
	size := f.format.size(m.Width, m.Height)
	index := uint64(o.Layer*f.cfg.Faces + o.Face)
	high, before := bits.Mul64(index, size)
	if f.packing == notPacked {
		l.unpacked = l.length
	}
	if high != 0 || before > l.unpacked || size > l.unpacked-before {
		return errShort
	}
	if f.packing == notPacked {
		return f.format.decode(ctx, plainSource(data[before:]), m)
	}
	if l.unpacked > maxRatio*l.length {
		return errShort
	}
	src, err := unpack(ctx, f.packing, data, l.unpacked)
	if err != nil {
		return err
	}
	defer src.close()
	if err := src.discard(before); err != nil {
		return err
	}
	return f.format.decode(ctx, src.next, m)
}

// Sizes of the global data of BasisLZ (KTX specification, appendix "BasisLZ Global Data").
const (
	globalHeaderSize = 20
	imageEntrySize   = 20
	imageIsPFrame    = 2
)

var errDifference = errors.New("the picture is a difference to the frame before it, which is not read; take the first frame")

// decodeBasis decodes a picture of ETC1S blocks; data are those of its level.
func (f *ktxFile) decodeBasis(ctx context.Context, o Options, data []byte, m *Image) error {
	g := f.global
	if len(g) < globalHeaderSize {
		return errShort
	}
	u32 := func(at uint64) uint64 { return uint64(binary.LittleEndian.Uint32(g[at:])) }
	perLevel := uint64(f.cfg.Layers) * uint64(f.cfg.Faces)
	if perLevel > uint64(len(g)) {
		return errShort
	}
	entry := globalHeaderSize + imageEntrySize*(perLevel*uint64(o.Level)+uint64(o.Layer*f.cfg.Faces+o.Face))
	at := globalHeaderSize + imageEntrySize*perLevel*uint64(f.cfg.Levels)
	if at > uint64(len(g)) {
		return errShort
	}
	if u32(entry)&imageIsPFrame != 0 {
		return errDifference
	}
	var parts [3][]byte // endpoints, selectors, tables
	for i := range parts {
		var err error
		if parts[i], err = section(g, at, u32(uint64(4+4*i))); err != nil {
			return err
		}
		at += uint64(len(parts[i]))
	}
	book, err := readBook(int(binary.LittleEndian.Uint16(g)), int(binary.LittleEndian.Uint16(g[2:])), parts[0], parts[1], parts[2])
	if err != nil {
		return err
	}
	color, err := section(data, u32(entry+4), u32(entry+8))
	if err != nil {
		return err
	}
	var alpha []byte
	if length := u32(entry + 16); length > 0 {
		if alpha, err = section(data, u32(entry+12), length); err != nil {
			return err
		}
	}
	return decodeETC1S(ctx, book, color, alpha, m)
}
