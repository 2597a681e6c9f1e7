package loading

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"strings"
)

// Model returns the bytes of the model file, to be read until Close.
func (j *Job) Model() ([]byte, error) { return j.File(j.name) }

// File returns the bytes of a file by its slash-separated name in the file system of the model, to be read until Close.
// A file of this machine is mapped, not copied.
func (j *Job) File(name string) ([]byte, error) {
	f, err := j.fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		j.mu.Lock()
		j.missing = append(j.missing, name)
		j.mu.Unlock()
	}
	if err != nil {
		return nil, plain(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, plain(err)
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", name)
	}
	if err := j.take(name, st.Size()); err != nil {
		return nil, err
	}
	if file, ok := f.(*os.File); ok && st.Size() >= mapFrom {
		if data, unmap, err := mapFile(file, st.Size()); err == nil {
			j.mu.Lock()
			j.unmap[&data[0]] = unmap
			j.mu.Unlock()
			return data, nil
		}
	}
	data := make([]byte, st.Size())
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, plain(err)
	}
	return data[:n], nil
}

// mapFrom is the size in bytes from which mapping a file costs less than reading it.
const mapFrom = 64 << 10

// take counts bytes that are about to be read.
func (j *Job) take(name string, n int64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n > j.left {
		return fmt.Errorf("%s: the model and its files have more than %d MB, which is the limit", name, j.limits.Bytes>>20)
	}
	j.left -= n
	if name != "" {
		j.files = append(j.files, name)
	}
	return nil
}

// plain leaves out of a file error what people do not need.
func plain(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: %w", at.Path, at.Err)
	}
	return err
}

// Resource returns the bytes that a URI of the model names: those in a data: URI, or those of a file beside the model.
func (j *Job) Resource(uri string) ([]byte, error) {
	if body, ok := cutPrefixFold(uri, "data:"); ok {
		return j.inline(body)
	}
	file, err := j.Beside(uri)
	if err != nil {
		return nil, err
	}
	data, err := j.File(file)
	if errors.Is(err, fs.ErrNotExist) { // written on a machine that does not tell large letters from small
		if other, found := j.anyCase(file); found {
			return j.File(other)
		}
	}
	return data, err
}

// inline decodes what follows "data:" (RFC 2397).
func (j *Job) inline(uri string) ([]byte, error) {
	meta, body, found := strings.Cut(uri, ",")
	if !found {
		return nil, errors.New("a data URI has no comma")
	}
	if strings.Contains(body, "%") {
		text, err := url.PathUnescape(body)
		if err != nil {
			return nil, fmt.Errorf("data URI: %w", err)
		}
		body = text
	}
	if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(meta)), ";base64") {
		return []byte(body), j.take("", int64(len(body)))
	}
	if err := j.take("", int64(len(body)/4*3)); err != nil {
		return nil, err
	}
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(body, "="))
	if err != nil {
		data, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(body, "="))
	}
	if err != nil {
		return nil, fmt.Errorf("data URI: %w", err)
	}
	return data, nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

// Beside turns a relative URI, which may be percent-encoded, into the name of a file in the folder of the model or below.
func (j *Job) Beside(uri string) (string, error) {
	if scheme, _, ok := strings.Cut(uri, ":"); ok && !strings.ContainsAny(scheme, "/%.") {
		return "", fmt.Errorf("refused to follow %.80q: only files beside the model are read", uri)
	}
	clean, err := url.PathUnescape(uri)
	if err != nil {
		clean = uri // a file name with a bare %
	}
	clean = strings.ReplaceAll(clean, `\`, "/")
	joined := path.Join(path.Dir(j.name), clean)
	inside := path.Join("/", clean) == "/"+path.Clean(clean) // no .. that climbs out, not absolute
	if strings.ContainsRune(clean, 0) || strings.HasPrefix(clean, "/") || !inside || !fs.ValidPath(joined) {
		return "", fmt.Errorf("refused to read %.80q: it lies outside the folder of the model", uri)
	}
	return joined, nil
}

// anyCase finds a file whose name differs in large and small letters alone.
func (j *Job) anyCase(name string) (string, bool) {
	dir, base := path.Split(name)
	entries, err := fs.ReadDir(j.fsys, path.Clean("./"+dir))
	if err != nil {
		return "", false
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), base) {
			return path.Join(dir, e.Name()), true
		}
	}
	return "", false
}

// Path returns the path of the model on this machine, if it is a file there: for tools that run in another process.
func (j *Job) Path() (string, bool) {
	p, ok := j.fsys.(interface {
		Path(name string) (string, bool)
	})
	if !ok {
		return "", false
	}
	return p.Path(j.name)
}
