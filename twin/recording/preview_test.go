package recording

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func previewTree(t testing.TB) *twin.Tree {
	bar, err := twin.ParseUnit("bar")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := twin.NewTree([]twin.Asset{{Path: "hall", Name: "hall", Parent: twin.NoAsset}}, []twin.Signal{{Asset: 0, Path: "hall/pressure", Name: "pressure", Unit: bar, Min: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestPeekShowsHowAFileBegins(t *testing.T) {
	tree := previewTree(t)
	wide := "\xef\xbb\xbfZeit;Druck;hall/pressure [kPa]\n20.11.2026 14:30:00;3,5;350\n20.11.2026 14:30:01;;351\n"
	p, err := Peek(strings.NewReader(wide), tree, Mapping{Signals: map[string]string{"Druck": "hall/pressure"}, Units: map[string]string{"Druck": "kPa"}})
	if err != nil || p.Separator != ';' || p.Time != "Zeit" || p.Zoned || len(p.Columns) != 3 {
		t.Fatalf("%v: %+v", err, p)
	}
	if c := p.Columns[1]; c.Signal != 0 || c.Unit.Symbol != "kPa" || len(c.Cells) != 2 || c.Cells[0] != "3,5" {
		t.Errorf("%+v", c)
	}
	if !p.At.Equal(time.Date(2026, 11, 20, 14, 30, 0, 0, time.UTC)) {
		t.Errorf("it begins at %v", p.At)
	}
	long := "time,signal,value\n2026-11-20T14:30:00Z,pump,1\n2026-11-20T14:30:01Z,hall/pressure,2\n2026-11-20T14:30:02Z,pump,3\n"
	if p, err = Peek(strings.NewReader(long), tree, Mapping{}); err != nil || !p.Long || !p.Zoned || len(p.Columns) != 2 || len(p.Columns[0].Cells) != 2 || p.Columns[1].Signal != 0 {
		t.Fatalf("%v: %+v", err, p)
	}
	for _, bad := range []string{"", "\n\n", "a\x00b"} {
		if _, err := Peek(strings.NewReader(bad), tree, Mapping{}); err == nil {
			t.Errorf("%q was taken for a CSV file", bad)
		}
	}
}

// A column whose unit only the mapping knows is converted.
func TestMappedUnits(t *testing.T) {
	tree := previewTree(t)
	m := Mapping{Signals: map[string]string{"p": "hall/pressure"}, Units: map[string]string{"p": "kPa"}}
	for batch, err := range Read(context.Background(), bytes.NewReader([]byte("time,p\n2026-11-20T14:30:00Z,350\n")), CSV, tree, m, nil) {
		if err != nil || len(batch) != 1 || batch[0].Value != 350e3 {
			t.Fatalf("%v: %+v", err, batch)
		}
	}
}

// A column that is to be left out stays out, though a signal has its name.
func TestLeftOutColumns(t *testing.T) {
	tree := previewTree(t)
	m := Mapping{Signals: map[string]string{"hall/pressure": "", "p": "hall/pressure"}}
	for batch, err := range Read(context.Background(), bytes.NewReader([]byte("time,hall/pressure,p\n2026-11-20T14:30:00Z,1,2\n")), CSV, tree, m, nil) {
		if err != nil || len(batch) != 1 || batch[0].Value != 2e5 {
			t.Fatalf("%v: %+v", err, batch)
		}
	}
}

func FuzzPeek(f *testing.F) {
	f.Add([]byte("time;a;b\n1;2;3\n"))
	f.Add([]byte("time,signal,value\n2026-11-20T14:30:00Z,x,1\n"))
	tree := previewTree(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Peek(bytes.NewReader(data), tree, Mapping{})
		if err == nil && len(p.Columns) > maxColumns {
			t.Fatal("too many columns")
		}
	})
}
