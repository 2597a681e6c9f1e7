package recording

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func sheet() *Table {
	return &Table{Columns: []TableColumn{
		{Name: "z [kW]", Numbers: []float64{1, math.NaN(), .1}},
		{Name: "name, with comma", Texts: []string{"a", "b \"quoted\"", ""}},
		{Name: "a", Numbers: []float64{math.Inf(1), -0.5, 1e-300}},
	}}
}

func TestTablesAsCSV(t *testing.T) {
	var b bytes.Buffer
	if err := WriteTableCSV(&b, sheet()); err != nil {
		t.Fatal(err)
	}
	want := "z [kW],\"name, with comma\",a\n1,a,+Inf\n,\"b \"\"quoted\"\"\",-0.5\n0.1,,1e-300\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestTablesAsParquet(t *testing.T) {
	var b bytes.Buffer
	if err := WriteTableParquet(&b, sheet()); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range f.Schema().Columns() {
		names = append(names, c[0])
	}
	if got := strings.Join(names, "|"); got != "z [kW]|name, with comma|a" {
		t.Errorf("columns %s", got)
	}
	r := parquet.NewReader(f)
	defer r.Close()
	rows := make([]parquet.Row, 4)
	n, err := r.ReadRows(rows)
	if n != 3 || err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("%d rows: %v", n, err)
	}
	if v := rows[0][0].Double(); v != 1 || !rows[1][0].IsNull() || rows[2][0].Double() != .1 {
		t.Errorf("first column: %v %v %v", rows[0][0], rows[1][0], rows[2][0])
	}
	if rows[1][1].String() != `b "quoted"` || !math.IsInf(rows[0][2].Double(), 1) || rows[1][2].Double() != -.5 {
		t.Errorf("rows %v", rows)
	}
}

func TestTablesThatAreNone(t *testing.T) {
	for _, bad := range []*Table{{}, {Columns: []TableColumn{{Name: "a", Numbers: []float64{1}}, {Name: "a", Numbers: []float64{1}}}},
		{Columns: []TableColumn{{Name: "a", Numbers: []float64{1}}, {Name: "b", Numbers: []float64{1, 2}}}}} {
		if WriteTable(io.Discard, CSV, bad) == nil || WriteTable(io.Discard, Parquet, bad) == nil || WriteTable(io.Discard, MCAP, sheet()) == nil {
			t.Errorf("%+v was written", bad)
		}
	}
}

func BenchmarkTableParquet(b *testing.B) {
	t := &Table{Columns: []TableColumn{{Name: "x", Numbers: make([]float64, 100_000)}, {Name: "y", Numbers: make([]float64, 100_000)}}}
	for b.Loop() {
		if err := WriteTableParquet(io.Discard, t); err != nil {
			b.Fatal(err)
		}
	}
}
