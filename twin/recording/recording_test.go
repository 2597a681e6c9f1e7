package recording

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
)

func unit(t testing.TB, symbol string) twin.Unit {
	t.Helper()
	u, err := twin.ParseUnit(symbol)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func plant(t testing.TB) *twin.Tree {
	t.Helper()
	tree, err := twin.NewTree(
		[]twin.Asset{{Path: "farm", Parent: twin.NoAsset}, {Path: "farm/T01", Parent: 0}},
		[]twin.Signal{{Path: "farm/T01/power", Asset: 1, Unit: unit(t, "kW")}, {Path: "farm/T01/oil_temp", Asset: 1, Unit: unit(t, "°C")}, {Path: "farm/T01/count", Asset: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func read(t testing.TB, f Format, data []byte, m Mapping) ([]twin.Sample, Report, error) {
	t.Helper()
	var out []twin.Sample
	var rep Report
	for batch, err := range Read(context.Background(), bytes.NewReader(data), f, plant(t), m, &rep) {
		if err != nil {
			return out, rep, err
		}
		out = append(out, batch...)
	}
	return out, rep, nil
}

func write(t testing.TB, f Format, o Options, samples []twin.Sample) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := NewWriter(&buf, f, plant(t), o)
	if err != nil {
		t.Fatal(err)
	}
	for len(samples) > 0 {
		n := min(len(samples), 3)
		if err := w.Write(samples[:n]); err != nil {
			t.Fatal(err)
		}
		samples = samples[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// What is written comes back, in all formats: times exactly, values to the last digits, qualities where the format has them.
func TestRoundTrips(t *testing.T) {
	zone := time.FixedZone("", -5*3600)
	rapid.Check(t, func(rt *rapid.T) {
		var in []twin.Sample
		ns := rapid.Int64Range(0, 1<<61).Draw(rt, "start")
		for range rapid.IntRange(0, 20).Draw(rt, "n") {
			ns += rapid.Int64Range(1, 1e12).Draw(rt, "step")
			s := twin.Sample{Signal: twin.SignalID(rapid.IntRange(0, 2).Draw(rt, "signal")), Time: ns, Quality: twin.Good, Value: rapid.Float64Range(-1e9, 1e9).Draw(rt, "v")}
			if rapid.IntRange(0, 9).Draw(rt, "bad") == 0 {
				s.Quality, s.Value = twin.SensorFault, math.NaN()
			}
			in = append(in, s)
		}
		o := Options{Zone: zone, SI: rapid.Bool().Draw(rt, "si")}
		for f := CSV; f <= MCAP; f++ {
			want := in
			if f == CSV {
				want = slices.DeleteFunc(slices.Clone(in), func(s twin.Sample) bool { return s.Quality == twin.SensorFault })
			}
			got, rep, err := read(t, f, write(t, f, o, in), Mapping{})
			if err != nil || len(got) != len(want) || rep.BadCells+rep.BadTimes+rep.Ragged+len(rep.Unknown) > 0 {
				rt.Fatalf("%v: %d samples of %d, %+v, %v", f, len(got), len(want), rep, err)
			}
			for i := range want {
				a, b := got[i], want[i]
				same := a.Value == b.Value || math.IsNaN(a.Value) && math.IsNaN(b.Value) || math.Abs(a.Value-b.Value) <= 1e-12*math.Max(1000, math.Abs(b.Value))
				if a.Signal != b.Signal || a.Time != b.Time || a.Quality != b.Quality || !same {
					rt.Fatalf("%v: %+v became %+v", f, b, a)
				}
			}
		}
	})
}

func TestForeignCSV(t *testing.T) {
	at := func(s string) int64 { x, _ := time.Parse(time.RFC3339, s); return x.UnixNano() }
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		csv  string
		m    Mapping
		want []twin.Sample
		rep  Report
	}{
		"German": {"\xef\xbb\xbfZeit;farm/T01/power [MW];Bemerkung\r\n20.11.2026 14:30:00;1,5;ok\r\n20.11.2026 14:30:01;;\r\n", Mapping{Zone: berlin},
			[]twin.Sample{{Signal: 0, Quality: twin.Good, Time: at("2026-11-20T13:30:00Z"), Value: 1.5e6}}, Report{Rows: 2, Samples: 1, Unknown: []string{"Bemerkung"}}},
		"prefix and epoch": {"ts,power,oil_temp\n1700000000,10,20\n1700000001500,11,21\n", Mapping{Prefix: "farm/T01/"},
			[]twin.Sample{{Signal: 0, Quality: twin.Good, Time: 1700000000e9, Value: 1e4}, {Signal: 1, Quality: twin.Good, Time: 1700000000e9, Value: 293.15},
				{Signal: 0, Quality: twin.Good, Time: 1700000001500e6, Value: 1.1e4}, {Signal: 1, Quality: twin.Good, Time: 1700000001500e6, Value: 294.15}}, Report{Rows: 2, Samples: 4}},
		"mapped": {"when,P\n2026-11-20 14:30,2\n", Mapping{Time: "when", Signals: map[string]string{"P": "farm/T01/power"}},
			[]twin.Sample{{Signal: 0, Quality: twin.Good, Time: at("2026-11-20T14:30:00Z"), Value: 2000}}, Report{Rows: 1, Samples: 1}},
		"faults": {"time,farm/T01/count\n2026-11-20T14:30:00Z,1\nyesterday,2\n2026-11-20T14:30:02Z,n/a\n2026-11-20T14:30:03Z,4,5\n2026-11-20 14:30:04,5\n2026-11-20T14:30:05Z,true\n", Mapping{},
			[]twin.Sample{{Signal: 2, Quality: twin.Good, Time: at("2026-11-20T14:30:00Z"), Value: 1}, {Signal: 2, Quality: twin.Good, Time: at("2026-11-20T14:30:03Z"), Value: 4},
				{Signal: 2, Quality: twin.Good, Time: at("2026-11-20T14:30:04Z"), Value: 5}, {Signal: 2, Quality: twin.Good, Time: at("2026-11-20T14:30:05Z"), Value: 1}},
			Report{Rows: 6, Samples: 4, BadTimes: 1, BadCells: 1, Ragged: 1, Zones: true}},
		"rows of samples": {"signal;time;value;unit\nfarm/T01/power;2026-11-20T14:30:00+01:00;3;MW\nfarm/T09/power;2026-11-20T14:30:00+01:00;3;MW\n", Mapping{},
			[]twin.Sample{{Signal: 0, Quality: twin.Good, Time: at("2026-11-20T13:30:00Z"), Value: 3e6}}, Report{Rows: 2, Samples: 1, Unknown: []string{"farm/T09/power [MW]"}}},
	} {
		got, rep, err := read(t, CSV, []byte(c.csv), c.m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.EqualFunc(got, c.want, func(a, b twin.Sample) bool {
			return a.Signal == b.Signal && a.Time == b.Time && a.Quality == b.Quality && math.Abs(a.Value-b.Value) < 1e-6
		}) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
		rep.Places = nil
		if !slices.Equal(rep.Unknown, c.rep.Unknown) {
			t.Errorf("%s: unknown %q", name, rep.Unknown)
		}
		rep.Unknown, c.rep.Unknown = nil, nil
		if rep.Rows != c.rep.Rows || rep.Samples != c.rep.Samples || rep.BadTimes != c.rep.BadTimes || rep.BadCells != c.rep.BadCells || rep.Ragged != c.rep.Ragged || rep.Zones != c.rep.Zones {
			t.Errorf("%s: report %+v, want %+v", name, rep, c.rep)
		}
	}
}

func TestFaultsAreNamedWithTheirPlace(t *testing.T) {
	_, rep, err := read(t, CSV, []byte("time,farm/T01/count,farm/T01/power [bar]\n2026-11-20T14:30:00Z,x,1\n"), Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(rep.Places, "\n")
	for _, want := range []string{"line 2: farm/T01/count is \"x\"", `unit "bar" does not fit`} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in\n%s", want, all)
		}
	}
	for data, want := range map[string]string{"": "empty", "a\x00b": "UTF-8", "time,x\n": "no column is named like a signal", "time,\"" + strings.Repeat("x", 2*maxLine): "longer than"} {
		if _, _, err := read(t, CSV, []byte(data), Mapping{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", data, err, want)
		}
	}
	if _, _, err := read(t, CSV, []byte("a,b\n"), Mapping{Time: "when"}); err == nil || !strings.Contains(err.Error(), `"when"`) {
		t.Errorf("a time column that is not there: %v", err)
	}
	for _, f := range []Format{Parquet, MCAP} {
		if _, _, err := read(t, f, []byte("time,farm/T01/count\n1,2\n"), Mapping{}); err == nil {
			t.Errorf("a CSV was taken for %v", f)
		}
	}
}

// An MCAP file that was cut off, as by a crash, gives what it holds.
func TestACutRecordingGivesWhatItHolds(t *testing.T) {
	var in []twin.Sample
	for i := range 400_000 {
		in = append(in, twin.Sample{Signal: 0, Quality: twin.Good, Time: int64(i) * 1e9, Value: float64(i)})
	}
	data := write(t, MCAP, Options{}, in)
	got, rep, err := read(t, MCAP, data[:len(data)*2/3], Mapping{})
	if err != nil || len(got) < 1000 || len(got) >= len(in) || len(rep.Places) == 0 {
		t.Errorf("%d samples, %q, %v", len(got), rep.Places, err)
	}
}

func TestFormatsByName(t *testing.T) {
	for file, want := range map[string]Format{"a.CSV": CSV, "b.parquet": Parquet, "c.mcap": MCAP} {
		if f, err := FormatOf(file); err != nil || f != want {
			t.Errorf("%s: %v %v", file, f, err)
		}
	}
	if _, err := FormatOf("x.xlsx"); err == nil {
		t.Error("a spreadsheet has a format")
	}
	if f, err := ParseFormat("csv-long"); err != nil || f != CSVLong {
		t.Errorf("csv-long: %v %v", f, err)
	}
}

func FuzzRead(f *testing.F) {
	in := []twin.Sample{{Signal: 0, Quality: twin.Good, Time: 17e17, Value: 1}, {Signal: 1, Quality: twin.Offline, Time: 17e17, Value: math.NaN()}}
	for k := CSV; k <= MCAP; k++ {
		f.Add(byte(k), write(f, k, Options{}, in))
	}
	f.Add(byte(0), []byte("Zeit;power\n20.11.2026 14:30;1,5\n"))
	tree := plant(f)
	f.Fuzz(func(t *testing.T, k byte, data []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		for batch, err := range Read(ctx, bytes.NewReader(data), Format(k%4), tree, Mapping{Prefix: "farm/T01/"}, nil) {
			if err != nil {
				if ctx.Err() != nil {
					t.Fatal("it takes too long")
				}
				return
			}
			for _, s := range batch {
				if s.Signal < 0 || s.Quality.Class() != twin.BadClass && (math.IsNaN(s.Value) || math.IsInf(s.Value, 0)) {
					t.Fatalf("yielded %+v", s)
				}
			}
		}
	})
}

func BenchmarkFormats(b *testing.B) {
	var in []twin.Sample
	for i := range 100_000 {
		in = append(in, twin.Sample{Signal: twin.SignalID(i % 3), Quality: twin.Good, Time: 17e17 + int64(i)*1e8, Value: float64(i%977) / 7})
	}
	tree := plant(b)
	for f := CSV; f <= MCAP; f++ {
		data := write(b, f, Options{}, in)
		b.Run("write/"+f.String(), func(b *testing.B) {
			for b.Loop() {
				write(b, f, Options{}, in)
			}
			b.ReportMetric(float64(len(in)*b.N)/b.Elapsed().Seconds(), "samples/s")
			b.ReportMetric(float64(len(data))/float64(len(in)), "B/sample")
		})
		b.Run("read/"+f.String(), func(b *testing.B) {
			for b.Loop() {
				for _, err := range Read(context.Background(), bytes.NewReader(data), f, tree, Mapping{}, nil) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(len(in)*b.N)/b.Elapsed().Seconds(), "samples/s")
		})
	}
}
