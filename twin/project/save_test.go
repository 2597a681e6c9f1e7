package project

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSaveIsAtomicAndKeepsTheMode(t *testing.T) {
	e := desk(t, garden)
	if _, err := e.AddBinding(Owner{Kind: "pump"}, BindingText{Signal: "temp", Property: Label}); err != nil {
		t.Fatal(err)
	}
	if !e.Dirty() {
		t.Error("nothing to save")
	}
	if err := e.Save(); err != nil {
		t.Fatal(err)
	}
	if e.Dirty() {
		t.Error("still something to save")
	}
	state, err := os.Stat(e.path)
	if err != nil || state.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", state.Mode(), err)
	}
	files, _ := os.ReadDir(filepath.Dir(e.path))
	if len(files) != 2 {
		t.Errorf("left behind: %v", files)
	}
	p, err := Load(e.path)
	if err != nil || p.Hash != e.Project().Hash || len(p.Bindings) != len(e.Project().Bindings) {
		t.Errorf("loaded again: %v", err)
	}
	if _, err := p.Edit(); err != nil {
		t.Errorf("edited again: %v", err)
	}
	line, column := spot(t, e, "signal: speed, node")
	if _, err := e.RemoveBinding(line, column); err != nil {
		t.Fatal(err)
	}
	if err := e.Save(); err != nil { // the second save of one Edit
		t.Fatal(err)
	}
}

func TestSomebodyElsesChangeIsNotOverwritten(t *testing.T) {
	e := desk(t, garden)
	if _, err := e.AddBinding(Owner{Kind: "pump"}, BindingText{Property: Trail}); err != nil {
		t.Fatal(err)
	}
	theirs := strings.Replace(garden, "Garden", "Park", 1)
	if err := os.WriteFile(e.path, []byte(theirs), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := e.Save(); !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), "open it again") {
		t.Errorf("saved over it: %v", err)
	}
	if text, _ := os.ReadFile(e.path); string(text) != theirs {
		t.Error("it was overwritten")
	}
	if _, err := desk(t, garden).project.Edit(); err != nil {
		t.Error(err)
	}
	if _, err := e.project.Edit(); !errors.Is(err, ErrChanged) {
		t.Errorf("begun on another text: %v", err)
	}
}

func TestALinkStaysALink(t *testing.T) {
	e := desk(t, garden)
	link := filepath.Join(t.TempDir(), "twin.yaml")
	if err := os.Symlink(e.path, link); err != nil {
		t.Skip("no links here: " + err.Error())
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(link), "pump.glb"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	e.project.File = link
	e2, err := e.project.Edit()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e2.AddBinding(Owner{Kind: "pump"}, BindingText{Property: Trail}); err != nil {
		t.Fatal(err)
	}
	if err := e2.Save(); err != nil {
		t.Fatal(err)
	}
	if state, err := os.Lstat(link); err != nil || state.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v", state.Mode())
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root writes everywhere; the file is taken away instead")
	}
	e := desk(t, garden)
	if _, err := e.AddBinding(Owner{Kind: "pump"}, BindingText{Property: Trail}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(e.path); err != nil {
		t.Fatal(err)
	}
	if err := e.Save(); err == nil || !strings.HasPrefix(err.Error(), "project: save: ") {
		t.Errorf("%v", err)
	}
	if !e.Dirty() {
		t.Error("lost")
	}
	if _, err := demo(t).Edit(); err == nil || !strings.Contains(err.Error(), "built in") {
		t.Errorf("a twin without a folder: %v", err)
	}
}

// Whatever the text, an edit is refused or leaves a twin that loads, holds every comment, and can be taken back.
func FuzzEdit(f *testing.F) {
	f.Add(garden, uint8(0), "speed * 2")
	f.Add(strings.ReplaceAll(garden, "\n", "\r\n"), uint8(7), "x: y # z")
	f.Add(small, uint8(2), "it's")
	f.Add(tank("      - {signal: level, property: level}"), uint8(4), "\t")
	f.Add("orrery: 1\nname: F\nkinds: {k: {signals: {s: {}}, bindings: [{signal: s, property: label}, # c\n {property: trail}]}}\nassets: {a: {kind: k}}\n", uint8(5), "a")
	home := desk(f, garden)
	f.Fuzz(func(t *testing.T, text string, op uint8, name string) {
		e := &Edit{project: home.project}
		if len(text) > 1<<14 || e.take([]byte(text)) != nil {
			return
		}
		before, err := newLayout(e.text)
		if err != nil {
			return
		}
		all := places(e.project)
		var c Change
		b := BindingText{Node: name, Property: Trail}
		switch {
		case op%3 == 0 || len(all) == 0:
			o := Owner{}
			if len(e.project.Kinds) > 0 {
				o.Kind = e.project.Kinds[int(op)%len(e.project.Kinds)].Name
			}
			c, err = e.AddBinding(o, b)
		case op%3 == 1:
			at := all[int(op)%len(all)]
			c, err = e.RemoveBinding(at[0], at[1])
		default:
			at := all[int(op)%len(all)]
			c, err = e.SetBinding(at[0], at[1], b)
		}
		if err != nil {
			if string(e.text) != text {
				t.Fatal("refused, and yet changed")
			}
			return
		}
		if !sameComments(before, e.text) {
			t.Fatal("comments were lost")
		}
		if err := e.Apply(c.Inverse()); err != nil || string(e.text) != text {
			t.Fatalf("not restored: %v", err)
		}
	})
}

func BenchmarkEdit(b *testing.B) {
	e := desk(b, garden)
	for b.Loop() {
		c, err := e.AddBinding(Owner{Kind: "pump"}, BindingText{Property: Trail})
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Apply(c.Inverse()); err != nil {
			b.Fatal(err)
		}
	}
}
