// Package assets turns model files into scenes. Open picks the importer by the first bytes of the file and then by its
// extension; each importer is a package of its own below this one and knows nothing of the others.
//
// # Nouns
//
//   - Model: a scene read from a file, with the name of its format and what was left out.
//   - Format: a file format with its extensions. Formats lists those that can be read.
//   - Limits: the sizes beyond which a file is refused rather than read.
//
// # Goroutines, ownership, units
//
// Open and Load block: call them in the background, cancel them by the context, show Options.Progress. The scene they
// return is prepared for picking and belongs to the caller; hand it to scene.Instantiate to place it. Metres, Y up.
//
// # Errors
//
// An error names the file and the cause and says what to do. A file that cannot be read wholly, but is not misleading
// without what is missing (textures, animations), gives a Model with Warnings.
//
// # Example
//
//	m, err := assets.Load(ctx, os.DirFS("models"), "pump.glb", assets.Options{Progress: bar.Set})
package assets
