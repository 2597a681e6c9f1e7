//go:build !cgo || !(linux || darwin)

package main

import (
	"fmt"
	"os"
)

// exitAbsent tells the caller that this build cannot run anything.
const exitAbsent = 3

func main() {
	fmt.Fprintln(os.Stderr, "orrery-fmu: built without cgo, or for a system where FMUs cannot be run yet")
	os.Exit(exitAbsent)
}
