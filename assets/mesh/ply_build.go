package mesh

import (
	"errors"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// scanCreaseRad is the angle of edges that are drawn sharp in PLY files without normals: 60°. Scans, of which most PLY files
// are, have noise that bends smooth surfaces by more than the usual 30°.
const scanCreaseRad = math.Pi / 3

// scene makes the scene of what was read.
func (m *plyModel) scene() (*scene.Scene, error) {
	s := scene.New()
	out := &scene.Mesh{Positions: m.positions, UVs: m.uvs, Colors: m.colors, Indices: m.faces.indices, Lines: m.lines}
	switch {
	case len(out.Indices)+len(out.Lines) > 0:
		out.Name = "mesh"
	case m.some && m.lost.Load() > 0:
		return nil, errors.New("no face names vertices that are there; export the file again")
	default:
		out.Name = "points"
		m.points(out)
	}
	if m.normals != nil && !allZero(m.normals) {
		upright(m.normals)
		out.Normals = m.normals
	}
	m.clean()
	job := m.file.job
	out, err := unlessStopped(job, func() *scene.Mesh { return m.spread(out) })
	if err != nil {
		return nil, err
	}
	m.parts(s, out)
	if out.Normals == nil && len(out.Indices) > 0 {
		if out, err = creased(job, out, scanCreaseRad); err != nil {
			return nil, err
		}
	}
	id, err := s.AddMesh(out)
	if err != nil {
		return nil, err
	}
	s.AddNode(scene.Root, scene.Node{Name: out.Name, Mesh: id, Local: scene.At(m.origin[0], m.origin[1], m.origin[2])})
	return s, nil
}

func allZero(v []float32) bool {
	return !slices.ContainsFunc(v, func(f float32) bool { return f != 0 })
}

// points shows all vertices as points.
func (m *plyModel) points(out *scene.Mesh) {
	n := len(m.positions) / 3
	out.Points = make([]uint32, 0, n)
	for i := range n {
		if m.sound([]int32{int32(i)}) {
			out.Points = append(out.Points, uint32(i))
		}
	}
	if lost := n - len(out.Points); lost > 0 {
		m.file.job.Warn("%d points were left out: a coordinate of theirs is not a number", lost)
	}
}

// clean puts zeros where coordinates are no numbers. Nothing names these vertices any more.
func (m *plyModel) clean() {
	if !m.broken {
		return
	}
	for i, v := range m.positions {
		if !finite32(v) {
			m.positions[i] = 0
		}
	}
}

// spread gives corners vertices of their own where the file has colours or texture coordinates of faces.
func (m *plyModel) spread(in *scene.Mesh) *scene.Mesh {
	f := &m.faces
	if f.uvs == nil && f.colors == nil {
		return in
	}
	// First come the corners, then the vertices as they are, for lines. Welding leaves out what nothing names.
	corners, n := len(in.Indices), in.Vertices()
	out := in.Fork()
	out.Positions = spreadOver(in.Positions, 3, in.Indices)
	out.Normals = spreadOver(in.Normals, 3, in.Indices)
	out.UVs, out.Colors = spreadOver(in.UVs, 2, in.Indices), spreadOver(in.Colors, 4, in.Indices)
	if f.uvs != nil {
		out.UVs = append(slices.Clone(f.uvs), make([]float32, 2*n)...)
		copy(out.UVs[2*corners:], in.UVs)
	}
	if f.colors != nil {
		out.Colors = append(slices.Clone(f.colors), slices.Repeat([]uint8{255}, 4*n)...)
		copy(out.Colors[4*corners:], in.Colors)
	}
	out.Indices = make([]uint32, corners)
	for i := range out.Indices {
		out.Indices[i] = uint32(i)
	}
	out.Lines = slices.Clone(in.Lines)
	for i := range out.Lines {
		out.Lines[i] += uint32(corners)
	}
	return process.Weld(out)
}

// spreadOver returns the values of the vertices that indices name, and behind them those of all vertices.
func spreadOver[T any](values []T, width int, indices []uint32) []T {
	if len(values) == 0 {
		return nil
	}
	out := make([]T, 0, width*len(indices)+len(values))
	for _, i := range indices {
		out = append(out, values[width*int(i):width*int(i)+width]...)
	}
	return append(out, values...)
}

// parts adds the materials: one for each picture, or one for all.
func (m *plyModel) parts(s *scene.Scene, out *scene.Mesh) {
	surface := m.surface(out.Colors)
	files := m.file.textureFiles()
	if len(files) == 0 || len(out.UVs) == 0 || len(out.Indices) == 0 {
		id := s.AddMaterial(surface)
		all := func(n int) []scene.Part {
			if n == 0 {
				return nil
			}
			return []scene.Part{{Count: n, Material: id}}
		}
		out.Parts, out.LineParts, out.PointParts = all(len(out.Indices)), all(len(out.Lines)), all(len(out.Points))
		return
	}
	g := newGallery(m.file.job, func(name string) ([]byte, error) { return beside(m.file.job, "", name) })
	p := newPainter(s, g)
	byTexture := make([][]uint32, len(files))
	for t := range len(out.Indices) / 3 {
		k := 0
		if m.faces.texture != nil {
			k = min(int(m.faces.texture[t]), len(files)-1)
		}
		byTexture[k] = append(byTexture[k], out.Indices[3*t:3*t+3]...)
	}
	out.Indices = make([]uint32, 0, len(out.Indices))
	for k, indices := range byTexture {
		if len(indices) == 0 {
			continue
		}
		material := surface
		if img := g.picture(files[k]); img != nil {
			material.Name = label(files[k])
			material.BaseColor = [4]float32{1, 1, 1, 1}
			material.BaseColorMap = p.texture(img, surfaceMap{scale: [2]float64{1, 1}})
		}
		out.Parts = append(out.Parts, scene.Part{First: len(out.Indices), Count: len(indices), Material: s.AddMaterial(material)})
		out.Indices = append(out.Indices, indices...)
	}
}
