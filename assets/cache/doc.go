// Package cache keeps prepared models on disk, so that a model that was opened before is there at once: meshes, pictures,
// nodes, animations, coarser versions and what picking needs are read as they lie in the file and used in place.
//
// # Nouns
//
//   - Cache: a folder with entries, bounded in size; those not used for longest go first.
//   - Entry: a scene as an importer and process.Prepare left it, with its format, its warnings, and the names of the
//     files that it was made from.
//   - Settings: a string that says how the model was read (units, up axis, precision); another string, another entry.
//
// # Keys
//
// An entry is found by the contents of the model file and of all files that were read with it, never by times or paths:
// a model that was copied is found, one that was changed is not. FORMAT.md describes the bytes.
//
// # Goroutines, ownership, units
//
// A Cache may be used from several goroutines and several processes at once. A scene from Lookup belongs to the caller;
// its slices are views into buffers of their own and live as long as they are used.
//
// # Robustness
//
// A file that is damaged, cut short, of another version or made to harm is a miss and goes away. Files appear by renaming
// alone, so none is ever seen half written.
//
// # Example
//
//	c, err := cache.Open(cache.Options{})
//	if e, ok := c.Lookup(ctx, fsys, "pump.glb", settings); ok {
//		return e.Scene
//	}
//	s := load()
//	err = c.Store(ctx, fsys, "pump.glb", settings, &cache.Entry{Scene: s, Format: "glTF", Files: job.Files()})
package cache
