package mqtt

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

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

// farm makes a tree of n turbines with the 12 signals of the demo plant, and the routes that fill it.
func farm(t testing.TB, n int) (*twin.Tree, []Route) {
	t.Helper()
	keys := []struct{ key, signal, unit string }{
		{"wind_speed", "wind_speed", "m/s"}, {"ambient_temp", "ambient_temp", "°C"}, {"power", "power", "kW"},
		{"power_limit", "power_limit", "%"}, {"state", "state", ""}, {"rotor_speed", "rotor/speed", "rpm"},
		{"pitch", "rotor/pitch", "°"}, {"yaw", "yaw", "°"}, {"gen_speed", "generator/speed", "rpm"},
		{"oil_temp", "gearbox/oil_temp", "°C"}, {"bearing_temp", "gearbox/bearing_temp", "°C"}, {"vibration", "gearbox/vibration", "mm/s"},
	}
	assets := []twin.Asset{{Path: "farm", Name: "farm", Parent: twin.NoAsset}}
	var signals []twin.Signal
	for i := range n {
		root := twin.AssetID(len(assets))
		path := fmt.Sprintf("farm/T%02d", i+1)
		parts := map[string]twin.AssetID{"": root}
		assets = append(assets, twin.Asset{Path: path, Parent: 0})
		for _, p := range []string{"rotor", "generator", "gearbox"} {
			parts[p] = twin.AssetID(len(assets))
			assets = append(assets, twin.Asset{Path: path + "/" + p, Name: p, Parent: root})
		}
		for _, k := range keys {
			part, name := "", k.signal
			if before, after, ok := strings.Cut(k.signal, "/"); ok {
				part, name = before, after
			}
			s := twin.Signal{Path: path + "/" + k.signal, Name: name, Asset: parts[part], Unit: unit(t, k.unit)}
			if k.key == "state" {
				s.Kind, s.States = twin.Enum, []string{"stopped", "running", "curtailed", "tripped", "service"}
			}
			signals = append(signals, s)
		}
		signals = append(signals, twin.Signal{Path: path + "/wear", Name: "wear", Asset: root, Computed: true})
	}
	tree, err := twin.NewTree(assets, signals)
	if err != nil {
		t.Fatal(err)
	}
	telemetry := Route{Filter: "windfarm/+/telemetry", Asset: "farm/{1}", Decoder: JSON, TimeKey: "ts"}
	for _, k := range keys {
		telemetry.Fields = append(telemetry.Fields, Field{k.key, k.signal, unit(t, k.unit)})
	}
	return tree, []Route{telemetry, {Filter: "windfarm/+/status", Asset: "farm/{1}", Decoder: Status, TimeKey: "ts"}}
}

const arrival = int64(1_790_000_000_000_000_000)

func decodeOne(t *testing.T, topic, payload string) (map[string]twin.Sample, error) {
	t.Helper()
	tree, routes := farm(t, 3)
	r, err := newRouter(tree, routes, 1)
	if err != nil {
		t.Fatal(err)
	}
	d := decoder{clock: map[twin.AssetID]clockOffset{}}
	target := r.find(topic)
	if target.route == nil {
		t.Fatalf("%s has no route: %s", topic, target.reason)
	}
	if target.route.Decoder == Status {
		_, _, err = d.status(target, []byte(payload), arrival)
	} else {
		var warning error
		if warning, err = d.values(target, []byte(payload), arrival); err == nil {
			err = warning
		}
	}
	out := map[string]twin.Sample{}
	for _, s := range d.samples {
		out[strings.TrimPrefix(tree.Signal(s.Signal).Path, "farm/T03/")] = s
	}
	return out, err
}

