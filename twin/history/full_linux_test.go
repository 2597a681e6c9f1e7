package history

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// fullDiskEnv marks the process that may mount a small disk.
const fullDiskEnv = "ORRERY_TEST_FULL_DISK"

// On a disk that is really full, nothing that was acknowledged is lost, what is recorded can be read, and the store goes on
// once there is room. The disk is a small one of its own, in a namespace of its own.
func TestFullDisk(t *testing.T) {
	if os.Getenv(fullDiskEnv) != "" {
		onSmallDisk(t)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
	cmd.Env = append(os.Environ(), fullDiskEnv+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		t.Skipf("this system lets nobody mount a small disk: %v", err)
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	}
}

func onSmallDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=32m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) }) //nolint:errcheck // it ends with the process anyway
	tree := farm(t, 40)
	folder := filepath.Join(dir, "history")
	blind := func(string) (uint64, error) { return 1 << 40, nil } // the failure comes from the write itself
	o := Options{Dir: folder, Free: blind, Clock: func() time.Time { return epoch.Add(24 * time.Hour) }}
	s, err := Open(context.Background(), tree, o)
	if err != nil {
		t.Fatal(err)
	}
	value := func(sec, id int) float64 { return float64(sec*31%1000) + float64(id)/64 }
	acknowledged := map[int]bool{}
	second := 0
	write := func() error {
		sec := second
		second++
		batch := make([]twin.Sample, len(tree.Signals()))
		for id := range batch {
			batch[id] = sample(id, epoch.Add(time.Duration(sec)*time.Second), value(sec, id))
		}
		err := s.Append(batch)
		acknowledged[sec] = err == nil
		return err
	}
	for range 60 {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	ballast := filepath.Join(dir, "ballast")
	stuff(t, ballast)
	failed := 0
	for range 3000 {
		if write() != nil {
			if failed++; failed > 50 {
				break
			}
		}
	}
	if failed == 0 {
		t.Fatal("the disk never became full")
	}
	if st := s.Stats(); st.Error == "" && !st.DiskFull {
		t.Error("nobody is told that nothing is stored")
	}
	check := func(when string) {
		t.Helper()
		for sec, ok := range acknowledged {
			if !ok {
				continue
			}
			snap := latest(t, s, epoch.Add(time.Duration(sec)*time.Second))
			for id := 0; id < len(tree.Signals()); id += 97 {
				if v := snap.Values[id]; v.Value != value(sec, id) || v.Time != epoch.Add(time.Duration(sec)*time.Second).UnixNano() {
					t.Fatalf("%s: second %d of signal %d is %v at %v, want %v", when, sec, id, v.Value, time.Unix(0, v.Time).Sub(epoch), value(sec, id))
				}
			}
		}
	}
	check("full")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for try := 0; write() != nil; try++ {
		if try > 20 {
			t.Fatalf("there is room, but nothing is stored: %s", s.Stats().Error)
		}
	}
	for range 60 {
		if err := write(); err != nil {
			t.Fatalf("after there was room: %v", err)
		}
	}
	check("with room again")
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if s, err = Open(context.Background(), tree, o); err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // read only by now
	check("opened again")
}

// stuff writes a file until the disk is full.
func stuff(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 64<<10)
	for err == nil {
		_, err = f.Write(block)
	}
	f.Close() //nolint:errcheck // it is full
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}
