// Package viewport is the 3D widget: it turns a scene into frames, hands them to a renderer, presents the pictures inside
// a Fyne window and lets the user move, point and pick.
//
// # Nouns
//
//   - Viewport: the widget. Its owner changes the scene and calls Advance once per frame; the viewport draws when, and
//     only when, something changed.
//   - presenter: how pictures reach the window. The shared one blits the renderer's texture into the texture that Fyne
//     shows, without a copy through memory; a self-test at the first paint proves that it works here, else pictures are
//     read back.
//   - Label: a small text that follows a node.
//   - TimeMode: the frame around the view: none when live, blue for the past, hatched violet for the future.
//
// # Goroutines
//
// All methods run on Fyne's main goroutine. The renderer draws on a thread of its own and calls back through fyne.Do, at
// most one call at a time. A scene shown by a viewport belongs to the main goroutine too.
//
// # Cost
//
// An unchanged scene under a resting camera costs one comparison per Advance and no paint. One frame is in flight; on a
// renderer that draws on the CPU, moving data are shown at most MaxSoftwareFPS times a second.
package viewport