func TestDecodeTelemetry(t *testing.T) {
	got, err := decodeOne(t, "windfarm/T03/telemetry",
		`{"ts":1790000000123,"power":3500,"oil_temp":76.25,"rotor_speed":12.1,"state":1,"vibration":null,"new_key":{"a":1},"pitch":"2.5"}`)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{"power": 3.5e6, "gearbox/oil_temp": 349.4, "rotor/speed": 12.1 * 2 * math.Pi / 60, "state": 1, "rotor/pitch": 2.5 * math.Pi / 180}
	for name, v := range want {
		s, ok := got[name]
		if !ok || s.Quality != twin.Good || math.Abs(s.Value-v) > 1e-9*(1+v) || s.Time != 1790000000123*1e6 {
			t.Errorf("%s = %+v, want %g", name, s, v)
		}
	}
	if s := got["gearbox/vibration"]; s.Quality != twin.SensorFault {
		t.Errorf("null became %+v", s)
	}
	if len(got) != 6 {
		t.Errorf("%d samples: missing keys must be nothing: %v", len(got), got)
	}
}

func TestDecodeOddValues(t *testing.T) {
	for payload, want := range map[string]string{
		`{"power":1e999}`:                     "power=sensor fault; not finite",
		`{"power":NaN}`:                       "power=sensor fault; not finite",
		`{"power":-Infinity}`:                 "power=sensor fault; not finite",
		`{"power":[1]}`:                       "power=sensor fault; where a value should be",
		`{"power":"n/a"}`:                     "power=sensor fault; not a value",
		`{"power":1,"power":2}`:               "power=good 2000;",
		`{"power":true}`:                      "power=good 1000;",
		`{"state":"Tripped"}`:                 "state=good 3;",
		`{"state":7}`:                         "state=out of range 7;",
		`{"state":1.5}`:                       "state=out of range 1.5;",
		`{"state":"flying"}`:                  "state=sensor fault; not a value",
		`{"power":1,"ts":"yesterday"}`:        "power=good 1000; time of arrival is used",
		`{"power":1,"ts":-5}`:                 "power=good 1000; time of arrival is used",
		`{"power":1,"ts":12345}`:              "power=good 1000; time of arrival is used",
		`{"power":1,"ts":1e300}`:              "power=good 1000; time of arrival is used",
		`{"power":1,"oil_temp":2`:             "; broken JSON",
		`{"power":1} {"power":2}`:             "; follows",
		`true`:                                "; not a JSON object",
		"{\"power\":1,\"\xff\xfe\":\"\xc3\"}": "power=good 1000;",
		`{}`:                                  ";",
	} {
		got, err := decodeOne(t, "windfarm/T03/telemetry", payload)
		text := ""
		for name, s := range got {
			text += name + "=" + s.Quality.String()
			if s.Quality.Usable() || s.Quality == twin.OutOfRange {
				text += fmt.Sprintf(" %g", s.Value)
			}
		}
		text += ";"
		wantText, wantErr, _ := strings.Cut(want, "; ")
		if wantErr == "" {
			if err != nil || text != want {
				t.Errorf("%s: %q (%v), want %q", payload, text, err, want)
			}
		} else if err == nil || !strings.Contains(err.Error(), wantErr) || text != wantText+";" {
			t.Errorf("%s: %q (%v), want %q", payload, text, err, want)
		}
	}
}

func TestTimeStamps(t *testing.T) {
	const want = int64(1_790_000_000_500_000_000)
	for ts, ns := range map[string]int64{
		"1790000000.5": want, "1790000000500": want, "1790000000500000": want, "1790000000500000001": want + 1,
		"1790000000500.25": want + 250_000, `"2026-09-21T14:13:20.5Z"`: want, `"2026-09-21T16:13:20.5+02:00"`: want,
		`"2026-09-21T14:13:20.5"`: want, `"1790000000500"`: want, "1.7900000005e12": want, "null": arrival, "0": arrival,
	} {
		got, _ := decodeOne(t, "windfarm/T03/telemetry", `{"ts":`+ts+`,"power":1}`)
		if s := got["power"]; s.Time-ns > 1000 || ns-s.Time > 1000 || ns == want+1 && s.Time != ns {
			t.Errorf("ts %s: %d, want %d", ts, s.Time, ns)
		}
	}
	if ns, ok := unixNano(number{f: 5, i: 5, whole: true}, time.Hour); !ok || ns != int64(5*time.Hour) {
		t.Errorf("given unit: %d %v", ns, ok)
	}
}

