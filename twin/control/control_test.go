package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Unix(1_790_000_000, 0)

// plant is a fake of the plant and of the view on it.
type plant struct {
	mu        sync.Mutex
	now       time.Time
	live      bool
	interlock error
	value     twin.Value
	origin    twin.Origin
	sent      []string
	fail      error
	hang      bool
	onSend    func(payload []byte)
	subs      map[string]func(string, []byte)
	events    []twin.Event
}

func (p *plant) Publish(ctx context.Context, topic string, payload []byte, qos byte) error {
	p.mu.Lock()
	fail, hang, onSend := p.fail, p.hang, p.onSend
	p.sent = append(p.sent, topic+" "+string(payload))
	p.mu.Unlock()
	if hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if onSend != nil {
		onSend(payload)
	}
	return fail
}

func (p *plant) Subscribe(filter string, f func(string, []byte)) (func(), error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.subs == nil {
		p.subs = map[string]func(string, []byte){}
	}
	p.subs[filter] = f
	return func() {}, nil
}

func (p *plant) set(f func()) {
	p.mu.Lock()
	f()
	p.mu.Unlock()
}

func (p *plant) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *plant) snapshot() *twin.Snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	return &twin.Snapshot{Origin: p.origin, Values: []twin.Value{p.value}}
}

func (p *plant) pass(d time.Duration) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
	return p.now
}

// show lets the signal show v now.
func (p *plant) show(v float64, q twin.Quality) {
	p.set(func() { p.value = twin.Value{Value: v, Time: p.now.UnixNano(), Quality: q} })
}

func (p *plant) sentCount() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.sent)
}

func (p *plant) actions() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, e := range p.events {
		out = append(out, e.Action)
	}
	return strings.Join(out, " ")
}

func (p *plant) last() twin.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.events[len(p.events)-1]
}

func tree() *twin.Tree {
	t, err := twin.NewTree([]twin.Asset{{Path: "farm", Parent: twin.NoAsset}, {Path: "farm/T03", Parent: 0}},
		[]twin.Signal{{Path: "farm/T03/power_limit", Asset: 1}})
	if err != nil {
		panic(err)
	}
	return t
}

func point() Point {
	percent, _ := twin.ParseUnit("%")
	return Point{ID: "farm/T03/power_limit", Asset: 1, Signal: 0, Label: "Power limit", Source: "plant", Topic: "windfarm/T03/cmd", Ack: "windfarm/T03/ack",
		Name: "power_limit", Unit: percent, Min: 0.2, Max: 1, Tolerance: 0.01, Timeout: 10 * time.Second, Interval: 5 * time.Second, MaxStep: 0.5}
}

// setup makes a guard that counts as running, with the limit at 100 %.
func setup(change func(*Point, *Options)) (*Guard, *plant) {
	p := &plant{now: epoch, live: true}
	p.show(1, twin.Good)
	pt := point()
	opts := Options{Tree: tree(), Publishers: map[string]Publisher{"plant": p}, Snapshots: p.snapshot, Clock: p.clock,
		Live:      func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.live },
		Interlock: func(Command) error { p.mu.Lock(); defer p.mu.Unlock(); return p.interlock },
		Journal:   func(e ...twin.Event) { p.set(func() { p.events = append(p.events, e...) }) }}
	if change != nil {
		change(&pt, &opts)
	}
	if opts.Points == nil {
		opts.Points = []Point{pt}
	}
	g, err := New(opts)
	if err != nil {
		panic(err)
	}
	g.setRunning(true)
	return g, p
}

const id = "farm/T03/power_limit"

// sent brings a command to Sent.
func sent(t *testing.T, g *Guard, value float64) Command {
	t.Helper()
	c, err := g.Propose(Setpoint{id, value, "ann", "spare the gearbox"})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = g.Arm(c.ID, "ann"); err != nil {
		t.Fatal(err)
	}
	if c, err = g.Execute(context.Background(), c.ID, "ann"); err != nil {
		t.Fatal(err)
	}
	return c
}

func answerTo(c Command, text string) []byte {
	return fmt.Appendf(nil, `{"id":%q,"ts":1,%s}`, c.ID, text)
}

