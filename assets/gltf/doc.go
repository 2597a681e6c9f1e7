// Package gltf reads glTF 2.0 and GLB files into scenes and writes scenes as GLB.
//
// # Nouns
//
//   - Accessor: how numbers lie in a file: in a buffer view, with a stride, normalised, sparse, or not at all (zeros).
//   - Shape: a mesh on its way into the scene. Primitives that share their vertices share a vertex set, which is read
//     once; of a large shared buffer only the vertices that are used are read.
//   - Extension: see Extensions for all that are read and what is left out of them. A file that requires another one is
//     refused, for half a model would mislead; one that only uses another one is read with a warning.
//   - Property: what extras, XMP packets and property tables say of nodes, of parts of meshes and of the file.
//
// # What becomes of a file
//
// The nodes of the scene that the file shows first, in their tree; without any scene, all nodes. A node keeps its name,
// else it takes that of its mesh, else its number; a slash becomes an underscore. What is no tree is refused. A matrix is
// taken apart; shear is lost with a warning. Instances (EXT_mesh_gpu_instancing) become nodes named "instance 1" and so
// on below theirs.
//
// A mesh becomes one scene.Mesh: a part per primitive, strips, fans and loops as single triangles and lines, vertex
// colours from linear to sRGB, of several sets of joints the strongest four. Triangles without normals get flat ones, as
// the specification asks; tangents are kept but not computed. Meshes that differ in their materials alone share their
// vertices. Coarser versions (MSFT_lod) become scene.LOD when they have the materials of the mesh; otherwise they are
// hidden. Surfaces of KHR_materials_pbrSpecularGlossiness are converted, their pictures too.
//
// Numbers in extras become properties: {"weight": 5, "units": {"weight": "kg"}}. Three extras mean something:
// {"role": "shell"} or "ground" on a node (see scene.Role), {"edges": true} on a primitive of lines, which become
// Mesh.Edges, and {"edges": false} on a mesh that has none. Write keeps all of them that way.
//
// # Robustness
//
// Every index, offset, stride, length and product is checked before use; sizes are capped by the limits of the job and by
// what the data can really fill; all that a broken file can do is to be refused, or to lose what is broken with a
// warning: textures, skins, clips, properties. A position or an index that is wrong refuses the file. Errors read
// "gltf: where: cause; remedy".
//
// # Units, goroutines, ownership
//
// Metres, radians, Y up, right-handed, as glTF and scene. Read may run on any goroutine, uses all processors, and stops
// soon after the context of its job ends. The scene that it returns belongs to the caller and shares no memory with the
// file; meshes of a second preview are those of the final scene. Write reads the scene, on the caller's goroutine.
//
// # Sources
//
// Khronos, glTF 2.0 specification, 2.0.1, and the extension specifications in the registry of Khronos; Cesium, 3D
// Metadata Specification 1.0, for property tables.
//
// # Example
//
//	job := loading.New(ctx, os.DirFS("models"), "pump.glb", loading.Limits{})
//	defer job.Close()
//	s, err := gltf.Read(job)
//	err = gltf.Write(file, s, "orrery")
package gltf
