package broker

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, opts Options) *Broker {
	t.Helper()
	opts.Addr = "127.0.0.1:0"
	b, err := Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// wire speaks just enough MQTT 3.1.1 (OASIS standard, §3) to be a client without another library.
type wire struct {
	net.Conn
	in *bufio.Reader
}

func str(s string) []byte { return append([]byte{byte(len(s) >> 8), byte(len(s))}, s...) }

func packet(first byte, body []byte) []byte {
	out := []byte{first}
	for n := len(body); ; {
		b := byte(n & 127)
		if n >>= 7; n > 0 {
			out = append(out, b|128)
			continue
		}
		return append(append(out, b), body...)
	}
}

type will struct{ topic, payload string }

// dial connects and returns the return code of CONNACK, or 255 when the broker hung up.
func dial(t *testing.T, b *Broker, id, user, password string, w *will) (*wire, byte) {
	t.Helper()
	conn, err := net.Dial("tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	flags, payload := byte(2), str(id)
	if w != nil {
		flags |= 4
		payload = append(append(payload, str(w.topic)...), str(w.payload)...)
	}
	if user != "" {
		flags |= 0xC0
		payload = append(append(payload, str(user)...), str(password)...)
	}
	body := append([]byte{0, 4, 'M', 'Q', 'T', 'T', 4, flags, 0, 60}, payload...)
	conn.Write(packet(0x10, body))
	conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	ack := make([]byte, 4)
	if _, err := io.ReadFull(conn, ack); err != nil {
		return nil, 255
	}
	return &wire{conn, bufio.NewReader(conn)}, ack[3]
}

func (w *wire) publish(topic, payload string, retain bool) {
	first := byte(0x30)
	if retain {
		first |= 1
	}
	w.Write(packet(first, append(str(topic), payload...)))
}

type got struct {
	mu   sync.Mutex
	list []string
}

func (g *got) add(topic string, payload []byte, retained bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = append(g.list, fmt.Sprintf("%s=%s,%v", topic, payload, retained))
}

func (g *got) wait(t *testing.T, want string) {
	t.Helper()
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		g.mu.Lock()
		text := strings.Join(g.list, " ")
		g.mu.Unlock()
		if strings.Contains(text, want) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("received %q, want it to hold %q", text, want)
		}
	}
}

func (g *got) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.Join(g.list, " ")
}

func TestMessagesAndRetainedOnes(t *testing.T) {
	b := start(t, Options{})
	if err := b.Publish("farm/T01/status", []byte("up"), 1, true); err != nil {
		t.Fatal(err)
	}
	var g got
	cancel, err := b.Subscribe("farm/#", g.add)
	if err != nil {
		t.Fatal(err)
	}
	g.wait(t, "farm/T01/status=up,true")
	c, code := dial(t, b, "dev", "", "", nil)
	if code != 0 {
		t.Fatalf("CONNACK code %d", code)
	}
	c.publish("farm/T01/status", "again", true)
	g.wait(t, "farm/T01/status=again,false")
	cancel()
	cancel()
	if err := b.Publish("farm/T02/status", []byte("late"), 0, false); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(g.text(), "late") {
		t.Error("a message came after cancel")
	}
	if s := b.Stats(); s.Received < 3 || s.Clients != 1 || s.Retained < 1 {
		t.Errorf("stats %+v", s)
	}
}

func TestSystemTopicsAreKeptApart(t *testing.T) {
	b := start(t, Options{})
	var g got
	if _, err := b.Subscribe("#", g.add); err != nil {
		t.Fatal(err)
	}
	c, _ := dial(t, b, "dev", "", "", nil)
	c.publish("$SYS/broker/version", "forged", false)
	c.publish("x", "1", false)
	g.wait(t, "x=1")
	if strings.Contains(g.text(), "$SYS") {
		t.Errorf("a plain filter got %q", g.text())
	}
	if err := b.Publish("$SYS/broker/version", nil, 0, false); err == nil {
		t.Error("publishing below $SYS was allowed")
	}
}

func TestRefusesToOpenToTheNetworkUnprotected(t *testing.T) {
	yes := func(string, string, []byte) bool { return true }
	for _, c := range []struct {
		opts Options
		want string
	}{
		{Options{Addr: "0.0.0.0:0"}, "without authentication and TLS"},
		{Options{Addr: ":0"}, "without authentication and TLS"},
		{Options{Addr: "0.0.0.0:0", Authenticate: yes}, "without TLS"},
		{Options{Addr: "[::]:0", TLS: &tls.Config{}}, "without authentication"},
		{Options{Addr: "nonsense"}, "write host:port"},
	} {
		b, err := Start(c.opts)
		if err == nil {
			b.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.opts.Addr, err, c.want)
		}
	}
}

