package viewport

import "github.com/go-gl/mathgl/mgl64"

// Shift moves the camera by a vector in metres, as when it follows what moves; motions on their way go on, and Moves does
// not count it.
func (v *Viewport) Shift(by mgl64.Vec3) {
	v.orbit.Follow(by)
	v.dirty = true
}
