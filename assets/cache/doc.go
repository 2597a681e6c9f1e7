// Package cache keeps prepared models on disk, so that a model that was opened before is there at once: meshes, pictures,
// nodes, animations, coarser versions and what picking needs are read as they lie in the file and used in place.
//
// # Nouns
//
//   - Cache: a folder with entries, bounded in size; those not used for longest go first.
//   - Entry: a scene as an importer and process.Prepare left it, with its format, its warnings, and the names of the
//     files that it was made from.
//   - Slot: where a model that is not there yet can be stored: what its file held before it was read.
//   - Settings: a string that says how the model was read (units, up axis, precision); another string, another entry.
//
// # Keys
//
// An entry is found by the contents of the model file and of all files that were read with it, never by times or paths:
// a model that was copied is found, one that was changed is not. Another build of the program does not find what this one
// stored, for it may read files in another way. A model whose length no entry has is hashed only when it is stored.
// FORMAT.md describes the bytes.
//
// # Goroutines, ownership, units
//
// A Cache may be used from several goroutines and several processes at once. A scene from Find belongs to the caller; its
// slices are views into buffers that live as long as one of them is used: 4 MiB for small meshes together, one for each
// large array and picture. Slot.Prepare reads the scene in the caller's goroutine; what it returns reads only what never
// changes and may run in the background. Sizes are bytes.
//
// # Robustness
//
// A file that is damaged, cut short, of another version or made to harm is a miss and goes away. Files appear by renaming
// alone, so none is ever seen half written.
//
// # Errors
//
// Finding has none: what goes wrong is a miss. Storing says what went wrong; the model is as good without it.
//
// # Example
//
//	c, err := cache.Open(cache.Options{})
//	entry, slot := c.Find(ctx, fsys, "pump.glb", settings)
//	if entry != nil {
//		return entry.Scene
//	}
//	s := load(job)
//	if slot != nil {
//		write, err := slot.Prepare(ctx, &cache.Entry{Scene: s, Format: "glTF", Files: job.Files(), Missing: job.Missing()})
//		go write(background)
//	}
package cache
