package gltf

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strings"

	"github.com/qmuntal/gltf"
)

// The GLB container, glTF 2.0 specification, section 4.4.
const (
	magicGLB  = 0x46546C67 // "glTF"
	chunkJSON = 0x4E4F534A // "JSON"
	chunkBIN  = 0x004E4942 // "BIN\0"
)

// readLimited reads a file of at most max bytes.
func readLimited(fsys fs.FS, name string, max int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return nil, fmt.Errorf("%s is a folder", name)
	}
	if st.Size() > max {
		return nil, fmt.Errorf("%s has %d MB, at most %d MB are read", name, st.Size()>>20, max>>20)
	}
	data := bytes.NewBuffer(make([]byte, 0, min(st.Size(), 1<<28)+512))
	if _, err := io.Copy(data, io.LimitReader(f, max+1)); err != nil {
		return nil, err
	}
	if int64(data.Len()) > max {
		return nil, fmt.Errorf("%s is larger than %d MB", name, max>>20)
	}
	return data.Bytes(), nil
}

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
func (r *reader) loadBuffers(fsys fs.FS, name string, bin []byte) error {
	left := r.opts.MaxBytes
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
			b.Data, err = resource(fsys, name, b.URI, left)
			left -= int64(len(b.Data))
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

// resource reads a data: URI, or a file beside the model.
func resource(fsys fs.FS, model, uri string, max int64) ([]byte, error) {
	if head, ok := cutPrefixFold(uri, "data:"); ok {
		meta, body, found := strings.Cut(head, ",")
		if !found {
			return nil, errors.New("data URI without a comma")
		}
		if !strings.HasSuffix(strings.ToLower(meta), ";base64") {
			text, err := url.PathUnescape(body)
			return []byte(text), err
		}
		if strings.Contains(body, "%") {
			text, err := url.PathUnescape(body)
			if err != nil {
				return nil, err
			}
			body = text
		}
		if int64(len(body)) > max/3*4+4 {
			return nil, fmt.Errorf("data URI is larger than %d MB", max>>20)
		}
		data, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			data, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(body, "="))
		}
		return data, err
	}
	file, err := localPath(model, uri)
	if err != nil {
		return nil, err
	}
	return readLimited(fsys, file, max)
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

// localPath turns a relative URI into a path in the folder of the model, or below it.
func localPath(model, uri string) (string, error) {
	if scheme, _, ok := strings.Cut(uri, ":"); ok && !strings.ContainsAny(scheme, "/%.") {
		return "", fmt.Errorf("refused to follow %q: only files beside the model are read", uri)
	}
	clean, err := url.PathUnescape(uri)
	if err != nil {
		clean = uri // a file name with a bare %
	}
	clean = strings.ReplaceAll(clean, `\`, "/")
	joined := path.Join(path.Dir(model), clean)
	inside := path.Join("/", clean) == "/"+path.Clean(clean) // no .. that climbs out, not absolute
	if strings.ContainsRune(clean, 0) || strings.HasPrefix(clean, "/") || !inside || !fs.ValidPath(joined) {
		return "", fmt.Errorf("refused to read %q: it lies outside the folder of the model", uri)
	}
	return joined, nil
}
