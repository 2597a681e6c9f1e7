package mqtt

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// basket is a sink that keeps everything, or only as much as it has room for.
type basket struct {
	mu      sync.Mutex
	samples []twin.Sample
	room    int // 0: no limit
	block   chan struct{}
}

func (b *basket) Push(batch []twin.Sample) int {
	if b.block != nil {
		<-b.block
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.room > 0 {
		batch = batch[:min(len(batch), max(b.room-len(b.samples), 0))]
	}
	b.samples = append(b.samples, batch...)
	return len(batch)
}

func (b *basket) all() []twin.Sample {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]twin.Sample(nil), b.samples...)
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// run runs a client until the test ends.
func run(t *testing.T, c *Client, sink twin.Sink) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, sink) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-done:
				if err != nil {
					t.Errorf("Run: %v", err)
				}
			case <-time.After(10 * time.Second):
				t.Error("Run does not end with its context")
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// mosquitto starts Debian's broker on a port and returns how to stop it. extra goes into its configuration.
func mosquitto(t testing.TB, port int, extra string) (stop func()) {
	t.Helper()
	bin := "/usr/sbin/mosquitto"
	if _, err := os.Stat(bin); err != nil {
		if bin, err = exec.LookPath("mosquitto"); err != nil {
			t.Skip("the foreign broker mosquitto is not installed")
		}
	}
	conf := filepath.Join(t.TempDir(), "mosquitto.conf")
	text := fmt.Sprintf("listener %d 127.0.0.1\nmax_queued_messages 0\nmax_inflight_messages 0\n%s\n", port, extra)
	if !strings.Contains(extra, "allow_anonymous") {
		text += "allow_anonymous true\n"
	}
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cmd.Process.Kill()
			cmd.Wait()
		})
	}
	t.Cleanup(stop)
	eventually(t, "mosquitto listens", func() bool {
		c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return stop
}

// device is a client of the plant's side.
func device(t *testing.T, address, id string, will string) paho.Client {
	t.Helper()
	o := paho.NewClientOptions().AddBroker("tcp://" + address).SetClientID(id).SetAutoReconnect(false)
	if will != "" {
		o.SetWill(will, `{"online":false}`, 1, true)
	}
	c := paho.NewClient(o)
	if tok := c.Connect(); !tok.WaitTimeout(5*time.Second) || tok.Error() != nil {
		t.Fatalf("device: %v", tok.Error())
	}
	t.Cleanup(func() { c.Disconnect(100) })
	return c
}

func send(t *testing.T, c paho.Client, topic string, retained bool, payload string) {
	t.Helper()
	if tok := c.Publish(topic, 1, retained, payload); !tok.WaitTimeout(5*time.Second) || tok.Error() != nil {
		t.Fatalf("publish: %v", tok.Error())
	}
}

// TestPlant plays one short day of a plant through each kind of broker.
func TestPlant(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		b, err := broker.Start(broker.Options{Addr: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		plantDay(t, Options{Embedded: b}, b.Addr())
	})
	t.Run("embedded by network", func(t *testing.T) {
		b, err := broker.Start(broker.Options{Addr: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		plantDay(t, Options{URL: "mqtt://" + b.Addr()}, b.Addr())
	})
	t.Run("mosquitto", func(t *testing.T) {
		port := freePort(t)
		mosquitto(t, port, "")
		address := fmt.Sprintf("127.0.0.1:%d", port)
		plantDay(t, Options{URL: "tcp://" + address}, address)
	})
}

func plantDay(t *testing.T, opts Options, address string) {
	tree, routes := farm(t, 3)
	opts.Name, opts.Routes = "plant", routes
	came := make(chan Device, 16)
	opts.OnDevice = func(d Device) { came <- d }
	plant := device(t, address, "plant-T01", "windfarm/T01/status")
	send(t, plant, "windfarm/T01/status", true, `{"online":true,"serial":"S-1","firmware":"2.1"}`)

	c, err := New(tree, opts)
	if err != nil {
		t.Fatal(err)
	}
	var got basket
	stop := run(t, c, &got)
	eventually(t, "connected", func() bool { return c.Health().State == twin.Connected })
	if d := <-came; !d.Online || !d.Retained || d.Info["serial"] != "S-1" {
		t.Errorf("device at the start: %+v", d)
	}

	for i := range 100 {
		send(t, plant, "windfarm/T01/telemetry", false, fmt.Sprintf(`{"ts":%d,"power":%d}`, 1790000000000+i, i))
	}
	send(t, plant, "windfarm/T02/telemetry", false, `{"ts":1790000000000,"oil_temp":`)
	send(t, plant, "windfarm/T77/telemetry", false, `{"power":1}`)
	eventually(t, "100 samples", func() bool { return len(got.all()) == 100 })
	for i, s := range got.all() {
		if s.Value != float64(i)*1000 || s.Time != int64(1790000000000+i)*1e6 {
			t.Fatalf("sample %d is %+v: order or value is wrong", i, s)
		}
	}
	eventually(t, "two bad topics", func() bool { return c.Health().Bad == 2 })
	h := c.Health()
	if h.Endpoint != address || h.Messages < 103 || h.Samples != 100 || h.Dropped != 0 || len(h.Topics) != 2 || h.Last.IsZero() {
		t.Errorf("health %+v", h)
	} else if h.Topics[0].Reason != "broken JSON" || h.Topics[0].Sample == "" || !strings.Contains(h.Topics[1].Reason, "no asset") {
		t.Errorf("bad topics %+v", h.Topics)
	}

	// A command and its answer.
	orders := make(chan string, 1)
	if tok := plant.Subscribe("windfarm/T01/cmd", 1, func(_ paho.Client, m paho.Message) { orders <- string(m.Payload()) }); !tok.WaitTimeout(5 * time.Second) {
		t.Fatal("the device cannot subscribe")
	}
	answers := make(chan string, 4)
	cancel, err := c.Subscribe("windfarm/+/ack", func(topic string, p []byte) { answers <- topic + " " + string(p) })
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // until the broker has the subscription
	ctx, end := context.WithTimeout(context.Background(), 5*time.Second)
	defer end()
	if err := c.Publish(ctx, "windfarm/T01/cmd", []byte(`{"id":"1"}`), 1); err != nil {
		t.Fatal(err)
	}
	if order := <-orders; order != `{"id":"1"}` {
		t.Errorf("the device got %q", order)
	}
	send(t, plant, "windfarm/T01/ack", false, `{"id":"1","ok":true}`)
	if a := <-answers; a != `windfarm/T01/ack {"id":"1","ok":true}` {
		t.Errorf("answer %q", a)
	}
	cancel()

	// The device dies without a word: its last will speaks.
	before := len(got.all())
	killer := device(t, address, "plant-T03", "windfarm/T03/status")
	send(t, killer, "windfarm/T03/status", true, `{"online":true}`)
	if d := <-came; d.Asset != tree.Asset(9).ID || !d.Online {
		t.Errorf("device %+v", d)
	}
	device(t, address, "plant-T03", "") // takes the session over: the broker drops the first one
	if d := <-came; d.Online {
		t.Errorf("device %+v, want it offline", d)
	}
	eventually(t, "12 offline samples", func() bool { return len(got.all()) == before+12 })
	stop()
	if h := c.Health(); h.State != twin.Idle {
		t.Errorf("state after the end: %v", h.State)
	}
	if err := c.Publish(context.Background(), "x", nil, 0); opts.Embedded == nil && err == nil {
		t.Error("a message was published without a connection")
	}
}

func TestBrokerAbsentThenThereThenLostThenBack(t *testing.T) {
	tree, routes := farm(t, 1)
	port := freePort(t)
	address := fmt.Sprintf("127.0.0.1:%d", port)
	c, err := New(tree, Options{Name: "plant", URL: "mqtt://" + address, Routes: routes, MinBackoff: 20 * time.Millisecond, MaxBackoff: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var got basket
	run(t, c, &got)
	eventually(t, "absent", func() bool {
		h := c.Health()
		return h.State == twin.Connecting && strings.Contains(h.Detail, "nothing listens at "+address)
	})
	if err := c.Publish(context.Background(), "x", nil, 0); err == nil || !strings.Contains(err.Error(), "no connection") {
		t.Errorf("publish while absent: %v", err)
	}
	if _, err := c.Subscribe("windfarm/+/ack", func(string, []byte) {}); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		b, err := broker.Start(broker.Options{Addr: address})
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "connected", func() bool { return c.Health().State == twin.Connected })
		// Only one that is subscribed again gets this.
		b.Publish("windfarm/T01/telemetry", []byte(`{"power":1}`), 0, false)
		eventually(t, "a sample", func() bool { return len(got.all()) == round+1 })
		b.Close()
		eventually(t, "lost", func() bool { h := c.Health(); return h.State == twin.Lost && h.Detail != "" })
	}
}

func TestBrokerRefuses(t *testing.T) {
	tree, routes := farm(t, 1)
	b, err := broker.Start(broker.Options{Addr: "127.0.0.1:0", Authenticate: func(_, user string, password []byte) bool {
		return user == "bob" && string(password) == "right"
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var mu sync.Mutex
	password, failure := "wrong-secret", errors.New("the keyring is locked")
	c, err := New(tree, Options{Name: "plant", URL: "mqtt://bob@" + b.Addr(), Routes: routes,
		MinBackoff: 10 * time.Millisecond, MaxBackoff: 20 * time.Millisecond,
		Credentials: func() (string, string, error) {
			mu.Lock()
			defer mu.Unlock()
			return "", password, failure
		}})
	if err != nil {
		t.Fatal(err)
	}
	run(t, c, &basket{})
	eventually(t, "locked keyring", func() bool {
		h := c.Health()
		return h.State == twin.Refused && strings.Contains(h.Detail, "keyring is locked")
	})
	mu.Lock()
	failure = nil
	mu.Unlock()
	eventually(t, "refused", func() bool { return strings.Contains(c.Health().Detail, `refuses user "bob"`) })
	if h := c.Health(); h.State != twin.Refused || strings.Contains(fmt.Sprintf("%+v", h), "secret") {
		t.Errorf("health %+v", h)
	}
	mu.Lock()
	password = "right"
	mu.Unlock()
	eventually(t, "let in", func() bool { return c.Health().State == twin.Connected })
}

func TestMosquittoRefuses(t *testing.T) {
	tree, routes := farm(t, 1)
	port := freePort(t)
	mosquitto(t, port, "allow_anonymous false")
	c, err := New(tree, Options{Name: "plant", URL: fmt.Sprintf("mqtt://127.0.0.1:%d", port), Routes: routes, MinBackoff: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	run(t, c, &basket{})
	eventually(t, "refused", func() bool {
		h := c.Health()
		return h.State == twin.Refused && strings.Contains(h.Detail, "wants a user name")
	})
}

func TestOtherSideIsNoBroker(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			conn.Close()
		}
	}()
	tree, routes := farm(t, 1)
	for _, scheme := range []string{"mqtt", "mqtts"} {
		c, err := New(tree, Options{Name: "plant", URL: scheme + "://" + l.Addr().String(), Routes: routes, MinBackoff: 10 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		stop := run(t, c, &basket{})
		eventually(t, scheme, func() bool { h := c.Health(); return h.State == twin.Connecting && h.Detail != "" })
		if d := c.Health().Detail; scheme == "mqtts" && !strings.Contains(d, "no TLS") {
			t.Errorf("detail %q", d)
		}
		stop()
	}
}

// With a sink that stands still, a flood fills the queue and no more: the broker is never blocked, what does not fit
// is counted, and what was taken arrives once the sink moves again.
func TestFloodIsBoundedAndCounted(t *testing.T) {
	tree, routes := farm(t, 4)
	b, err := broker.Start(broker.Options{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	c, err := New(tree, Options{Name: "plant", Embedded: b, Routes: routes, Queue: 1000, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	got := basket{block: make(chan struct{})}
	run(t, c, &got)
	eventually(t, "connected", func() bool { return c.Health().State == twin.Connected })
	const sent = 20000
	begin := time.Now()
	for i := range sent {
		b.Publish(fmt.Sprintf("windfarm/T%02d/telemetry", i%4+1), []byte(telemetry(int64(1790000000000+i), i)), 0, false)
	}
	// A status must get through even now.
	b.Publish("windfarm/T01/status", []byte(`{"online":false}`), 1, false)
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("the flood took %v: the callback blocks", d)
	}
	h := c.Health()
	if h.Messages != sent+1 || h.Dropped == 0 || h.Dropped > sent || h.Dropped < sent-1000-2 {
		t.Errorf("%d messages, %d dropped", h.Messages, h.Dropped)
	}
	close(got.block)
	want := int(sent-h.Dropped)*12 + 12
	eventually(t, "the rest", func() bool { return len(got.all()) == want })
	if c.Health().Dropped != h.Dropped || c.Health().Samples != uint64(want) {
		t.Errorf("health %+v", c.Health())
	}
	t.Logf("flood: %d messages, %d dropped and counted, %d samples delivered", sent, h.Dropped, want)
}

func TestSinkWithoutRoomIsCounted(t *testing.T) {
	tree, routes := farm(t, 1)
	b, err := broker.Start(broker.Options{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	c, err := New(tree, Options{Name: "plant", Embedded: b, Routes: routes})
	if err != nil {
		t.Fatal(err)
	}
	got := basket{room: 30}
	run(t, c, &got)
	eventually(t, "connected", func() bool { return c.Health().State == twin.Connected })
	for i := range 10 {
		b.Publish("windfarm/T01/telemetry", []byte(telemetry(int64(1790000000000+i), i)), 0, false)
	}
	eventually(t, "90 dropped", func() bool { h := c.Health(); return h.Samples == 30 && h.Dropped == 90 })
}

func TestBadTopicsAreBounded(t *testing.T) {
	tree, routes := farm(t, 1)
	b, err := broker.Start(broker.Options{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	c, err := New(tree, Options{Name: "plant", Embedded: b, Routes: routes})
	if err != nil {
		t.Fatal(err)
	}
	run(t, c, &basket{})
	eventually(t, "connected", func() bool { return c.Health().State == twin.Connected })
	for i := range 500 {
		b.Publish(fmt.Sprintf("windfarm/X%d/telemetry", i), []byte("\x00\xff{"), 0, false)
	}
	b.Publish("windfarm/T01/telemetry", make([]byte, maxPayload+1), 0, false)
	h := c.Health()
	if h.Bad != 501 || len(h.Topics) != maxBadTopics+1 {
		t.Errorf("%d bad, %d topics", h.Bad, len(h.Topics))
	}
	if h.Topics[0].Topic != "(other topics)" || h.Topics[0].Count != 501-maxBadTopics || strings.ContainsAny(h.Topics[1].Sample, "\x00\xff") {
		t.Errorf("topics %+v", h.Topics[:2])
	}
}

type counter struct {
	n    int
	mu   sync.Mutex
	wake chan struct{}
	want int
}

func (c *counter) Push(batch []twin.Sample) int {
	c.mu.Lock()
	if c.n += len(batch); c.n == c.want {
		close(c.wake)
	}
	c.mu.Unlock()
	return len(batch)
}

// BenchmarkEmbedded measures broker → queue → decode → sink in one process, 12 values a message.
func BenchmarkEmbedded(b *testing.B) {
	tree, routes := farm(b, 64)
	br, err := broker.Start(broker.Options{Addr: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	defer br.Close()
	c, err := New(tree, Options{Name: "plant", Embedded: br, Routes: routes})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	sink := &counter{wake: make(chan struct{}), want: b.N * 12}
	done := make(chan error)
	go func() { done <- c.Run(ctx, sink) }()
	for c.Health().State != twin.Connected {
		time.Sleep(time.Millisecond)
	}
	payload := []byte(telemetry(1790000000000, 3))
	topics := make([]string, 64)
	for i := range topics {
		topics[i] = fmt.Sprintf("windfarm/T%02d/telemetry", i+1)
	}
	b.ResetTimer()
	for i := range b.N {
		for c.messages.Load()-c.samples.Load()/12 > 30000 {
			time.Sleep(time.Millisecond)
		}
		br.Publish(topics[i%64], payload, 0, false)
	}
	<-sink.wake
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	if d := c.Health().Dropped; d > 0 {
		b.Errorf("%d dropped", d)
	}
	cancel()
	<-done
}

// BenchmarkMosquitto measures a foreign broker: socket → mosquitto → socket → queue → decode → sink, at QoS 0.
func BenchmarkMosquitto(b *testing.B) {
	tree, routes := farm(b, 1)
	port := freePort(b)
	mosquitto(b, port, "")
	address := fmt.Sprintf("127.0.0.1:%d", port)
	c, err := New(tree, Options{Name: "plant", URL: "mqtt://" + address, Routes: routes})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	sink := &counter{wake: make(chan struct{}), want: b.N * 12}
	done := make(chan error)
	go func() { done <- c.Run(ctx, sink) }()
	eventually(b, "connected", func() bool { return c.Health().State == twin.Connected })
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	conn.Write([]byte("\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04pump"))
	conn.Read(make([]byte, 4))
	topic, payload := "windfarm/T01/telemetry", telemetry(1790000000000, 3)
	n := 2 + len(topic) + len(payload)
	packet := append([]byte{0x30, byte(n&127) | 128, byte(n >> 7), 0, byte(len(topic))}, topic+payload...)
	b.ResetTimer()
	for i := range b.N {
		for uint64(i) > c.messages.Load()+5000 { // no more on the way than the broker keeps
			time.Sleep(100 * time.Microsecond)
		}
		if _, err := conn.Write(packet); err != nil {
			b.Fatal(err)
		}
	}
	<-sink.wake
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	if d := c.Health().Dropped; d > 0 {
		b.Errorf("%d dropped", d)
	}
	cancel()
	<-done
}

// BenchmarkReceive is the cost that the broker's goroutine pays for a message: route, copy, queue.
func BenchmarkReceive(b *testing.B) {
	tree, routes := farm(b, 64)
	c, err := New(tree, Options{Name: "plant", URL: "mqtt://unused", Routes: routes})
	if err != nil {
		b.Fatal(err)
	}
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for _, q := range c.queues {
		wait.Go(func() {
			for {
				if f, s := q.take(takeBatch); len(f) > 0 {
					q.done(len(f) + len(s))
					continue
				}
				select {
				case <-q.wake:
				case <-stop:
					return
				}
			}
		})
	}
	payload := []byte(telemetry(1790000000000, 3))
	b.ReportAllocs()
	for b.Loop() {
		c.receive(c.router.find("windfarm/T07/telemetry"), payload, false)
	}
	close(stop)
	wait.Wait()
}
