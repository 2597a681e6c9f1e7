package control

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Publisher carries commands to the plant and answers back. twin/mqtt.Client fits.
type Publisher interface {
	// Publish returns when the message is on its way, with qos 1 when the broker has it.
	Publish(ctx context.Context, topic string, payload []byte, qos byte) error
	// Subscribe calls f, which does not block, for each message whose topic matches filter.
	Subscribe(filter string, f func(topic string, payload []byte)) (cancel func(), err error)
}

// Options configure a Guard. Tree, Snapshots and Live are needed; Publishers must have the source of each point.
type Options struct {
	Tree       *twin.Tree
	Points     []Point
	Publishers map[string]Publisher  // by Point.Source
	Snapshots  func() *twin.Snapshot // newest live values
	Journal    func(...twin.Event)   // takes each change of a state; must not block
	Live       func() bool           // whether the person at the screen sees the present
	Interlock  func(Command) error   // asked before arming and before sending; nil allows all
	Clock      func() time.Time      // time.Now
	ArmFor     time.Duration         // how long an armed command may wait, 30 s
	ProposeFor time.Duration         // how long a proposal may wait, 10 min
}

const (
	keepCommands = 256
	watchEvery   = 50 * time.Millisecond
)

// Guard is the one way to the plant. Make it with New.
type Guard struct {
	opts   Options
	points map[string]*Point

	mu         sync.Mutex
	running    bool
	commands   []*entry // oldest first
	generation uint64
	lastSent   map[string]time.Time // by point
}

// entry is a command with what the guard needs to judge it.
type entry struct {
	Command
	point  *Point
	before int64 // time of the signal's value when it was sent
}

// New checks the points and makes a guard. Its error lists all that is wrong.
func New(opts Options) (*Guard, error) {
	if opts.Tree == nil || opts.Snapshots == nil || opts.Live == nil {
		return nil, errors.New("control: a guard needs the tree, the snapshots and a way to know whether the view is live")
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Journal == nil {
		opts.Journal = func(...twin.Event) {}
	}
	if opts.ArmFor <= 0 {
		opts.ArmFor = 30 * time.Second
	}
	if opts.ProposeFor <= 0 {
		opts.ProposeFor = 10 * time.Minute
	}
	opts.Points = slices.Clone(opts.Points)
	g := &Guard{opts: opts, points: map[string]*Point{}, lastSent: map[string]time.Time{}}
	var errs []error
	for i := range opts.Points {
		p := &opts.Points[i]
		if err := p.check(opts.Tree, opts.Publishers); err != nil {
			errs = append(errs, err)
		}
		if g.points[p.ID] != nil {
			errs = append(errs, fmt.Errorf("control: point %q stands twice", p.ID))
		}
		g.points[p.ID] = p
	}
	return g, errors.Join(errs...)
}

// Points lists the set-points. The slice is shared: do not change it.
func (g *Guard) Points() []Point { return g.opts.Points }

// Run listens to answers and watches times and effects until ctx ends. Nothing can be sent while it does not run.
func (g *Guard) Run(ctx context.Context) error {
	g.mu.Lock()
	if g.running {
		g.mu.Unlock()
		return errors.New("control: the guard runs already")
	}
	g.mu.Unlock()
	type channel struct{ source, topic string }
	open := map[channel]bool{}
	for i := range g.opts.Points {
		p := &g.opts.Points[i]
		c := channel{p.Source, p.Ack}
		if p.Ack == "" || open[c] {
			continue
		}
		open[c] = true
		cancel, err := g.opts.Publishers[p.Source].Subscribe(p.Ack, func(topic string, payload []byte) {
			g.answered(p.Source, topic, payload)
		})
		if err != nil {
			return fmt.Errorf("control: answers of %s: %w", p.ID, err)
		}
		defer cancel()
	}
	g.setRunning(true)
	defer g.setRunning(false)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			g.watch(g.opts.Clock())
		}
	}
}

func (g *Guard) setRunning(on bool) {
	g.mu.Lock()
	g.running = on
	g.mu.Unlock()
}

