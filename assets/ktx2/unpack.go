package ktx2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// minWindow is the window that a Zstandard decoder must at least allow (RFC 8878, section 3.1.1.1.2).
const minWindow = 8 << 20

// maxRatio is more than Zstandard can pack: 128 KiB of the same byte into a block of 4 bytes (RFC 8878, section 3.1.1.2).
const maxRatio = 1 << 15

// source gives the next n bytes of a level. They are valid until the next call.
type source func(n int) ([]byte, error)

// plainSource reads what is not packed.
func plainSource(data []byte) source {
	return func(n int) ([]byte, error) {
		if n > len(data) {
			return nil, errShort
		}
		out := data[:n]
		data = data[n:]
		return out, nil
	}
}

// unpacker reads what is packed.
type unpacker struct {
	ctx   context.Context
	r     io.Reader
	buf   []byte
	close func()
}

// unpack begins to unpack a level that has the given size when unpacked. Close it.
func unpack(ctx context.Context, packing supercompression, data []byte, size uint64) (*unpacker, error) {
	u := &unpacker{ctx: ctx, close: func() {}}
	switch packing {
	case zstandard:
		window := max(minWindow, min(size, zstd.MaxWindowSize))
		d, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(window), zstd.WithDecoderMaxMemory(window))
		if err != nil {
			return nil, broken(err)
		}
		u.r, u.close = d, d.Close
	case zlibDeflate:
		d, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, broken(err)
		}
		u.r = d
	}
	return u, nil
}

func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errShort
	}
	return fmt.Errorf("its packed data are broken: %w", err)
}

// next is a source.
func (u *unpacker) next(n int) ([]byte, error) {
	if err := u.ctx.Err(); err != nil {
		return nil, err
	}
	if n > cap(u.buf) {
		u.buf = make([]byte, n)
	}
	if _, err := io.ReadFull(u.r, u.buf[:n]); err != nil {
		return nil, broken(err)
	}
	return u.buf[:n], nil
}

// discard drops n bytes.
func (u *unpacker) discard(n uint64) error {
	const piece = 1 << 20
	for ; n > 0; n -= min(n, piece) {
		if _, err := u.next(int(min(n, piece))); err != nil {
			return err
		}
	}
	return nil
}