func TestTheWholeWay(t *testing.T) {
	g, p := setup(nil)
	c := sent(t, g, 0.7)
	if c.State != Sent || c.Old != 1 || c.New != 0.7 || c.User != "ann" || p.sentCount() != 1 {
		t.Fatalf("%+v, sent %d", c, p.sentCount())
	}
	if want := `windfarm/T03/cmd {"id":"` + c.ID + `","name":"power_limit","value":70}`; p.sent[0] != want {
		t.Errorf("sent %s, want %s", p.sent[0], want)
	}
	p.pass(time.Second)
	g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":true,"reason":"","value":70`))
	g.watch(p.clock())
	if c, _ = g.Command(c.ID); c.State != Accepted {
		t.Fatalf("after the answer: %+v", c)
	}
	p.pass(time.Second)
	p.show(0.85, twin.Good)
	g.watch(p.clock())
	p.pass(time.Second)
	p.show(0.705, twin.Good)
	g.watch(p.clock())
	if c, _ = g.Command(c.ID); c.State != Done || c.Result != "its signal shows 70.5 % after 3s" || !c.Ended.Equal(p.now) {
		t.Errorf("at the end: %+v", c)
	}
	if got := p.actions(); got != "proposed armed sent accepted done" {
		t.Errorf("journal %q", got)
	}
	for _, e := range p.events {
		if e.Kind != twin.CommandEvent || e.Ref != c.ID || e.Asset != 1 || e.Signal != 0 || e.Time.IsZero() ||
			!strings.HasPrefix(e.Text, "Power limit of farm/T03: 100 % → 70 %: "+e.Action) {
			t.Errorf("event %+v", e)
		}
	}
	if p.events[0].User != "ann" || !strings.Contains(p.events[0].Text, "spare the gearbox") {
		t.Errorf("the journal does not say who and why: %+v", p.events[0])
	}
	if list := g.Commands(); len(list) != 1 || list[0] != c {
		t.Errorf("commands %+v", list)
	}
}

func TestHowItFails(t *testing.T) {
	for name, c := range map[string]struct {
		play func(g *Guard, p *plant, c Command)
		want string
	}{
		"no answer": {func(g *Guard, p *plant, c Command) {}, "did not answer within 10s: it is not known"},
		"refused": {func(g *Guard, p *plant, c Command) {
			g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":false,"reason":"in service\u001b"`))
		}, "the plant refused: in service·"},
		"refused without reason": {func(g *Guard, p *plant, c Command) {
			g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":false`))
		}, "it gave no reason"},
		"other value taken": {func(g *Guard, p *plant, c Command) {
			g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":true,"value":80`))
		}, "the plant took 80 % instead of 70 %"},
		"no effect": {func(g *Guard, p *plant, c Command) {
			g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":true`))
			p.pass(5 * time.Second)
			p.show(0.9, twin.Good)
		}, "after 10s its signal shows 90 % instead of 70 %"},
		"signal goes bad": {func(g *Guard, p *plant, c Command) {
			g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":true`))
			p.pass(5 * time.Second)
			p.show(0.7, twin.Offline)
		}, "shows nothing usable (offline)"},
		"answer on another topic": {func(g *Guard, p *plant, c Command) {
			g.answered("plant", "windfarm/T04/ack", answerTo(c, `"ok":true`))
			g.answered("other", "windfarm/T03/ack", answerTo(c, `"ok":true`))
			p.show(0.7, twin.Good)
		}, "did not answer"},
		"nonsense for an answer": {func(g *Guard, p *plant, c Command) {
			for _, a := range []string{"", "{", `{"id":1}`, `{"id":"` + c.ID + `"}`, `{"ok":true}`, strings.Repeat(" ", maxAnswer) + `{}`} {
				g.answered("plant", "windfarm/T03/ack", []byte(a))
			}
		}, "did not answer"},
	} {
		g, p := setup(nil)
		cmd := sent(t, g, 0.7)
		c.play(g, p, cmd)
		g.watch(p.clock())
		g.watch(p.pass(10*time.Second + 1))
		cmd, _ = g.Command(cmd.ID)
		if cmd.State != Failed || !strings.Contains(cmd.Result, c.want) {
			t.Errorf("%s: %s, %q, want %q", name, cmd.State, cmd.Result, c.want)
		}
		if e := p.last(); e.Action != "failed" || !strings.Contains(e.Text, c.want) {
			t.Errorf("%s: last event %+v", name, e)
		}
	}
}

