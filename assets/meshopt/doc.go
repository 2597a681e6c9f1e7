// Package meshopt unpacks buffers that were compressed as the glTF extensions EXT_meshopt_compression and
// KHR_meshopt_compression describe.
//
// # Nouns
//
//   - Mode: what a buffer holds: Attributes (records of bytes), Triangles (indices in threes) or Indices.
//   - Filter: what is done with unpacked records: unit vectors, quaternions, floats with shared exponents and colours are
//     stored in fewer bits than the accessor of the file wants.
//   - Block: up to 256 records whose bytes are stored plane by plane, as differences from record to record.
//
// # Robustness
//
// The input is not trusted: each byte is read only after its place was checked, and Decode writes to dst alone. Input that
// is too short, too long or of an unknown version is an error. Indices may be any number: their user checks them.
//
// # Goroutines, ownership
//
// Decode keeps no state and may run on any goroutine; src is only read.
//
// # Sources
//
// Khronos, EXT_meshopt_compression (codec versions 0 and 1 of indices, 0 of attributes), and KHR_meshopt_compression
// (version 1 of attributes, the colour filter), appendices A and B of each.
//
// # Example
//
//	dst := make([]byte, count*stride)
//	err := meshopt.Decode(dst, count, stride, meshopt.Attributes, meshopt.Octahedral, src)
package meshopt
