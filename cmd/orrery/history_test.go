package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pumpHall makes a twin with an hour of samples at 1 s that begins at a moment.
func pumpHall(t *testing.T, from time.Time) string {
	t.Helper()
	dir := t.TempDir()
	var log strings.Builder
	log.WriteString("time,hall/P1/speed [rpm],hall/P1/pressure [bar]\n")
	for i := range 3600 {
		fmt.Fprintf(&log, "%s,%d,%g\n", from.Add(time.Duration(i)*time.Second).UTC().Format(time.RFC3339), 1500+i%60, 3+float64(i%10)/10)
	}
	for name, text := range map[string]string{"twin.yaml": pumpTwin, "log.csv": log.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, words, ok := orrery(t, "import", dir, filepath.Join(dir, "log.csv")); !ok {
		t.Fatal(out, words)
	}
	return dir
}

func TestHistoryCommands(t *testing.T) {
	from := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	dir := pumpHall(t, from)
	must := func(args ...string) string {
		t.Helper()
		out, words, ok := orrery(t, append([]string{"history"}, args...)...)
		if !ok {
			t.Fatalf("history %v: %s%s", args, out, words)
		}
		return out
	}
	var info historyInfo
	if err := json.Unmarshal([]byte(must("info", dir, "--json")), &info); err != nil || info.WithData != 2 || !info.First.Equal(from) || len(info.Findings) != 0 {
		t.Errorf("info: %+v, %v", info, err)
	}
	if out := must("info", dir); !strings.Contains(out, "2 of 2 signals have data") {
		t.Errorf("info: %s", out)
	}
	if out := must("query", dir, "*/*/speed", "--to", "2026-03-02T12:10:30Z"); out != "time,signal,value,unit,quality\n2026-03-02T12:10:30.000Z,hall/P1/speed,1530,rpm,good\n" {
		t.Errorf("at a moment: %s", out)
	}
	if out := must("query", dir, "hall/P1/speed", "--from", "2026-03-02T12:00:00Z", "--to", "2026-03-02T12:20:00Z", "--columns", "2"); !strings.Contains(out, "hall/P1/speed,1529.5,rpm,1500,1559,600") {
		t.Errorf("columns: %s", out)
	}
	if out := must("query", dir, "--from", "-9s"); strings.Count(out, "\n") != 21 {
		t.Errorf("the last ten seconds: %s", out)
	}
	if out := must("check", dir); !strings.Contains(out, "records of logs") {
		t.Errorf("check: %s", out)
	}
	to := filepath.Join(t.TempDir(), "copy", "history")
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	must("backup", dir, to)
	if out := must("query", dir, "--data", filepath.Dir(to), "*/*/speed"); !strings.Contains(out, ",1559,") {
		t.Errorf("from the backup: %s", out)
	}
	if out, words, ok := orrery(t, "history", "backup", dir, to); ok || !strings.Contains(words, "is not empty") {
		t.Errorf("a backup over another: %s%s", out, words)
	}
	wal, err := filepath.Glob(filepath.Join(dir, ".orrery", "history", "wal", "0*"))
	if err != nil || len(wal) == 0 {
		t.Fatal(wal, err)
	}
	for _, name := range wal { // all but one are empty
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 0 {
			data[len(data)/2] ^= 8
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, words, ok := orrery(t, "history", "check", dir); ok || !strings.Contains(out, "found: wal/0000") || !strings.Contains(words, "damaged places") {
		t.Errorf("check of a damaged log: %s%s", out, words)
	}
	if out := must("info", dir); !strings.Contains(out, "found: wal/0000") || !strings.Contains(out, "taken over") {
		t.Errorf("info after damage: %s", out)
	}
	must("check", dir)
	for _, bad := range [][]string{{"info", filepath.Join(dir, "nothing")}, {"query", dir, "nothing/*"}, {"query", dir, "--from", "yesterdayish"},
		{"push", dir, "--remote", "host"}, {"push", dir, "--remote", "http://x", "--label", "x"}, {"query", dir, "--from", "2027-01-01"}} {
		if out, words, ok := orrery(t, append([]string{"history"}, bad...)...); ok || strings.Count(strings.TrimSpace(words), "\n") > 0 {
			t.Errorf("history %v: %s%s", bad, out, words)
		}
	}
}

// What one computer pushes to a VictoriaMetrics, another pulls.
func TestHistoryGoesByACluster(t *testing.T) {
	exe, err := exec.LookPath("victoria-metrics")
	if err != nil {
		t.Skip("victoria-metrics is not installed; make packages-test does that")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	far := exec.Command(exe, "-storageDataPath", t.TempDir(), "-httpListenAddr", addr, "-search.latencyOffset", "0s", "-loggerLevel", "ERROR")
	if err := far.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		far.Process.Kill() //nolint:errcheck // it may be gone
		far.Wait()         //nolint:errcheck // killed
	}()
	url := "http://" + addr
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get(url + "/health"); err == nil {
			answer.Body.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatal("victoria-metrics does not answer")
		}
	}
	from := time.Now().Add(-3 * time.Hour).Truncate(time.Second).UTC()
	a := pumpHall(t, from)
	if out, words, ok := orrery(t, "history", "push", a, "--remote", url, "--json"); !ok || !strings.Contains(out, `"samples": 7200`) {
		t.Fatal(out, words)
	}
	b := t.TempDir()
	if err := os.WriteFile(filepath.Join(b, "twin.yaml"), []byte(pumpTwin), 0o644); err != nil {
		t.Fatal(err)
	}
	got := 0
	for end := time.Now().Add(20 * time.Second); got < 7200 && time.Now().Before(end); { // the cluster shows samples after a while
		out, words, ok := orrery(t, "history", "pull", b, "--remote", url, "--from", from.Format(time.RFC3339), "--json")
		if !ok {
			t.Fatal(out, words)
		}
		var pulled struct{ Stored int }
		if err := json.Unmarshal([]byte(out), &pulled); err != nil {
			t.Fatal(err)
		}
		got += pulled.Stored
	}
	read := func(dir string, more ...string) string {
		t.Helper()
		out, words, ok := orrery(t, append([]string{"history", "query", dir, "hall/P1/*", "--from", from.Add(time.Minute).Format(time.RFC3339), "--to", from.Add(2 * time.Minute).Format(time.RFC3339)}, more...)...)
		if !ok {
			t.Fatal(out, words)
		}
		return out
	}
	want := read(a)
	if have := read(b); got != 7200 || have != want || strings.Count(want, "\n") != 123 {
		t.Errorf("%d of 7200 samples came; at the other end:\n%s\nhere:\n%s", got, have, want)
	}
	if have := read(b, "--remote", url); strings.Count(have, "\n") != 123 {
		t.Errorf("straight from the cluster:\n%s", have)
	}
}