func TestOnlyAProofCounts(t *testing.T) {
	g, p := setup(func(pt *Point, _ *Options) { pt.MaxStep = 0 })
	p.show(0.7, twin.Good) // it stands there already
	c := sent(t, g, 0.7)
	g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":true`))
	state := func() State { c, _ := g.Command(c.ID); return c.State }
	if g.watch(p.pass(time.Second)); state() != Accepted {
		t.Error("an old value was taken for the effect")
	}
	p.show(0.7, twin.Stale)
	if g.watch(p.pass(time.Second)); state() != Accepted {
		t.Error("a stale value was taken for the effect")
	}
	p.show(0.7, twin.Good)
	p.set(func() { p.origin = twin.Simulated })
	if g.watch(p.pass(time.Second)); state() != Accepted {
		t.Error("a simulated value was taken for the effect")
	}
	p.set(func() { p.origin = twin.Live })
	if g.watch(p.pass(time.Second)); state() != Done {
		t.Error("the effect was not seen")
	}
}

func TestWhatIsRefused(t *testing.T) {
	g, p := setup(nil)
	propose := func(v float64, user string) error {
		_, err := g.Propose(Setpoint{id, v, user, ""})
		return err
	}
	expect := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	expect(propose(1.01, "ann"), "101 % of Power limit is outside the limits 20 % to 100 %")
	expect(propose(0.1, "ann"), "outside the limits")
	expect(propose(math.NaN(), "ann"), "not a number")
	expect(propose(math.Inf(1), "ann"), "not a number")
	expect(propose(0.4, "ann"), "more than Power limit may change at once, which is 50 %")
	expect(propose(0.7, ""), "nobody")
	if _, err := g.Propose(Setpoint{"farm/T99/x", 1, "ann", ""}); err == nil {
		t.Error("an unknown point was accepted")
	}
	p.show(1, twin.Offline)
	expect(propose(0.7, "ann"), "present value is not known")
	p.show(1, twin.Good)

	c, err := g.Propose(Setpoint{id, 0.7, "model", ""})
	if err != nil {
		t.Fatal(err)
	}
	exec := func(user string) error { _, err := g.Execute(context.Background(), c.ID, user); return err }
	arm := func(user string) error { _, err := g.Arm(c.ID, user); return err }
	expect(exec("ann"), "must be armed first")
	expect(arm(""), "nobody")
	p.set(func() { p.live = false })
	expect(arm("ann"), "outside the live view")
	p.set(func() { p.live, p.interlock = true, errors.New("the rotor is locked") })
	expect(arm("ann"), "the rotor is locked")
	p.set(func() { p.interlock = nil })
	if err := arm("ann"); err != nil {
		t.Fatal(err)
	}
	expect(arm("ann"), "must be proposed first")
	expect(propose(0.8, "ann"), "is armed: wait for its end or cancel it")
	expect(exec("bob"), "ann armed the command and must send it")
	p.set(func() { p.live = false })
	expect(exec("ann"), "outside the live view")
	p.set(func() { p.live, p.interlock = true, errors.New("the rotor is locked") })
	expect(exec("ann"), "the rotor is locked")
	p.set(func() { p.interlock = nil })
	g.setRunning(false)
	expect(exec("ann"), "does not run")
	g.setRunning(true)
	if p.sentCount() != 0 {
		t.Fatal("something was sent")
	}
	if err := exec("ann"); err != nil {
		t.Fatal(err)
	}
	expect(exec("ann"), "must be armed first")
	expect(propose(0.8, "ann"), "is sent: wait")
	if _, err := g.Cancel(c.ID, "ann"); err == nil {
		t.Error("a sent command was cancelled")
	}
	g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":false`))

	p.pass(2 * time.Second)
	if c, err = g.Propose(Setpoint{id, 0.7, "ann", ""}); err != nil {
		t.Fatal(err)
	}
	expect(arm("ann"), "must be 5s apart: wait another 3s")
	p.pass(3 * time.Second)
	if err := arm("ann"); err != nil {
		t.Error(err)
	}
	if p.sentCount() != 1 {
		t.Errorf("%d sent, want 1", p.sentCount())
	}
	expect(func() error { _, err := g.Cancel("nothing", "ann"); return err }(), "no command")
}