// Propose makes a command of a wish. It sends nothing. It replaces an older proposal for the same point that nobody
// confirmed, and is refused while one is armed or under way.
func (g *Guard) Propose(s Setpoint) (Command, error) {
	p := g.points[s.Point]
	if p == nil {
		return Command{}, fmt.Errorf("control: there is no set-point %q", s.Point)
	}
	if s.User == "" {
		return Command{}, errNobody
	}
	old := math.NaN()
	if v := g.opts.Snapshots().At(p.Signal); v.Quality.Usable() {
		old = v.Value
	}
	if err := p.allows(s.Value, old); err != nil {
		return Command{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.opts.Clock()
	if other := g.open(p); other != nil {
		if other.State != Proposed {
			return Command{}, fmt.Errorf("control: a command for %s is %s: wait for its end or cancel it", p.name(), other.State)
		}
		g.move(other, Cancelled, now, s.User, "replaced by another proposal")
	}
	e := &entry{point: p, Command: Command{
		ID: newID(), Point: p.ID, Name: p.Name, Asset: p.Asset, Signal: p.Signal, Old: old, New: s.Value, User: s.User, Reason: s.Reason,
	}}
	g.commands = append(g.commands, e)
	if len(g.commands) > keepCommands {
		if i := slices.IndexFunc(g.commands, func(e *entry) bool { return e.State.Ended() }); i >= 0 {
			g.commands = slices.Delete(g.commands, i, i+1)
		}
	}
	g.move(e, Proposed, now, s.User, s.Reason)
	return e.Command, nil
}

var errNobody = errors.New("control: nobody is named: say who does it")

// Arm confirms a proposal: it may be sent for a short while, by the same person.
func (g *Guard) Arm(id, user string) (Command, error) {
	if err := g.permitted(id, user, Proposed); err != nil {
		return g.known(id), err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	e, now := g.find(id), g.opts.Clock()
	if err := g.mayProceed(e, now); err != nil {
		return e.Command, err
	}
	e.ArmedBy = user
	err := g.move(e, Armed, now, user, "")
	return e.Command, err
}

// Execute sends an armed command. It returns when the command is on its way; Commands tells how it goes on. When it
// cannot be sent, the command has failed.
func (g *Guard) Execute(ctx context.Context, id, user string) (Command, error) {
	if err := g.permitted(id, user, Armed); err != nil {
		return g.known(id), err
	}
	e, payload, err := g.send(id, user)
	if err != nil {
		return g.known(id), err
	}
	ctx, cancel := context.WithTimeout(ctx, e.point.Timeout)
	defer cancel()
	err = g.opts.Publishers[e.point.Source].Publish(ctx, e.point.Topic, payload, 1)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch now := g.opts.Clock(); {
	case err != nil && e.State == Sent: // unless the plant has answered all the same
		result := fmt.Sprintf("it could not be sent: %v", err)
		if ctx.Err() != nil {
			result = fmt.Sprintf("it is not known whether it was sent: %v", err)
		}
		g.move(e, Failed, now, user, result)
		return e.Command, fmt.Errorf("control: %s", result)
	case err == nil && e.State == Sent && e.point.Ack == "":
		g.move(e, Accepted, now, "", "the plant gives no answers here")
	}
	return e.Command, nil
}

// send moves a command to Sent before anything leaves, so that no answer can come too early, and the journal knows
// of it even if the program dies now.
func (g *Guard) send(id, user string) (*entry, []byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e, now := g.find(id), g.opts.Clock()
	if err := g.mayProceed(e, now); err != nil {
		return nil, nil, err
	}
	if e.State == Armed && e.ArmedBy != user {
		return nil, nil, fmt.Errorf("control: %s armed the command and must send it", e.ArmedBy)
	}
	if !g.running {
		return nil, nil, errors.New("control: the guard does not run, nobody would hear the answer of the plant")
	}
	payload, err := encode(e.ID, e.Name, e.point.Unit.FromSI(e.New))
	if err != nil {
		return nil, nil, fmt.Errorf("control: %w", err)
	}
	v := g.opts.Snapshots().At(e.Signal)
	e.before, e.Old = v.Time, math.NaN()
	if v.Quality.Usable() {
		e.Old = v.Value
	}
	if err := e.point.allows(e.New, e.Old); err != nil {
		return nil, nil, err
	}
	if err := g.move(e, Sent, now, user, ""); err != nil {
		return nil, nil, err
	}
	g.lastSent[e.Point] = now
	return e, payload, nil
}

// Cancel withdraws a command that was not sent.
func (g *Guard) Cancel(id, user string) (Command, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.find(id)
	switch {
	case e == nil:
		return Command{}, unknown(id)
	case user == "":
		return e.Command, errNobody
	case e.State.underway():
		return e.Command, errors.New("control: the command is on its way and cannot be cancelled: send another set-point when it has ended")
	}
	err := g.move(e, Cancelled, g.opts.Clock(), user, "")
	return e.Command, err
}

// permitted asks everything that must be asked without holding the lock.
func (g *Guard) permitted(id, user string, state State) error {
	c := g.known(id)
	switch {
	case c.ID == "":
		return unknown(id)
	case user == "":
		return errNobody
	case c.State != state:
		return fmt.Errorf("control: the command is %s, it must be %s first", c.State, state)
	case !g.opts.Live():
		return errors.New("control: commands are off outside the live view: go back to now first")
	}
	if g.opts.Interlock != nil {
		if err := g.opts.Interlock(c); err != nil {
			return fmt.Errorf("control: the interlock does not allow it: %w", err)
		}
	}
	return nil
}

// mayProceed checks what may have changed since the proposal. The lock is held.
func (g *Guard) mayProceed(e *entry, now time.Time) error {
	if e == nil {
		return errors.New("control: the command is no longer kept")
	}
	if end, why := e.overdue(e.point, now, g.opts.ArmFor, g.opts.ProposeFor, ""); end != "" {
		g.move(e, end, now, "", why)
		return fmt.Errorf("control: too late: %s", why)
	}
	if wait := e.point.interval() - now.Sub(g.lastSent[e.Point]); wait > 0 && !g.lastSent[e.Point].IsZero() {
		return fmt.Errorf("control: commands for %s must be %v apart: wait another %v", e.point.name(), e.point.interval(), wait.Round(100*time.Millisecond))
	}
	return nil
}

func unknown(id string) error { return fmt.Errorf("control: there is no command %q", id) }

// Commands lists the newest commands, newest first.
func (g *Guard) Commands() []Command {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]Command, 0, len(g.commands))
	for _, e := range slices.Backward(g.commands) {
		out = append(out, e.Command)
	}
	return out
}

// Command returns a command, or ok false when it is not kept.
func (g *Guard) Command(id string) (c Command, ok bool) {
	c = g.known(id)
	return c, c.ID != ""
}

// Generation rises with each change of any command.
func (g *Guard) Generation() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.generation
}