func TestDecodeStatus(t *testing.T) {
	got, err := decodeOne(t, "windfarm/T03/status", `{"online":false}`)
	if err != nil || len(got) != 12 {
		t.Fatalf("%d samples (%v), want the 12 measured signals below the asset", len(got), err)
	}
	for name, s := range got {
		if s.Quality != twin.Offline || s.Time != arrival {
			t.Errorf("%s = %+v", name, s)
		}
	}
	for payload, want := range map[string]string{
		`{"online":true,"serial":"X"}`: "0 ", "Online": "0 ", "offline": "12 ", `"0"`: "12 ", `{"online":0}`: "12 ",
		`{"serial":"X"}`: "0 no bool", `{"online":null}`: "0 no bool", `perhaps`: "0 neither", `{"online":`: "0 broken",
	} {
		got, err := decodeOne(t, "windfarm/T03/status", payload)
		text := fmt.Sprintf("%d ", len(got))
		if err != nil {
			text += err.Error()
		}
		count, reason, _ := strings.Cut(want, " ")
		if !strings.HasPrefix(text, count+" ") || !strings.Contains(text, reason) || (reason == "") != (err == nil) {
			t.Errorf("%s: %q, want %q", payload, text, want)
		}
	}
}

// A device whose clock is 10 minutes slow must not look offline at a time that its next values have not reached.
func TestOfflineStandsOnTheClockOfTheDevice(t *testing.T) {
	tree, routes := farm(t, 1)
	r, _ := newRouter(tree, routes, 1)
	d := decoder{clock: map[twin.AssetID]clockOffset{}}
	slow := arrival - int64(10*time.Minute)
	if _, err := d.values(r.find("windfarm/T01/telemetry"), fmt.Appendf(nil, `{"ts":%d,"power":1}`, slow/1e6), arrival); err != nil {
		t.Fatal(err)
	}
	d.samples = d.samples[:0]
	later := arrival + int64(3*time.Second)
	if _, _, err := d.status(r.find("windfarm/T01/status"), []byte(`{"online":false}`), later); err != nil {
		t.Fatal(err)
	}
	if got, want := d.samples[0].Time, slow+int64(3*time.Second); got != want {
		t.Errorf("offline at %d, want %d", got, want)
	}
}

func TestRoutesReportAllThatIsWrong(t *testing.T) {
	tree, routes := farm(t, 1)
	base := routes[0]
	for want, change := range map[string]func(*Route){
		"may stand only at the end": func(r *Route) { r.Filter = "a/#/b" },
		"must name a wildcard":      func(r *Route) { r.Asset = "farm/{2}" },
		"not in the tree":           func(r *Route) { r.Asset = "ranch" },
		"unknown decoder":           func(r *Route) { r.Decoder = "xml" },
		"no key":                    func(r *Route) { r.Fields = nil },
		"stands twice":              func(r *Route) { r.Fields = append(r.Fields[:1:1], r.Fields[0]) },
		"no asset has a signal":     func(r *Route) { r.Fields = []Field{{Key: "x", Signal: "nothing"}} },
	} {
		r := base
		change(&r)
		_, err := New(tree, Options{Name: "plant", URL: "mqtt://x", Routes: []Route{r, r}})
		if err == nil || strings.Count(err.Error(), want) != 2 || !strings.Contains(err.Error(), `"plant"`) {
			t.Errorf("error %v, want %q twice", err, want)
		}
	}
	if _, err := New(tree, Options{URL: "mqtt://x"}); err == nil {
		t.Error("no routes were accepted")
	}
}

func TestRouterIsBounded(t *testing.T) {
	tree, routes := farm(t, 2)
	r, _ := newRouter(tree, routes, 2)
	for i := range 2*maxTopics + 10 {
		r.find(fmt.Sprintf("windfarm/X%d/telemetry", i))
	}
	if len(r.cache) > maxTopics {
		t.Errorf("%d topics remembered", len(r.cache))
	}
	if target := r.find("windfarm/T02/telemetry"); target.route == nil || target.worker != r.find("windfarm/T02/status").worker {
		t.Error("values and status of one asset do not share a worker")
	}
	if target := r.find("windfarm/X1/telemetry"); target.route != nil || !strings.Contains(target.reason, `no asset "farm/X1"`) {
		t.Errorf("reason %q", target.reason)
	}
	if target := r.find("elsewhere"); target.route != nil || target.reason != "" {
		t.Errorf("reason %q", target.reason)
	}
}