func TestArmedCommandsExpire(t *testing.T) {
	g, p := setup(nil)
	c, _ := g.Propose(Setpoint{id, 0.7, "ann", ""})
	if _, err := g.Arm(c.ID, "ann"); err != nil {
		t.Fatal(err)
	}
	p.pass(31 * time.Second)
	// Even if nobody looked in the meantime, it is too late.
	if _, err := g.Execute(context.Background(), c.ID, "ann"); err == nil || !strings.Contains(err.Error(), "too late") {
		t.Errorf("error %v", err)
	}
	if c, _ = g.Command(c.ID); c.State != Expired || p.sentCount() != 0 {
		t.Errorf("%+v, sent %d", c, p.sentCount())
	}
	c, _ = g.Propose(Setpoint{id, 0.7, "ann", ""})
	g.watch(p.pass(11 * time.Minute))
	if c, _ = g.Command(c.ID); c.State != Expired || c.Result != "nobody confirmed it" {
		t.Errorf("%+v", c)
	}
	a, _ := g.Propose(Setpoint{id, 0.7, "model", ""})
	b, _ := g.Propose(Setpoint{id, 0.8, "ann", ""})
	if a, _ = g.Command(a.ID); a.State != Cancelled || !strings.Contains(a.Result, "replaced") {
		t.Errorf("%+v", a)
	}
	if c, err := g.Cancel(b.ID, "ann"); err != nil || c.State != Cancelled {
		t.Errorf("%+v %v", c, err)
	}
}

func TestSendingFails(t *testing.T) {
	g, p := setup(func(pt *Point, _ *Options) { pt.Timeout = 50 * time.Millisecond })
	try := func() (Command, error) {
		p.pass(time.Minute)
		c, err := g.Propose(Setpoint{id, 0.7, "ann", ""})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Arm(c.ID, "ann"); err != nil {
			t.Fatal(err)
		}
		return g.Execute(context.Background(), c.ID, "ann")
	}
	p.set(func() { p.fail = errors.New("there is no connection to the broker") })
	if c, err := try(); err == nil || c.State != Failed || !strings.Contains(c.Result, "could not be sent: there is no connection") {
		t.Errorf("%+v %v", c, err)
	}
	p.set(func() { p.fail, p.hang = nil, true })
	c, err := try()
	if err == nil || c.State != Failed || !strings.Contains(c.Result, "not known whether it was sent") {
		t.Errorf("%+v %v", c, err)
	}
	g.answered("plant", "windfarm/T03/ack", answerTo(c, `"ok":true`))
	if e := p.last(); e.Action != "late answer" || e.Ref != c.ID {
		t.Errorf("a late answer is not in the journal: %+v", e)
	}
	if c, _ = g.Command(c.ID); c.State != Failed {
		t.Errorf("a late answer changed the end: %+v", c)
	}
	// An answer that overtakes the receipt of the broker counts.
	p.set(func() {
		p.hang, p.fail = false, errors.New("receipt lost")
		p.onSend = func(payload []byte) {
			var c struct{ ID string }
			json.Unmarshal(payload, &c)
			g.answered("plant", "windfarm/T03/ack", fmt.Appendf(nil, `{"id":%q,"ok":true}`, c.ID))
		}
	})
	if c, err := try(); err != nil || c.State != Accepted {
		t.Errorf("%+v %v", c, err)
	}
}

func TestPlantWithoutAnswers(t *testing.T) {
	g, p := setup(func(pt *Point, _ *Options) { pt.Ack = "" })
	if c := sent(t, g, 0.7); c.State != Accepted {
		t.Fatalf("%+v", c)
	}
	p.pass(time.Second)
	p.show(0.7, twin.Good)
	g.watch(p.clock())
	if c := g.Commands()[0]; c.State != Done {
		t.Errorf("%+v", c)
	}
}

func TestAnglesGoRound(t *testing.T) {
	degree, _ := twin.ParseUnit("°")
	p := Point{Unit: degree, Tolerance: degree.SI(2)}
	if !p.reached(degree.SI(359), degree.SI(0.5)) || p.reached(degree.SI(355), degree.SI(0.5)) {
		t.Error("359° and 0.5° are 1.5° apart")
	}
}

