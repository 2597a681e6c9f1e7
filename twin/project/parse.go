package project

import (
	"errors"
	"io/fs"
)

func parse(text []byte, file string, fsys fs.FS) (*Project, error) {
	return nil, errors.New("project: not read yet")
}
