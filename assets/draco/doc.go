// Package draco unpacks triangle meshes that were compressed by Draco, as the glTF extension KHR_draco_mesh_compression
// holds them. It is pure Go: the data are not trusted, and a decoder in another language could take the process down.
//
// # Nouns
//
//   - Mesh: triangles over points, and what was stored of the points.
//   - Point: what glTF calls a vertex: one combination of attribute values.
//   - Attribute: values of one kind, such as positions, fewer than there are points where points share them.
//   - Corner: one of the three corners of a face; corner 3f+k is corner k of face f. Opposite corners face each other
//     across an edge.
//   - Seam: an edge on whose two sides an attribute has different values.
//   - Sequence: the order in which the values of an attribute were stored, by a walk over the faces.
//   - Scheme: how a value is predicted from those before it; only the correction is stored.
//
// # What it reads
//
// Meshes of bitstream version 2.2, which all encoders since 2018 write: sequential and edgebreaker connectivity with the
// standard and the valence traversal; generic, integer, quantised and normal attributes; differences, parallelograms,
// multiple and constrained multiple parallelograms, texture coordinates and geometric normals as schemes. Point clouds are
// refused: the extension has none. Metadata are skipped.
//
// # Robustness
//
// Every count, index and offset is checked before it is used; memory is bounded by Limits and by the counts that passed
// them; loops around a vertex end even in tables that contradict themselves. Decode stops soon after its context ends.
//
// # Goroutines, ownership
//
// Decode keeps no state and may run on any goroutine. The mesh shares no memory with the data.
//
// # Sources
//
// Google, Draco 3D data compression bitstream specification 2.2; J. Rossignac, "Edgebreaker: connectivity compression for
// triangle meshes", 1999; M. Isenburg and J. Snoeyink, "Spirale reversi", 1999; J. Duda, "Asymmetric numeral systems",
// 2009; M. Meyer et al., "On floating-point normal vectors", 2010.
//
// # Example
//
//	m, err := draco.Decode(ctx, data, draco.Limits{})
//	positions, err := m.Find(0).Floats(3)
package draco
