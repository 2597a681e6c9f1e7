package environment

import "sync"

// sketchSide is the side of the faces of a sketch.
const sketchSide = 16

// sketches are the built-in maps in few pixels, by day and at night.
var sketches = [2]func() *Map{
	sync.OnceValue(func() *Map { return fromFaces(facesOf(sketchSide, day), Sun{}) }),
	sync.OnceValue(func() *Map { return fromFaces(facesOf(sketchSide, night), Sun{}) }),
}

// Sketch returns a built-in map in few pixels. It is made in a few milliseconds, to be shown until the real one is ready.
func Sketch(dark bool) *Map {
	if dark {
		return sketches[1]()
	}
	return sketches[0]()
}
