package fmi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Trust remembers which FMUs a user lets run: by the hash of the whole file, so that a changed file is asked for again. It
// may be used from any goroutine.
type Trust struct {
	path string // of the file; empty: in memory alone

	mu    sync.Mutex
	known map[string]Trusted
}

// Trusted is what is remembered of an FMU.
type Trusted struct {
	Model string    `json:"model"`
	File  string    `json:"file"` // its name without the folder
	Since time.Time `json:"since"`
}

// OpenTrust reads the file of what is trusted; it need not exist. An empty path keeps it in memory.
func OpenTrust(path string) (*Trust, error) {
	t := &Trust{path: path, known: map[string]Trusted{}}
	if path == "" {
		return t, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return nil, fmt.Errorf("fmi: trusted FMUs: %w", err)
	}
	if err := json.Unmarshal(text, &t.known); err != nil {
		return nil, fmt.Errorf("fmi: %s is damaged (%w): delete it, and trust each FMU again", path, err)
	}
	return t, nil
}

// Knows reports whether an FMU may run. Of one that is not known yet it looks into the file again: another process may have been
// told since.
func (t *Trust) Knows(f *File) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.known[f.Hash]; ok || t.path == "" {
		return ok
	}
	t.look()
	_, ok := t.known[f.Hash]
	return ok
}

// look reads the file again. t.mu is held.
func (t *Trust) look() {
	if t.path == "" {
		return
	}
	if now, err := OpenTrust(t.path); err == nil {
		t.known = now.known
	}
}

// Grant lets an FMU run, from now on.
func (t *Trust) Grant(f *File) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.look()
	t.known[f.Hash] = Trusted{Model: f.Model, File: filepath.Base(f.Path), Since: time.Now().UTC().Truncate(time.Second)}
	return t.save()
}

// Revoke takes it back. A session that runs goes on.
func (t *Trust) Revoke(hash string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.look()
	delete(t.known, hash)
	return t.save()
}

// List returns what is trusted, by hash.
func (t *Trust) List() map[string]Trusted {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make(map[string]Trusted, len(t.known))
	for k, v := range t.known {
		out[k] = v
	}
	return out
}

// save writes beside the file and renames.
func (t *Trust) save() error {
	if t.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(t.known, "", "  ")
	if err != nil {
		return fmt.Errorf("fmi: trusted FMUs: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(t.path), 0o700); err != nil {
		return fmt.Errorf("fmi: trusted FMUs: %w", err)
	}
	next := t.path + ".new"
	if err := os.WriteFile(next, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("fmi: trusted FMUs: %w", err)
	}
	if err := os.Rename(next, t.path); err != nil {
		return fmt.Errorf("fmi: trusted FMUs: %w", err)
	}
	return nil
}

// UntrustedError says that an FMU may not run yet: its native code has all rights of the user.
type UntrustedError struct {
	Path, Model, Hash string
}

func (e *UntrustedError) Error() string {
	return fmt.Sprintf("fmi: %s (%s, SHA-256 %.16s…) is not trusted yet: it is native code, which can do all that you can; trust it if you know who made it",
		filepath.Base(e.Path), e.Model, e.Hash)
}
