package cad

import (
	"context"
	"io"
	"os"
)

// Convert turns the CAD file at path, on this machine, into GLB. Files that it refers to are read in its folder.
func Convert(ctx context.Context, path string, opts Options) (*Result, error) {
	return nil, ErrMissing
}

// ConvertReader is Convert of bytes that are in no file of this machine. Only a name, for messages, and the bytes are
// given, so other files that they refer to are not found.
func ConvertReader(ctx context.Context, name string, r io.Reader, opts Options) (*Result, error) {
	return nil, ErrMissing
}

// Inspect reads the CAD file at path without making triangles.
func Inspect(ctx context.Context, path string, opts Options) (Report, error) {
	return Report{}, ErrMissing
}

// Available reports why CAD files cannot be converted, and what to install, or nil.
func Available() error { return ErrMissing }

// Close removes the GLB file.
func (r *Result) Close() error { return os.RemoveAll(r.dir) }
