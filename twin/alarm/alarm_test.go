package alarm

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
)

var epoch = time.Unix(1_790_000_000, 0)

func sec(s float64) time.Time { return epoch.Add(time.Duration(s * float64(time.Second))) }

func tree(t testing.TB, n int, timeout time.Duration) *twin.Tree {
	t.Helper()
	celsius, err := twin.ParseUnit("°C")
	if err != nil {
		t.Fatal(err)
	}
	signals := make([]twin.Signal, n)
	for i := range signals {
		signals[i] = twin.Signal{Path: fmt.Sprintf("a/s%d", i), Name: "s", Timeout: timeout, Unit: celsius, Decimals: 1}
	}
	tr, err := twin.NewTree([]twin.Asset{{Path: "a", Parent: twin.NoAsset}}, signals)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func book(t testing.TB, timeout time.Duration, defs ...Definition) *Book {
	t.Helper()
	b, err := New(tree(t, 2, timeout), defs)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func good(s, v float64) twin.Value {
	return twin.Value{Value: v, Time: sec(s).UnixNano(), Quality: twin.Good}
}

// actions writes events as "raised@5 cleared@9".
func actions(events []twin.Event) string {
	var out []string
	for _, e := range events {
		out = append(out, fmt.Sprintf("%s@%g", e.Action, e.Time.Sub(epoch).Seconds()))
	}
	return strings.Join(out, " ")
}

func state(t interface {
	Helper()
	Fatal(...any)
}, b *Book, id string) State {
	t.Helper()
	s, err := b.State(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestTransitions walks the transitions of ISA-18.2-2016, table 5 (state diagram, figure 3). H and L are samples above
// and below the limit, the rest are operations.
func TestTransitions(t *testing.T) {
	for _, c := range []struct {
		name         string
		latch, noAck bool
		steps        string
		want         string // state after each step
		fails        int    // operations that must be refused
	}{
		{"raise, acknowledge, clear", false, false, "H ack L", "BCA", 0},
		{"raise, clear, acknowledge", false, false, "H L ack", "BDA", 0},
		{"returns unacknowledged and recurs", false, false, "H L H ack L", "BDBCA", 0},
		{"acknowledge twice", false, false, "ack H ack ack", "ABCC", 2},
		{"latched: acknowledge, clear, reset", true, false, "H ack L reset", "BCFA", 0},
		{"latched: clear, acknowledge, reset", true, false, "H L ack reset", "BEFA", 0},
		{"latched: clear, reset, acknowledge", true, false, "H L reset ack", "BEDA", 0},
		{"latched: recurs from E and from F", true, false, "H L H ack L H ack reset", "BEBCFBCC", 1},
		{"needs no acknowledgement", false, true, "H L H ack L", "CACCA", 1},
		{"shelve while normal", false, false, "shelve H unshelve ack L", "GGBCA", 0},
		{"shelve while active", false, false, "H ack shelve unshelve", "BCGB", 0},
		{"shelve, clears underneath", false, false, "H shelve L unshelve", "BGGA", 0},
		{"shelved: nothing to acknowledge", false, false, "H shelve ack L H unshelve", "BGGGGB", 1},
		{"shelve from D", false, false, "H L shelve unshelve", "BDGA", 0},
		{"shelve from E and F", true, false, "H L shelve unshelve H ack L shelve unshelve", "BEGABCFGA", 0},
		{"unshelve what is not", false, false, "unshelve H reset", "ABB", 2},
		{"suppressed", false, false, "H suppress L H release", "BHHHB", 0},
		{"suppressed and normal", false, false, "suppress release", "HA", 0},
		{"out of service", false, false, "H oos in", "BIB", 0},
		{"put aside twice: the last one counts", false, false, "H shelve suppress oos unshelve release in", "BGHIIIB", 0},
		{"shelved within suppressed", false, false, "suppress shelve release unshelve", "HHGA", 0},
		{"shelving ends by itself", false, false, "H shelve wait", "BGB", 0},
		{"shelving ends by itself while normal", false, false, "shelve wait", "GA", 0},
	} {
		b := book(t, 0, Definition{ID: "x", Condition: High, Limit: 10, Latch: c.latch, NoAck: c.noAck})
		got, fails, now := "", 0, 0.0
		for _, step := range strings.Fields(c.steps) {
			now++
			at := sec(now)
			var err error
			switch step {
			case "H":
				b.Observe(0, good(now, 11))
			case "L":
				b.Observe(0, good(now, 9))
			case "ack":
				_, err = b.Ack("x", "ann", at)
			case "reset":
				_, err = b.Reset("x", "ann", at)
			case "shelve":
				_, err = b.Shelve("x", "ann", "noise", time.Minute, at)
			case "unshelve":
				_, err = b.Unshelve("x", "ann", at)
			case "suppress":
				_, err = b.Suppress("x", true, "plant stopped", at)
			case "release":
				_, err = b.Suppress("x", false, "", at)
			case "oos":
				_, err = b.SetOutOfService("x", true, "ann", "sensor replaced", at)
			case "in":
				_, err = b.SetOutOfService("x", false, "ann", "", at)
			case "wait":
				now += 120
				at = sec(now)
			default:
				t.Fatal(step)
			}
			if err != nil {
				fails++
			}
			b.Advance(at)
			got += string(state(t, b, "x"))
		}
		if got != c.want || fails != c.fails {
			t.Errorf("%s: %s gave %s with %d refusals, want %s with %d", c.name, c.steps, got, fails, c.want, c.fails)
		}
		if n := len(b.Active()); (n == 0) != strings.HasSuffix(c.want, "A") {
			t.Errorf("%s: %d listed at the end in state %s", c.name, n, c.want[len(c.want)-1:])
		}
	}
}

func TestDelaysAndDeadband(t *testing.T) {
	def := Definition{ID: "x", Condition: High, Limit: 10, Deadband: 2, OnDelay: 5 * time.Second, OffDelay: 3 * time.Second}
	low := def
	low.Condition, low.Limit = Low, -10
	for name, c := range map[string]struct {
		samples [][2]float64 // time, value
		want    string
	}{
		"short excursion":           {[][2]float64{{0, 11}, {4, 7}, {20, 9}}, ""},
		"long excursion":            {[][2]float64{{0, 11}, {4, 12}, {20, 12}}, "raised@5"},
		"at the limit":              {[][2]float64{{0, 10}, {20, 10}}, "raised@5"},
		"within the dead-band":      {[][2]float64{{0, 11}, {10, 8}, {30, 8}}, "raised@5"},
		"below the dead-band":       {[][2]float64{{0, 11}, {10, 7.9}, {30, 7}}, "raised@5 cleared@13"},
		"short dip":                 {[][2]float64{{0, 11}, {10, 7}, {12, 11}, {30, 11}}, "raised@5"},
		"dead-band while pending":   {[][2]float64{{0, 11}, {2, 9}, {30, 9}}, "raised@5"},
		"two excursions":            {[][2]float64{{0, 11}, {10, 7}, {20, 11}, {30, 7}, {40, 7}}, "raised@5 cleared@13 raised@25 cleared@33"},
		"the delay starts over":     {[][2]float64{{0, 11}, {4, 7}, {5, 11}, {9, 11}}, ""},
		"the delay starts over, on": {[][2]float64{{0, 11}, {4, 7}, {5, 11}, {10, 11}}, "raised@10"},
	} {
		for _, sign := range []float64{1, -1} {
			d := def
			if sign < 0 {
				d = low
			}
			// Live: the clock moves on in small steps. Backlog: all samples come at once, the clock far ahead.
			live, backlog := book(t, 0, d), book(t, 0, d)
			var events []twin.Event
			next := 0
			for now := 0.0; now <= c.samples[len(c.samples)-1][0]; now += 0.5 {
				for next < len(c.samples) && c.samples[next][0] <= now {
					live.Observe(0, good(c.samples[next][0], sign*c.samples[next][1]))
					next++
				}
				events = append(events, live.Advance(sec(now))...)
			}
			if got := actions(events); got != c.want {
				t.Errorf("%s (%s), live: %q, want %q", name, d.Condition, got, c.want)
			}
			for _, s := range c.samples {
				backlog.Observe(0, good(s[0], sign*s[1]))
			}
			if got := actions(backlog.Advance(sec(c.samples[len(c.samples)-1][0]))); got != c.want {
				t.Errorf("%s (%s), backlog: %q, want %q", name, d.Condition, got, c.want)
			}
		}
	}
}

func TestUnusableValuesHold(t *testing.T) {
	d := Definition{ID: "x", Condition: High, Limit: 10, OnDelay: 5 * time.Second, OffDelay: 5 * time.Second, Message: "Hot"}
	for _, q := range []twin.Quality{twin.SensorFault, twin.Offline, twin.OutOfRange} {
		b := book(t, 0, d)
		bad := func(s, v float64) twin.Value { return twin.Value{Value: v, Time: sec(s).UnixNano(), Quality: q} }
		b.Observe(0, bad(0, 99))
		if got := actions(b.Advance(sec(50))); got != "" {
			t.Errorf("%v raised: %q", q, got)
		}
		b.Observe(0, good(51, 11))
		b.Observe(0, bad(53, 11)) // the delay was running: it starts anew
		b.Observe(0, good(54, 11))
		if got := actions(b.Advance(sec(58))); got != "" {
			t.Errorf("%v in the delay: %q", q, got)
		}
		if got := actions(b.Advance(sec(60))); got != "raised@59" {
			t.Errorf("%v in the delay: %q", q, got)
		}
		b.Observe(0, bad(61, 0))
		if got := actions(b.Advance(sec(600))); got != "" {
			t.Errorf("%v cleared: %q", q, got)
		}
		o := b.Active()
		if len(o) != 1 || !o[0].Held || o[0].Current.Quality != q || !o[0].Active {
			t.Errorf("%v: occurrence %+v", q, o)
		}
		b.Observe(0, good(601, 0))
		if got := actions(b.Advance(sec(700))); got != "cleared@606" {
			t.Errorf("after %v: %q", q, got)
		}
	}
}

func TestSilenceHolds(t *testing.T) {
	b := book(t, 3*time.Second, Definition{ID: "x", Condition: High, Limit: 10, OnDelay: 5 * time.Second})
	b.Observe(0, good(0, 11))
	if got := actions(b.Advance(sec(100))); got != "" {
		t.Errorf("a value that had grown stale raised: %q", got)
	}
	b.Observe(0, good(101, 11))
	b.Observe(0, good(103, 11))
	if got := actions(b.Advance(sec(107))); got != "raised@106" {
		t.Errorf("%q", got)
	}
	if o := b.Active(); !o[0].Held || o[0].Current.Quality != twin.Stale {
		t.Errorf("occurrence %+v: its value is 4 s old and must show as stale", o[0])
	}
}

func TestStaleAlarm(t *testing.T) {
	d := Definition{ID: "x", Condition: Stale, OnDelay: 5 * time.Second, OffDelay: 2 * time.Second, Message: "No data"}
	b := book(t, 3*time.Second, d)
	events := b.Advance(sec(0)) // starts to wait for a first value
	events = append(events, b.Advance(sec(7))...)
	if got := actions(events); got != "" {
		t.Errorf("raised too early: %q", got)
	}
	if got := actions(b.Advance(sec(8))); got != "raised@8" {
		t.Errorf("nothing came: %q", got)
	}
	for s := 10.0; s < 20; s++ {
		b.Observe(0, good(s, 1))
	}
	events = b.Advance(sec(19))
	if got := actions(events); got != "cleared@12" {
		t.Errorf("values came: %q", got)
	}
	events = b.Advance(sec(100)) // 19 + 3 s time-out + 1 ns + 5 s delay
	if got := actions(events); !strings.HasPrefix(got, "raised@27.0") || !strings.Contains(events[0].Text, "no value since 3 s") {
		t.Errorf("silence: %q %v", got, events)
	}
	b.Observe(0, good(101, 1))
	if got := actions(b.Advance(sec(102.5))); got != "" {
		t.Errorf("cleared within the delay: %q", got)
	}
	if got := actions(b.Advance(sec(110))); !strings.HasPrefix(got, "cleared@103 raised@109.0") {
		t.Errorf("one value, then silence: %q", got)
	}
	b.Observe(0, good(111, 1))
	b.Observe(0, good(113, 1))
	b.Advance(sec(113))
	b.Observe(0, twin.Value{Time: sec(114).UnixNano(), Quality: twin.Offline})
	if got := actions(b.Advance(sec(120))); got != "raised@119" {
		t.Errorf("offline: %q", got)
	}
}

func TestStateAlarm(t *testing.T) {
	b := book(t, 0, Definition{ID: "x", Condition: Equals, Limit: 3})
	for i, v := range []float64{1, 3, 3, 2} {
		b.Observe(0, good(float64(i), v))
	}
	if got := actions(b.Advance(sec(10))); got != "raised@1 cleared@3" {
		t.Errorf("%q", got)
	}
}

func TestOccurrenceTellsValuesAndTimes(t *testing.T) {
	b := book(t, 0,
		Definition{ID: "hot", Condition: High, Limit: 349.15, Priority: twin.High, Message: "Oil hot"},
		Definition{ID: "cold", Signal: 1, Condition: Low, Limit: 273.15, Priority: twin.Critical, Message: "Frost"})
	for i, v := range []float64{340, 350.15, 353.15, 351.15} {
		b.Observe(0, good(float64(i), v))
	}
	b.Observe(1, good(5, 270.15))
	events := b.Advance(sec(6))
	if len(events) != 2 || events[0].Text != "Oil hot: 77.0 °C, limit 76.0 °C" || events[0].Priority != twin.High || events[0].Kind != twin.AlarmEvent {
		t.Errorf("events %+v", events)
	}
	o := b.Active()
	if len(o) != 2 || o[0].Definition.ID != "cold" || o[1].Definition.ID != "hot" {
		t.Fatalf("the critical one must stand first: %+v", o)
	}
	if h := o[1]; h.Value != 350.15 || h.Peak != 353.15 || h.Current.Value != 351.15 || !h.Raised.Equal(sec(1)) || h.Held || h.State() != Unacked {
		t.Errorf("occurrence %+v", h)
	}
	if _, err := b.Ack(o[1].Ref, "ann", sec(9)); err != nil {
		t.Fatal(err)
	}
	if h := b.Active()[1]; h.AckedBy != "ann" || !h.AckedAt.Equal(sec(9)) || h.State() != Acked {
		t.Errorf("occurrence %+v", h)
	}
	if state(t, b, "cold") != Unacked {
		t.Error("acknowledging one acknowledged the other")
	}
	for _, bad := range []string{"", "nothing", "hot@1"} {
		if _, err := b.Ack(bad, "ann", sec(9)); err == nil {
			t.Errorf("acknowledged %q", bad)
		}
	}
	if _, err := b.Ack("cold", "", sec(9)); err == nil {
		t.Error("nobody acknowledged")
	}
	for _, d := range []time.Duration{0, -1, MaxShelveDefault + 1} {
		if _, err := b.Shelve("cold", "ann", "", d, sec(9)); err == nil {
			t.Errorf("shelved for %v", d)
		}
	}
}

func TestDefinitionsAreChecked(t *testing.T) {
	_, err := New(tree(t, 1, 0), []Definition{
		{Condition: High}, {ID: "a", Condition: "odd"}, {ID: "b", Signal: 9, Condition: High}, {ID: "c", Condition: High, Limit: math.NaN()},
		{ID: "d", Condition: High, Deadband: -1}, {ID: "e", Condition: High, OnDelay: -1}, {ID: "f", Condition: High}, {ID: "f", Condition: Low},
	})
	for _, want := range []string{"no id", "unknown condition", "not in the tree", "finite", "dead-band", "negative", "twice"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q: %v", want, err)
		}
	}
}

func TestFlood(t *testing.T) {
	tr := tree(t, 20, 0)
	var defs []Definition
	for i := range 20 {
		defs = append(defs, Definition{ID: fmt.Sprint(i), Signal: twin.SignalID(i), Condition: High, Limit: 10})
	}
	b, err := New(tr, defs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Shelve("0", "ann", "test", time.Hour, sec(0)); err != nil {
		t.Fatal(err)
	}
	var events []twin.Event
	for i := range 11 { // one of them shelved
		b.Observe(twin.SignalID(i), good(float64(i), 11))
		events = append(events, b.Advance(sec(float64(i)))...)
	}
	if got := actions(events); !strings.HasSuffix(got, "raised@10 flood began@10") {
		t.Errorf("%q", got)
	}
	if n, on := b.Flood(); n != 10 || !on {
		t.Errorf("flood %d %v", n, on)
	}
	if got := actions(b.Advance(sec(605))); got != "" {
		t.Errorf("5 are left: %q", got)
	}
	if got := actions(b.Advance(sec(606))); got != "flood ended@606" {
		t.Errorf("%q", got)
	}
}

func TestRestoreFromTheJournal(t *testing.T) {
	defs := []Definition{{ID: "a", Condition: High, Limit: 10}, {ID: "b", Signal: 1, Condition: High, Limit: 10, Latch: true},
		{ID: "c", Signal: 1, Condition: Low, Limit: -10}, {ID: "d@1", Condition: High, Limit: 5}}
	b := book(t, 0, defs...)
	var log []twin.Event
	keep := func(events []twin.Event, err error) {
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, events...)
	}
	b.Observe(0, good(0, 11))
	b.Observe(1, good(0, 11))
	keep(b.Advance(sec(1)), nil)
	keep(b.Ack("a", "ann", sec(2)))
	b.Observe(1, good(3, 0))
	keep(b.Advance(sec(3)), nil)
	keep(b.Shelve("c", "bob", "frost is fine", time.Hour, sec(4)))
	keep(b.SetOutOfService("d@1", true, "bob", "calibration", sec(5)))

	again := book(t, 0, defs...)
	again.Restore(append(log, twin.Event{Kind: twin.AlarmEvent, Action: "raised", Ref: "gone@5"}))
	for id, want := range map[string]State{"a": Acked, "b": LatchUnacked, "c": Shelved, "d@1": OutOfService} {
		if got := state(t, again, id); got != want || got != state(t, b, id) {
			t.Errorf("%s is %v after the restart, want %v", id, got, want)
		}
	}
	if got := actions(again.Advance(sec(6))); got != "" {
		t.Errorf("restoring made events: %q", got)
	}
	for _, o := range again.Active() {
		if o.Definition.ID == "a" && (o.AckedBy != "ann" || !o.Raised.Equal(sec(0)) || !o.Held) {
			t.Errorf("occurrence %+v", o)
		}
		if o.Definition.ID == "c" && (o.Reason != "frost is fine" || !o.ShelvedUntil.Equal(sec(4).Add(time.Hour))) {
			t.Errorf("occurrence %+v", o)
		}
	}
	again.Observe(0, good(7, 0))
	if got := actions(again.Advance(sec(8))); got != "cleared@7 cleared@7" {
		t.Errorf("%q", got)
	}
}

// TestAgainstReference compares the book with the definition of delays and holding, written down naively on a grid
// of seconds.
func TestAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		onDelay, offDelay := rapid.IntRange(0, 4).Draw(t, "on delay"), rapid.IntRange(0, 4).Draw(t, "off delay")
		band := float64(rapid.IntRange(0, 2).Draw(t, "dead-band"))
		tr, _ := twin.NewTree([]twin.Asset{{Path: "a", Parent: twin.NoAsset}}, []twin.Signal{{Path: "a/s"}})
		b, err := New(tr, []Definition{{ID: "x", Condition: High, Limit: 10, Deadband: band,
			OnDelay: time.Duration(onDelay) * time.Second, OffDelay: time.Duration(offDelay) * time.Second, NoAck: true}})
		if err != nil {
			t.Fatal(err)
		}
		var got []twin.Event
		var want []string
		on, active, run := false, false, 0 // run: seconds for which on ≠ active without a gap
		n := rapid.IntRange(1, 60).Draw(t, "seconds")
		for s := range n {
			v := twin.Value{Value: float64(rapid.IntRange(6, 12).Draw(t, "value")), Time: sec(float64(s)).UnixNano(), Quality: twin.Good}
			if rapid.IntRange(0, 9).Draw(t, "quality") == 0 {
				v.Quality = twin.SensorFault
			}
			// Before this sample the old one held until now.
			settle := func(now int) {
				limit := onDelay
				if active {
					limit = offDelay
				}
				if run > 0 && run-1 >= limit {
					active, run = !active, 0
					name := "cleared"
					if active {
						name = "raised"
					}
					want = append(want, fmt.Sprintf("%s@%d", name, now))
				}
			}
			if run > 0 {
				run++
				settle(s)
			}
			if v.Quality == twin.Good {
				if v.Value >= 10 {
					on = true
				} else if v.Value < 10-band {
					on = false
				}
				if on == active {
					run = 0
				} else if run == 0 {
					run = 1
				}
				settle(s)
			} else {
				run = 0
			}
			b.Observe(0, v)
			if rapid.Bool().Draw(t, "advance") || s == n-1 {
				got = append(got, b.Advance(sec(float64(s)))...)
			}
		}
		got = slices.DeleteFunc(got, func(e twin.Event) bool { return e.Kind == twin.SystemEvent }) // floods
		if actions(got) != strings.Join(want, " ") {
			t.Fatalf("delays %d/%d, dead-band %g: %q, want %q", onDelay, offDelay, band, actions(got), strings.Join(want, " "))
		}
	})
}

