//go:build unix

package loading

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file for reading. When the file is cut short meanwhile, touching it faults: see guard.
func mapFile(f *os.File, size int64) ([]byte, func(), error) {
	data, err := unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, nil, err
	}
	return data, func() { _ = unix.Munmap(data) }, nil
}