func (g *Guard) known(id string) Command {
	g.mu.Lock()
	defer g.mu.Unlock()
	if e := g.find(id); e != nil {
		return e.Command
	}
	return Command{}
}

func (g *Guard) find(id string) *entry {
	for _, e := range slices.Backward(g.commands) {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// open returns the command for a point that has not ended.
func (g *Guard) open(p *Point) *entry {
	for _, e := range slices.Backward(g.commands) {
		if e.point == p && !e.State.Ended() {
			return e
		}
	}
	return nil
}

// move changes the state and writes it down. The lock is held.
func (g *Guard) move(e *entry, s State, now time.Time, user, result string) error {
	if err := e.to(s, now, result); err != nil {
		return err
	}
	g.generation++
	text := fmt.Sprintf("%s of %s: %s → %s: %s", e.point.name(), g.opts.Tree.Asset(e.Asset).Path, e.point.show(e.Old), e.point.show(e.New), s)
	if result != "" {
		text += " (" + result + ")"
	}
	g.note(e, now, string(s), user, text)
	return nil
}

func (g *Guard) note(e *entry, now time.Time, action, user, text string) {
	g.opts.Journal(twin.Event{Time: now, Kind: twin.CommandEvent, Asset: e.Asset, Signal: e.Signal, Action: action, Ref: e.ID, User: user, Text: text})
}

// answered takes a message from an answer topic.
func (g *Guard) answered(source, topic string, payload []byte) {
	a, err := decode(payload)
	if err != nil {
		return // not for us, or not an answer: the time-out tells
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	e, now := g.find(a.ID), g.opts.Clock()
	switch {
	case e == nil || e.point.Source != source || e.point.Ack != topic:
		return
	case e.State == Accepted:
		return // the broker may deliver twice
	case e.State != Sent:
		if e.State == Failed && !e.Sent.IsZero() && e.Accepted.IsZero() {
			g.note(e, now, "late answer", "", fmt.Sprintf("%s of %s: the plant answered after the end: ok %v %s", e.point.name(), g.opts.Tree.Asset(e.Asset).Path, *a.OK, a.Reason))
		}
		return
	case !*a.OK:
		why := a.Reason
		if why == "" {
			why = "it gave no reason"
		}
		g.move(e, Failed, now, "", "the plant refused: "+why)
	case a.Value != nil && !e.point.reached(e.point.Unit.SI(*a.Value), e.New):
		g.move(e, Failed, now, "", fmt.Sprintf("the plant took %s instead of %s", e.point.show(e.point.Unit.SI(*a.Value)), e.point.show(e.New)))
	default:
		g.move(e, Accepted, now, "", "")
	}
}

// watch looks for effects and time-outs.
func (g *Guard) watch(now time.Time) {
	snap := g.opts.Snapshots()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, e := range g.commands {
		if e.State.Ended() {
			continue
		}
		v := snap.At(e.Signal)
		if snap.Origin == twin.Live && e.seen(e.point, v, e.before) {
			g.move(e, Done, now, "", fmt.Sprintf("its signal shows %s after %v", e.point.show(v.Value), now.Sub(e.Sent).Round(100*time.Millisecond)))
			continue
		}
		shown := e.point.show(v.Value)
		if !v.Quality.Usable() {
			shown = "nothing usable (" + v.Quality.String() + ")"
		}
		if end, why := e.overdue(e.point, now, g.opts.ArmFor, g.opts.ProposeFor, shown); end != "" {
			g.move(e, end, now, "", why)
		}
	}
}

func newID() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
