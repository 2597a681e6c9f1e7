package cache

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/orrery-twin/orrery/scene"
)

var ctx = context.Background()

func opened(t testing.TB, o Options) *Cache {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	c, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func folder() fstest.MapFS {
	return fstest.MapFS{
		"plant/pump.gltf":     {Data: []byte("a model")},
		"plant/pump.bin":      {Data: []byte("its vertices")},
		"plant/tex/steel.png": {Data: []byte("its picture")},
	}
}

func entryOf(s *scene.Scene) *Entry {
	return &Entry{Scene: s, Format: "glTF", Warnings: []string{"one", "two"},
		Files: []string{"plant/pump.gltf", "plant/pump.bin", "plant/tex/steel.png", "plant/pump.bin"}, Missing: []string{"plant/gone.png"}}
}

func stored(t testing.TB, c *Cache, fsys fstest.MapFS) {
	t.Helper()
	if err := c.Store(ctx, fsys, "plant/pump.gltf", "mm", entryOf(everything(t))); err != nil {
		t.Fatal(err)
	}
}

func found(c *Cache, fsys fstest.MapFS) bool {
	_, ok := c.Lookup(ctx, fsys, "plant/pump.gltf", "mm")
	return ok
}

func TestAllComesBack(t *testing.T) {
	c, fsys := opened(t, Options{}), folder()
	s := everything(t)
	before := len(s.Meshes())
	s.Deform()
	if len(s.Meshes()) == before {
		t.Fatal("nothing was deformed")
	}
	if err := c.Store(ctx, fsys, "plant/pump.gltf", "mm", entryOf(s)); err != nil {
		t.Fatal(err)
	}
	e, ok := c.Lookup(ctx, fsys, "plant/pump.gltf", "mm")
	if !ok {
		t.Fatal("not found")
	}
	want := everything(t)
	want.Deform()
	if e.Format != "glTF" || len(e.Warnings) != 2 || e.Warnings[1] != "two" ||
		strings.Join(e.Files, " ") != "plant/pump.gltf plant/pump.bin plant/tex/steel.png" || strings.Join(e.Missing, " ") != "plant/gone.png" {
		t.Errorf("%q %q %q %q", e.Format, e.Warnings, e.Files, e.Missing)
	}
	// Ids of deformed shapes come after those of the meshes, and both scenes were deformed alike.
	sameScenes(t, want, e.Scene)
	if im := e.Scene.Textures(); im[1].Image != im[2].Image {
		t.Error("a shared picture became two")
	}
	hand, _ := e.Scene.Find("arm/hand")
	if n := e.Scene.Node(hand); n.Mesh == e.Scene.RestMesh(hand) {
		t.Error("the hand is not in its shape")
	}
}

func TestRemovedNodesAreLeftOut(t *testing.T) {
	c, fsys := opened(t, Options{}), folder()
	s := everything(t)
	first := s.AddNode(scene.Root, scene.Node{Name: "late"})
	arm, _ := s.Find("arm")
	s.Remove(arm)
	s.AddNode(first, scene.Node{Name: "later"})
	if err := c.Store(ctx, fsys, "plant/pump.gltf", "mm", entryOf(s)); err != nil {
		t.Fatal(err)
	}
	e, ok := c.Lookup(ctx, fsys, "plant/pump.gltf", "mm")
	if !ok {
		t.Fatal("not found")
	}
	if _, ok := e.Scene.Find("late/later"); !ok || e.Scene.Len() != 3 {
		t.Errorf("%d nodes", e.Scene.Len())
	}
}

func TestWhatChangesTheModelChangesTheKey(t *testing.T) {
	c, fsys := opened(t, Options{}), folder()
	if found(c, fsys) {
		t.Fatal("found in an empty cache")
	}
	stored(t, c, fsys)
	if !found(c, fsys) {
		t.Fatal("not found")
	}
	moved := fstest.MapFS{}
	for name, f := range fsys {
		moved[strings.Replace(name, "plant/", "other/place/", 1)] = f
	}
	if e, ok := c.Lookup(ctx, moved, "other/place/pump.gltf", "mm"); !ok || e.Files[1] != "other/place/pump.bin" {
		t.Error("a copied model was not found")
	}
	if _, ok := c.Lookup(ctx, fsys, "plant/pump.gltf", "m"); ok {
		t.Error("found with other settings")
	}
	for name, harm := range map[string]func(fstest.MapFS){
		"model":           func(f fstest.MapFS) { f["plant/pump.gltf"] = &fstest.MapFile{Data: []byte("A model")} },
		"side file":       func(f fstest.MapFS) { f["plant/tex/steel.png"] = &fstest.MapFile{Data: []byte("its PICTURE")} },
		"length":          func(f fstest.MapFS) { f["plant/pump.bin"] = &fstest.MapFile{Data: []byte("its")} },
		"gone":            func(f fstest.MapFS) { delete(f, "plant/pump.bin") },
		"model gone":      func(f fstest.MapFS) { delete(f, "plant/pump.gltf") },
		"missing appears": func(f fstest.MapFS) { f["plant/gone.png"] = &fstest.MapFile{} },
	} {
		other := folder()
		harm(other)
		if found(c, other) {
			t.Errorf("%s: found all the same", name)
		}
	}
	if !found(c, fsys) {
		t.Error("a stale look-up removed the entry")
	}
	other := folder()
	other["plant/pump.bin"].Data = []byte("other vertices")
	stored(t, c, other)
	if !found(c, fsys) || !found(c, other) {
		t.Error("two states of the files beside a model do not live together")
	}
}

func TestChangedWhileRead(t *testing.T) {
	c, fsys := opened(t, Options{}), folder()
	_, slot := c.Find(ctx, fsys, "plant/pump.gltf", "mm")
	fsys["plant/pump.bin"].ModTime = time.Now().Add(time.Second)
	if err := slot.Store(ctx, entryOf(everything(t))); err == nil || found(c, fsys) {
		t.Error("stored a model whose files changed while it was read")
	}
	if e := entryOf(everything(t)); true {
		e.Files = append(e.Files, "elsewhere.bin")
		fsys = folder()
		fsys["elsewhere.bin"] = &fstest.MapFile{}
		if c.Store(ctx, fsys, "plant/pump.gltf", "mm", e) == nil {
			t.Error("stored a model with a file outside its folder")
		}
	}
}

func files(t testing.TB, c *Cache) []string {
	t.Helper()
	entries, err := os.ReadDir(c.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, filepath.Join(c.Dir(), e.Name()))
	}
	return out
}

