//go:build !occt || !cgo

package main

import (
	"fmt"
	"os"
)

// exitAbsent tells the caller that this build cannot convert anything.
const exitAbsent = 3

func main() {
	fmt.Fprintln(os.Stderr, `{"error":"built without OpenCASCADE: apt install libocct-data-exchange-dev libocct-ocaf-dev, then make build"}`)
	os.Exit(exitAbsent)
}
