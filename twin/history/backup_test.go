package history

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// A backup is made while samples come in; it holds all that was there when it began, late samples too.
func TestBackupWhileRunning(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	fill(t, s, epoch, epoch.Add(day), 30*time.Second)
	settle(t, s)
	mustAppend(t, s, sample(0, epoch.Add(day+time.Hour), wave(0, epoch.Add(day+time.Hour).UnixMilli())))
	late := epoch.Add(day + 10*time.Minute + 3*time.Second)
	mustAppend(t, s, sample(0, late, wave(0, late.UnixMilli())))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := 1; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			time.Sleep(time.Millisecond)
			at := epoch.Add(day + time.Hour + time.Duration(n)*time.Second)
			if err := s.Append([]twin.Sample{sample(1, at, wave(1, at.UnixMilli()))}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	want := countAll(t, s, epoch, epoch.Add(day+time.Hour+time.Millisecond))
	to := filepath.Join(t.TempDir(), "a", "backup")
	got, err := s.Backup(context.Background(), to)
	close(stop)
	wg.Wait()
	if err != nil || got.Blocks < 2 || got.Bytes == 0 {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := s.Backup(context.Background(), to); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a second one into the same folder: %v", err)
	}
	copied := open(t, s.tree, Options{Dir: to})
	if len(copied.Findings()) > 0 {
		t.Error(copied.Findings())
	}
	if n := countAll(t, copied, epoch, epoch.Add(day+time.Hour+time.Millisecond)); n != want {
		t.Errorf("the backup has %d of %d samples", n, want)
	}
	mustAppend(t, copied, sample(0, epoch.Add(2*day), 1)) // a store of its own
	if a, b := latest(t, s, epoch.Add(day+time.Hour)), latest(t, copied, epoch.Add(day+time.Hour)); a.Values[0] != b.Values[0] || a.Values[5] != b.Values[5] {
		t.Errorf("%+v, in the backup %+v", a.Values, b.Values)
	}
}

func TestBackupToAnotherFileSystem(t *testing.T) {
	other, err := os.MkdirTemp("/dev/shm", "history")
	if err != nil {
		t.Logf("no other file system here (%v): the copy is tested without one", err)
		other = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(other) }) //nolint:errcheck // a temporary folder
	s := open(t, farm(t, 1), Options{})
	fill(t, s, epoch, epoch.Add(3*time.Hour), 10*time.Second)
	settle(t, s)
	to := filepath.Join(other, "backup")
	if _, err := s.Backup(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	if n := countAll(t, open(t, s.tree, Options{Dir: to}), epoch, epoch.Add(day)); n != 12*1080 {
		t.Errorf("%d samples", n)
	}
	if err := copyTree(context.Background(), filepath.Join(s.opts.Dir, "nothing"), t.TempDir()); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// A copy of a store that another process has open holds all that it acknowledged before.
func TestCopyOfAStoreInUse(t *testing.T) {
	dir, tree := t.TempDir(), childTree()
	cmd, out := child(t, dir)
	defer func() {
		cmd.Process.Kill() //nolint:errcheck // it may be gone
		cmd.Wait()         //nolint:errcheck // killed
	}()
	lines := bufio.NewScanner(out)
	acked := int64(-1)
	for acked < 300 && lines.Scan() {
		n, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Fatal(lines.Text())
		}
		acked = n
	}
	to := filepath.Join(t.TempDir(), "copy")
	if _, err := CopyRunning(context.Background(), dir, to); err != nil {
		t.Fatal(err)
	}
	s := open(t, tree, Options{Dir: to})
	points, err := s.Range(context.Background(), 7, epoch, tickTime(acked+1), nil)
	if err != nil || int64(len(points)) != acked+1 {
		t.Errorf("%d of %d acknowledged ticks, %v", len(points), acked+1, err)
	}
	if _, err := CopyRunning(context.Background(), t.TempDir(), to+"2"); err == nil || !strings.Contains(err.Error(), "holds no history") {
		t.Errorf("a folder without a history: %v", err)
	}
}
