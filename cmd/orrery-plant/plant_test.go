package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/windfarm"
)

// TestMain lets the test binary stand in for the command itself, so that tests can kill a real process.
func TestMain(m *testing.M) {
	if os.Getenv("ORRERY_PLANT_TEST_CHILD") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func child(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "ORRERY_PLANT_TEST_CHILD=1")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd
}

// mosquitto starts Debian's broker on a free port and returns its URL.
func mosquitto(t *testing.T) string {
	t.Helper()
	file, err := exec.LookPath("mosquitto")
	if err != nil {
		if file, err = exec.LookPath("/usr/sbin/mosquitto"); err != nil {
			t.Skip("mosquitto is not installed: apt-get install mosquitto")
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	l.Close()
	conf := filepath.Join(t.TempDir(), "mosquitto.conf")
	if err := os.WriteFile(conf, []byte("listener "+port+" 127.0.0.1\nallow_anonymous true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 100 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return "tcp://" + addr
		}
		time.Sleep(30 * time.Millisecond)
	}
	t.Fatal("mosquitto did not start")
	return ""
}

// observer collects what comes on a topic filter.
func observer(t *testing.T, url, filter string) (paho.Client, <-chan paho.Message) {
	t.Helper()
	ch := make(chan paho.Message, 10000)
	c := paho.NewClient(paho.NewClientOptions().AddBroker(url).SetClientID("observer" + t.Name()))
	if tok := c.Connect(); !tok.WaitTimeout(5*time.Second) || tok.Error() != nil {
		t.Fatal("connect:", tok.Error())
	}
	t.Cleanup(func() { c.Disconnect(50) })
	if tok := c.Subscribe(filter, 1, func(_ paho.Client, m paho.Message) { ch <- m }); !tok.WaitTimeout(5*time.Second) || tok.Error() != nil {
		t.Fatal("subscribe:", tok.Error())
	}
	return c, ch
}

// await returns the first message that fits, as a map.
func await(t *testing.T, ch <-chan paho.Message, what string, fits func(topic string, m map[string]any) bool) map[string]any {
	t.Helper()
	deadline := time.After(15 * time.Second)
	for {
		select {
		case m := <-ch:
			var v map[string]any
			if err := json.Unmarshal(m.Payload(), &v); err != nil {
				t.Fatalf("%s: %v: %s", m.Topic(), err, m.Payload())
			}
			if fits(m.Topic(), v) {
				return v
			}
		case <-deadline:
			t.Fatalf("%s did not come", what)
		}
	}
}

func TestPlantAgainstMosquitto(t *testing.T) {
	url := mosquitto(t)
	c, ch := observer(t, url, "windfarm/#")
	state := filepath.Join(t.TempDir(), "state.json")
	cmd := child(t, "-broker", url, "-state", state, "-rate", "5", "-fault", "T02:dropout:oil_temp@+0s")

	await(t, ch, "a birth", func(topic string, m map[string]any) bool {
		return topic == "windfarm/T03/status" && m["online"] == true && m["kind"] == "NREL-5MW-class"
	})
	tele := await(t, ch, "telemetry", func(topic string, _ map[string]any) bool { return topic == "windfarm/T03/telemetry" })
	if age := time.Since(time.UnixMilli(int64(tele["ts"].(float64)))); age < -time.Second || age > 2*time.Second {
		t.Errorf("telemetry is %v old", age)
	}
	for _, name := range windfarm.Channels {
		if _, ok := tele[name].(float64); !ok {
			t.Errorf("telemetry lacks %s", name)
		}
	}
	await(t, ch, "T02 without oil temperature", func(topic string, m map[string]any) bool {
		_, there := m["oil_temp"]
		return topic == "windfarm/T02/telemetry" && !there
	})

	c.Publish("windfarm/T03/cmd", 1, false, `{"id":"a1","name":"power_limit","value":40}`)
	await(t, ch, "the answer", func(topic string, m map[string]any) bool {
		return topic == "windfarm/T03/ack" && m["id"] == "a1" && m["ok"] == true
	})
	await(t, ch, "the effect", func(topic string, m map[string]any) bool {
		return topic == "windfarm/T03/telemetry" && m["power_limit"] == 40.0
	})
	c.Publish("windfarm/T03/cmd", 1, false, `{"id":"a2","name":"power_limit","value":5}`)
	await(t, ch, "the refusal", func(topic string, m map[string]any) bool {
		return topic == "windfarm/T03/ack" && m["id"] == "a2" && m["ok"] == false && strings.Contains(m["reason"].(string), "range")
	})

	cmd.Process.Kill() // as a crash would
	await(t, ch, "the last will", func(topic string, m map[string]any) bool {
		return topic == "windfarm/T03/status" && m["online"] == false
	})
}

// The other plants are born, speak and obey on topics of their own.
func TestOtherPlantsAgainstMosquitto(t *testing.T) {
	url := mosquitto(t)
	for _, c := range []struct {
		kind, device, command, channel string
		value                          float64
	}{
		{"factory", "filler", "speed", "setpoint", 80},
		{"city", "signals/JB2", "green_split", "green_split", 60},
		{"supply", "ports/santos", "cranes", "cranes", 4},
	} {
		client, ch := observer(t, url, c.kind+"/"+c.device+"/#")
		child(t, c.kind, "-broker", url, "-epoch", time.Now().UTC().Format(time.RFC3339))
		topic := c.kind + "/" + c.device
		await(t, ch, "a birth of "+topic, func(got string, m map[string]any) bool { return got == topic+"/status" && m["online"] == true })
		client.Publish(topic+"/cmd", 1, false, fmt.Sprintf(`{"id":"a1","name":%q,"value":%g}`, c.command, c.value))
		await(t, ch, "the answer of "+topic, func(got string, m map[string]any) bool { return got == topic+"/ack" && m["ok"] == true })
		await(t, ch, "the effect on "+topic, func(got string, m map[string]any) bool { return got == topic+"/telemetry" && m[c.channel] == c.value })
		client.Publish(topic+"/cmd", 1, false, fmt.Sprintf(`{"id":"a2","name":%q,"value":9999}`, c.command))
		await(t, ch, "the refusal of "+topic, func(got string, m map[string]any) bool { return got == topic+"/ack" && m["ok"] == false })
		client.Disconnect(50)
	}
}

// Each plant writes a log with a row for each device and moment, the same each time.
func TestLogsOfAllPlants(t *testing.T) {
	for kind := range kinds {
		logs := [2][]byte{}
		for i := range logs {
			file := filepath.Join(t.TempDir(), "log.csv")
			o, err := parse([]string{kind, "-logger", file, "-no-mqtt", "-now", "2026-11-23T02:00:00Z", "-epoch", "2026-11-23T00:00:00Z", "-step", "1m", "-fine", "1m"}, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if err := run(context.Background(), o); err != nil {
				t.Fatal(err)
			}
			if logs[i], err = os.ReadFile(file); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(logs[0], logs[1]) {
			t.Errorf("%s: two logs of one seed differ", kind)
		}
		at, err := openSite(options{kind: kind, turbines: 6, epoch: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		if rows, want := bytes.Count(logs[0], []byte("\n")), 1+len(at.Devices())*(119+61); rows != want {
			t.Errorf("%s: %d rows, want %d", kind, rows, want)
		}
	}
}

func TestPlantSaysGoodbyeAndRemembers(t *testing.T) {
	url := mosquitto(t)
	_, ch := observer(t, url, "windfarm/T03/status")
	state := filepath.Join(t.TempDir(), "state.json")
	cmd := child(t, "-broker", url, "-state", state)
	await(t, ch, "a birth", func(_ string, m map[string]any) bool { return m["online"] == true })
	cmd.Process.Signal(os.Interrupt)
	await(t, ch, "a goodbye", func(_ string, m map[string]any) bool { return m["online"] == false })
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
	f, err := openSite(options{kind: "windfarm", state: state})
	if err != nil {
		t.Fatal(err)
	}
	if age := time.Since(f.Now()); age < 0 || age > 20*time.Second {
		t.Errorf("the state is %v old", age)
	}
}

// The rate is kept: 300 turbines at 2 Hz send 600 messages a second.
func TestRateUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("measures three seconds of load")
	}
	url := mosquitto(t)
	_, ch := observer(t, url, "windfarm/+/telemetry")
	child(t, "-broker", url, "-turbines", "300", "-rate", "2", "-epoch", time.Now().UTC().Format(time.RFC3339))
	<-ch
	time.Sleep(time.Second)
	for len(ch) > 0 {
		<-ch
	}
	time.Sleep(3 * time.Second)
	if n := len(ch); n < 1600 || n > 2000 {
		t.Errorf("%d messages in 3 s, want about 1800", n)
	}
}

func TestLogIsWellFormed(t *testing.T) {
	o, err := parse([]string{"-logger", filepath.Join(t.TempDir(), "log.csv"), "-no-mqtt", "-now", "2026-11-23T10:00:00Z",
		"-since", "2026-11-23T06:00:00Z", "-fine", "10m", "-epoch", "2026-11-23T00:00:00Z"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(o.logger)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(bufio.NewReader(f)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// Four hours every 10 s, of which the last ten minutes every second, both ends included, for six turbines.
	if want := 1 + 6*((4*360-60)+601); len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	last := int64(0)
	for _, r := range rows[1:] {
		ms, err := strconv.ParseInt(r[0], 10, 64)
		if err != nil || ms < last {
			t.Fatalf("row %v goes back in time", r)
		}
		last = ms
	}
}

func TestTruthAgreesWithTheCourse(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a farm for two weeks")
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	o, err := parse([]string{"-truth", "-now", now.Format(time.RFC3339)}, now)
	if err != nil {
		t.Fatal(err)
	}
	at, err := openSite(o)
	if err != nil {
		t.Fatal(err)
	}
	got := fates(context.Background(), at.(*windfarm.Farm), o)
	if got.FailsAt == nil || got.Days < 8 || got.Days > 13 {
		t.Fatalf("the farm of the demo: %+v", got)
	}
	fresh, err := openSite(o)
	if err != nil {
		t.Fatal(err)
	}
	again := fresh.(*windfarm.Farm)
	again.Advance(again.SecondAt(*got.FailsAt) - 60)
	if s := again.Turbine("T03").State; s == windfarm.Tripped {
		t.Error("tripped a minute early")
	}
	again.Advance(again.SecondAt(*got.FailsAt) + 1)
	if s := again.Turbine("T03").State; s != windfarm.Tripped {
		t.Errorf("state %d at the time of the failure", s)
	}
}

func TestBadOptionsSayWhatIsWrong(t *testing.T) {
	for args, want := range map[string]string{
		"-rate 0":                             "-rate",
		"-turbines 0":                         "-turbines",
		"-since yesterday":                    "-since",
		"-fault T02":                          "-fault",
		"-fault T02:freeze:oil_temp@+x":       "duration",
		"stray":                               "flag",
		"moonbase -rate 1":                    "factory",
		"-speed 1e9":                          "-speed",
		"-epoch 2020-01-01T00:00:00Z -rate 1": "-epoch",
	} {
		if _, err := parse(strings.Fields(args), time.Now()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want something with %q", args, err, want)
		}
	}
}

func FuzzCommand(f *testing.F) {
	f.Add([]byte(`{"id":"1","name":"power_limit","value":70}`))
	f.Add([]byte(`{"id":"1","name":"yaw","value":null}`))
	f.Add([]byte(`{"id":1e999}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		farm, err := windfarm.New(1, time.Now(), 1)
		if err != nil {
			t.Fatal(err)
		}
		tb := farm.Turbines[0]
		a := answer(tb, payload, time.Now())
		if tb.Limit < .1 || tb.Limit > 1 || tb.YawTo < 0 || tb.YawTo > 360 {
			t.Fatalf("%q set the limit to %v and the yaw to %v", payload, tb.Limit, tb.YawTo)
		}
		if _, err := json.Marshal(a); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkTelemetry(b *testing.B) {
	farm, err := windfarm.New(1, time.Now(), 1)
	if err != nil {
		b.Fatal(err)
	}
	var buf []byte
	var r site.Reading
	d := farm.Turbines[0]
	for b.Loop() {
		d.Report(0, &r)
		buf = appendTelemetry(buf[:0], time.Now(), d.Plate(), &r)
	}
	if !json.Valid(buf) {
		b.Fatalf("not JSON: %s", buf)
	}
}
