// Package process turns meshes as files hold them into meshes as a viewer wants them: vertices merged, normals and
// tangents made, equal meshes shared, coarser versions and the tree for picking built. It is pure: it does no I/O.
//
// # Nouns
//
//   - Weld: merge vertices that are equal in all that they carry.
//   - Crease: an edge between two faces that meet at more than some angle; normals are not smoothed across it.
//   - Wedge: one of several vertices at the same position that differ in normal, uv, colour or material; the edges
//     between wedges are seams.
//   - LOD: a coarser version of a mesh's triangles over the same vertices, with the distance that it strays, metres.
//   - Thin: a coarser version for one picture, from cells of a pixel or a few: far quicker than a LOD, and larger.
//   - Prepare: all that a scene needs after an importer made it, in the right order, on all processors. It is Basics, what
//     must be done before a scene is shown, and Coarser, which may follow while it is shown.
//
// # Goroutines, ownership, units
//
// A function that changes a mesh returns a new one and leaves its argument as it was; slices that did not change are
// shared. So all may run at once on one mesh. Simplify and LODs stop within a fraction of a second when their context
// ends. Lengths are metres, angles radians.
//
// # Robustness
//
// Meshes must pass scene.Mesh.Check. Beyond that anything is taken: triangles without area, edges of many triangles,
// vertices that nothing uses, normals of no length, uv coordinates that are not numbers.
//
// # Sources
//
// M. Garland and P. Heckbert, "Surface simplification using quadric error metrics", 1997, for Simplify; M. S. Mikkelsen,
// "Simulation of wrinkled surfaces revisited", 2008, for Tangents, which gives what mikktspace gives; G. Thürmer and
// C. Wüthrich, "Computing vertex normals from polygonal facets", 1998, for the angle weights of CreaseNormals.
//
// # Example
//
//	unique, remap := process.WeldPositions(corners)
//	mesh := process.CreaseNormals(&scene.Mesh{Positions: unique, Indices: remap}, process.DefaultCreaseRad)
//	s.AddMesh(mesh)
//	err := process.Prepare(job, s)
package process
