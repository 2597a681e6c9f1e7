package fmi

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Bounds on an archive.
const (
	mostEntries   = 20000
	largestFile   = 1 << 30 // bytes, packed
	largestTotal  = 4 << 30 // bytes, unpacked
	longestName   = 1024
	descriptionAt = "modelDescription.xml"
)

// File is an FMU that was opened: its description and what its archive holds. Nothing of it has been unpacked or run.
// It may be used from any goroutine.
type File struct {
	*Description
	Path string
	Hash string // SHA-256 of the whole file, hexadecimal: what trust is given to
	Size int64  // bytes

	f       *os.File
	entries []*zip.File
	modTime int64
}

// Open reads the archive of an FMU and its description. It looks at names and sizes alone and at modelDescription.xml.
func Open(path string) (*File, error) {
	f, err := openArchive(path, descriptionAt)
	if err != nil {
		return nil, err
	}
	text, err := f.entry(descriptionAt).Open()
	if err == nil {
		defer text.Close()
		f.Description, err = ParseDescription(text)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return f, nil
}

// openArchive opens a zip that has an entry of the name, and checks all names and sizes.
func openArchive(path, needed string) (_ *File, err error) {
	name := filepath.Base(path)
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("fmi: %w", err)
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	st, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("fmi: %w", err)
	}
	if !st.Mode().IsRegular() || st.Size() > largestFile {
		return nil, fmt.Errorf("fmi: %s is no file of up to %d MB", name, largestFile>>20)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return nil, fmt.Errorf("fmi: %s: %w", name, err)
	}
	z, err := zip.NewReader(file, st.Size())
	if err != nil {
		return nil, fmt.Errorf("fmi: %s is no zip archive, so no FMU: %w", name, err)
	}
	f := &File{Path: path, Hash: hex.EncodeToString(sum.Sum(nil)), Size: st.Size(), f: file, entries: z.File, modTime: st.ModTime().UnixNano()}
	if err := checkEntries(z.File); err != nil {
		return nil, fmt.Errorf("fmi: %s: %w", name, err)
	}
	if f.entry(needed) == nil {
		return nil, fmt.Errorf("fmi: %s holds no %s", name, needed)
	}
	return f, nil
}

// Close closes the file.
func (f *File) Close() error { return f.f.Close() }