func TestPortInUse(t *testing.T) {
	b := start(t, Options{})
	_, err := Start(Options{Addr: b.Addr()})
	if err == nil || !strings.Contains(err.Error(), "another Orrery or broker is running") {
		t.Errorf("error %v", err)
	}
}

func TestAccessRule(t *testing.T) {
	b := start(t, Options{
		Authenticate: func(_, user string, password []byte) bool { return string(password) == "pw-"+user },
		Allow: func(_, user, topic string, write bool) bool {
			return !write || strings.HasPrefix(topic, "plant/"+user+"/")
		},
	})
	var g got
	if _, err := b.Subscribe("plant/#", g.add); err != nil {
		t.Fatal(err)
	}
	if _, code := dial(t, b, "a", "dev1", "wrong", nil); code == 0 {
		t.Error("a wrong password was accepted")
	}
	if _, code := dial(t, b, "b", "dev1", "pw-dev1", &will{"plant/dev2/status", "forged"}); code == 0 {
		t.Error("a last will to the topic of another device was accepted")
	}
	if _, code := dial(t, b, mochiInline, "dev1", "pw-dev1", nil); code == 0 {
		t.Error("the client id of the broker itself was accepted")
	}
	c, code := dial(t, b, "c", "dev1", "pw-dev1", &will{"plant/dev1/status", "gone"})
	if code != 0 {
		t.Fatalf("code %d", code)
	}
	c.publish("plant/dev2/x", "forged", false)
	c.publish("plant/dev1/x", "mine", false)
	g.wait(t, "plant/dev1/x=mine")
	c.Close()
	g.wait(t, "plant/dev1/status=gone")
	if strings.Contains(g.text(), "forged") {
		t.Errorf("received %q", g.text())
	}
	if b.Stats().Refused < 4 {
		t.Errorf("refused %d, want ≥ 4", b.Stats().Refused)
	}
}

const mochiInline = "inline"

func TestCaps(t *testing.T) {
	b := start(t, Options{MaxClients: 2, MaxPacketBytes: 1000, MaxRetained: 30, ConnectTimeout: 50 * time.Millisecond})
	var g got
	if _, err := b.Subscribe("#", g.add); err != nil {
		t.Fatal(err)
	}
	silent, err := net.Dial("tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	silent.SetReadDeadline(time.Now().Add(2 * time.Second))
	if _, err := silent.Read(make([]byte, 1)); err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("a silent socket was kept: %v", err)
	}
	c, _ := dial(t, b, "one", "", "", nil)
	if _, code := dial(t, b, "two", "", "", nil); code != 0 {
		t.Fatalf("second client: code %d", code)
	}
	if _, code := dial(t, b, "three", "", "", nil); code == 0 {
		t.Error("a client too many was let in")
	}
	for i := range 100 {
		c.publish(fmt.Sprintf("r/%d", i), "x", true)
	}
	c.publish("end", "1", false)
	g.wait(t, "end=1")
	if n := b.Stats().Retained; n > 30 {
		t.Errorf("%d retained topics, the cap is 30", n)
	}
	c.publish("big", strings.Repeat("x", 2000), false)
	c.SetReadDeadline(time.Now().Add(2 * time.Second))
	if _, err := io.Copy(io.Discard, c.in); err != nil {
		t.Errorf("the client that sent too much was not cut off: %v", err)
	}
	if strings.Contains(g.text(), "big=") {
		t.Error("a packet above the cap was delivered")
	}
}

func TestCloseIsFinal(t *testing.T) {
	b := start(t, Options{})
	c, _ := dial(t, b, "dev", "", "", nil)
	half, _ := net.Dial("tcp", b.Addr()) // never says CONNECT
	defer half.Close()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	c.SetReadDeadline(time.Now().Add(2 * time.Second))
	if _, err := io.Copy(io.Discard, c.in); err != nil {
		t.Errorf("the client was not disconnected: %v", err)
	}
	if err := b.Publish("x", nil, 0, false); !errors.Is(err, ErrClosed) {
		t.Errorf("publish after close: %v", err)
	}
	if _, err := b.Subscribe("x", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("subscribe after close: %v", err)
	}
}

func BenchmarkPublishInProcess(b *testing.B) {
	br, err := Start(Options{Addr: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	defer br.Close()
	n := 0
	br.Subscribe("plant/+/telemetry", func(string, []byte, bool) { n++ })
	payload := bytes.Repeat([]byte("x"), 200)
	for b.Loop() {
		br.Publish("plant/dev1/telemetry", payload, 0, false)
	}
	if n == 0 {
		b.Fatal("nothing was delivered")
	}
}