// TestInvariants drives a book at random through everything that it can do.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, _ := twin.NewTree([]twin.Asset{{Path: "a", Parent: twin.NoAsset}}, []twin.Signal{{Path: "a/s", Timeout: 4 * time.Second}})
		latch, noAck := rapid.Bool().Draw(t, "latch"), rapid.Bool().Draw(t, "no ack")
		delay := time.Duration(rapid.IntRange(0, 3).Draw(t, "delay")) * time.Second
		cond := rapid.SampledFrom([]Condition{High, Low, Equals, Stale}).Draw(t, "condition")
		b, err := New(tr, []Definition{{ID: "x", Condition: cond, Limit: 10, OnDelay: delay, OffDelay: delay, Latch: latch, NoAck: noAck, MaxShelve: 5 * time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		var log []twin.Event
		now := 0.0
		ops := []string{"observe", "observe", "observe", "advance", "ack", "reset", "shelve", "unshelve", "suppress", "release", "oos", "in"}
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			now += float64(rapid.IntRange(0, 3).Draw(t, "dt"))
			at := sec(now)
			before := state(tb{t}, b, "x")
			var events []twin.Event
			var err error
			op := rapid.SampledFrom(ops).Draw(t, "op")
			switch op {
			case "observe":
				v := good(now, float64(rapid.IntRange(8, 12).Draw(t, "value")))
				v.Quality = rapid.SampledFrom([]twin.Quality{twin.Good, twin.Good, twin.Good, twin.SensorFault, twin.Offline, twin.Stale}).Draw(t, "quality")
				b.Observe(0, v)
				events = b.Advance(at)
			case "advance":
				events = b.Advance(at)
			case "ack":
				events, err = b.Ack("x", "ann", at)
			case "reset":
				events, err = b.Reset("x", "ann", at)
			case "shelve":
				events, err = b.Shelve("x", "ann", "r", 3*time.Second, at)
			case "unshelve":
				events, err = b.Unshelve("x", "ann", at)
			case "suppress":
				events, err = b.Suppress("x", true, "r", at)
			case "release":
				events, err = b.Suppress("x", false, "r", at)
			case "oos":
				events, err = b.SetOutOfService("x", true, "ann", "r", at)
			case "in":
				events, err = b.SetOutOfService("x", false, "ann", "r", at)
			}
			after := state(tb{t}, b, "x")
			if err != nil && (after != before || len(events) > 0) {
				t.Fatalf("%s was refused (%v) but led from %c to %c", op, err, before, after)
			}
			if after != before && len(events) == 0 {
				t.Fatalf("%s led from %c to %c without an event", op, before, after)
			}
			if op == "ack" && err == nil && !strings.Contains("BC DA EF", string(before)+string(after)) {
				t.Fatalf("ack led from %c to %c", before, after)
			}
			if (after == LatchAcked || after == LatchUnacked) && !latch {
				t.Fatalf("state %c without latch", after)
			}
			if n := len(b.Active()); (n == 0) != (after == Normal) {
				t.Fatalf("%d listed in state %c", n, after)
			}
			log = append(log, events...)
			again, _ := New(tr, []Definition{{ID: "x", Condition: cond, Limit: 10, Latch: latch, NoAck: noAck}})
			again.Restore(log)
			if got := state(tb{t}, again, "x"); got != after {
				t.Fatalf("the journal restores %c, the book stands at %c", got, after)
			}
		}
		raised := false
		for _, e := range log {
			switch e.Action {
			case "raised":
				if raised {
					t.Fatal("raised twice without being cleared")
				}
				raised = true
			case "cleared":
				if !raised {
					t.Fatal("cleared without being raised")
				}
				raised = false
			}
		}
	})
}

// tb lets helpers of testing run under rapid.
type tb struct{ *rapid.T }

func (tb) Helper()             {}
func (t tb) Fatal(args ...any) { t.T.Fatal(args...) }

// A value may lie within the dead-band when the delay is over: the text names the one that went beyond the limit.
func TestRaisedTellsTheWorstValue(t *testing.T) {
	b := book(t, 0, Definition{ID: "x", Condition: High, Limit: 300, Deadband: 10, OnDelay: 5 * time.Second, Message: "Hot"})
	for s, v := range []float64{290, 320, 310, 299, 298, 297, 296} {
		b.Observe(0, good(float64(s), v))
	}
	events := b.Advance(sec(7))
	if len(events) != 1 || !strings.HasPrefix(events[0].Text, "Hot: 46.9 °C, limit 26.9 °C") {
		t.Errorf("%+v", events)
	}
}
