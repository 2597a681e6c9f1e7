package cache

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"strings"
	"sync"
)

// digest is a SHA-256 of a file's contents, see sumOf.
type digest [sha256.Size]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

func digestOf(b []byte) digest { return sha256.Sum256(b) }

// sumStep is the length in bytes of the pieces that are hashed by themselves.
const sumStep = 8 << 20

// sumOf hashes a file: SHA-256 over its length and the SHA-256 of each piece of 8 MiB, so that all processors share the
// work.
func sumOf(ctx context.Context, fsys fs.FS, name string) (digest, fs.FileInfo, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return digest{}, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return digest{}, nil, err
	}
	if !info.Mode().IsRegular() {
		return digest{}, nil, fmt.Errorf("cache: %s is not a file", name)
	}
	sums, err := pieces(ctx, f, info.Size())
	if err != nil {
		return digest{}, nil, err
	}
	h := sha256.New()
	_ = binary.Write(h, binary.LittleEndian, info.Size())
	for i := range sums {
		h.Write(sums[i][:])
	}
	return digest(h.Sum(nil)), info, nil
}

func pieces(ctx context.Context, f fs.File, size int64) ([]digest, error) {
	out := make([]digest, (size+sumStep-1)/sumStep)
	if r, ok := f.(io.ReaderAt); ok && len(out) > 1 {
		buffers := sync.Pool{New: func() any { return new([sumStep]byte) }}
		if !inParallel(len(out), func(i int) bool {
			buf := buffers.Get().(*[sumStep]byte)
			defer buffers.Put(buf)
			at := int64(i) * sumStep
			part := buf[:min(sumStep, size-at)]
			if _, err := r.ReadAt(part, at); err != nil && !errors.Is(err, io.EOF) || ctx.Err() != nil {
				return false
			}
			out[i] = sha256.Sum256(part)
			return true
		}) {
			return nil, errors.Join(ctx.Err(), errors.New("cache: a file could not be read"))
		}
		return out, nil
	}
	for i := range out {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		h := sha256.New()
		if _, err := io.CopyN(h, f, min(sumStep, size-int64(i)*sumStep)); err != nil {
			return nil, err
		}
		out[i] = digest(h.Sum(nil))
	}
	return out, nil
}

// keyOf names the entries of a model: 32 hex digits of what the contents of its file, its extension, the settings, the
// version of the format and this build of the program amount to.
func keyOf(model digest, name, settings string) string {
	h := sha256.New()
	for _, part := range []string{string(model[:]), strings.ToLower(path.Ext(name)), settings, fmt.Sprint(formatVersion), build()} {
		_ = binary.Write(h, binary.LittleEndian, uint64(len(part)))
		io.WriteString(h, part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// build tells programs apart, for another one may read files in another way. It is the revision that the program was
// built from or, where that is not known for sure, the size and the time of its file.
var build = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	text := ""
	clean := false
	if ok {
		text = info.Main.Version
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				text += " " + s.Value
			case "vcs.modified":
				clean = s.Value == "false"
			}
		}
	}
	if clean {
		return text
	}
	if exe, err := os.Executable(); err == nil {
		if st, err := os.Stat(exe); err == nil {
			text += fmt.Sprint(" ", st.Size(), " ", st.ModTime().UnixNano())
		}
	}
	return text
})

// made is what a model was made of, as the file keeps it. Names are relative to the folder of the model.
type made struct {
	Model   string   `json:"model"` // name of the file, for people
	Files   []side   `json:"files,omitempty"`
	Missing []string `json:"missing,omitempty"`
}

// side is a file beside the model.
type side struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Sum  string `json:"sha256"`
}

// holds reports whether the files beside the model are what they were.
func (m *made) holds(ctx context.Context, fsys fs.FS, model string) bool {
	for _, f := range m.Files {
		name, ok := beside(model, f.Name)
		if !ok {
			return false
		}
		if st, err := fs.Stat(fsys, name); err != nil || st.Size() != f.Size {
			return false
		}
		if sum, _, err := sumOf(ctx, fsys, name); err != nil || sum.String() != f.Sum {
			return false
		}
	}
	for _, gone := range m.Missing {
		name, ok := beside(model, gone)
		if !ok {
			return false
		}
		if _, err := fs.Stat(fsys, name); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// beside turns a name relative to the folder of the model into one of its file system; relative is the way back.
func beside(model, name string) (string, bool) {
	full := path.Join(path.Dir(model), name)
	return full, fs.ValidPath(name) && fs.ValidPath(full)
}

func relative(model, name string) (string, bool) {
	if dir := path.Dir(model); dir != "." {
		return strings.CutPrefix(name, dir+"/")
	}
	return name, true
}
