// Package mesh reads the file formats of plain meshes into scenes: STL, Wavefront OBJ with MTL, PLY and 3MF.
//
// # What it reads
//
//   - STL: text and binary, told apart by the contents, for many binary files begin with "solid" too. Colours of
//     facets as VisCAM, SolidView and Materialise Magics write them. Equal corners are welded; normals are smooth across
//     edges where facets meet at less than 30°.
//   - OBJ: v with colours, vt, vn, polygons (concave ones too), lines and points, negative and joined lines, o and g as
//     nodes, usemtl, smoothing groups; MTL with the classic model, the PBR extension and textures.
//   - PLY: text and binary of both byte orders, properties in any order and of any type, polygons, strips, edges, point
//     clouds, colours of vertices and faces, texture coordinates of vertices and corners.
//   - 3MF: core, production, materials and properties, beam lattices. Slices are left out. A file that requires another
//     extension is refused by its name. Objects are shared by their instances; transforms that shear take two nodes.
//
// What is left out is said in the warnings of the job. A file is refused when what remained would mislead.
//
// # Nouns
//
//   - Chunk: a run of whole lines, or of whole records, that one goroutine reads.
//   - Corner: a corner of a polygon as the file has it: indices of a position, a uv and a normal.
//   - Group: the corners that become one mesh: those with one pair of o and g in an OBJ file.
//   - Surface, look: of 3MF, what becomes a material, and what one corner of a triangle looks like on it.
//   - Gallery: the pictures that a model names, each decoded once.
//
// # Units and axes
//
// STL, OBJ and PLY state neither unit nor axes. Their scenes hold the numbers of the file; package assets turns and
// scales
// the root node, as the user says or as Guess does. A unit that a remark states is made known in the warnings. 3MF
// states
// its unit and has Z up: its scene is in metres with Y up, by its node "build".
//
// Positions of OBJ and PLY that lie far off, as on a map, are kept less an origin, which is in the transforms of the
// nodes: so float32 holds their detail.
//
// # Robustness
//
// Each count, offset and index is checked before it is used. Memory is taken for what the file really holds, and counted
// against the limits of the job. Chunks are merged in their order, so a file gives the same scene on any number of
// processors. Reading stops soon after the context of the job ends.
//
// # Goroutines, ownership, errors
//
// A reader may run on any goroutine and uses all processors by way of the job. The scene that it returns belongs to the
// caller and shares no memory with the file, whose bytes the readers give back to the job early. Errors read "mesh:
// format: cause"; in text files the cause names the line.
//
// # Sources
//
// 3D Systems, StereoLithography Interface Specification, 1989; Wavefront, Object Files (.obj) and Material Library
// File (.mtl), Appendix B of the Advanced Visualizer manual; C. Burns, Physically-Based Rendering in MTL, 2015; G.
// Turk, The PLY Polygon File Format, 1994; 3MF Consortium, Core Specification 1.3, Materials and Properties 1.2,
// Production 1.1, Beam Lattice 1.2.
//
// # Example
//
//	job := loading.New(ctx, os.DirFS("models"), "bracket.stl", loading.Limits{})
//	defer job.Close()
//	s, err := mesh.ReadSTL(job)
package mesh
