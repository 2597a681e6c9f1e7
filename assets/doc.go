// Package assets turns model files into scenes. Open picks the importer by the first bytes of the file and then by its
// extension; each importer is a package of its own below this one and knows nothing of the others.
//
// # Nouns
//
//   - Model: a scene read from a file, with the name of its format, its unit, and what was not understood.
//   - Format: a file format with its extensions. Formats lists those that can be read.
//   - Unit, Up: how the numbers of the file are meant. Files that do not say are taken as usual for their format; the user
//     may override both. The root node of the scene makes metres and Y up of it.
//   - Limits: the sizes beyond which a file is refused rather than read.
//   - Preview: a scene that is not finished: boxes in the place of meshes, then the largest meshes, then all of them before
//     their coarser versions are made.
//   - Variant: one of the sets of materials that a model may be shown in.
//
// # Steps
//
// An importer decodes on all processors. Then equal meshes are shared, tangents made where a normal map needs them, the
// trees for picking built, coarser versions made, and skins and morphs put into their rest pose. What comes out may be kept
// in a cache and is read from there the next time, as long as no file that it was made from has changed.
//
// # Goroutines, ownership, units
//
// Open and Load block: call them in the background, cancel them by the context. Progress and previews come from their
// goroutines, one at a time. The scene belongs to the caller; hand it to scene.Instantiate to place it.
//
// # Errors
//
// An error names the file and the cause and says what to do. A file that cannot be read wholly, but is not misleading
// without what is missing, gives a Model with Warnings. No file makes Load panic.
//
// # Example
//
//	m, err := assets.Open(ctx, "pump.step", assets.Options{Precision: assets.Fine, Progress: show})
//	pump := plant.Instantiate(m.Scene, scene.Root, "pump", scene.At(12, 0, 3))
package assets
