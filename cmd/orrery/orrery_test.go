package main

import (
	"bytes"
	"context"
	"encoding/json"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

// TestMain lets the test binary stand in for the command, so that tests see its words and its exit status.
func TestMain(m *testing.M) {
	switch os.Getenv("ORRERY_TEST_CHILD") {
	case "":
	case "kill":
		report(killChild(os.Args[1]))
		os.Exit(1)
	default:
		main()
		return
	}
	os.Exit(m.Run())
}

// orrery runs the command without a display and returns what it wrote and whether it succeeded.
func orrery(t *testing.T, args ...string) (out, words string, ok bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "ORRERY_TEST_CHILD=1", "LANG=en_GB.UTF-8", "DISPLAY=", "WAYLAND_DISPLAY=", "ORRERY_HOME="+t.TempDir())
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	return o.String(), e.String(), err == nil
}

// demoFolder writes the demo twin into a folder.
func demoFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := demo.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCheckSaysWhereAndWhat(t *testing.T) {
	dir := demoFolder(t)
	file := filepath.Join(dir, "twin.yaml")
	if out, words, ok := orrery(t, "check", file); !ok || !strings.Contains(out, "no faults") {
		t.Fatalf("the demo has faults: %s%s", out, words)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(string(raw), "unit: m/s,", "unit: furlong,", 1)
	broken = strings.Replace(broken, "kind: turbine, position: [0", "kind: turbin, position: [0", 1)
	broken = strings.Replace(broken, "models/sea.glb", "models/lake.glb", 1)
	if err := os.WriteFile(file, []byte(broken), 0o644); err != nil {
		t.Fatal(err)
	}
	_, words, ok := orrery(t, "check", file)
	if ok {
		t.Fatal("a broken file passed")
	}
	for _, want := range []string{"twin.yaml:", "furlong", "turbin", "lake.glb", "\n    ", "^\n", "nothing was opened"} {
		if !strings.Contains(words, want) {
			t.Errorf("the words lack %q:\n%s", want, words)
		}
	}
}

func TestBadInputIsOneLineAndNoSuccess(t *testing.T) {
	for args, want := range map[string]string{
		"check nowhere.yaml":                    "nowhere.yaml",
		"snapshot x.glb":                        "required",
		"snapshot x.glb -o y.png --size big":    "--size",
		"snapshot x.glb -o y.png --look pretty": "--look",
		"sim nowhere.yaml":                      "nowhere.yaml",
		"serve":                                 "twin file",
		"bench nonsense":                        "nonsense",
		"demo windmill":                         "windmill",
		"predict":                               "name a twin",
		"demo windfarm":                         "no display",
		"info " + filepath.Join("testdata", "not-there.glb"): "not-there.glb",
	} {
		_, words, ok := orrery(t, strings.Fields(args)...)
		if ok || !strings.Contains(words, want) || strings.Contains(words, "goroutine") || strings.Count(words, "\n") > 3 {
			t.Errorf("orrery %s: success %v, words %q, want a line with %q", args, ok, words, want)
		}
	}
}

func TestSnapshotAndInfoOfAModel(t *testing.T) {
	file := filepath.Join(demoFolder(t), "models", "turbine.glb")
	out, words, ok := orrery(t, "info", file, "--json")
	var info modelInfo
	if !ok || json.Unmarshal([]byte(out), &info) != nil || info.Triangles < 5000 || info.Max[1] < 100 {
		t.Fatalf("info: %s%s", out, words)
	}
	picture := filepath.Join(t.TempDir(), "t.png")
	if _, words, ok := orrery(t, "snapshot", file, "-o", picture, "--size", "320x240", "--look", "review", "--theme", "day"); !ok {
		t.Fatal(words)
	}
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil || img.Bounds().Dx() != 320 || img.Bounds().Dy() != 240 {
		t.Fatalf("%v %v", img, err)
	}
	colours := map[[3]uint32]bool{}
	for y := range 240 {
		for x := range 320 {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[[3]uint32{r >> 12, g >> 12, b >> 12}] = true
		}
	}
	if len(colours) < 6 {
		t.Errorf("the picture has %d colours", len(colours))
	}
}

func TestDoctorExamines(t *testing.T) {
	out, words, ok := orrery(t, "doctor", "--json")
	var found []finding
	if !ok || json.Unmarshal([]byte(out), &found) != nil || len(found) < 6 {
		t.Fatalf("doctor: %s%s", out, words)
	}
	for _, f := range found {
		if !f.OK && f.Remedy == "" && f.What != "demo" {
			t.Errorf("%s is missing and nothing is said of how to mend that", f.What)
		}
	}
}

func TestSecondInstanceIsRefusedWithASentence(t *testing.T) {
	p, err := project.Load(filepath.Join(demoFolder(t), "twin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	o := stationOptions{data: t.TempDir(), listen: "127.0.0.1:0"}
	s, err := openStation(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	second, err := openStation(context.Background(), p, o)
	if err == nil {
		second.close()
		t.Fatal("two instances share one history")
	}
	if !strings.Contains(err.Error(), "in use") {
		t.Errorf("the second instance is told: %v", err)
	}
}

// A station takes what is published at its broker, keeps it over a restart, and marks it stale when nothing follows.
func TestStationKeepsWhatIsPublished(t *testing.T) {
	p, err := project.Load(filepath.Join(demoFolder(t), "twin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	oil := p.Tree.Find(mustAsset(t, p.Tree, "farm/T03"), "oil_temp")
	ctx, cancel := context.WithCancel(context.Background())
	s, err := openStation(ctx, p, stationOptions{data: data, listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- s.run(ctx) }()
	msg := `{"ts":` + jsonMillis() + `,"oil_temp":61.5,"vibration":null}`
	deadline := time.Now().Add(10 * time.Second)
	for s.engine.Snapshot().At(oil).Quality != twin.Good {
		if time.Now().After(deadline) {
			t.Fatal("the value did not arrive")
		}
		if err := s.brokers[0].Publish("windfarm/T03/telemetry", []byte(msg), 0, false); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	again, err := openStation(context.Background(), p, stationOptions{data: data, readOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	_, last, ok := again.store.Extent()
	if !ok {
		t.Fatal("nothing was kept")
	}
	var snap twin.Snapshot
	for at, want := range map[time.Duration]twin.Quality{time.Second: twin.Good, time.Minute: twin.Stale} {
		if err := again.store.LatestAt(context.Background(), last.Add(at), &snap); err != nil {
			t.Fatal(err)
		}
		if v := snap.At(oil); v.Quality != want || v.Value < 334.6 || v.Value > 334.7 {
			t.Errorf("%v after the last sample: %v %v, want %v of 334.65 K", at, v.Quality, v.Value, want)
		}
	}
}

func jsonMillis() string {
	b, _ := json.Marshal(time.Now().UnixMilli())
	return string(b)
}

func mustAsset(t *testing.T, tree *twin.Tree, path string) twin.AssetID {
	t.Helper()
	id, ok := tree.AssetByPath(path)
	if !ok {
		t.Fatalf("no asset %s", path)
	}
	return id
}

func TestFiguresAreJudgedFairly(t *testing.T) {
	if f := atMost("x", 3, "s", 3); !f.OK {
		t.Error("a value at its bar is missed")
	}
	if f := atLeast("x", 2.9, "1/s", 3); f.OK {
		t.Error("a value below its bar is met")
	}
	if f := atMost("x", 10, "ms", 20).against("peer", 40); f.Ratio != 4 {
		t.Errorf("ratio %g, want 4", f.Ratio)
	}
	if f := atLeast("x", 100, "1/s", 20).against("peer", 50); f.Ratio != 2 {
		t.Errorf("ratio %g, want 2", f.Ratio)
	}
	for give, want := range map[float64]float64{12345: 12350, 0.00123456: 0.001235, 0: 0} {
		if got := round(give); got != want {
			t.Errorf("round(%g) = %g, want %g", give, got, want)
		}
	}
}

func TestMoments(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Time{"": now, "+48h": now.Add(48 * time.Hour), "-30m": now.Add(-30 * time.Minute), "2026-11-20T00:00:00Z": time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)} {
		if got, err := parseMoment(s, now); err != nil || !got.Equal(want) {
			t.Errorf("parseMoment(%q) = %v, %v", s, got, err)
		}
	}
	if _, err := parseMoment("soon", now); err == nil {
		t.Error("soon is a moment")
	}
}
