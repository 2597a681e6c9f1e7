//go:build linux || darwin

package history

import "golang.org/x/sys/unix"

// freeBytes returns the room that the file system of dir has for this user, in bytes.
func freeBytes(dir string) (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return uint64(st.Bavail) * uint64(st.Bsize), nil
}
