package mesh

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"testing"
	"testing/fstest"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// reader is one of the entry points.
type reader func(*loading.Job) (*scene.Scene, error)

// open reads a file that lies in memory, with others beside it: name, text, name, text …
func open(from reader, name string, data []byte, beside ...string) (*scene.Scene, []string, error) {
	files := fstest.MapFS{name: {Data: data}}
	for i := 0; i+1 < len(beside); i += 2 {
		files[beside[i]] = &fstest.MapFile{Data: []byte(beside[i+1])}
	}
	job := loading.New(context.Background(), files, name, loading.Limits{})
	defer job.Close()
	s, err := from(job)
	return s, job.Warnings(), err
}

// mustOpen is open for files that are good.
func mustOpen(t testing.TB, from reader, name, text string, beside ...string) (*scene.Scene, []string) {
	t.Helper()
	s, warnings, err := open(from, name, []byte(text), beside...)
	if err != nil {
		t.Fatal(err)
	}
	return s, warnings
}

// triangles counts those of all nodes.
func triangles(s *scene.Scene) (n int) {
	for i := range s.Len() {
		if m := s.Mesh(s.Node(scene.NodeID(i)).Mesh); m != nil {
			n += m.Triangles()
		}
	}
	return n
}

// bounds is the box around all nodes.
func bounds(s *scene.Scene) scene.Bounds {
	b := scene.NoBounds()
	for i := range s.Len() {
		if m := s.Mesh(s.Node(scene.NodeID(i)).Mesh); m != nil {
			b = b.Union(m.Bounds.Transformed(s.World(scene.NodeID(i))))
		}
	}
	return b
}

// bumpy is a sphere of about 2·segments² triangles with a surface that bends both ways.
func bumpy(segments int) *scene.Mesh {
	m := scene.NewSphere(1, segments, 0)
	for i := 0; i < len(m.Positions); i += 3 {
		p := m.Positions[i : i+3]
		f := 1 + 0.05*float32(math.Sin(9*float64(p[0]))*math.Sin(7*float64(p[1]))*math.Sin(8*float64(p[2])))
		p[0], p[1], p[2] = p[0]*f, p[1]*f, p[2]*f
	}
	return m
}

// asBinarySTL writes a mesh with the attribute of each facet.
func asBinarySTL(m *scene.Mesh, header string, attribute func(t int) uint16) []byte {
	out := make([]byte, stlHeader, stlHeader+stlRecord*m.Triangles())
	copy(out[:80], header)
	binary.LittleEndian.PutUint32(out[80:], uint32(m.Triangles()))
	for t := range m.Triangles() {
		out = append(out, make([]byte, 12)...)
		for _, i := range m.Indices[3*t : 3*t+3] {
			for _, v := range m.Positions[3*i : 3*i+3] {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
			}
		}
		a := uint16(0)
		if attribute != nil {
			a = attribute(t)
		}
		out = binary.LittleEndian.AppendUint16(out, a)
	}
	return out
}

// asTextSTL writes a mesh.
func asTextSTL(m *scene.Mesh, name string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "solid %s\n", name)
	for t := range m.Triangles() {
		b.WriteString("  facet normal 0.0 0.0 1.0\n    outer loop\n")
		for _, i := range m.Indices[3*t : 3*t+3] {
			p := m.Positions[3*i : 3*i+3]
			fmt.Fprintf(&b, "      vertex %e %e %e\n", p[0], p[1], p[2])
		}
		b.WriteString("    endloop\n  endfacet\n")
	}
	fmt.Fprintf(&b, "endsolid %s\n", name)
	return b.Bytes()
}
