// Package g3ngl draws render frames with g3n on OpenGL 3.3, on an OS thread and in a context of its own.
//
// # Nouns
//
//   - Renderer: the thread. NewHeadless gives it an EGL context without any display, NewOnWindow the context of a hidden
//     GLFW window that may share textures with another window's.
//   - batch: many objects in one vertex buffer, drawn by one call; a mesh that is used often is instanced instead.
//   - objectBuffer: the 64 bytes per object that shaders read through a buffer texture. Moving, colouring, selecting and
//     hiding change these bytes and the list of visible ranges, never a batch.
//   - pass: one g3n graphic that draws all batches with one program and one state: sky, opaque, edges, ghosts, translucent,
//     mask, outline.
//   - target: multisampled colour and depth, resolved into textures that are published or read back.
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
// All GL work is done on the one thread; the exported methods may be called from anywhere. NewHeadless and NewOnWindow
// fail with one clear error where OpenGL 3.3 is missing; later GL errors are kept for Renderer.Err and never end the process.
package g3ngl
