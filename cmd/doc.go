// Package cmd holds the commands, one folder each, and the tests of the architecture: which package may import which,
// that each has a doc.go, and what may lie at the top level. Only the commands wire concrete types together.
package cmd
