package gltf

import "errors"

type dracoMesh struct{}

func (r *reader) openDraco(*primitive) (*dracoMesh, error) {
	return nil, errors.New("it is compressed by Draco, which is not read yet")
}
func (d *dracoMesh) vertices() int                                          { return 0 }
func (d *dracoMesh) indices() ([]uint32, bool)                              { return nil, false }
func (d *dracoMesh) floats(name string, width int) ([]float32, bool, error) { return nil, false, nil }
func (d *dracoMesh) ranks(name string, width int) ([]uint32, bool, error)   { return nil, false, nil }
