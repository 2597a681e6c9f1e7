package trend

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/ui/chart"
)

var t0 = time.Date(2024, 11, 4, 0, 0, 0, 0, time.UTC)

func unitOf(t testing.TB, symbol string) twin.Unit {
	u, err := twin.ParseUnit(symbol)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// farm is two turbines, one in MW and one in kW, and a temperature.
func farm(t testing.TB) *twin.Tree {
	t.Helper()
	mw, kw, c := unitOf(t, "MW"), unitOf(t, "kW"), unitOf(t, "°C")
	tree, err := twin.NewTree(
		[]twin.Asset{{Path: "farm", Name: "farm", Label: "Farm", Parent: twin.NoAsset}, {Path: "farm/T01", Name: "T01", Label: "T01", Parent: 0}, {Path: "farm/T02", Name: "T02", Label: "T02", Parent: 0}},
		[]twin.Signal{
			{Asset: 1, Path: "farm/T01/power", Name: "power", Label: "Power", Unit: mw, Decimals: 2, Min: 1, Normal: [2]float64{0, 2e6}},
			{Asset: 2, Path: "farm/T02/power", Name: "power", Label: "Power", Unit: kw, Decimals: 0, Min: 1},
			{Asset: 1, Path: "farm/T01/oil", Name: "oil", Label: "Oil temperature", Unit: c, Decimals: 1, Min: 1},
		})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// recorded is a history of an hour, a sample every second: power rises from 0 to 3.6 MW and is half of that, oil is 60 °C.
func recorded(t testing.TB, tree *twin.Tree, seconds int) *history.Store {
	t.Helper()
	s, err := history.Open(context.Background(), tree, history.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	var batch []twin.Sample
	for i := range seconds {
		at := t0.Add(time.Duration(i) * time.Second).UnixNano()
		batch = append(batch, twin.Sample{Signal: 0, Time: at, Value: 1000 * float64(i), Quality: twin.Good}, twin.Sample{Signal: 1, Time: at, Value: 500 * float64(i), Quality: twin.Good},
			twin.Sample{Signal: 2, Time: at, Value: 333.15, Quality: twin.Good})
		if len(batch) > 30_000 || i == seconds-1 {
			if err := s.Append(batch); err != nil {
				t.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	return s
}

type diary []journal.Entry

func (d diary) Query(_ context.Context, f journal.Filter) (out []journal.Entry, _ error) {
	for _, e := range d {
		if !e.Time.Before(f.From) && e.Time.Before(f.To) {
			out = append(out, e)
		}
	}
	return out, nil
}

func query(t testing.TB) *Query {
	tree := farm(t)
	return &Query{Tree: tree, From: t0, To: t0.Add(time.Hour), Now: t0.Add(time.Hour), Columns: 600, History: recorded(t, tree, 3600)}
}

func TestOneDimensionHasOneUnit(t *testing.T) {
	q := query(t)
	q.Lines = []Line{{Signal: "farm/T01/power"}, {Signal: "farm/T02/power", Colour: 1}, {Signal: "farm/T01/oil", Colour: 2}, {Signal: "farm/T09/gone"}}
	m, err := q.Model(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Series) != 3 || m.Series[1].Unit.Symbol != "MW" || m.Series[1].Decimals != 3 || m.Series[2].Unit.Symbol != "°C" {
		t.Fatalf("%+v", m.Series)
	}
	if m.Series[1].Name != "T02 power" || m.Title != "Trend" {
		t.Errorf("%q, %q", m.Series[1].Name, m.Title)
	}
	if last := m.Series[1].Columns[599]; math.Abs(last.Max-500*3599) > 1e-6 || last.Count != 6 {
		t.Errorf("the last column is %+v", last)
	}
	if len(q.Missing) != 1 || q.Missing[0] != "farm/T09/gone" {
		t.Errorf("missing: %v", q.Missing)
	}
}

func TestDerivedLines(t *testing.T) {
	q := query(t)
	for _, c := range []struct {
		line Line
		at   int     // column
		want float64 // in the display unit
		unit string
	}{
		{Line{Signal: "farm/T01/power", Derive: Derivation(chart.Derivative)}, 300, .06, "MW/min"},
		{Line{Signal: "farm/T01/power", Derive: Derivation(chart.Integral)}, 599, 1e-3 * 3599 * 3599 / 2 / 3600, "MW·h"},
		{Line{Signal: "farm/T01/power", Derive: Derivation(chart.MovingAverage), Window: Span(time.Minute)}, 300, 1e-3 * (1805 - 29.5), "MW"},
		{Line{Expr: "T01.power - T02.power", Name: "difference"}, 599, 1.7995, "MW"},
		{Line{Expr: `signal("farm/T01/power") / T02.power`}, 300, 2, ""},
	} {
		q.Lines = []Line{c.line}
		m, err := q.Model(context.Background())
		if err != nil {
			t.Fatalf("%+v: %v", c.line, err)
		}
		s := &m.Series[0]
		if got := s.Unit.FromSI(s.Columns[c.at].Last); math.Abs(got-c.want) > 2e-3*math.Abs(c.want)+1e-9 || s.Unit.Symbol != c.unit {
			t.Errorf("%s is %g %s, want %g %s", s.Name, got, s.Unit.Symbol, c.want, c.unit)
		}
	}
	q.Lines = []Line{{Expr: "T01.power + T01.oil"}}
	if _, err := q.Model(context.Background()); err == nil {
		t.Error("a power was added to a temperature")
	}
	if err := Check(q.Tree, "1 + 2"); err == nil {
		t.Error("an expression without a signal was taken")
	}
}

func TestLimitsAndEvents(t *testing.T) {
	q := query(t)
	q.Lines = []Line{{Signal: "farm/T01/power"}}
	q.Alarms = []alarm.Definition{{ID: "a", Asset: 1, Signal: 0, Condition: alarm.High, Limit: 3e6, Priority: twin.High}, {ID: "b", Asset: 1, Signal: 0, Condition: alarm.Stale},
		{ID: "c", Asset: 1, Signal: 2, Condition: alarm.High, Limit: 340}}
	event := func(minute int, kind twin.EventKind, asset twin.AssetID, action string) journal.Entry {
		return journal.Entry{Event: twin.Event{Time: t0.Add(time.Duration(minute) * time.Minute), Kind: kind, Asset: asset, Action: action, Text: action, Priority: twin.High}}
	}
	q.Journal = diary{event(1, twin.AlarmEvent, 1, "raised"), event(2, twin.AlarmEvent, 1, "cleared"), event(3, twin.CommandEvent, 0, "sent"), event(4, twin.AlarmEvent, 2, "raised"), event(90, twin.AlarmEvent, 1, "raised")}
	m, err := q.Model(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Limits) != 1 || m.Limits[0].Label != "high 3.00" || len(m.Ranges) != 2 {
		t.Errorf("%+v, %+v", m.Limits, m.Ranges)
	}
	if len(m.Events) != 2 {
		t.Errorf("%+v", m.Events)
	}
	q.AllEvents = true
	if m, _ = q.Model(context.Background()); len(m.Events) != 3 {
		t.Errorf("all events: %+v", m.Events)
	}
	q.NoEvents, q.NoLimits = true, true
	if m, _ = q.Model(context.Background()); len(m.Events)+len(m.Limits)+len(m.Ranges) != 0 {
		t.Error("what was turned off is drawn")
	}
}

func TestCompareMovesAnEarlierPeriodHere(t *testing.T) {
	q := query(t)
	q.Lines = []Line{{Signal: "farm/T01/power"}}
	q.From, q.Compare = t0.Add(30*time.Minute), []Span{Span(30 * time.Minute)}
	m, err := q.Model(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Series) != 2 || m.Series[1].Style != chart.Compared || m.Series[1].Name != "Power, 30 min before" {
		t.Fatalf("%+v", m.Series[1].Name)
	}
	if d := m.Series[0].Columns[100].Mean - m.Series[1].Columns[100].Mean; math.Abs(d-1.8e6) > 1 {
		t.Errorf("half an hour apart the power differs by %g", d)
	}
}

// TestSparseSignalsAreHeld looks at a minute of a signal that spoke last before it began.
func TestSparseSignalsAreHeld(t *testing.T) {
	tree, err := twin.NewTree([]twin.Asset{{Path: "m", Name: "m", Parent: twin.NoAsset}}, []twin.Signal{
		{Asset: 0, Path: "m/state", Name: "state", Label: "State", Kind: twin.Enum, States: []string{"off", "running"}, Max: 1},
		{Asset: 0, Path: "m/level", Name: "level", Label: "Level", Timeout: 30 * time.Second, Min: 1}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := history.Open(context.Background(), tree, history.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Append([]twin.Sample{{Signal: 0, Time: t0.UnixNano(), Value: 1, Quality: twin.Good}, {Signal: 1, Time: t0.UnixNano(), Value: 7, Quality: twin.Good}}); err != nil {
		t.Fatal(err)
	}
	q := &Query{Tree: tree, From: t0.Add(2 * time.Minute), To: t0.Add(3 * time.Minute), Columns: 600, History: s}
	q.Lines = []Line{{Signal: "m/state"}, {Signal: "m/level"}}
	m, err := q.Model(context.Background())
	if err != nil || len(m.Series) != 2 {
		t.Fatal(err, m.Empty)
	}
	m.Cursor = t0.Add(150 * time.Second)
	if got := m.AtCursor(0); got != "running" {
		t.Errorf("the state is %q", got)
	}
	if got := m.AtCursor(1); got != "" {
		t.Errorf("a level that is good for 30 s reads %q after 2.5 min", got)
	}
	if !m.Series[0].Steps || m.Series[0].Unit.Dimension == m.Series[1].Unit.Dimension {
		t.Errorf("%+v", m.Series[0].Unit)
	}
}

func TestFigures(t *testing.T) {
	q := query(t)
	q.Lines = []Line{{Signal: "farm/T01/power"}, {Signal: "farm/T02/power", Colour: 1}}
	for _, v := range []View{Histogram, Spectrum, XY} {
		q.View = v
		m, err := q.Model(context.Background())
		if err != nil || m.Figure == nil || len(m.Figure.Sets) == 0 || len(m.Figure.Sets[0].X) == 0 {
			t.Fatalf("%s: %v, %+v", v, err, m)
		}
		if v != XY {
			continue
		}
		s := &m.Figure.Sets[0]
		n := len(s.X) - 1
		if s.X[n] != 3.599 || math.Abs(s.Y[n]-1.7995) > 1e-9 || len(s.At) != len(s.X) {
			t.Errorf("the last point is %g, %g", s.X[n], s.Y[n])
		}
	}
	q.Lines = q.Lines[:1]
	if m, err := q.Model(context.Background()); err != nil || len(m.Figure.Sets) != 0 {
		t.Errorf("one line over nothing: %v", err)
	}
}

func TestStatisticsOfASpan(t *testing.T) {
	q := query(t)
	q.Lines = []Line{{Signal: "farm/T01/power"}, {Signal: "farm/T01/oil"}}
	stats, err := q.Statistics(context.Background(), t0, t0.Add(10*time.Minute))
	if err != nil || len(stats) != 2 {
		t.Fatal(err)
	}
	s := stats[0]
	if s.Count != 600 || s.Min != 0 || s.Max != 599e3 || math.Abs(s.Mean-299.5e3) > 1e-6 {
		t.Errorf("%+v", s.Statistics)
	}
	if got := s.IntegralUnit.FromSI(s.Integral); math.Abs(got-.2995*600/3600) > 1e-9 || s.IntegralUnit.Symbol != "MW·h" {
		t.Errorf("the integral is %g %s", got, s.IntegralUnit.Symbol)
	}
	if got := stats[1].IntegralUnit.FromSI(stats[1].Integral); math.Abs(got-10) > 1e-6 {
		t.Errorf("ten minutes of 60 °C are %g %s", got, stats[1].IntegralUnit.Symbol)
	}
}

func TestSamplesComeBackFromFiles(t *testing.T) {
	q := query(t)
	q.Lines = []Line{{Signal: "farm/T02/power"}, {Signal: "farm/T02/power", Derive: Derivation(chart.Integral)}, {Signal: "farm/T01/oil", Hidden: true}}
	for _, format := range []string{"csv", "parquet"} {
		var out bytes.Buffer
		shares := 0
		n, err := q.Export(context.Background(), &out, format, Picture{}, nil, func(float64) { shares++ })
		if err != nil || n != 7200 || shares == 0 {
			t.Fatalf("%s: %d samples, %v", format, n, err)
		}
		if format == "csv" {
			rows, err := csv.NewReader(&out).ReadAll()
			if err != nil || len(rows) != 3601 || rows[0][1] != "farm/T02/power [kW]" || rows[0][2] != "farm/T02/power.integral [kW·h]" {
				t.Fatalf("%v, %v", rows[0], err)
			}
			if got, want := rows[3600][2], .5*3599*3599/2/3600; !strings.HasPrefix(got, "899.5") || want < 899 {
				t.Errorf("the integral ends at %s, want %g", got, want)
			}
			continue
		}
		found := 0
		for batch, err := range recording.Read(context.Background(), bytes.NewReader(out.Bytes()), recording.Parquet, q.Tree, recording.Mapping{}, nil) {
			if err != nil {
				t.Fatal(err)
			}
			found += len(batch)
		}
		if found != 3600 { // the derived line is no signal of the twin
			t.Errorf("%d samples came back", found)
		}
	}
	for _, format := range []string{"png", "svg", "pdf"} {
		var out bytes.Buffer
		if _, err := q.Export(context.Background(), &out, format, Picture{800, 300, 1}, nil, nil); err != nil || out.Len() < 1000 {
			t.Errorf("%s: %d bytes, %v", format, out.Len(), err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := q.Export(ctx, &bytes.Buffer{}, "csv", Picture{}, nil, nil); err == nil {
		t.Error("a cancelled export ended well")
	}
	if _, err := FormatOf("a.gif"); err == nil {
		t.Error("a GIF was promised")
	}
}

// TestIntegralInParts exports more than a part holds: the integral must go on from part to part.
func TestIntegralInParts(t *testing.T) {
	tree := farm(t)
	const n = 400_000
	q := &Query{Tree: tree, From: t0, To: t0.Add(n * time.Second), History: recorded(t, tree, n)}
	q.Lines = []Line{{Signal: "farm/T01/power", Derive: Derivation(chart.Integral)}}
	p, coarse, err := q.points(context.Background(), &line{Line: q.Lines[0], signal: tree.Signal(0), unit: tree.Signal(0).Unit}, q.From, q.To)
	if err != nil || coarse != 0 {
		t.Fatal(err, coarse)
	}
	r := partReader{q: q, line: &line{Line: q.Lines[0], signal: tree.Signal(0), unit: tree.Signal(0).Unit}}
	last := 0.0
	for at := q.From; at.Before(q.To); at = at.Add(17 * time.Hour) {
		part, err := r.points(context.Background(), at, at.Add(17*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if k := len(part.Value); k > 0 {
			last = part.Value[k-1]
		}
	}
	if want := p.Value[n-1]; math.Abs(last/want-1) > 1e-9 {
		t.Errorf("in parts the integral is %g, at once %g", last, want)
	}
}

func TestLongSpansAreComputedOfMeans(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a million samples")
	}
	tree := farm(t)
	const n = MaxPoints + 1000
	q := &Query{Tree: tree, From: t0, To: t0.Add(n * time.Second), Columns: 500, History: recorded(t, tree, n)}
	q.Lines = []Line{{Signal: "farm/T01/power", Derive: Derivation(chart.MovingAverage), Window: Span(time.Hour)}}
	m, err := q.Model(context.Background())
	if err != nil || !strings.Contains(m.Series[0].Name, "of means over") {
		t.Fatalf("%v, %s", err, m.Series[0].Name)
	}
	c := m.Series[0].Columns[250]
	mid := 1000 * float64(n) * (250.5 / 500)
	if math.Abs(c.Mean-(mid-1800*1000))/mid > .005 {
		t.Errorf("the average in the middle is %g, want %g", c.Mean, mid-1800*1000)
	}
	q.Lines = []Line{{Signal: "farm/T01/power"}}
	stats, err := q.Statistics(context.Background(), q.From, q.To)
	if err != nil || !stats[0].Coarse || stats[0].Count != n || stats[0].Max != 1000*(n-1) || stats[0].Min != 0 {
		t.Errorf("%v, %+v", err, stats[0].Statistics)
	}
}

func TestSpecsAreKeptAndHostileOnesCleaned(t *testing.T) {
	s := Spec{Lines: []Line{{Signal: "farm/T01/power", Derive: Derivation(chart.MovingRMS), Window: Span(time.Minute), Colour: 2}, {Expr: "a + b"}}, View: XY, Compare: []Span{Span(time.Hour)}}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(data)
	if again, _ := json.Marshal(back); err != nil || !bytes.Equal(again, data) {
		t.Errorf("%v: %s became %s", err, data, again)
	}
	bad, err := Parse([]byte(`{"lines":[{},{"signal":"x","window":"-3h"}],"view":"pie","compare":["-1h","900000h","2h"]}`))
	if err != nil || len(bad.Lines) != 1 || bad.Lines[0].Window != 0 || bad.View != OverTime || len(bad.Compare) != 1 {
		t.Errorf("%v: %+v", err, bad)
	}
	if s, ok := bad.With(Line{Signal: "y"}); !ok || s.Lines[1].Colour != 1 || s.Simple() || s.Without(0).Lines[0].Signal != "y" {
		t.Errorf("%+v", s)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"lines":[{"signal":"a/b","derive":"RMS","window":"10m"}],"view":"xy","compare":["1h"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err == nil && (len(s.Lines) > MaxLines || len(s.Compare) > MaxCompare) {
			t.Fatal("bounds were passed")
		}
	})
}

// BenchmarkModel is what the window asks for while it zooms: eight lines over an hour.
func BenchmarkModel(b *testing.B) {
	q := query(b)
	for range 4 {
		q.Lines = append(q.Lines, Line{Signal: "farm/T01/power"}, Line{Signal: "farm/T01/oil"})
	}
	for b.Loop() {
		if _, err := q.Model(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDerivedModel(b *testing.B) {
	tree := farm(b)
	q := &Query{Tree: tree, From: t0, To: t0.Add(500_000 * time.Second), Columns: 1800, History: recorded(b, tree, 500_000)}
	q.Lines = []Line{{Signal: "farm/T01/power", Derive: Derivation(chart.MovingDeviation)}}
	for b.Loop() {
		if _, err := q.Model(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExportSamples writes 100,000 samples with a derived line beside them.
func BenchmarkExportSamples(b *testing.B) {
	tree := farm(b)
	q := &Query{Tree: tree, From: t0, To: t0.Add(50_000 * time.Second), History: recorded(b, tree, 50_000)}
	q.Lines = []Line{{Signal: "farm/T01/power"}, {Signal: "farm/T01/power", Derive: Derivation(chart.Integral)}}
	for _, format := range []string{"csv", "parquet"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				if n, err := q.Export(context.Background(), io.Discard, format, Picture{}, nil, nil); err != nil || n != 100_000 {
					b.Fatal(n, err)
				}
			}
		})
	}
}
