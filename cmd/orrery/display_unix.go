//go:build !windows && !darwin

package main

// needsDisplay says that a window needs DISPLAY or WAYLAND_DISPLAY to be set.
const needsDisplay = true
