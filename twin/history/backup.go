package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// backupDir is where a backup is put together, in the store's folder, for files are shared with it there at first.
const backupDir = "backup.tmp"

// BackedUp says what a backup holds.
type BackedUp struct {
	Blocks int
	Bytes  int64
}

// Backup writes a copy of the store into the folder to, which must not exist or be empty, while the store goes on: all
// that was appended before the call is in it. The copy is a history of its own: Open reads it. It appears under its
// name when it is whole. On the same file system blocks are shared by hard links, so that it takes little room.
func (s *Store) Backup(ctx context.Context, to string) (BackedUp, error) {
	leave, err := s.enter()
	if err != nil {
		return BackedUp{}, err
	}
	defer leave()
	if left, err := os.ReadDir(to); err == nil && len(left) > 0 {
		return BackedUp{}, fmt.Errorf("history: backup: %s is not empty: choose a new folder", to)
	}
	s.backups.Lock()
	defer s.backups.Unlock()
	out, err := s.backup(ctx, to)
	if err != nil {
		return out, fmt.Errorf("history: backup: %w", err)
	}
	return out, nil
}

func (s *Store) backup(ctx context.Context, to string) (out BackedUp, err error) {
	scratch := filepath.Join(s.opts.Dir, backupDir)
	defer os.RemoveAll(scratch) //nolint:errcheck // Open removes it, too
	if err := errors.Join(os.RemoveAll(scratch), os.MkdirAll(scratch, 0o777)); err != nil {
		return out, err
	}
	// Late samples leave their log when they are in a block: the log first, then the blocks.
	if err := s.backupLate(scratch); err != nil {
		return out, err
	}
	if err := copyFile(filepath.Join(s.opts.Dir, statesName), filepath.Join(scratch, statesName)); err != nil && !os.IsNotExist(err) {
		return out, err
	}
	if err := s.db.Snapshot(scratch, s.db.Head().NumSeries() > 0); err != nil {
		return out, err
	}
	if out.Blocks, out.Bytes, err = sizeOf(scratch); err != nil {
		return out, err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(to)), 0o777); err != nil {
		return out, err
	}
	if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
		return out, err
	}
	if os.Rename(scratch, to) == nil {
		return out, nil
	}
	// Another file system.
	part := filepath.Clean(to) + ".part"
	defer os.RemoveAll(part) //nolint:errcheck // it has another name when all went well
	if err := errors.Join(os.RemoveAll(part), copyTree(ctx, scratch, part)); err != nil {
		return out, err
	}
	return out, os.Rename(part, to)
}

func (s *Store) backupLate(dir string) error {
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.flushMinutes(floorDiv(max(s.w.nextMs, 0), minuteMs)); err != nil {
		return err
	}
	data := make([]byte, s.w.late.size)
	if _, err := s.w.late.file.ReadAt(data, 0); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, lateName), data, 0o666)
}

// sizeOf counts the blocks in a folder and the bytes of all files.
func sizeOf(dir string) (blocks int, bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return len(blockDirs(dir)), bytes, err
}

func copyTree(ctx context.Context, from, to string) error {
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
		return copyFile(name, filepath.Join(to, rel))
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only reading
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
