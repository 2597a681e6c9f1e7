// Package render turns a scene into frames and says what a renderer is. It knows no GL: render/g3ngl draws the frames.
//
// # Nouns
//
//   - Builder: makes a Frame from a scene, a camera and Options; it lives as long as the view and remembers what it sent.
//   - Frame: an immutable list of what to draw: objects with float32 matrices relative to an origin near the eye.
//   - Object: one node with a mesh: 64 bytes that go to the GPU as they are.
//   - Ghost: a second pose of the same scene, drawn translucent: scenario B, or the predicted beside the measured.
//   - Look: Operate (clay, calm), Engineer (materials, edges, x-ray), Review (lit materials, tone mapped).
//   - Palette: the colours of a theme for the 3D view.
//   - Renderer: draws frames on its own thread; the newest submitted frame wins. Picture: what it finished. Stats: its figures.
//
// # Goroutines and ownership
//
// A Builder belongs to the goroutine of its scene. Build returns a frame with one reference, which the receiver of
// Renderer.Submit takes over; Snapshot borrows it. Release gives it back to the builder's pool, from any goroutine.
// A Picture belongs to who acquired it until Renderer.Release.
//
// # Units
//
// Metres, right-handed, Y up; sizes in device pixels (…Px); colours sRGB unless they come from a material.
//
// # Example
//
//	b := render.NewBuilder()
//	f := b.Build(s, camera, render.Options{WidthPx: 1280, HeightPx: 720, Palette: render.Day()})
//	img, err := renderer.Snapshot(f)
//	f.Release()
package render
