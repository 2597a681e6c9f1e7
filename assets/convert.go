package assets

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/orrery-twin/orrery/assets/cad"
	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// readCAD has the CAD tool turn the file into GLB and reads that.
func readCAD(job *loading.Job, o *Options) (*scene.Scene, error) {
	result, err := convert(job, o)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	for _, w := range result.Report.Warnings {
		job.Warn("%s", w)
	}
	folder, err := loading.OpenFolder(filepath.Dir(result.Path))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	made := loading.New(job.Context(), folder, filepath.Base(result.Path), job.Limits())
	defer made.Close()
	made.OnProgress(func(p loading.Progress) { job.Report(p.Stage, p.Done, p.Total) })
	if job.WantsPreview() {
		made.OnPreview(job.Preview)
	}
	s, err := gltf.Read(made)
	if err != nil {
		return nil, fmt.Errorf("the converted file: %w", err)
	}
	for _, w := range made.Warnings() {
		job.Warn("%s", w)
	}
	d := s.Document()
	d.Generator, d.Unit, d.Extensions = result.Report.Format, result.Report.Unit, nil
	return s, nil
}

// cadStages are how much of the work the stages of the CAD tool are, in percent, by experience.
var cadStages = map[cad.Stage][2]float64{cad.Reading: {0, 20}, cad.Transfer: {20, 55}, cad.Meshing: {55, 95}, cad.Writing: {95, 100}}

func convert(job *loading.Job, o *Options) (*cad.Result, error) {
	opts := cad.Options{Precision: cad.Precision(o.Precision), MaxTriangles: int64(job.Limits().Vertices)}
	opts.Progress = func(p cad.Progress) {
		span := cadStages[p.Stage]
		job.Report(loading.Converting, int64(span[0]+(span[1]-span[0])*max(p.Fraction, 0)), 100)
	}
	job.Report(loading.Converting, 0, 100)
	if path, ok := job.Path(); ok {
		return cad.Convert(job.Context(), path, opts)
	}
	data, err := job.Model()
	if err != nil {
		return nil, err
	}
	return cad.ConvertReader(job.Context(), job.Name(), bytes.NewReader(data), opts)
}

// isCAD knows STEP by its first line (ISO 10303-21, section 5), and BREP by that of OpenCASCADE.
func isCAD(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \r\n\t"), []byte("ISO-10303-21;")) ||
		bytes.Contains(head, []byte("CASCADE Topology V")) && bytes.HasPrefix(bytes.TrimLeft(head, "\r\n"), []byte("DBRep_DrawableShape"))
}
