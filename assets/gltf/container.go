package gltf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
)

// The GLB container, glTF 2.0 specification, section 4.4.
const (
	magicGLB  = 0x46546C67 // "glTF"
	chunkJSON = 0x4E4F534A // "JSON"
	chunkBIN  = 0x004E4942 // "BIN\0"
)

// split gives the JSON text of a file and, of a GLB, its binary chunk.
func split(data []byte) (text, bin []byte, err error) {
	if len(data) < 4 || binary.LittleEndian.Uint32(data) != magicGLB {
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil, nil
	}
	if len(data) < 12 {
		return nil, nil, errors.New("the GLB header is cut off; copy the file again")
	}
	if v := binary.LittleEndian.Uint32(data[4:]); v != 2 {
		return nil, nil, fmt.Errorf("GLB version %d, only 2 is read; export it as glTF 2.0", v)
	}
	length := uint64(binary.LittleEndian.Uint32(data[8:]))
	if length > uint64(len(data)) {
		return nil, nil, fmt.Errorf("the GLB says %d bytes and has %d: it is cut off; copy the file again", length, len(data))
	}
	rest := data[12:max(length, 12)]
	for first := true; len(rest) >= 8; first = false {
		size, kind := uint64(binary.LittleEndian.Uint32(rest)), binary.LittleEndian.Uint32(rest[4:])
		if size > uint64(len(rest)-8) {
			return nil, nil, errors.New("a GLB chunk is longer than the file; copy the file again")
		}
		chunk := rest[8 : 8+size]
		rest = rest[8+size:]
		switch {
		case first && kind == chunkJSON:
			text = chunk
		case first:
			return nil, nil, errors.New("the GLB does not begin with its JSON chunk; export it again")
		case kind == chunkBIN && bin == nil:
			bin = chunk
		}
	}
	if text == nil {
		return nil, nil, errors.New("the GLB has no JSON chunk; export it again")
	}
	return text, bin, nil
}

// loadBuffers reads the data of all buffers. A buffer that cannot be read stays empty; who needs it gets the reason.
func (r *reader) loadBuffers(bin []byte) {
	r.buffers = make([][]byte, len(r.doc.Buffers))
	r.broken = map[int]error{}
	for i, b := range r.doc.Buffers {
		data, err := r.bufferData(i, b, bin)
		if err == nil && (b.ByteLength < 0 || len(data) < b.ByteLength) {
			err = fmt.Errorf("it has %d bytes, %d are said; copy all files of the model again", len(data), b.ByteLength)
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w; put it beside the model", err)
		}
		if err != nil {
			r.broken[i] = fmt.Errorf("buffer %d: %w", i, err)
			continue
		}
		r.buffers[i] = data[:b.ByteLength:b.ByteLength]
	}
}

func (r *reader) bufferData(i int, b buffer, bin []byte) ([]byte, error) {
	switch {
	case b.URI != "":
		return r.resource(b.URI)
	case i == 0 && bin != nil:
		return bin, nil
	}
	return nil, errors.New("it has no data") // the fall-back buffer of a compressed file
}

// resource reads what a URI names; see inlined for those that were taken out of the text.
func (r *reader) resource(uri string) ([]byte, error) {
	if whole, ok := r.inlined[uri]; ok {
		uri = whole
	}
	return r.job.Resource(uri)
}

// view returns the bytes of a buffer view; of a compressed one, unpacked.
func (r *reader) view(index int) ([]byte, error) {
	if index < 0 || index >= len(r.doc.BufferViews) {
		return nil, fmt.Errorf("no buffer view %d", index)
	}
	v := &r.doc.BufferViews[index]
	if data, err, compressed := r.unpackedView(index); compressed {
		return data, err
	}
	return r.bytes(v.Buffer, v.ByteOffset, v.ByteLength, "buffer view", index)
}

// bytes returns a range of a buffer.
func (r *reader) bytes(buffer, offset, length int, what string, index int) ([]byte, error) {
	if buffer < 0 || buffer >= len(r.buffers) {
		return nil, fmt.Errorf("no buffer %d", buffer)
	}
	if err := r.broken[buffer]; err != nil {
		return nil, err
	}
	b := r.buffers[buffer]
	if offset < 0 || length < 0 || offset > len(b) || length > len(b)-offset {
		return nil, fmt.Errorf("%s %d lies outside its buffer", what, index)
	}
	return b[offset : offset+length : offset+length], nil
}