func TestPointsAreChecked(t *testing.T) {
	for want, change := range map[string]func(*Point){
		"needs an id": func(p *Point) { p.ID = "" }, "its asset is not": func(p *Point) { p.Asset = 7 }, "its signal is not": func(p *Point) { p.Signal = -1 },
		"no source": func(p *Point) { p.Source = "x" }, "not a topic to send": func(p *Point) { p.Topic = "a/+" }, "not a topic for answers": func(p *Point) { p.Ack = "#" },
		"needs a name": func(p *Point) { p.Name = "" }, "limits": func(p *Point) { p.Min = 2 }, "tolerance": func(p *Point) { p.Tolerance = math.NaN() },
		"greatest step": func(p *Point) { p.MaxStep = -1 }, "time-out": func(p *Point) { p.Timeout = 0 }, "least interval": func(p *Point) { p.Interval = -1 },
	} {
		pt := point()
		change(&pt)
		_, err := New(Options{Tree: tree(), Points: []Point{point(), pt, pt}, Publishers: map[string]Publisher{"plant": &plant{}},
			Snapshots: func() *twin.Snapshot { return nil }, Live: func() bool { return true }})
		if err == nil || strings.Count(err.Error(), want) != 2 || !strings.Contains(err.Error(), "stands twice") {
			t.Errorf("error %v, want %q twice", err, want)
		}
	}
	if _, err := New(Options{}); err == nil {
		t.Error("a guard without eyes was made")
	}
}

// TestTransitionTable: from each state exactly the listed ones can be reached, and only the six ends have no way on.
func TestTransitionTable(t *testing.T) {
	all := []State{"", Proposed, Armed, Sent, Accepted, Done, Failed, Expired, Cancelled}
	allowed := " ->proposed proposed->armed proposed->expired proposed->cancelled armed->sent armed->expired armed->cancelled" +
		" sent->accepted sent->failed accepted->done accepted->failed "
	for _, from := range all {
		for _, to := range all {
			c := Command{State: from}
			err := c.to(to, epoch, "r")
			if want := strings.Contains(allowed, " "+string(from)+"->"+string(to)+" "); (err == nil) != want {
				t.Errorf("%q → %q: %v", from, to, err)
			}
			if err != nil && c.State != from {
				t.Errorf("a refused transition changed the state")
			}
			if err == nil && to.Ended() != (c.Ended.Equal(epoch)) {
				t.Errorf("%s: ended at %v", to, c.Ended)
			}
		}
	}
}

