// Package gltf reads glTF 2.0 and GLB files into scenes and writes scenes as GLB. It uses the types of qmuntal/gltf and
// its own container, URI and accessor code, because what it reads may be broken or hostile.
//
// # What it reads
//
// The node tree; meshes of triangles, strips and fans, indexed or not; accessors of any component type, normalised,
// interleaved or sparse (which covers KHR_mesh_quantization); metallic-roughness factors, and the diffuse colour of the
// older specular-glossiness materials; buffers in the file, in data: URIs and beside the file. A mesh without normals
// gets flat ones, as the specification asks. Textures, vertex colours, skins, morph targets, animations, cameras and
// lights are left out, and each is said in the warnings. A file that requires an extension which changes geometry is
// refused: half a model would mislead.
//
// A node may carry extras {"role": "shell"} or {"role": "ground"}: see scene.Role. Write keeps roles that way.
//
// # Robustness
//
// Every index, offset, stride and length is checked before use; cycles in the node tree are refused;
// sizes are capped by the limits of the job. Reading never panics: the fuzz test feeds it broken files.
//
// # Units, goroutines, ownership
//
// Metres, Y up, right-handed, as glTF and scene. Read may run on any goroutine and stops soon after ctx ends. The scene
// it returns belongs to the caller and shares no memory with the file.
//
// # Example
//
//	job := loading.New(ctx, os.DirFS("models"), "pump.glb", loading.Limits{})
//	defer job.Close()
//	s, err := gltf.Read(job)
package gltf
