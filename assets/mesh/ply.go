package mesh

import (
	"errors"
	"strings"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func readPLY(job *loading.Job, data []byte) (*scene.Scene, error) {
	f, err := parsePLYHeader(data)
	if err != nil {
		return nil, err
	}
	f.job = job
	if n := len(f.strange); n > 0 {
		job.Warn("%d lines of the header were not understood; the first is %.60q", n, f.strange[0])
	}
	if f.element("vertex") == nil {
		return nil, errors.New("the file has no element vertex, so nothing can be shown; export it with vertices")
	}
	m, err := f.read(false)
	var bad *badText
	if errors.As(err, &bad) { // lines are not rows: some programs break them elsewhere
		if again, err2 := f.read(true); err2 == nil {
			m, err = again, nil
		}
	}
	if err != nil {
		return nil, atLine(data, err)
	}
	m.warn()
	f.body = chunk{}
	for i := range f.elements {
		f.elements[i].chunks = nil
	}
	job.Release(data)
	return m.scene()
}

// read reads all elements. In loose text, blanks and ends of lines are the same.
func (f *plyFile) read(loose bool) (*plyModel, error) {
	if err := f.layOut(loose); err != nil {
		return nil, err
	}
	m := &plyModel{file: f}
	if err := m.readVertices(); err != nil {
		return nil, err
	}
	for i := range f.elements {
		e := &f.elements[i]
		if e.count == 0 || len(e.properties) == 0 {
			continue
		}
		var err error
		switch e.name {
		case "vertex":
		case "face", "tristrips", "trianglestrip":
			err = m.readFaces(e)
		case "edge", "line", "polyline":
			err = m.readEdges(e)
		default:
			f.job.Warn("element %.40s is not shown", e.name)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// textureFiles returns the pictures that comments name.
func (f *plyFile) textureFiles() []string {
	var out []string
	for _, c := range f.comments {
		word, rest, _ := strings.Cut(c, " ")
		if strings.EqualFold(word, "TextureFile") && strings.TrimSpace(rest) != "" {
			out = append(out, strings.TrimSpace(rest))
		}
	}
	return out
}
