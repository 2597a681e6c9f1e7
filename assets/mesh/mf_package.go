package mesh

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"

	"github.com/orrery-twin/orrery/assets/loading"
)

// mfPackage is the zip archive of a 3MF file. Names of parts begin with a slash; large and small letters are the same.
type mfPackage struct {
	job   *loading.Job
	parts map[string]*zip.File

	mu   sync.Mutex
	left int64 // bytes that may still be unpacked
}

// Sizes beyond which an archive is refused.
const (
	maxParts = 100_000
	// Text of 3MF shrinks to a tenth or less; beyond bombRatio, in parts of more than bombBytes, it is made to fill memory.
	bombRatio = 200
	bombBytes = 64 << 20
)

func openPackage(job *loading.Job, data []byte) (*mfPackage, error) {
	if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return nil, errors.New("the file is locked by a password; save it without one")
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("the file is no zip archive, or it is cut short; copy or export it again (%w)", err)
	}
	if len(r.File) > maxParts {
		return nil, fmt.Errorf("the archive has more than %d parts", maxParts)
	}
	r.RegisterDecompressor(zip.Deflate, flate.NewReader)
	p := &mfPackage{job: job, parts: make(map[string]*zip.File, len(r.File)), left: job.Limits().Unpacked}
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, "/") {
			p.parts[partKey("/", f.Name)] = f
		}
	}
	return p, nil
}

// partKey is the key of a part that a name refers to from a folder.
func partKey(folder, name string) string {
	if clean, err := url.PathUnescape(name); err == nil {
		name = clean
	}
	name = strings.ReplaceAll(name, `\`, "/")
	if !strings.HasPrefix(name, "/") {
		name = folder + "/" + name
	}
	return strings.ToLower(path.Clean("/" + name))
}

// has reports whether there is a part.
func (p *mfPackage) has(key string) bool { return p.parts[key] != nil }

// read unpacks a part.
func (p *mfPackage) read(key string) ([]byte, error) {
	f := p.parts[key]
	switch {
	case f == nil:
		return nil, fmt.Errorf("part %.200s is missing", key)
	case f.Flags&1 != 0:
		return nil, fmt.Errorf("part %.200s is encrypted; save the file without a password", key)
	case f.UncompressedSize64 > bombBytes && f.UncompressedSize64/bombRatio > f.CompressedSize64:
		return nil, fmt.Errorf("part %.200s would unpack to %d MB from %d kB, which is no honest model", key, f.UncompressedSize64>>20, f.CompressedSize64>>10)
	}
	if err := p.take(int64(min(f.UncompressedSize64, 1<<62))); err != nil {
		return nil, err
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("part %.200s: %w", key, err)
	}
	defer r.Close()
	// The size is what the archive says; memory is taken as it fills.
	size := int(f.UncompressedSize64)
	out := make([]byte, 0, min(size, 8<<20)+1)
	for {
		if len(out) == cap(out) {
			out = append(make([]byte, 0, min(size, 2*cap(out))+1), out...)
		}
		n, err := r.Read(out[len(out):min(cap(out), len(out)+1<<18)])
		out = out[:len(out)+n]
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("part %.200s is damaged: %w; copy or export the file again", key, err)
		case len(out) > size:
			return nil, fmt.Errorf("part %.200s is longer than the archive says", key)
		}
		if err := p.job.Err(); err != nil {
			return nil, err
		}
	}
}

func (p *mfPackage) take(n int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n > p.left {
		return fmt.Errorf("the file unpacks to more than %d MB, which is the limit", p.job.Limits().Unpacked>>20)
	}
	p.left -= n
	return nil
}

// markup unpacks a part of XML.
func (p *mfPackage) markup(key string) (*markup, error) {
	data, err := p.read(key)
	if err != nil {
		return nil, err
	}
	switch { // UTF-16 without a byte order mark
	case bytes.HasPrefix(data, []byte("<\x00")):
		data = fromUTF16(data, binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\x00<")):
		data = fromUTF16(data, binary.BigEndian)
	}
	x := &markup{stop: p.job.Err, data: asUTF8(data)}
	if begins, err := x.next(nil); err != nil || !begins {
		return nil, fmt.Errorf("part %.200s is no XML: %w", key, atLine(x.data, err))
	}
	return x, nil
}

// model returns the key of the model that the package is about.
func (p *mfPackage) model() (string, error) {
	const rels, usual = "/_rels/.rels", "/3d/3dmodel.model"
	if !p.has(rels) {
		if !p.has(usual) {
			return "", errors.New("the archive holds no 3D model")
		}
		p.job.Warn("the archive does not say which part is the model; the usual one is taken")
		return usual, nil
	}
	x, err := p.markup(rels)
	if err != nil {
		return "", err
	}
	target := ""
	err = x.children(func(name string) error {
		if kind := x.str("Type"); name == "Relationship" && strings.HasSuffix(kind, "/3dmodel") && target == "" {
			target = partKey("/", x.str("Target"))
		} else if strings.Contains(kind, "/encryptedfile") || strings.Contains(kind, "/keystore") {
			return errors.New("the model is encrypted; save it without protection")
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("part %s: %w", rels, atLine(x.data, err))
	}
	if target == "" {
		return "", errors.New("the archive holds no 3D model; it may be of another format")
	}
	if !p.has(target) {
		return "", fmt.Errorf("the model %.200s is not in the archive; export it again", target)
	}
	return target, nil
}
