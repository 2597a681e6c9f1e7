package history

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/tsdb/fileutil"
)

// InUseError says that another process, or this one, has the directory open.
type InUseError struct {
	Dir string
	PID int // of the holder, 0 when unknown
}

// Error implements error.
func (e *InUseError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("history: %s is in use by another process: close it, or choose another folder", e.Dir)
	}
	return fmt.Sprintf("history: %s is in use by process %d: close it, or choose another folder", e.Dir, e.PID)
}

// lockName is the file whose lock shows that a directory is in use; it holds the process id of the holder. The lock is
// that of the operating system: it ends with the process, however that ends.
const lockName = "orrery.lock"

func lockDir(dir string) (fileutil.Releaser, error) {
	name := filepath.Join(dir, lockName)
	lock, _, err := fileutil.Flock(name)
	if err != nil {
		if _, statErr := os.Stat(name); statErr != nil {
			return nil, fmt.Errorf("history: %s cannot be written: %w: let this user write there, or choose another folder with --data", dir, err)
		}
		text, _ := os.ReadFile(name) // a lock that tells no process id is still a lock
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		return nil, &InUseError{Dir: dir, PID: pid}
	}
	if err := os.WriteFile(name, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o666); err != nil {
		return nil, fmt.Errorf("history: lock %s: %w", dir, releaseAfter(lock, err))
	}
	return lock, nil
}

func releaseAfter(lock fileutil.Releaser, err error) error {
	if e := lock.Release(); e != nil {
		return fmt.Errorf("%w (and the lock could not be released: %w)", err, e)
	}
	return err
}
