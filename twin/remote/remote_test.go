package remote

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
	"go.uber.org/goleak"

	"github.com/orrery-twin/orrery/twin"
)

func TestMain(m *testing.M) {
	http.DefaultTransport.(*http.Transport).DisableKeepAlives = true // their goroutines would outlive the tests
	goleak.VerifyTestMain(m)
}

func farm(t testing.TB, n int) *twin.Tree {
	t.Helper()
	var signals []twin.Signal
	for i := range n {
		signals = append(signals, twin.Signal{Path: fmt.Sprintf("farm/s%d", i)})
	}
	tree, err := twin.NewTree([]twin.Asset{{Path: "farm", Parent: twin.NoAsset}}, signals)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// tick makes a batch: signal i at second n has the value n + i/100.
func tick(tree *twin.Tree, from time.Time, n int) []twin.Sample {
	out := make([]twin.Sample, len(tree.Signals()))
	for i := range out {
		out[i] = twin.Sample{Signal: twin.SignalID(i), Quality: twin.Good, Time: from.Add(time.Duration(n) * time.Second).UnixNano(), Value: float64(n) + float64(i)/100}
	}
	return out
}

// cluster is a server that takes remote write.
type cluster struct {
	mu      sync.Mutex
	got     map[string]map[int64]float64 // by labels
	status  int                          // of the next answers, 0 means 204
	tries   int
	samples int // with those sent again
}

func (c *cluster) set(status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status = status
}

func (c *cluster) distinct() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, list := range c.got {
		n += len(list)
	}
	return n
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries++
	if c.status != 0 {
		http.Error(w, "not today\nnor tomorrow", c.status)
		return
	}
	packed, err := io.ReadAll(r.Body)
	if err != nil || r.URL.Path != "/api/v1/write" || r.Header.Get("Content-Encoding") != "snappy" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	body, err := snappy.Decode(nil, packed)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, ts := range fields(body)[1] {
		f := fields(ts)
		var names []string
		for _, l := range f[1] {
			x := fields(l)
			names = append(names, string(x[1][0])+"="+string(x[2][0]))
		}
		key := strings.Join(names, ",")
		if c.got == nil {
			c.got = map[string]map[int64]float64{}
		}
		if c.got[key] == nil {
			c.got[key] = map[int64]float64{}
		}
		for _, s := range f[2] {
			x := fields(s)
			ms, _ := binary.Uvarint(x[2][0])
			c.got[key][int64(ms)] = math.Float64frombits(binary.LittleEndian.Uint64(x[1][0]))
			c.samples++
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// fields reads a message of protobuf: the bytes of each field by its number.
func fields(b []byte) map[uint64][][]byte {
	out := map[uint64][][]byte{}
	for len(b) > 0 {
		key, k := binary.Uvarint(b)
		b = b[k:]
		n := 8
		switch key & 7 {
		case 0:
			_, n = binary.Uvarint(b)
		case 2:
			size, k := binary.Uvarint(b)
			b, n = b[k:], int(size)
		}
		out[key>>3] = append(out[key>>3], b[:n])
		b = b[n:]
	}
	return out
}

func client(t testing.TB, url string) *Client {
	t.Helper()
	c, err := NewClient(Options{URL: url, Labels: map[string]string{"twin": "test"}, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func queue(t testing.TB, c *Client, tree *twin.Tree, o QueueOptions) *Queue {
	t.Helper()
	o.Linger = time.Millisecond
	if o.Retry == 0 {
		o.Retry = 10 * time.Millisecond
	}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	q, err := OpenQueue(c, tree, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q
}

func flush(t testing.TB, q *Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := q.Flush(ctx); err != nil {
		t.Fatalf("%v: %+v", err, q.Stats())
	}
}

var begin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func TestWhatIsOnTheWire(t *testing.T) {
	var far cluster
	server := httptest.NewServer(&far)
	defer server.Close()
	tree := farm(t, 2)
	n, err := client(t, server.URL).Write(context.Background(), tree, []twin.Sample{
		{Signal: 0, Quality: twin.Good, Time: begin.UnixNano(), Value: 1.5}, {Signal: 1, Quality: twin.Offline, Time: begin.UnixNano()},
		{Signal: 0, Quality: twin.OutOfRange, Time: begin.Add(time.Second).UnixNano(), Value: -2}, {Signal: 0, Quality: twin.Predicted, Time: 5, Value: 1}, {Signal: 9, Quality: twin.Good}})
	if err != nil || n != 3 {
		t.Fatal(n, err)
	}
	ms := begin.UnixMilli()
	s0, s1 := far.got["__name__=orrery_signal,path=farm/s0,twin=test"], far.got["__name__=orrery_signal,path=farm/s1,twin=test"]
	if len(far.got) != 2 || s0[ms] != 1.5 || s0[ms+1000] != -2 || math.Float64bits(s1[ms]) != staleBits {
		t.Errorf("%v", far.got)
	}
	far.set(http.StatusBadRequest)
	var refused *RefusedError
	if _, err := client(t, server.URL).Write(context.Background(), tree, tick(tree, begin, 1)); !errors.As(err, &refused) || refused.Reason != "not today" || strings.Contains(err.Error(), "\n") {
		t.Errorf("refused: %v", err)
	}
}

// The cluster is away, and the process ends and starts again meanwhile: nothing is lost, whatever file it stood in.
func TestOutageLosesNothing(t *testing.T) {
	var far cluster
	server := httptest.NewServer(&far)
	defer server.Close()
	tree, dir := farm(t, 50), t.TempDir()
	o := QueueOptions{Dir: dir, File: 20_000, Batch: 700}
	q := queue(t, client(t, server.URL), tree, o)
	n := 0
	push := func(ticks int) {
		t.Helper()
		for range ticks {
			if err := q.Push(tick(tree, begin, n)); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	push(200)
	flush(t, q)
	for range 4 {
		far.set([]int{http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusUnauthorized}[rand.IntN(4)])
		push(150)
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		q = queue(t, client(t, server.URL), tree, o)
		push(150)
		for end := time.Now().Add(5 * time.Second); q.Stats().Error == "" && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		if st := q.Stats(); st.Error == "" || st.Bytes == 0 {
			t.Errorf("during the outage: %+v", st)
		}
		far.set(0)
		push(20)
		flush(t, q)
	}
	if got := far.distinct(); got != n*50 {
		t.Errorf("%d of %d samples came", got, n*50)
	}
	for i := range 50 {
		list := far.got[fmt.Sprintf("__name__=orrery_signal,path=farm/s%d,twin=test", i)]
		for k := range n {
			if v := list[begin.Add(time.Duration(k)*time.Second).UnixMilli()]; v != float64(k)+float64(i)/100 {
				t.Fatalf("signal %d at %d came as %v", i, k, v)
			}
		}
	}
	if st := q.Stats(); st.Dropped+st.Rejected+st.Damaged > 0 || st.Error != "" || st.Bytes != 0 {
		t.Errorf("%+v", st)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.queue")); err != nil || len(left) != 1 {
		t.Errorf("files left: %v, %v", left, err)
	}
}

func TestWhatIsNeverTakenDoesNotStopTheRest(t *testing.T) {
	var far cluster
	far.set(http.StatusBadRequest)
	server := httptest.NewServer(&far)
	defer server.Close()
	tree := farm(t, 5)
	q := queue(t, client(t, server.URL), tree, QueueOptions{})
	if err := q.Push(tick(tree, begin, 0)); err != nil {
		t.Fatal(err)
	}
	flush(t, q)
	far.set(0)
	if err := q.Push(tick(tree, begin, 1)); err != nil {
		t.Fatal(err)
	}
	flush(t, q)
	if st := q.Stats(); st.Rejected != 5 || st.Sent != 5 || far.distinct() != 5 {
		t.Errorf("%+v, %d", st, far.distinct())
	}
}

func TestFullQueueGivesUpTheOldest(t *testing.T) {
	var far cluster
	far.set(http.StatusServiceUnavailable)
	server := httptest.NewServer(&far)
	defer server.Close()
	tree := farm(t, 10)
	q := queue(t, client(t, server.URL), tree, QueueOptions{File: 4000, MaxBytes: 20_000, Retry: time.Millisecond})
	const ticks = 1000
	for n := range ticks {
		if err := q.Push(tick(tree, begin, n)); err != nil {
			t.Fatal(err)
		}
	}
	far.set(0)
	flush(t, q)
	st := q.Stats()
	if st.Dropped == 0 || st.Dropped > ticks*10-1000 {
		t.Errorf("%+v", st)
	}
	if got := far.distinct(); uint64(got) < ticks*10-st.Dropped {
		t.Errorf("%d came, %d of %d were given up", got, st.Dropped, ticks*10)
	}
}

func TestDamagedQueue(t *testing.T) {
	tree, dir := farm(t, 10), t.TempDir()
	nowhere := client(t, "http://127.0.0.1:1")
	q := queue(t, nowhere, tree, QueueOptions{Dir: dir})
	for n := range 100 {
		if err := q.Push(tick(tree, begin, n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "00000001.queue")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(name, data[:len(data)-3], 0o666); err != nil {
		t.Fatal(err)
	}
	var far cluster
	server := httptest.NewServer(&far)
	defer server.Close()
	q = queue(t, client(t, server.URL), tree, QueueOptions{Dir: dir})
	flush(t, q)
	if got := far.distinct(); got != 980 || q.Stats().Damaged != 1 {
		t.Errorf("%d of 1000 samples came of a queue with a damaged and a torn record: %+v", got, q.Stats())
	}
}

func TestBadAddresses(t *testing.T) {
	for _, o := range []Options{{}, {URL: "host:8428"}, {URL: "ftp://x"}, {URL: "http://x", Labels: map[string]string{"path": "x"}}, {URL: "http://x", Labels: map[string]string{"a-b": "x"}}} {
		if _, err := NewClient(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

type failing struct{ err error }

func (f failing) Append([]twin.Sample) error { return f.err }

func TestTee(t *testing.T) {
	var far cluster
	server := httptest.NewServer(&far)
	defer server.Close()
	tree := farm(t, 3)
	q := queue(t, client(t, server.URL), tree, QueueOptions{})
	if err := (Tee{failing{}, q}).Append(tick(tree, begin, 0)); err != nil {
		t.Error(err)
	}
	full := errors.New("full")
	if err := (Tee{failing{full}, q}).Append(tick(tree, begin, 1)); !errors.Is(err, full) {
		t.Error(err)
	}
	flush(t, q)
	if far.distinct() != 6 {
		t.Errorf("%d samples came", far.distinct())
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := (Tee{failing{}, q}).Append(tick(tree, begin, 2)); err != nil || q.Stats().Error == "" {
		t.Errorf("a queue that takes nothing stops the history: %v", err)
	}
}

func FuzzRecords(f *testing.F) {
	tree := farm(f, 3)
	e := encoder{known: make([]bool, 3)}
	one, _ := e.record(tree, tick(tree, begin, 0))
	one = append([]byte(nil), one...)
	two, _ := e.record(tree, tick(tree, begin, 1))
	f.Add(append(one, two...))
	f.Fuzz(func(t *testing.T, data []byte) {
		var d decoder
		d.all(data, func(string, point) {})
		d.entries(data, func(string, point) {})
	})
}

func FuzzAnswers(f *testing.F) {
	tree := farm(f, 1)
	f.Add(`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"path":"farm/s0"},"values":[[1772409600.123,"1.5"],[1772409601,"NaN"]]}]}}`)
	f.Add(`{"status":"error","error":"no"}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseMatrix(strings.NewReader(text), tree, 0, 1<<50, nil)
		for _, s := range got {
			if s.Value != s.Value || s.Signal != 0 || s.Time < 0 {
				t.Fatalf("%+v, %v", s, err)
			}
		}
	})
}

func BenchmarkPush(b *testing.B) {
	tree := farm(b, 10_000)
	q := queue(b, client(b, "http://127.0.0.1:1"), tree, QueueOptions{Retry: time.Minute, MaxBytes: 64 << 20})
	batch := tick(tree, begin, 0)
	for b.Loop() {
		if err := q.Push(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(batch))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Msamples/s")
}
