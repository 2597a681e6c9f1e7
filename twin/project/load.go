package project

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Limits of a twin file. A file beyond them is refused before any of it is used.
const (
	MaxFileBytes = 16 << 20
	MaxAssets    = 100_000 // parts included
	MaxSignals   = 2_000_000
	maxDepth     = 64      // nesting of the YAML text
	maxVisits    = 4 << 20 // nodes looked at, aliases expanded
	maxErrors    = 200     // reported; the rest is counted
)

// FileName is the name of a twin file in its folder.
const FileName = "twin.yaml"

// Load reads and checks a twin: path is a twin file or the folder that holds a twin.yaml. Faults of the text come back
// as Errors, a file that cannot be read as another error.
func Load(path string) (*Project, error) {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, FileName)
	}
	dir := filepath.Dir(path)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("project: open the folder of the twin: %w", err)
	}
	p, err := load(root.FS(), filepath.Base(path), path)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	p.Dir = dir
	return p, nil
}

// LoadFS is Load for a twin in a file system, such as an embedded one: name is the twin file, slash-separated.
func LoadFS(fsys fs.FS, name string) (*Project, error) {
	return load(fsys, name, name)
}

func load(fsys fs.FS, name, shown string) (*Project, error) {
	f, err := fsys.Open(name)
	if err != nil {
		var at *fs.PathError // says the path again, without its folder
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, fmt.Errorf("project: open %s: %w", shown, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("project: read %s: %w", shown, err)
	}
	if len(text) > MaxFileBytes {
		return nil, Errors{{File: shown, What: fmt.Sprintf("larger than %d MB", MaxFileBytes>>20), Remedy: "split the plant into several twins"}}
	}
	p, err := parse(text, shown, fsys)
	if err != nil {
		return nil, err
	}
	p.File, p.FS, p.Hash = shown, fsys, hash(text)
	return p, nil
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
