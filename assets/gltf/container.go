package gltf

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/qmuntal/gltf"
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
		return nil, nil, errors.New("GLB header is cut off")
	}
	if v := binary.LittleEndian.Uint32(data[4:]); v != 2 {
		return nil, nil, fmt.Errorf("GLB version %d, only 2 is read; convert it", v)
	}
	length := uint64(binary.LittleEndian.Uint32(data[8:]))
	if length > uint64(len(data)) {
		return nil, nil, fmt.Errorf("GLB says %d bytes and has %d: the file is cut off", length, len(data))
	}
	rest := data[12:max(length, 12)]
	for first := true; len(rest) >= 8; first = false {
		size, kind := uint64(binary.LittleEndian.Uint32(rest)), binary.LittleEndian.Uint32(rest[4:])
		if size > uint64(len(rest)-8) {
			return nil, nil, errors.New("a GLB chunk is longer than the file")
		}
		chunk := rest[8 : 8+size]
		rest = rest[8+size:]
		switch {
		case first && kind == chunkJSON:
			text = chunk
		case first:
			return nil, nil, errors.New("GLB does not begin with its JSON chunk")
		case kind == chunkBIN && bin == nil:
			bin = chunk
		}
	}
	if text == nil {
		return nil, nil, errors.New("GLB has no JSON chunk")
	}
	return text, bin, nil
}

func parse(text []byte) (*gltf.Document, error) {
	var head struct{ Asset struct{ Version any } }
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, badJSON(err)
	}
	if v, ok := head.Asset.Version.(string); !ok || !strings.HasPrefix(v, "2.") {
		return nil, fmt.Errorf("glTF version %v, only 2 is read; convert it", head.Asset.Version)
	}
	doc := new(gltf.Document)
	if err := json.Unmarshal(text, doc); err != nil {
		return nil, badJSON(err)
	}
	return doc, nil
}

// badJSON says what is wrong in words of the file.
func badJSON(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("bad JSON: %s cannot be a JSON %s", kind.Field, kind.Value)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("bad JSON at byte %d: %w", syntax.Offset, err)
	}
	return fmt.Errorf("bad JSON: %w", err)
}

// loadBuffers fills in the data of all buffers. A buffer that cannot be read stays empty; who needs it gets reason.
func (r *reader) loadBuffers(bin []byte) error {
	for i, b := range r.doc.Buffers {
		if b == nil {
			return fmt.Errorf("buffer %d is null", i)
		}
		var err error
		switch {
		case b.URI == "" && i == 0 && bin != nil:
			b.Data = bin
		case b.URI == "":
			err = errors.New("it has no data") // the fall-back buffer of a compressed file
		default:
			b.Data, err = r.job.Resource(b.URI)
		}
		if err == nil && (b.ByteLength < 0 || len(b.Data) < b.ByteLength) {
			err = fmt.Errorf("it has %d bytes, %d are said", len(b.Data), b.ByteLength)
		}
		if err != nil {
			b.Data = nil
			r.broken[i] = fmt.Errorf("buffer %d: %w", i, err)
			continue
		}
		b.Data = b.Data[:b.ByteLength:b.ByteLength]
	}
	return nil
}