func TestSubscriptionsAreMinimal(t *testing.T) {
	tree, routes := farm(t, 1)
	all := routes[1]
	all.Filter = "windfarm/#"
	r, err := newRouter(tree, append(routes, all, all), 1)
	if err == nil {
		for i, c := range r.routes {
			if c.via != "windfarm/#" {
				t.Errorf("route %d is subscribed by %q", i, c.via)
			}
		}
	}
	if got := r.filters(0); len(got) != 1 || got["windfarm/#"] != 1 {
		t.Errorf("filters %v", got)
	}
}

// FuzzDecode: foreign bytes never make more samples than fields, never a Good value that is not finite, and a broken
// payload leaves nothing behind.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(telemetry(0, 0)), "windfarm/T01/telemetry")
	f.Add([]byte(`{"online":false}`), "windfarm/T01/status")
	f.Add([]byte("{\"power\":1e308,\"power\":\"\xff\",\"state\":\"\\u0000\"}"), "windfarm/T01/telemetry")
	f.Add([]byte("{\"ts\":99999999999999999999,\"power\":[[[]]]}"), "windfarm/T01/telemetry")
	tree, routes := farm(f, 1)
	r, err := newRouter(tree, routes, 2)
	if err != nil {
		f.Fatal(err)
	}
	d := decoder{clock: map[twin.AssetID]clockOffset{}}
	f.Fuzz(func(t *testing.T, payload []byte, topic string) {
		target := r.find(topic)
		if target.route == nil {
			return
		}
		d.samples = d.samples[:0]
		var err error
		if target.route.Decoder == Status {
			_, _, err = d.status(target, payload, arrival)
		} else {
			_, err = d.values(target, payload, arrival)
		}
		if err != nil && len(d.samples) > 0 || len(d.samples) > 12 {
			t.Fatalf("%d samples with error %v", len(d.samples), err)
		}
		for _, s := range d.samples {
			if s.Quality == twin.Good && (math.IsNaN(s.Value) || math.IsInf(s.Value, 0)) || s.Time <= 0 {
				t.Fatalf("sample %+v", s)
			}
		}
		if text := printable(payload, 120); strings.ContainsAny(text, "\n\r\x00\x1b") {
			t.Fatalf("printable returned %q", text)
		}
	})
}

// telemetry is a message as the demo plant sends it.
func telemetry(ms int64, k int) string {
	return fmt.Sprintf(`{"ts":%d,"wind_speed":%.2f,"ambient_temp":%.1f,"power":%.1f,"power_limit":100,"state":1,"rotor_speed":%.3f,"pitch":%.2f,"yaw":%.1f,"gen_speed":%.1f,"oil_temp":%.2f,"bearing_temp":%.2f,"vibration":%.3f}`,
		ms, 8.5+float64(k%50)/100, 12.3, 3512.4+float64(k%100), 11.873, 0.25, 231.5, 1152.1, 64.21+float64(k%10)/10, 58.05, 2.134)
}

func BenchmarkDecode(b *testing.B) {
	tree, routes := farm(b, 8)
	r, err := newRouter(tree, routes, 1)
	if err != nil {
		b.Fatal(err)
	}
	payload := []byte(telemetry(1_790_000_000_123, 7))
	d := decoder{samples: make([]twin.Sample, 0, 4096), clock: map[twin.AssetID]clockOffset{}}
	topics := make([]string, 8)
	for i := range topics {
		topics[i] = fmt.Sprintf("windfarm/T%02d/telemetry", i+1)
	}
	b.SetBytes(int64(len(payload)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		d.samples = d.samples[:0]
		if _, err := d.values(r.find(topics[n%8]), payload, arrival); err != nil || len(d.samples) != 12 {
			b.Fatal(err, len(d.samples))
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "msg/s")
}
