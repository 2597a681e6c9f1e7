//go:build race

package process

// slow is how many times longer things may take under the race detector.
const slow = 10
