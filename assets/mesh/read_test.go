package mesh

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// bigFiles are files that take a while.
func bigFiles() map[string]struct {
	read reader
	data []byte
} {
	m := bumpy(400)
	return map[string]struct {
		read reader
		data []byte
	}{
		"a.stl": {ReadSTL, asBinarySTL(m, "", nil)},
		"t.stl": {ReadSTL, asTextSTL(m, "t")},
		"a.obj": {ReadOBJ, asOBJ(m)},
		"a.ply": {ReadPLY, asPLY(m, binary.LittleEndian)},
		"t.ply": {ReadPLY, asPLY(m, nil)},
		"a.3mf": {Read3MF, bigModel()},
	}
}

func TestReadersStopWhenTold(t *testing.T) {
	for name, f := range bigFiles() {
		for _, after := range []time.Duration{0, 5 * time.Millisecond, 30 * time.Millisecond} {
			ctx, cancel := context.WithCancel(context.Background())
			job := loading.New(ctx, fstest.MapFS{name: {Data: f.data}}, name, loading.Limits{})
			var stopped time.Time
			timer := time.AfterFunc(after, func() { stopped = time.Now(); cancel() })
			_, err := f.read(job)
			if late := time.Since(stopped); err != nil && late > 2*time.Second { // half a second where nothing else runs
				t.Errorf("%s: stopped after %v", name, late)
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
			timer.Stop()
			cancel()
			job.Close()
		}
	}
}

// A file must give the same scene however many processors there are.
func TestReadersAreDeterministic(t *testing.T) {
	for name, f := range bigFiles() {
		var first *scene.Mesh
		for _, procs := range []int{1, 2, 7} {
			before := runtime.GOMAXPROCS(procs)
			s, _, err := open(f.read, name, f.data)
			runtime.GOMAXPROCS(before)
			if err != nil {
				t.Fatal(err)
			}
			m := s.Mesh(1)
			if first == nil {
				first = m
			}
			if !slices.Equal(m.Indices, first.Indices) || !slices.Equal(m.Positions, first.Positions) || !slices.Equal(m.Normals, first.Normals) {
				t.Errorf("%s: another mesh on %d processors", name, procs)
			}
		}
	}
}

func TestReadersKeepToLimits(t *testing.T) {
	for name, f := range bigFiles() {
		job := loading.New(context.Background(), fstest.MapFS{name: {Data: f.data}}, name, loading.Limits{Vertices: 1000})
		if _, err := f.read(job); err == nil || !strings.Contains(err.Error(), "vertices, which is the limit") {
			t.Errorf("%s: %v", name, err)
		}
		job.Close()
	}
}

func TestWeldOverChunks(t *testing.T) {
	src := bumpy(300)
	var floats []float32
	for _, i := range src.Indices {
		floats = append(floats, src.Positions[3*i:3*i+3]...)
	}
	floats[0] = float32(math.Copysign(0, -1))
	data := make([]byte, 0, 4*len(floats))
	for _, f := range floats {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(f))
	}
	job := loading.New(context.Background(), fstest.MapFS{}, "", loading.Limits{})
	unique, remap, err := weld(job, triangleBytes{data, 0, 36})
	want, wantRemap := process.WeldPositions(floats)
	if err != nil || len(remap) <= 2*weldChunk || !slices.Equal(unique, want) || !slices.Equal(remap, wantRemap) {
		t.Errorf("%d positions of %d corners, want %d", len(unique)/3, len(remap), len(want)/3)
	}
}

func TestUnitsInRemarks(t *testing.T) {
	for text, want := range map[string]string{
		"# File units = inches\n":     "in",
		"# Units: Millimeters\n":      "mm",
		"# unit is m\n":               "m",
		"# community is everything\n": "",
		"# units = furlongs\n":        "",
	} {
		s, warnings := mustOpen(t, ReadOBJ, "a.obj", text+square+"f 1 2 3\n")
		got := ""
		if p := s.Document().Properties; len(p) > 0 {
			got = p[0].Text()
		}
		if got != want || (len(warnings) > 0) != (want != "" && want != "m") || s.Document().Unit != "" {
			t.Errorf("%q: %q, warnings %q", text, got, warnings)
		}
	}
}

func TestMagic(t *testing.T) {
	model := as3MF(modelOf(mfObject1, mfBuild))
	for name, c := range map[string]struct {
		is   func([]byte) bool
		head string
		want bool
	}{
		"text STL":     {IsSTL, "\ufeffsolid a\n facet normal", true},
		"empty STL":    {IsSTL, "solid a\nendsolid", true},
		"binary STL":   {IsSTL, string(asBinarySTL(box(), "solid facet", nil)), false},
		"prose":        {IsSTL, "solid state physics", false},
		"PLY":          {IsPLY, "\nply\r\nformat ascii 1.0", true},
		"plywood":      {IsPLY, "plywood formats", false},
		"3MF":          {Is3MF, string(model[:min(1024, len(model))]), true},
		"other zip":    {Is3MF, string(zipped("a.txt", "b")), false},
		"OBJ":          {IsOBJ, "# remark\nmtllib a.mtl\nv 1 2 3\nvt 0", true},
		"no OBJ":       {IsOBJ, "v for vendetta and more\n", false},
		"C":            {IsOBJ, "#include <stdio.h>\nint main() {}\n", false},
		"OBJ, unusual": {IsOBJ, "cstype bezier\nv 1 2 3\n", false},
	} {
		if got := c.is([]byte(c.head)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for format, want := range map[string]string{"STL": "mmZ", "obj": "mY", "PLY": "mZ", "3mf": "mmZ"} {
		if unit, up := Guess(format); unit+string(up) != want {
			t.Errorf("%s: %s, %c up", format, unit, up)
		}
	}
}
