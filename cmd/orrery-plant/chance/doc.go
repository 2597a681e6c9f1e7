// Package chance holds the sources of chance of the emulated plants: streams that depend on a seed and a purpose alone,
// and that are saved with the plant's state, so that a plant is the same however it got there.
package chance