func (f *File) entry(name string) *zip.File {
	for _, e := range f.entries {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// Names returns the names of the files within, in the order of the archive.
func (f *File) Names() []string {
	out := make([]string, len(f.entries))
	for i, e := range f.entries {
		out[i] = e.Name
	}
	return out
}

// checkEntries refuses an archive that would write outside of its folder, twice to one place, or too much.
func checkEntries(entries []*zip.File) error {
	if len(entries) > mostEntries {
		return fmt.Errorf("%d files are too many", len(entries))
	}
	seen := make(map[string]bool, len(entries))
	total := uint64(0)
	for _, e := range entries {
		if err := checkName(e.Name); err != nil {
			return err
		}
		key := strings.ToLower(strings.TrimSuffix(e.Name, "/"))
		if seen[key] {
			return fmt.Errorf("the name %.80q is there twice", e.Name)
		}
		seen[key] = true
		if mode := e.Mode(); !mode.IsRegular() && !mode.IsDir() {
			return fmt.Errorf("%.80q is neither a file nor a folder (a link?), which an FMU must not hold", e.Name)
		}
		if total += e.UncompressedSize64; e.UncompressedSize64 > largestTotal || total > largestTotal {
			return fmt.Errorf("it unpacks to more than %d MB", largestTotal>>20)
		}
	}
	return nil
}

// checkName refuses names that lead elsewhere.
func checkName(name string) error {
	local := strings.TrimSuffix(name, "/")
	if len(name) > longestName || strings.ContainsAny(name, "\\:\x00") || !filepath.IsLocal(local) || strings.Contains(name, "//") {
		return fmt.Errorf("the name %.80q leads out of the archive or cannot be a file: it is not unpacked", name)
	}
	for _, part := range strings.Split(local, "/") {
		if part == "." || part == ".." {
			return fmt.Errorf("the name %.80q leads out of the archive: it is not unpacked", name)
		}
	}
	return nil
}

// platform names the folder of libraries for this machine and their extension.
func platform(version int) (folder, extension string) {
	extension = map[string]string{"linux": ".so", "windows": ".dll", "darwin": ".dylib"}[runtime.GOOS]
	if version == 2 {
		word := map[string]string{"amd64": "64", "arm64": "64", "386": "32", "arm": "32"}[runtime.GOARCH]
		system := map[string]string{"linux": "linux", "windows": "win", "darwin": "darwin"}[runtime.GOOS]
		if runtime.GOARCH != "amd64" && runtime.GOARCH != "386" {
			return runtime.GOARCH + "-" + system, extension // FMI 2 knows no other processors; some tools do
		}
		return system + word, extension
	}
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "x86", "arm": "aarch32"}[runtime.GOARCH]
	return arch + "-" + runtime.GOOS, extension
}

func (f *File) library(i Interface) string {
	folder, extension := platform(f.Version)
	return "binaries/" + folder + "/" + i.Identifier + extension
}

// Runs says why the FMU cannot be run here in a way, or nil.
func (f *File) Runs(k Kind) error {
	i, ok := f.Interface(k)
	if !ok {
		var offers []string
		for _, i := range f.Interfaces {
			offers = append(offers, i.Kind.String())
		}
		switch {
		case f.structureFault != "":
			return fmt.Errorf("fmi: %s: %s", f.Model, f.structureFault)
		case len(offers) == 0:
			return fmt.Errorf("fmi: %s offers neither Co-Simulation nor Model Exchange", f.Model)
		}
		return fmt.Errorf("fmi: %s offers no %s, but %s", f.Model, k, strings.Join(offers, " and "))
	}
	if !identifier(i.Identifier) {
		return fmt.Errorf("fmi: %s: modelIdentifier %.60q is no name of a library", f.Model, i.Identifier)
	}
	if f.entry(f.library(i)) != nil {
		return nil
	}
	folder, _ := platform(f.Version)
	have := f.platforms()
	switch {
	case len(have) > 0:
		return fmt.Errorf("fmi: %s holds no library for %s, but for %s: export it again for this machine", f.Model, folder, strings.Join(have, ", "))
	case f.entry("sources/buildDescription.xml") != nil || f.hasPrefix("sources/"):
		return fmt.Errorf("fmi: %s holds source code alone, which is not compiled here: build its library first", f.Model)
	}
	return fmt.Errorf("fmi: %s holds no library", f.Model)
}

func (f *File) hasPrefix(prefix string) bool {
	for _, e := range f.entries {
		if strings.HasPrefix(e.Name, prefix) {
			return true
		}
	}
	return false
}

// platforms returns the folders of libraries that the archive has.
func (f *File) platforms() (out []string) {
	seen := map[string]bool{}
	for _, e := range f.entries {
		if rest, ok := strings.CutPrefix(e.Name, "binaries/"); ok {
			if name, _, ok := strings.Cut(rest, "/"); ok && name != "" && !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}

// identifier reports whether a text is an identifier of C.
func identifier(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && len(s) < 256
}

// unpack writes what an instance needs, the libraries for this machine and the resources, into a folder.
func (f *File) unpack(ctx context.Context, dir string) error {
	st, err := f.f.Stat()
	if err != nil {
		return fmt.Errorf("fmi: %w", err)
	}
	if st.Size() != f.Size || st.ModTime().UnixNano() != f.modTime {
		return fmt.Errorf("fmi: %s has changed since it was opened: open it again", filepath.Base(f.Path))
	}
	folder, _ := platform(f.Version)
	left := int64(largestTotal)
	for _, e := range f.entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !strings.HasPrefix(e.Name, "binaries/"+folder+"/") && !strings.HasPrefix(e.Name, "resources/") || strings.HasSuffix(e.Name, "/") {
			continue
		}
		n, err := unpackOne(e, filepath.Join(dir, filepath.FromSlash(e.Name)), left)
		if err != nil {
			return fmt.Errorf("fmi: %s: %s: %w", filepath.Base(f.Path), e.Name, err)
		}
		left -= n
	}
	return os.MkdirAll(filepath.Join(dir, "resources"), 0o700)
}

// unpackOne writes one file of at most limit bytes, whatever the archive says of its size.
func unpackOne(e *zip.File, path string, limit int64) (n int64, err error) {
	in, err := e.Open()
	if err != nil {
		return 0, err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	n, err = io.Copy(out, io.LimitReader(in, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("it unpacks to more than %d MB", largestTotal>>20)
	}
	return n, err
}
