package project

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Save writes the text to the twin file: into a temporary file beside it, forced to the disk, then renamed, with the
// permissions that it had. It fails with ErrChanged, and writes nothing, when the file is no longer as it was read.
func (e *Edit) Save() error {
	if err := e.unchanged(); err != nil {
		return err
	}
	state, err := os.Stat(e.path)
	if err != nil {
		return fmt.Errorf("project: save: %w", err)
	}
	dir := filepath.Dir(e.path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(e.path)+".*")
	if err != nil {
		return fmt.Errorf("project: save: %w", err)
	}
	err = errors.Join(write(f, e.text), f.Chmod(state.Mode().Perm()), f.Sync(), f.Close())
	if err == nil {
		err = e.unchanged() // it took a while
	}
	if err == nil {
		err = os.Rename(f.Name(), e.path)
	}
	if err != nil {
		os.Remove(f.Name()) // what could not be written is of no use to anybody
		if errors.Is(err, ErrChanged) {
			return err
		}
		return fmt.Errorf("project: save: %w", err)
	}
	e.saved = e.text
	return syncFolder(dir)
}

// unchanged fails with ErrChanged when the file on the disk is another than the one that was read or saved last.
func (e *Edit) unchanged() error {
	text, err := os.ReadFile(e.path)
	if err != nil {
		return fmt.Errorf("project: save: %w", err)
	}
	if hash(text) != hash(e.saved) {
		return ErrChanged
	}
	return nil
}

func write(f *os.File, text []byte) error {
	_, err := f.Write(text)
	return err
}

// syncFolder makes sure that the new name of a file outlives a loss of power. A system that cannot do that for folders
// has its own ways.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	_ = d.Sync() // a file system without it keeps the file all the same
	return nil
}
