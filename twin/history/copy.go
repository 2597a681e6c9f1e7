package history

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// CopyRunning writes a copy of the store in dir into the folder to, which must not exist or be empty, whether a process
// has the store open or not. It reads files alone: first the logs, then the blocks, so that what goes from a log into a
// block meanwhile is in the copy. The copy may end in the middle of a record, as after a kill; Open mends that. Backup does
// the same from within the process that has the store open.
func CopyRunning(ctx context.Context, dir, to string) (BackedUp, error) {
	if _, err := os.Stat(filepath.Join(dir, "wal")); err != nil {
		return BackedUp{}, fmt.Errorf("history: %s holds no history: %w", dir, err)
	}
	if left, err := os.ReadDir(to); err == nil && len(left) > 0 {
		return BackedUp{}, fmt.Errorf("history: backup: %s is not empty: choose a new folder", to)
	}
	part := filepath.Clean(to) + ".part"
	defer os.RemoveAll(part) //nolint:errcheck // it has another name when all went well
	var err error
	for range 5 { // files may go while they are copied: then the database has just made blocks of them
		if err = errors.Join(os.RemoveAll(part), os.MkdirAll(part, 0o777)); err != nil {
			break
		}
		if err = copyStore(ctx, dir, part); err == nil || !os.IsNotExist(err) {
			break
		}
	}
	if err != nil {
		return BackedUp{}, fmt.Errorf("history: backup: %w", err)
	}
	var out BackedUp
	if out.Blocks, out.Bytes, err = sizeOf(part); err != nil {
		return out, fmt.Errorf("history: backup: %w", err)
	}
	if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
		return out, fmt.Errorf("history: backup: %w", err)
	}
	return out, os.Rename(part, to)
}

func copyStore(ctx context.Context, dir, to string) error {
	for _, name := range []string{statesName, lateName} {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(to, name)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	for _, log := range []string{"wbl", "wal"} {
		if err := copyTree(ctx, filepath.Join(dir, log), filepath.Join(to, log)); err != nil && (log == "wal" || !os.IsNotExist(err)) {
			return err
		}
	}
	var done []string
	for {
		todo := slices.DeleteFunc(blockDirs(dir), func(b string) bool { return slices.Contains(done, b) })
		if len(todo) == 0 {
			return nil
		}
		for _, b := range todo {
			if err := linkTree(ctx, b, filepath.Join(to, filepath.Base(b))); err != nil {
				return err
			}
			done = append(done, b)
		}
	}
}

// linkTree copies a block by hard links, or byte by byte to another file system.
func linkTree(ctx context.Context, from, to string) error {
	return filepath.WalkDir(from, func(name string, e os.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		}
		if os.Link(name, filepath.Join(to, rel)) == nil {
			return nil
		}
		return copyFile(name, filepath.Join(to, rel))
	})
}
