package source

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func farm(t testing.TB) *twin.Tree {
	t.Helper()
	tree, err := twin.NewTree(
		[]twin.Asset{{Path: "farm", Parent: twin.NoAsset}, {Path: "farm/T01", Parent: 0}, {Path: "farm/T01/gearbox", Parent: 1}},
		[]twin.Signal{{Path: "farm/T01/power", Asset: 1}, {Path: "farm/T01/gearbox/oil_temp", Asset: 2}})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func mapping(t testing.TB) CSV {
	t.Helper()
	kW, err := twin.ParseUnit("kW")
	if err != nil {
		t.Fatal(err)
	}
	c, err := twin.ParseUnit("°C")
	if err != nil {
		t.Fatal(err)
	}
	return CSV{Time: "time", TimeUnit: time.Millisecond, Asset: "turbine", Path: "farm/{1}",
		Fields: []Field{{"power", "power", kW}, {"oil_temp", "gearbox/oil_temp", c}}}
}

func readAll(t *testing.T, log string) ([]twin.Sample, Report, error) {
	t.Helper()
	var out []twin.Sample
	var rep Report
	for batch, err := range mapping(t).Read(farm(t), strings.NewReader(log), &rep) {
		if err != nil {
			return out, rep, err
		}
		out = append(out, batch...)
	}
	return out, rep, nil
}

func TestCSVConvertsAndSkips(t *testing.T) {
	got, rep, err := readAll(t, "time,turbine,power,oil_temp,else\n"+
		"1000,T01,2310,60.5,x\n"+
		"2000,T99,1,1,x\n"+ // no such turbine
		"3000,T01,,61,x\n"+ // no power
		"4000,T01,nonsense,62,x\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []twin.Sample{
		{Signal: 0, Quality: twin.Good, Time: 1e9, Value: 2.31e6}, {Signal: 1, Quality: twin.Good, Time: 1e9, Value: 333.65},
		{Signal: 1, Quality: twin.Good, Time: 3e9, Value: 334.15}, {Signal: 1, Quality: twin.Good, Time: 4e9, Value: 335.15},
	}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if math.Abs(got[i].Value-want[i].Value) > 1e-9 {
			t.Errorf("value %d = %v, want %v", i, got[i].Value, want[i].Value)
		}
		got[i].Value = want[i].Value
		if got[i] != want[i] {
			t.Errorf("sample %d = %+v, want %+v", i, got[i], want[i])
		}
	}
	if rep.Rows != 4 || rep.UnknownAssets != 1 || rep.BadCells != 1 || !strings.Contains(rep.Reason, "nonsense") {
		t.Errorf("report %+v", rep)
	}
}

func TestCSVSaysWhatIsWrong(t *testing.T) {
	for log, want := range map[string]string{
		"":                              "empty",
		"a,b\n":                         `"time"`,
		"time,turbine\n":                "none of its columns",
		"time,turbine,power\nx,T01,1\n": "time stamp",
		"time,turbine,power\n9223372036854775807,T01,1\n":                    "time stamp",
		"time,turbine,power\n1,T01\n":                                        "wrong number of fields",
		"time,turbine,power\n1,T01,\"" + strings.Repeat("9", 2*maxLine) + "": "longer than",
	} {
		if _, _, err := readAll(t, log); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error %v, want one with %q", log, err, want)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("time,turbine,power,oil_temp\n1000,T01,1,2\n")
	f.Add("time,turbine,power\n1,T01,\"\n")
	tree, m := farm(f), mapping(f)
	f.Fuzz(func(t *testing.T, log string) {
		for batch, err := range m.Read(tree, strings.NewReader(log), nil) {
			if err != nil {
				return
			}
			for _, s := range batch {
				if s.Signal < 0 || s.Time < 0 || math.IsNaN(s.Value) {
					t.Fatalf("yielded %+v", s)
				}
			}
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	var log strings.Builder
	log.WriteString("time,turbine,power,oil_temp\n")
	for i := range 10000 {
		fmt.Fprintf(&log, "%d,T01,%d.%d,61.25\n", 1700000000000+i*1000, i%5000, i%10)
	}
	tree, m := farm(b), mapping(b)
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		n := 0
		for batch, err := range m.Read(tree, io.NewSectionReader(strings.NewReader(log.String()), 0, int64(log.Len())), nil) {
			if err != nil {
				b.Fatal(err)
			}
			n += len(batch)
		}
		if n != 20000 {
			b.Fatal(n)
		}
	}
}

// A device that names itself with slashes fills as many places of the path, as a topic with as many wildcards does.
func TestNamesWithSlashesFillSeveralPlaces(t *testing.T) {
	c := mapping(t)
	c.Path = "{1}/{2}"
	n := 0
	for batch, err := range c.Read(farm(t), strings.NewReader("time,turbine,power\n1000,farm/T01,5\n2000,farm/T09,5\n"), nil) {
		if err != nil {
			t.Fatal(err)
		}
		n += len(batch)
	}
	if n != 1 {
		t.Errorf("%d samples, want the one of farm/T01", n)
	}
}
