package loading

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
)

func job(t *testing.T, fsys fstest.MapFS, l Limits) *Job {
	t.Helper()
	j := New(context.Background(), fsys, "plant/pump.gltf", l)
	t.Cleanup(j.Close)
	return j
}

func TestResources(t *testing.T) {
	j := job(t, fstest.MapFS{"plant/a b.bin": {Data: []byte("blank")}, "plant/sub/Wood.PNG": {Data: []byte("wood")}, "secret": {Data: []byte("no")}}, Limits{})
	for uri, want := range map[string]string{
		"a%20b.bin":                  "blank",
		"a b.bin":                    "blank",
		"./sub/Wood.PNG":             "wood",
		`sub\wood.png`:               "wood",
		"data:;base64,aGk=":          "hi",
		"data:application/x,;base64": ";base64",
		"DATA:application/gltf-buffer;base64,aGk": "hi",
		"data:text/plain,a%20b":                   "a b",
	} {
		if got, err := j.Resource(uri); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", uri, got, err, want)
		}
	}
	for _, uri := range []string{"../secret", "sub/../../secret", "/secret", "http://x/y", "file:secret", "data:nothing", "data:;base64,*", "gone.bin", "a\x00b"} {
		if got, err := j.Resource(uri); err == nil {
			t.Errorf("%s gave %q", uri, got)
		}
	}
	if got := j.Missing(); !slices.Contains(got, "plant/gone.bin") {
		t.Errorf("missing files: %q", got)
	}
	if got := j.Files(); !slices.Contains(got, "plant/a b.bin") || slices.Contains(got, "") {
		t.Errorf("files read: %q", got)
	}
}

func TestBytesAndVerticesAreLimited(t *testing.T) {
	j := job(t, fstest.MapFS{"plant/a": {Data: make([]byte, 600)}}, Limits{Bytes: 1000, Vertices: 10})
	if _, err := j.Resource("a"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Resource("a"); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("the second reading goes over the limit: %v", err)
	}
	if err := j.Vertices(7); err != nil {
		t.Error(err)
	}
	for _, n := range []int{4, -1} {
		if err := j.Vertices(n); err == nil {
			t.Errorf("%d more vertices were taken", n)
		}
	}
}

func TestFolderIsNotLeft(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "in")
	for path, text := range map[string]string{"secret": "no", "in/big": strings.Repeat("x", mapFrom+1), "in/small": "s"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, path)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(inside, "link")); err != nil {
		t.Skip("this system has no links:", err)
	}
	folder, err := OpenFolder(inside)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	j := New(context.Background(), folder, "small", Limits{})
	defer j.Close()
	if data, err := j.File("big"); err != nil || !bytes.Equal(data, bytes.Repeat([]byte("x"), mapFrom+1)) {
		t.Errorf("mapped file: %d bytes, %v", len(data), err)
	}
	if data, err := j.File("link"); err == nil {
		t.Errorf("a link led out of the folder to %q", data)
	}
	if p, ok := j.Path(); !ok || p != filepath.Join(inside, "small") {
		t.Errorf("path %q %v", p, ok)
	}
}

func TestParallelStopsAtTheFirstError(t *testing.T) {
	j := job(t, nil, Limits{})
	var calls atomic.Int64
	boom := errors.New("boom")
	if err := j.Parallel(1_000_000, func(i int) error {
		if calls.Add(1); i == 10 {
			return boom
		}
		return nil
	}); !errors.Is(err, boom) {
		t.Errorf("error %v", err)
	}
	if calls.Load() > 900_000 {
		t.Error("work went on after the error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := New(ctx, fstest.MapFS{}, "x", Limits{}).Parallel(3, func(int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

func TestGuardKeepsTheProcessAlive(t *testing.T) {
	if err := Guard(func() error { var m map[string]int; m["a"] = 1; return nil }); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("error %v", err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "shrinks")
	if err := os.WriteFile(name, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	j := New(context.Background(), folder, "shrinks", Limits{})
	defer j.Close()
	data, err := j.Model()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, 0); err != nil {
		t.Fatal(err)
	}
	err = Guard(func() error { _ = bytes.Count(data, []byte{1}); return nil })
	if err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("reading a file that was cut short: %v", err)
	}
}

func TestWarningsAreKeptOnceAndProgressReported(t *testing.T) {
	j := job(t, nil, Limits{})
	var seen []Progress
	j.OnProgress(func(p Progress) { seen = append(seen, p) })
	for range 500 {
		j.Warn("line %d", len(j.Warnings())%200)
	}
	if n := len(j.Warnings()); n != 100 {
		t.Errorf("%d warnings", n)
	}
	j.Report(Decoding, 1, 4)
	j.Report(Reading, 1, 0)
	if len(seen) != 2 || seen[0].Fraction() != 0.25 || seen[1].Fraction() != -1 {
		t.Errorf("progress %v", seen)
	}
}
