// Package loading is what an importer reads from and reports to while it turns a model file into a scene.
//
// # Nouns
//
//   - Job: one load. It hands out the bytes of the model and of the files beside it, counts them against Limits, takes
//     warnings, progress and previews, and says when to stop.
//   - Limits: sizes beyond which a file is refused rather than read.
//   - Stage: what a load is busy with, in words for people.
//
// # Goroutines, ownership
//
// A Job may be used from several goroutines at once. The bytes that it hands out may be mapped from the file: they must
// not be changed, and they are gone after Close, so a scene must not keep them.
//
// # Robustness
//
// Files are opened in the folder of the model alone: a path cannot leave it, and no scheme but data: is followed. All
// that is read counts against Limits.Bytes.
//
// # Example
//
//	job := loading.New(ctx, fsys, "pump.glb", loading.Limits{})
//	defer job.Close()
//	data, err := job.Model()
package loading
