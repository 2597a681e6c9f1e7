package ensemble

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Caps on a bundle.
const (
	maxBundle      = 128 << 20 // bytes, packed
	maxBundleFile  = 128 << 20 // bytes of one file
	maxBundleTotal = 512 << 20 // bytes of all files
	maxBundleFiles = 10_000
)

// File is one file of a bundle.
type File struct {
	Name string // slash-separated
	Data []byte
}

// Bundle is the files of a model as one piece, the same for the same files.
type Bundle struct {
	Hash string // SHA-256 of Data in hexadecimal
	Data []byte
}

// Pack bundles the files of a folder. ship says for each under which name it travels (empty: it stays) and whether with what
// it holds (false: as an empty file); a nil ship takes all as they are. Names that begin with a dot stay. Links and other
// special files are refused. More files may be added.
func Pack(files fs.FS, ship func(name string) (as string, whole bool), more ...File) (*Bundle, error) {
	if ship == nil {
		ship = func(name string) (string, bool) { return name, true }
	}
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	w := tar.NewWriter(zip)
	count, total := 0, int64(0)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		as, whole := ship(name)
		if as == "" {
			return nil
		}
		n, err := packFrom(w, files, d, name, as, whole)
		count, total = count+1, total+n
		if err == nil && (count > maxBundleFiles || total > maxBundleTotal) {
			err = fmt.Errorf("more than %d files or %d MB: keep what the model does not need in another folder", maxBundleFiles, maxBundleTotal>>20)
		}
		return err
	})
	for _, f := range more {
		if err == nil {
			err = packFile(w, f)
		}
	}
	if err == nil {
		err = errors.Join(w.Close(), zip.Close())
	}
	if err == nil && buf.Len() > maxBundle {
		err = fmt.Errorf("%d MB packed, at most %d MB travel: keep what the model does not need in another folder", buf.Len()>>20, maxBundle>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("ensemble: model: %w", err)
	}
	return bundleOf(buf.Bytes()), nil
}

func bundleOf(data []byte) *Bundle {
	sum := sha256.Sum256(data)
	return &Bundle{Hash: hex.EncodeToString(sum[:]), Data: data}
}

// packFrom packs a file of a folder and returns its size.
func packFrom(w *tar.Writer, files fs.FS, d fs.DirEntry, name, as string, whole bool) (int64, error) {
	if !d.Type().IsRegular() {
		return 0, fmt.Errorf("%s is a link or a special file: put the file itself there", name)
	}
	var data []byte
	if whole {
		var err error
		if data, err = readCapped(files, name); err != nil {
			return 0, err
		}
	}
	return int64(len(data)), packFile(w, File{as, data})
}

func packFile(w *tar.Writer, f File) error {
	// No owner, mode or time: the same files give the same hash everywhere.
	h := &tar.Header{Typeflag: tar.TypeReg, Name: f.Name, Size: int64(len(f.Data)), Mode: 0o644, ModTime: time.Unix(0, 0), Format: tar.FormatPAX}
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err := w.Write(f.Data)
	return err
}

func readCapped(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBundleFile+1))
	if err == nil && len(data) > maxBundleFile {
		err = fmt.Errorf("%s is larger than %d MB: it cannot travel", name, maxBundleFile>>20)
	}
	return data, err
}

// Unpack writes the files of a bundle below an empty folder. Names that lead elsewhere, links and special files are
// refused; nothing is executable.
func Unpack(data []byte, dir string) error {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("ensemble: model: it is no bundle: %w", err)
	}
	r := tar.NewReader(zip)
	total := int64(0)
	for count := 0; ; count++ {
		h, err := r.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("ensemble: model: the bundle is garbled: %w", err)
		case h.Typeflag != tar.TypeReg:
			return fmt.Errorf("ensemble: model: %q is no plain file: the bundle is refused", h.Name)
		case !safeName(h.Name):
			return fmt.Errorf("ensemble: model: the name %q leads out of the folder: the bundle is refused", h.Name)
		case count >= maxBundleFiles || h.Size > maxBundleFile || total+h.Size > maxBundleTotal:
			return fmt.Errorf("ensemble: model: more than %d files or %d MB: the bundle is refused", maxBundleFiles, maxBundleTotal>>20)
		}
		total += h.Size
		if err := unpackFile(r, filepath.Join(dir, filepath.FromSlash(h.Name))); err != nil {
			return fmt.Errorf("ensemble: model: %w", err)
		}
	}
}

// safeName reports whether a name stays below the folder on all systems.
func safeName(name string) bool {
	return fs.ValidPath(name) && name != "." && path.Clean(name) == name && !strings.ContainsAny(name, "\\:\x00") && filepath.IsLocal(filepath.FromSlash(name))
}

func unpackFile(r io.Reader, file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}
