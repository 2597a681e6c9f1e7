package assets

import "github.com/orrery-twin/orrery/scene"

// Counts sums up what a model holds.
type Counts struct {
	Nodes, Meshes, Materials, Textures int
	Vertices, Triangles, Lines, Points int // of the meshes, each counted once
	Drawn                              int // triangles of all nodes: a mesh counts for each node that shows it
	Clips, Variants                    int
}

// Counts counts nodes, meshes, vertices and triangles.
func (m *Model) Counts() Counts { return CountsOf(m.Scene) }

// CountsOf counts what a scene holds.
func CountsOf(s *scene.Scene) Counts {
	c := Counts{Nodes: s.Len() - 1, Materials: len(s.Materials()), Textures: len(s.Textures()) - 1,
		Clips: len(s.Document().Clips), Variants: len(s.Document().Variants)}
	used := make([]bool, len(s.Meshes()))
	for i := range s.Len() {
		id := s.Node(scene.NodeID(i)).Mesh
		if mesh := s.Mesh(id); mesh != nil {
			c.Drawn += mesh.Triangles()
			used[id] = true
		}
	}
	for id, mesh := range s.Meshes() {
		if mesh != nil && used[id] {
			c.Meshes++
			c.Vertices += mesh.Vertices()
			c.Triangles += mesh.Triangles()
			c.Lines += len(mesh.Lines) / 2
			c.Points += len(mesh.Points)
		}
	}
	return c
}
