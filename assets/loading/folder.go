package loading

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is the file system of one folder of this machine. Nothing outside it can be opened, by links neither.
type Folder struct {
	fs.FS
	root *os.Root
	dir  string
}

// OpenFolder opens the folder at dir. Close it.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{FS: root.FS(), root: root, dir: dir}, nil
}

// Path returns where a file of the folder lies on this machine.
func (f *Folder) Path(name string) (string, bool) {
	return filepath.Join(f.dir, filepath.FromSlash(name)), fs.ValidPath(name)
}

// ReadDir lists a folder.
func (f *Folder) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }

// Close closes the folder.
func (f *Folder) Close() error { return f.root.Close() }