func TestRunListensAndWatches(t *testing.T) {
	g, p := setup(func(_ *Point, o *Options) { o.Clock = time.Now })
	g.setRunning(false)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()
	wait := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("waited in vain: " + what)
			}
		}
	}
	wait("running", func() bool { g.mu.Lock(); defer g.mu.Unlock(); return g.running })
	if err := g.Run(ctx); err == nil {
		t.Error("it runs twice")
	}
	gen := g.Generation()
	c := sent(t, g, 0.7)
	p.mu.Lock()
	hear := p.subs["windfarm/T03/ack"]
	p.mu.Unlock()
	hear("windfarm/T03/ack", answerTo(c, `"ok":true,"value":70`))
	p.set(func() { p.value = twin.Value{Value: 0.7, Time: time.Now().UnixNano(), Quality: twin.Good} })
	wait("done", func() bool { c, _ = g.Command(c.ID); return c.State == Done })
	if g.Generation() != gen+5 {
		t.Errorf("generation %d, want %d", g.Generation(), gen+5)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestNothingLeavesUnasked drives a guard at random. Whatever happens, a message leaves only for a command that one
// named person armed and sent while the view was live, with a value within the limits, and never two within the least
// interval or two at a time; and the journal tells the same story.
func TestNothingLeavesUnasked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, p := setup(func(pt *Point, _ *Options) { pt.MaxStep = 0 })
		users := []string{"ann", "ann", "ann", "ann", "bob", ""}
		armedBy := map[string]string{}
		var ids []string
		var lastSend time.Time
		live := true
		p.set(func() {
			p.onSend = func(payload []byte) {
				var m struct {
					ID    string
					Value float64
				}
				if err := json.Unmarshal(payload, &m); err != nil {
					t.Fatal(err)
				}
				now := p.clock()
				if armedBy[m.ID] == "" || !live || m.Value < 20-1e-6 || m.Value > 100+1e-6 {
					t.Fatalf("sent %s: armed by %q, live %v", payload, armedBy[m.ID], live)
				}
				if !lastSend.IsZero() && now.Sub(lastSend) < 5*time.Second {
					t.Fatalf("two commands within %v", now.Sub(lastSend))
				}
				lastSend = now
			}
		})
		for range rapid.IntRange(1, 100).Draw(t, "steps") {
			p.pass(time.Duration(rapid.IntRange(0, 2000).Draw(t, "ms")) * time.Millisecond)
			user := rapid.SampledFrom(users).Draw(t, "user")
			cmd := ""
			if n := len(ids); n > 0 { // mostly the newest
				cmd = ids[max(n-1-rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "age"), 0)]
			}
			switch rapid.IntRange(0, 10).Draw(t, "op") {
			case 0, 1:
				if c, err := g.Propose(Setpoint{id, rapid.Float64Range(0.1, 1.1).Draw(t, "v"), user, ""}); err == nil {
					ids = append(ids, c.ID)
				}
			case 2:
				if c, err := g.Arm(cmd, user); err == nil {
					if user == "" || !live {
						t.Fatalf("armed by %q, live %v", user, live)
					}
					armedBy[c.ID] = user
				}
			case 3, 4:
				before := p.sentCount()
				_, err := g.Execute(context.Background(), cmd, user)
				if n := p.sentCount() - before; (n == 1) != (err == nil) || n == 1 && armedBy[cmd] != user {
					t.Fatalf("%d sent by %q, armed by %q: %v", n, user, armedBy[cmd], err)
				}
			case 9, 10: // all at once
				if c, err := g.Propose(Setpoint{id, 0.7, "ann", ""}); err == nil {
					ids = append(ids, c.ID)
					if _, err := g.Arm(c.ID, "ann"); err == nil {
						armedBy[c.ID] = "ann"
						g.Execute(context.Background(), c.ID, "ann")
					}
				}
			case 5:
				g.Cancel(cmd, user)
			case 6:
				g.answered("plant", "windfarm/T03/ack", fmt.Appendf(nil, `{"id":%q,"ok":%v}`, cmd, rapid.Bool().Draw(t, "ok")))
			case 7:
				live = rapid.IntRange(0, 3).Draw(t, "live") > 0
				p.set(func() { p.live = live })
			case 8:
				p.show(rapid.Float64Range(0.2, 1).Draw(t, "shown"), twin.Good)
			}
			g.watch(p.clock())
			open := 0
			for _, c := range g.Commands() {
				if !c.State.Ended() {
					open++
				}
			}
			if open > 1 {
				t.Fatalf("%d commands under way for one point", open)
			}
		}
		// The journal alone must give the states of all commands, along allowed ways, and one "sent" for each message.
		states, sends := map[string]State{}, 0
		for _, e := range p.events {
			if e.Action == "late answer" {
				continue
			}
			c := Command{State: states[e.Ref]}
			if err := c.to(State(e.Action), e.Time, ""); err != nil {
				t.Fatalf("journal: %v", err)
			}
			states[e.Ref] = c.State
			if c.State == Sent {
				sends++
			}
		}
		for _, c := range g.Commands() {
			if states[c.ID] != c.State {
				t.Fatalf("the journal says %s, the guard %s", states[c.ID], c.State)
			}
		}
		if sends != p.sentCount() {
			t.Fatalf("%d sent, the journal knows %d", p.sentCount(), sends)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"id":"1","ok":true,"reason":"x","value":70}`))
	f.Add([]byte(`{"id":"1","ok":false,"reason":"\u0000\ud800","value":1e308}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		a, err := decode(payload)
		if err == nil && (a.ID == "" || a.OK == nil || strings.ContainsAny(a.Reason, "\x00\n\x1b") || len([]rune(a.Reason)) > 201) {
			t.Fatalf("%q was read as %+v", payload, a)
		}
	})
}

func TestEncode(t *testing.T) {
	percent, _ := twin.ParseUnit("%")
	for si, want := range map[float64]string{0.7: "70", 0.29: "29", 1.0 / 3: "33.3333333333", 0: "0", math.Copysign(0, -1): "0", 12345678: "1234567800"} {
		got, err := encode(`a"b`, "n", percent.FromSI(si))
		if err != nil || string(got) != `{"id":"a\"b","name":"n","value":`+want+`}` {
			t.Errorf("%g: %s (%v)", si, got, err)
		}
	}
	if _, err := encode("1", "n", math.NaN()); err == nil {
		t.Error("NaN was encoded")
	}
}