func TestDamagedFilesAreMisses(t *testing.T) {
	c, fsys := opened(t, Options{}), folder()
	stored(t, c, fsys)
	file := files(t, c)[0]
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for step, at := 97, 0; at < len(good); at += step {
		bad := append([]byte(nil), good...)
		bad[at] ^= 0x40
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		e, ok := c.Lookup(ctx, fsys, "plant/pump.gltf", "mm")
		if ok {
			sameScenes(t, deformed(t), e.Scene) // the byte lay in the padding
			if t.Failed() {
				t.Fatalf("byte %d changed the scene", at)
			}
		}
		if _, err := os.Stat(file); err == nil != ok {
			t.Fatalf("byte %d: the damaged file stays", at)
		}
	}
	for _, n := range []int{0, 10, 63, 64, 100, len(good) / 2, len(good) - 1} {
		if err := os.WriteFile(file, good[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if found(c, fsys) {
			t.Errorf("found a file of %d bytes", n)
		}
	}
	if err := os.WriteFile(file, append(good, 0), 0o600); err != nil || found(c, fsys) {
		t.Error("found a file that is too long")
	}
	if err := os.WriteFile(file, good, 0o600); err != nil || !found(c, fsys) {
		t.Error("the whole file is not found")
	}
}

func deformed(t testing.TB) *scene.Scene {
	s := everything(t)
	s.Deform()
	return s
}

func TestEviction(t *testing.T) {
	c := opened(t, Options{})
	fsys := folder()
	stored(t, c, fsys)
	st, _ := os.Stat(files(t, c)[0])
	c = opened(t, Options{MaxBytes: 3*st.Size() + 1000})
	known := map[string]bool{}
	for i, name := range []string{"a.glb", "b.glb", "c.glb", "d.glb"} {
		fsys[name] = &fstest.MapFile{Data: []byte(name)}
		if err := c.Store(ctx, fsys, name, "", &Entry{Scene: everything(t)}); err != nil {
			t.Fatal(err)
		}
		for _, f := range files(t, c) { // the clock of the disk may be coarse
			if !known[f] {
				when := time.Now().Add(time.Duration(i-100) * time.Hour)
				_ = os.Chtimes(f, when, when)
			}
			known[f] = true
		}
		if i == 2 {
			if _, ok := c.Lookup(ctx, fsys, "a.glb", ""); !ok {
				t.Fatal("a.glb is gone too early")
			}
		}
	}
	for name, want := range map[string]bool{"a.glb": true, "b.glb": false, "c.glb": true, "d.glb": true} {
		if _, ok := c.Lookup(ctx, fsys, name, ""); ok != want {
			t.Errorf("%s: found %v", name, ok)
		}
	}
	if tiny := opened(t, Options{MaxBytes: 1000}); tiny.Store(ctx, fsys, "a.glb", "", &Entry{Scene: everything(t)}) == nil || len(files(t, tiny)) > 0 {
		t.Error("a model larger than the cache was stored, or left something behind")
	}
}

func TestLeftoversGo(t *testing.T) {
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "1"+temporary), filepath.Join(dir, "2"+temporary)
	for _, f := range []string{old, fresh} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	when := time.Now().Add(-2 * temporaryLife)
	_ = os.Chtimes(old, when, when)
	if c := opened(t, Options{Dir: dir}); len(files(t, c)) != 1 {
		t.Errorf("left: %q", files(t, c))
	}
}

func TestManyAtOnce(t *testing.T) {
	dir, fsys := t.TempDir(), folder()
	var group sync.WaitGroup
	for range 6 {
		c := opened(t, Options{Dir: dir}) // as another process would
		group.Go(func() {
			for range 5 {
				e, slot := c.Find(ctx, fsys, "plant/pump.gltf", "mm")
				switch {
				case e != nil:
					if e.Scene.Len() != everything(t).Len() {
						t.Error("another scene was found")
					}
				case slot.Store(ctx, entryOf(everything(t))) != nil:
					t.Error("could not store")
				}
			}
		})
	}
	group.Wait()
	if c := opened(t, Options{Dir: dir}); !found(c, fsys) || len(files(t, c)) != 1 {
		t.Errorf("files: %q", files(t, c))
	}
}

func TestCancel(t *testing.T) {
	c, fsys := opened(t, Options{}), folder()
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if c.Store(stopped, fsys, "plant/pump.gltf", "mm", entryOf(everything(t))) == nil || len(files(t, c)) > 0 {
		t.Error("stored though it was stopped")
	}
	stored(t, c, fsys)
	if _, ok := c.Lookup(stopped, fsys, "plant/pump.gltf", "mm"); ok {
		t.Error("found though it was stopped")
	}
	if !found(c, fsys) {
		t.Error("a stopped look-up removed the entry")
	}
}

// opens counts what is opened to be read.
type opens struct {
	fstest.MapFS
	n *int
}

func (o opens) Open(name string) (fs.File, error) {
	*o.n++
	return o.MapFS.Open(name)
}

func (o opens) Stat(name string) (fs.FileInfo, error) { return o.MapFS.Stat(name) }

// Hashing a large model takes longer than showing its first picture.
func TestNothingIsHashedWhereNoEntryIsAsLong(t *testing.T) {
	c, n := opened(t, Options{}), 0
	fsys := folder()
	stored(t, c, fsys)
	fsys["plant/pump.gltf"].Data = []byte("a longer model")
	e, slot := c.Find(ctx, opens{fsys, &n}, "plant/pump.gltf", "mm")
	if e != nil || slot == nil || n != 0 {
		t.Fatalf("entry %v, slot %v, %d files opened", e, slot, n)
	}
	fsys["plant/pump.gltf"].Data = []byte("b model")
	if e, _ := c.Find(ctx, opens{fsys, &n}, "plant/pump.gltf", "mm"); e != nil || n == 0 {
		t.Fatalf("entry %v, %d files opened", e, n)
	}
}
