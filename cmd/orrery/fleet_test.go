package main

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario/ensemble"
)

// factoryFolder writes the bottling line into a folder.
func factoryFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := demo.WriteTwin(dir, "factory"); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Two worker processes give the answers that this process gives.
func TestSweepOnWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates a plant several times")
	}
	folder := factoryFolder(t)
	args := []string{"sweep", folder, "--set", "filler.speed=90..110", "--levels", "3", "--runs", "2", "--for", "24h"}
	took := regexp.MustCompile(`in [0-9.]+m?s\.`)
	here, words, ok := orrery(t, args...)
	if !ok {
		t.Fatal(words)
	}
	there, words, ok := orrery(t, append(args, "--workers", "2")...)
	if !ok {
		t.Fatal(words)
	}
	if a, b := took.ReplaceAllString(here, ""), took.ReplaceAllString(there, ""); a != b || len(a) < 100 {
		t.Errorf("here:\n%s\non workers:\n%s", a, b)
	}
}

func TestBadFleet(t *testing.T) {
	folder := factoryFolder(t)
	sweep := []string{"sweep", folder, "--set", "filler.speed=90..110"}
	for want, args := range map[string][]string{
		"type \"http\"":            append(sweep, "--workers", "http://127.0.0.1:1"),
		"nothing listens":          append(sweep, "--workers", "nats://127.0.0.1:1"),
		"1 to 1024":                append(sweep, "--workers", "5000"),
		ensemble.PasswordVariable:  append(sweep, "--listen", "127.0.0.1:0"),
		"leave out the URL":        append(sweep, "--listen", "127.0.0.1:0", "--workers", "nats://127.0.0.1:1"),
		"one run after the other":  append(sweep, "--workers", "1", "--goal", "throughput", "--maximise"),
		"holds a password":         {"worker", "nats://bob:secret@127.0.0.1:1"},
		"that is no URL":           {"worker", "nats://"},
		"accepts 1 arg(s)":         {"worker"},
		"needs both its file":      {"worker", "tls://127.0.0.1:1", "--cert", "cert.pem"},
		"credentials: stat nobody": {"worker", "nats://127.0.0.1:1", "--creds", "nobody"},
	} {
		_, words, ok := orrery(t, args...)
		if ok || !strings.Contains(words, want) || strings.Contains(words, "secret") || strings.Count(strings.TrimSpace(words), "\n") > 0 {
			t.Errorf("%v: %v, %q, want %q", args[2:], ok, words, want)
		}
	}
}

// The present of the plant is the same on the worker, missing and broken values too.
func TestPresentTravels(t *testing.T) {
	p, err := project.Load(factoryFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	n := len(p.Tree.Signals())
	if n < 3 {
		t.Fatalf("%d signals", n)
	}
	live := &twin.Snapshot{Time: time.Date(2026, 3, 1, 12, 0, 0, 5, time.UTC).UnixNano()}
	live.Reset(n)
	live.Values[0] = twin.Value{Value: 1. / 3, Time: live.Time - 7, Quality: twin.Good}
	live.Values[1] = twin.Value{Value: math.NaN(), Time: live.Time, Quality: twin.SensorFault}
	b, err := bundleTwin(p, live)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := ensemble.Unpack(b.Data, dir); err != nil {
		t.Fatal(err)
	}
	q, err := project.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readPresent(q)
	if err != nil || got.Time != live.Time || got.Values[0] != live.Values[0] || got.Values[1].Quality != twin.SensorFault || !math.IsNaN(got.Values[1].Value) || got.Values[2] != (twin.Value{}) {
		t.Errorf("%+v, %v", got, err)
	}
	none, err := bundleTwin(p, nil)
	if err != nil || none.Hash == b.Hash {
		t.Errorf("%v; with and without a present the model has one hash", err)
	}
	if err := os.WriteFile(filepath.Join(dir, presentFile), []byte(`{"signals":[{"path":"nowhere"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readPresent(q); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a present of another plant: %v", err)
	}
}

func TestQueueWork(t *testing.T) {
	for job := range queueJobsOf(1) {
		a, err := queueWork(t.Context(), job)
		b, _ := queueWork(t.Context(), job)
		if v := math.Float64frombits(binary.LittleEndian.Uint64(a)); err != nil || string(a) != string(b) || math.Abs(v-1) > .15 {
			t.Errorf("the mean wait is %g, %v", v, err)
		}
	}
}
