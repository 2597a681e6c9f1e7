package ui

import (
	"errors"
	"fmt"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/engine"
	"github.com/orrery-twin/orrery/twin/timeline"
)

// noEngine is the present of a desk without a twin: nothing comes, nothing is wrong.
type noEngine struct{ snap twin.Snapshot }

func (e *noEngine) Snapshot() *twin.Snapshot { return &e.snap }
func (*noEngine) Alarms() []alarm.Occurrence { return nil }
func (*noEngine) Acknowledge(_, _ string) error {
	return errors.New("there is no twin, so there is no alarm")
}
func (*noEngine) Stats() engine.Stats          { return engine.Stats{} }
func (*noEngine) Health() []engine.NamedHealth { return nil }
func (d *Desk) bare() bool                     { return d.Project == nil }

// furnish gives a desk of models alone what the rest of the shell asks every desk for.
func (d *Desk) furnish(clock func() time.Time) error {
	if d.Stage == nil {
		return errors.New("ui: a desk of models needs a stage")
	}
	if _, ok := d.Stage.(ModelStage); !ok {
		return errors.New("ui: the stage of a desk of models must be a ModelStage")
	}
	d.Project, d.Timeline, d.Engine = noProject(), timeline.New(clock), &noEngine{}
	d.History, d.Journal, d.Guard, d.Futures, d.Trust = nil, nil, nil, nil, nil
	return nil
}

// bareFrame is the frame tick of a desk of models alone.
func (x *session) bareFrame(now time.Time, dt time.Duration) {
	x.Stage.Apply(x.s.view.snap, x.state, dt)
	if now.Sub(x.pace.numbers) < numbersEvery {
		return
	}
	x.pace.numbers = now
	x.expireNote(now)
	x.bareStatus()
	x.s.updatePanels()
}

func (x *session) bareStatus() {
	var items []statusItem
	if text := x.models.summary(); text != "" {
		items = append(items, statusItem{name: "models", text: text, trust: -1, hint: "What is drawn of the opened models"})
	}
	g := x.Stage.Stats()
	picture := g.Presenter
	if g.FPS > 0 {
		picture = fmt.Sprintf("%.0f fps · %s", g.FPS, g.Presenter)
	}
	if picture != "" {
		items = append(items, statusItem{name: "picture", text: join(picture, g.Degraded), trust: -1, hint: "How the 3D view reaches the screen"})
	}
	x.s.status.set(items, statusItem{trust: -1})
}
