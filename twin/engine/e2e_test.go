package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/broker"
	"github.com/orrery-twin/orrery/twin/engine"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/mqtt"
)

const (
	devices = 2000
	each    = 12
)

// bigFarm makes 2,000 devices with 12 signals each, and the route that fills them.
func bigFarm(t testing.TB) (*twin.Tree, []mqtt.Route) {
	t.Helper()
	assets := []twin.Asset{{Path: "farm", Parent: twin.NoAsset}}
	var signals []twin.Signal
	route := mqtt.Route{Filter: "plant/+/telemetry", Asset: "farm/{1}", Decoder: mqtt.JSON, TimeKey: "ts"}
	for k := range each {
		name := fmt.Sprintf("signal_%d", k)
		route.Fields = append(route.Fields, mqtt.Field{Key: name, Signal: name})
	}
	for i := range devices {
		id := twin.AssetID(len(assets))
		path := fmt.Sprintf("farm/D%04d", i)
		assets = append(assets, twin.Asset{Path: path, Parent: 0})
		for k := range each {
			name := fmt.Sprintf("signal_%d", k)
			signals = append(signals, twin.Signal{Path: path + "/" + name, Name: name, Asset: id, Timeout: 10 * time.Second, Min: -1e9, Max: 1e9})
		}
	}
	tree, err := twin.NewTree(assets, signals)
	if err != nil {
		t.Fatal(err)
	}
	return tree, []mqtt.Route{route}
}

func payload(dst []byte, now time.Time, i int) []byte {
	dst = fmt.Appendf(dst[:0], `{"ts":%d`, now.UnixMicro())
	for k := range each {
		dst = fmt.Appendf(dst, `,"signal_%d":%.2f`, k, float64(i%100)+float64(k)/10)
	}
	return append(dst, '}')
}

// TestBrokerToSnapshot sends 2,000 devices × 12 signals at 1 Hz through the embedded broker into the engine with a real
// history behind it: 95 % of the values must be in a snapshot within 50 ms, and none may be lost. A machine that is busy
// with other things gets three tries for the time, and the race detector slows everything down too much for it.
func TestBrokerToSnapshot(t *testing.T) {
	for try := 1; ; try++ {
		p95 := brokerToSnapshot(t)
		if t.Failed() || raceDetector || p95 > 0 && p95 <= 50*time.Millisecond {
			return
		}
		if try == 3 {
			t.Fatalf("p95 %v, want at most 50 ms", p95)
		}
	}
}

func brokerToSnapshot(t *testing.T) time.Duration {
	tree, routes := bigFarm(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	store, err := history.Open(ctx, tree, history.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	b, err := broker.Start(broker.Options{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	source, err := mqtt.New(tree, mqtt.Options{Name: "plant", Embedded: b, Routes: routes})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(engine.Options{Tree: tree, History: store, Sources: []twin.Source{source}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	for source.Health().State != twin.Connected {
		time.Sleep(time.Millisecond)
	}
	const seconds = 3
	var buf []byte
	sent := 0
	for begin := time.Now(); sent < devices*seconds; {
		due := int(time.Since(begin).Seconds() * devices)
		for ; sent < min(due, devices*seconds); sent++ {
			buf = payload(buf, time.Now(), sent)
			if err := b.Publish(fmt.Sprintf("plant/D%04d/telemetry", sent%devices), buf, 0, false); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	for end := time.Now().Add(5 * time.Second); e.Stats().Samples < devices*seconds*each && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(600 * time.Millisecond) // the figures are refreshed twice a second
	s, h := e.Stats(), source.Health()
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	t.Logf("%d messages, %d samples, latency p50 %v p95 %v, %d snapshots, %d samples in the history",
		h.Messages, s.Samples, s.LatencyP50, s.LatencyP95, s.Snapshots, store.Stats().Samples)
	if h.Messages != devices*seconds || s.Samples != devices*seconds*each || h.Dropped+s.Dropped+s.HistoryLost+h.Bad > 0 {
		t.Errorf("health %+v, stats %+v: something was lost", h, s)
	}
	if got := store.Stats().Samples; got != devices*seconds*each {
		t.Errorf("%d samples in the history, want %d", got, devices*seconds*each)
	}
	for id, v := range e.Snapshot().Values {
		if v.Quality != twin.Good {
			t.Fatalf("signal %d is %v", id, v.Quality)
		}
	}
	return s.LatencyP95
}

// BenchmarkBrokerToSnapshot is how many messages of 12 values a second go through broker, decoder and engine.
func BenchmarkBrokerToSnapshot(b *testing.B) {
	tree, routes := bigFarm(b)
	br, err := broker.Start(broker.Options{Addr: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	defer br.Close()
	source, err := mqtt.New(tree, mqtt.Options{Name: "plant", Embedded: br, Routes: routes})
	if err != nil {
		b.Fatal(err)
	}
	e, err := engine.New(engine.Options{Tree: tree, Sources: []twin.Source{source}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	for source.Health().State != twin.Connected {
		time.Sleep(time.Millisecond)
	}
	topics := make([]string, devices)
	for i := range topics {
		topics[i] = fmt.Sprintf("plant/D%04d/telemetry", i)
	}
	now := time.Now()
	p := payload(nil, now, 1)
	b.ResetTimer()
	for i := range b.N {
		for uint64(i) > e.Stats().Samples/each+15000 {
			time.Sleep(time.Millisecond)
		}
		br.Publish(topics[i%devices], p, 0, false)
	}
	for e.Stats().Samples < uint64(b.N)*each && e.Stats().Dropped == 0 {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	b.ReportMetric(float64(b.N)*each/b.Elapsed().Seconds(), "samples/s")
	if d := e.Stats().Dropped + source.Health().Dropped; d > 0 {
		b.Errorf("%d dropped", d)
	}
	cancel()
	<-done
}
