// Package viewport is the 3D widget: it turns a scene into frames, hands them to a renderer, presents the pictures inside
// a Fyne window and lets the user move, point and pick.
//
// # Nouns
//
//   - Viewport: the widget. Its owner changes the scene and calls Advance once per frame; the viewport draws when, and
//     only when, something changed.
//   - presenter: how pictures reach the window. The shared one blits the renderer's texture into the texture that Fyne
//     shows, without a copy through memory; a self-test proves that it works here, else pictures are read back. Options
//     or ORRERY_PRESENTER (shared, readback) choose one. Without an app, ProbePresenter makes the self-test and
//     MeasurePresenters times both ways.
//   - pointer: what the hand does, apart from Fyne and cameras. Left drag orbits about the point under the pointer,
//     middle, right or Shift-left drag pans, the wheel zooms to the pointer, the right button with W A S D Q E walks.
//   - overlay: everything drawn over the picture, in small rasters of their own: Labels that follow nodes, tools, the
//     looks, the cube that shows how the camera stands and turns it, the Legend.
//   - TimeMode: the frame around the view: none when live, blue for the past, hatched violet for the future, with the
//     words NOT LIVE.
//
// # Goroutines
//
// All methods run on Fyne's main goroutine. The renderer is made in the background, draws on a thread of its own and
// calls back through fyne.Do, at most one call per picture. A scene shown by a viewport belongs to the main goroutine too.
//
// # Cost
//
// An unchanged scene under a resting camera costs a few comparisons per Advance and no paint; Stats counts both. A window
// that does not paint, because it is hidden, gets no pictures. On a renderer that draws on the CPU, data move the picture
// at most MaxSoftwareFPS times a second and for a third of the time; a camera in the user's hand gets drafts, smaller
// ones when they come too slowly, and one sharp picture when the hand rests.
//
// # Units and errors
//
// Sizes of the overlay are Dp, Fyne's units; pictures are device pixels (…Px); the scene is in metres. Where there is no
// 3D at all the view says why, and so does Stats.Err; the methods still work.
//
//	v := viewport.New(viewport.Options{Scene: s, Camera: camera})
//	v.OnSelect = func(node scene.NodeID, double bool) { … }
//	window.SetContent(v)
//	window.SetOnClosed(func() { v.Close() })
//	// each tick: change s, then
//	v.Advance(dt)
package viewport
