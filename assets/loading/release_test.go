package loading

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestReleaseGivesBackOneFile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, mapFrom), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	j := New(context.Background(), folder, "a", Limits{})
	a, err := j.Model()
	if err != nil {
		t.Fatal(err)
	}
	b, err := j.File("b")
	if err != nil {
		t.Fatal(err)
	}
	mapped := len(j.unmap)
	j.Release(a)
	j.Release(a)
	j.Release(nil)
	j.Release(make([]byte, 3))
	if mapped == 2 && len(j.unmap) != 1 || b[0] != 0 {
		t.Errorf("%d of %d files are mapped", len(j.unmap), mapped)
	}
	j.Close()
	if len(j.unmap) != 0 {
		t.Errorf("%d files are mapped after Close", len(j.unmap))
	}
}
