package environment

import "testing"

// BenchmarkBuiltin makes a built-in map: what a renderer waits for, in the background, before its first lit picture.
func BenchmarkBuiltin(b *testing.B) {
	for b.Loop() {
		New(day)
	}
}
