// Package history keeps all samples of a twin and answers what was when.
package history
