package cad

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// Convert turns the CAD file at path, on this machine, into GLB. Files that it refers to are read in its folder.
func Convert(ctx context.Context, path string, opts Options) (*Result, error) {
	dir, err := os.MkdirTemp(opts.TempDir, "orrery-cad-")
	if err != nil {
		return nil, fmt.Errorf("cad: temporary folder: %w", err)
	}
	res, err := convert(ctx, path, filepath.Base(path), dir, opts)
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return res, nil
}

// ConvertReader is Convert of bytes that are in no file of this machine. Other files that they refer to are not found.
// The name tells the format where the bytes do not, and stands in messages.
func ConvertReader(ctx context.Context, name string, r io.Reader, opts Options) (*Result, error) {
	dir, err := os.MkdirTemp(opts.TempDir, "orrery-cad-")
	if err != nil {
		return nil, fmt.Errorf("cad: temporary folder: %w", err)
	}
	res, err := func() (*Result, error) {
		path := filepath.Join(dir, "model"+extension(name))
		if err := store(ctx, path, r); err != nil {
			return nil, fmt.Errorf("cad: %s: %w", filepath.Base(name), err)
		}
		defer os.Remove(path)
		return convert(ctx, path, filepath.Base(name), dir, opts)
	}()
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return res, nil
}

// extension is that of the format a file name stands for, never text of the name itself.
func extension(name string) string {
	if e := ByName(name).Extensions(); len(e) > 0 {
		return e[0]
	}
	return ""
}

// store writes what r reads into a file, until ctx ends.
func store(ctx context.Context, path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	}))
	return errors.Join(err, f.Close())
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// Inspect reads the CAD file at path without making triangles.
func Inspect(ctx context.Context, path string, opts Options) (Report, error) {
	r, err := runTool(ctx, path, filepath.Base(path), []string{"-info"}, opts)
	if err != nil {
		return Report{}, err
	}
	return *r, nil
}

func convert(ctx context.Context, path, name, dir string, opts Options) (*Result, error) {
	out := filepath.Join(dir, "model.glb")
	report, err := runTool(ctx, path, name, []string{"-o", out}, opts)
	if err != nil {
		return nil, err
	}
	if err := checkGLB(out); err != nil {
		return nil, fmt.Errorf("cad: %s: the CAD tool wrote no model: %w", name, err)
	}
	return &Result{Path: out, Report: *report, dir: dir}, nil
}

// arguments are what the tool is told, before the name of the file.
func (o Options) arguments() ([]string, error) {
	args := []string{"-tied"}
	switch o.Precision {
	case "":
	case Coarse, Normal, Fine:
		args = append(args, "-precision", string(o.Precision))
	default:
		return nil, fmt.Errorf("cad: no precision %q: take coarse, normal or fine", string(o.Precision))
	}
	memory := o.MaxMemory
	if memory <= 0 {
		memory = defaultMemory()
	}
	if memory > 0 {
		args = append(args, "-max-memory", strconv.FormatInt(max(memory>>20, 1), 10))
	}
	triangles := o.MaxTriangles
	if triangles <= 0 {
		triangles = DefaultTriangles
	}
	args = append(args, "-max-triangles", strconv.FormatInt(triangles, 10))
	if o.Threads > 0 {
		args = append(args, "-threads", strconv.Itoa(o.Threads))
	}
	return args, nil
}

// Close removes the GLB file.
func (r *Result) Close() error { return os.RemoveAll(r.dir) }
