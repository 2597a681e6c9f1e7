//go:build !race

package process

const slow = 1
