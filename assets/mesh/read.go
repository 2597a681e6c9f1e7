package mesh

import (
	"fmt"
	"slices"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// ReadSTL reads the model of a job as STL, text or binary.
func ReadSTL(job *loading.Job) (*scene.Scene, error) { return read(job, "stl", readSTL) }

// ReadOBJ reads the model of a job as Wavefront OBJ, with the material files and textures beside it.
func ReadOBJ(job *loading.Job) (*scene.Scene, error) { return read(job, "obj", readOBJ) }

// ReadPLY reads the model of a job as PLY, text or binary.
func ReadPLY(job *loading.Job) (*scene.Scene, error) { return read(job, "ply", readPLY) }

// Read3MF reads the model of a job as 3MF.
func Read3MF(job *loading.Job) (*scene.Scene, error) { return read(job, "3mf", read3MF) }

// read runs a reader on the bytes of the model.
func read(job *loading.Job, format string, from func(*loading.Job, []byte) (*scene.Scene, error)) (*scene.Scene, error) {
	var s *scene.Scene
	err := loading.Guard(func() error {
		if err := job.Err(); err != nil {
			return err
		}
		data, err := job.Model()
		if err != nil {
			return err
		}
		job.Report(loading.Decoding, 0, int64(len(data)))
		head := slices.Clone(data[:min(len(data), remarkBytes)]) // the reader may give the bytes back
		if s, err = from(job, data); err == nil && format != "3mf" {
			noteUnit(job, s, format, head)
		}
		return err
	})
	if err == nil {
		err = job.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("mesh: %s: %w", format, err)
	}
	return s, nil
}
