package history

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"

	"github.com/prometheus/prometheus/tsdb"
)

// A database that was closed leaves a snapshot of what it had in memory, so that the next start need not read the whole
// log: ten thousand signals with an hour of samples open in a second. The snapshot counts only while all that it builds on
// is as it was left: closedName lists the files with their sizes, and is written last. It is used once: whatever
// happens afterwards, the log alone holds all again.

const closedName = "closed.json"

// leftFiles are the folders on which a snapshot builds.
var leftFiles = []string{"wal", "wbl", "chunks_head"}

// left returns the files of a store on which a snapshot builds, with their sizes in bytes.
func left(dir string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, folder := range leftFiles {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(name string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(dir, name)
			out[filepath.ToSlash(rel)] = info.Size()
			return err
		})
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
	}
	return out, nil
}

// markClosed says that the snapshot in a folder belongs to the files beside it.
func markClosed(dir string) error {
	files, err := left(dir)
	if err != nil {
		return err
	}
	data, err := json.Marshal(files)
	if err != nil {
		return err
	}
	name := filepath.Join(dir, closedName)
	if err := os.WriteFile(name+".tmp", data, 0o666); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

// vetSnapshot drops the snapshot of a store unless everything is as it was when the store was closed.
func vetSnapshot(dir string) error {
	name := filepath.Join(dir, closedName)
	data, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	var then map[string]int64
	now, err := left(dir)
	if err != nil {
		return err
	}
	if json.Unmarshal(data, &then) != nil || !maps.Equal(then, now) {
		return dropSnapshots(dir)
	}
	return nil
}

// dropSnapshots removes all snapshots of a store, and the word that they count.
func dropSnapshots(dir string) error {
	err := os.Remove(filepath.Join(dir, closedName))
	if os.IsNotExist(err) {
		err = nil
	}
	return errors.Join(err, tsdb.DeleteChunkSnapshots(dir, math.MaxInt, math.MaxInt))
}
