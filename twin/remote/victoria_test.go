package remote

import (
	"context"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// victoria starts a VictoriaMetrics of Debian (package victoria-metrics) on a folder and returns how to stop it.
func victoria(t *testing.T, dir, addr string) (stop func()) {
	t.Helper()
	exe, err := exec.LookPath("victoria-metrics")
	if err != nil {
		t.Skip("victoria-metrics is not installed; make packages-test does that")
	}
	cmd := exec.Command(exe, "-storageDataPath", dir, "-httpListenAddr", addr, "-search.latencyOffset", "0s", "-loggerLevel", "ERROR")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get("http://" + addr + "/health"); err == nil {
			answer.Body.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatal("victoria-metrics does not answer")
		}
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cmd.Process.Signal(os.Interrupt) //nolint:errcheck // it may be gone
		cmd.Wait()                       //nolint:errcheck // how it ends is its own
	}
	t.Cleanup(stop)
	return stop
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func fetch(t *testing.T, c *Client, tree *twin.Tree, from, to time.Time) []twin.Sample {
	t.Helper()
	var out []twin.Sample
	for batch, err := range c.Fetch(context.Background(), tree, from, to) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, batch...)
	}
	return out
}

// A real VictoriaMetrics goes away while samples come, and comes back: all of them are there, and are read back.
func TestVictoriaMetricsComesBack(t *testing.T) {
	dir, addr := t.TempDir(), freeAddr(t)
	stop := victoria(t, dir, addr)
	tree := farm(t, 20)
	c := client(t, "http://"+addr)
	q := queue(t, c, tree, QueueOptions{Batch: 500, File: 50_000})
	from := time.Now().Add(-2 * time.Hour).Truncate(time.Second)
	n := 0
	push := func(ticks int) {
		t.Helper()
		for range ticks {
			if err := q.Push(tick(tree, from, n)); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	push(300)
	flush(t, q)
	stop()
	push(600) // ten minutes of it
	for end := time.Now().Add(10 * time.Second); q.Stats().Error == "" && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if st := q.Stats(); st.Error == "" || st.Bytes == 0 {
		t.Errorf("while it is away: %+v", st)
	}
	victoria(t, dir, addr)
	push(100)
	flush(t, q)
	off := twin.Sample{Signal: 3, Quality: twin.Offline, Time: from.Add(time.Duration(n) * time.Second).UnixNano()}
	if _, err := c.Write(context.Background(), tree, []twin.Sample{off}); err != nil {
		t.Fatal(err)
	}
	var got []twin.Sample
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) { // it shows samples after a while
		if got = fetch(t, c, tree, from, from.Add(time.Hour)); len(got) >= n*20+1 {
			break
		}
	}
	seen := map[twin.SignalID]int{}
	for i, s := range got {
		k := int(time.Unix(0, s.Time).Sub(from) / time.Second)
		if s.Quality == twin.Offline && s.Signal == 3 && k == n {
			continue
		}
		if math.Abs(s.Value-float64(k)-float64(s.Signal)/100) > 1e-9 || i > 0 && s.Time < got[i-1].Time {
			t.Fatalf("sample %d is %+v, second %d", i, s, k)
		}
		seen[s.Signal]++
	}
	for id := range tree.Signals() {
		if seen[twin.SignalID(id)] != n {
			t.Errorf("signal %d has %d of %d samples", id, seen[twin.SignalID(id)], n)
		}
	}
	if part := fetch(t, c, tree, from.Add(10*time.Second), from.Add(20*time.Second)); len(part) != 200 {
		t.Errorf("%d samples in ten seconds, both ends asked for exactly", len(part))
	}
	if st := q.Stats(); st.Sent != uint64(n*20) || st.Dropped+st.Rejected+st.Damaged > 0 {
		t.Errorf("%+v", st)
	}
}
