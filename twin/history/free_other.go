//go:build !linux && !darwin

package history

import "math"

// freeBytes knows no way to ask here: a full disk shows as an error of the append itself.
func freeBytes(string) (uint64, error) { return math.MaxInt64, nil }
