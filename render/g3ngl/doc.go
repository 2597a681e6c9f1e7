// Package g3ngl draws render frames with g3n on OpenGL 3.3, on an OS thread and in a context of its own.
//
// # Nouns
//
//   - Renderer: the thread. NewHeadless gives it an EGL context without any display, NewOnWindow the context of a hidden
//     GLFW window that may share textures with another window's.
//   - kind: what must be the same for things to be drawn by one call: triangles, lines or points; which optional vertex
//     streams; which program (shading); which arrays of textures. A share is the parts of a mesh that are of one kind.
//   - batch: many objects of one kind in one vertex buffer, drawn by one call; a mesh that is used often is instanced instead.
//   - loader: a goroutine that compares each new layout with what it has sent, packs what differs, resamples images and hands
//     over parcels of about a megabyte. A frame takes in what it has time for; the renderer draws it again until all is there.
//     Until then objects show what they showed before, and surfaces without their textures a plain colour.
//   - page: the loader's side of a batch: what is where in its buffers. It grows by appending and is packed anew when most of
//     it is no longer shown.
//   - textureArray: images of one size, in powers of two from 64 to 2048 pixels, as sRGB colours or as numbers. Beyond
//     Options.TextureBytes the largest are halved, see render.Stats.Textures.
//   - materialBuffer: three texels per material, and a record for each that has maps or layers.
//   - objectBuffer: the 64 bytes per object that shaders read through a buffer texture. Moving, colouring, selecting and
//     hiding change these bytes and the list of visible ranges, never a batch.
//   - family: one pass over the scene, with a program for each shading that its batches have: opaque, wires, edges, ghosts,
//     translucent, mask. pass: one program and one state of a family, a g3n graphic.
//   - form: the edges of a mesh, and whether it is closed: then the backs of its triangles are not drawn in the opaque pass,
//     unless it is mirrored, cut, partly translucent or around the eye.
//   - agenda: the order in which the objects of a heavy frame are drawn, what matters most first; pace: how many triangles a
//     second the device draws, as measured, drafts apart from whole pictures; tail: what a draft takes after its faces; cover: what the picture so far hides.
//   - resolver: the mean of the samples of a pixel, where the CPU draws.
//   - Peer: the same scene as stock g3n draws it, for comparison.
//   - target: multisampled colour and depth, resolved into textures that are published or read back.
//
// # Surfaces
//
// The Operate look is clay: of a material it shows where there are holes, and how translucent it is. The Engineer look shows
// base colour, metal, roughness, normals, occlusion and emission; the Review look lights them, with clearcoat, sheen, specular
// and index of refraction (glTF 2.0 and KHR_materials_*). Transmission is drawn as alpha with the tint of the body,
// without refraction; iridescence, anisotropy and dispersion are left out. Maps of layers count by their mean, but those of
// clearcoat and transmission are sampled. Single-sided surfaces that have more than a plain colour are not drawn from
// behind, unless the view is cut; all others show both sides, since models of machines are often not closed.
//
// # How g3n is used
//
// g3n holds the GL state (gls), compiles programs (renderer.Shaman) and runs the passes (renderer.Renderer with one custom
// graphic.IGraphic each, whose geometry is empty, so that g3n's own draw call does nothing). What g3n lacks, that is
// framebuffers, instancing, multi-draw, buffer textures, fences and queries, comes from go-gl. State that gls caches is set
// through it alone. g3n exports C symbols named like OpenGL functions: nothing else that links libGL may enter the process.
//
// # Pictures
//
// The image is drawn upside down, so that its first row is the top one without any copy, in textures and images alike.
// Depth is 32-bit float, reversed where the driver has clip control, so that a sea to the horizon and a bolt fit into one
// view. Selected and hovered objects go into a coverage mask, from which the outline is made.
//
// # Goroutines and errors
//
// All GL work is done on the one thread, packing and resampling on the loader's goroutine; what they read of the scene never
// changes, and no copy of it is kept. The exported methods may be called from anywhere. NewHeadless and NewOnWindow
// fail with one clear error where OpenGL 3.3 is missing; later GL errors are kept for Renderer.Err and never end the process.
package g3ngl
