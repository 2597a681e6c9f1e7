// Package cad turns CAD files (STEP, IGES, BREP) into GLB by running the tool orrery-cad, which holds OpenCASCADE, as a
// child process. It is pure Go: a CAD file that crashes, hangs or eats memory ends the child and becomes one error here.
//
// # Nouns
//
//   - Convert, ConvertReader: one conversion of a file, or of bytes that are in no file of this machine.
//   - Inspect: reads a file without making triangles, to say its tree, its unit and how many triangles to expect.
//   - Options: precision, limits of memory, time and triangles, and who hears of progress.
//   - Result: the GLB in a temporary file, to be closed, and the Report.
//   - Format, Sniff: the kinds of files, told by their first bytes or by their name.
//
// # The tool
//
// It is looked for in Options.Tool, in the environment variable ORRERY_CAD, beside the running executable, and in PATH,
// in this order. Available says what to install when it is not there, or was built without OpenCASCADE. It speaks JSON
// lines on its standard error: {"stage":"mesh","fraction":0.42,"triangles":123} while it works, then {"report":{…}}
// or {"error":"…"}.
//
// # Robustness
//
// The child gets its own process group and is killed with it when ctx ends or the time limit passes; it ends by itself
// when this process dies. Its address space is limited. What it writes is not trusted: lines are cut at 64 KB, at most
// 200 warnings are kept, and the file must be a GLB of the length that it claims. Names of files are handed over as
// arguments of their own, never through a shell. Temporary files are gone after Result.Close, and after every error.
//
// # Units, goroutines
//
// Metres, Y up, right-handed, as in glTF. All functions may be called from any goroutine and at the same time.
//
// # Example
//
//	res, err := cad.Convert(ctx, "pump.step", cad.Options{})
//	if err != nil {
//		return err
//	}
//	defer res.Close()
//	// res.Path is a GLB file
package cad
