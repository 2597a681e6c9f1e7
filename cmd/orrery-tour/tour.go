package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

type options struct{ app, out, size, theme string }

// settle is how long the picture may take to come to rest after a step, on a machine that draws with its processor.
const settle = 2500 * time.Millisecond

// tour is the state that the steps share.
type tour struct {
	options
	*display
	socket string
	base   time.Time // failure of the base forecast
	pid    int
	seen   figures
}

// figures are what the tour measures on its way; they go into figures.json.
type figures struct {
	FirstStartSec  float64 `json:"first_start_sec"`  // to a moving window, a week of history included where there is none
	FirstFrameSec  float64 `json:"first_frame_sec"`  // to a moving window at the second start
	IdleFrames     float64 `json:"idle_frames"`      // drawn by the 3D view in five seconds of pause
	IdleCPUPercent float64 `json:"idle_cpu_percent"` // of a core, meanwhile
	ResidentMB     float64 `json:"resident_mb"`      // of the app, after the tour
}

type step struct {
	file, title string
	do          func(context.Context, *tour) (string, error) // the string says what was seen
}

func run(ctx context.Context, o options) error {
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	screen, err := openDisplay(ctx, o.size)
	if err != nil {
		return err
	}
	defer screen.close()
	dir, err := os.MkdirTemp("", "orrery-tour")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t := &tour{options: o, display: screen, socket: filepath.Join(dir, "probe")}

	outer := ctx
	ctx, stop, err := t.start(ctx)
	if err != nil {
		return err
	}
	defer func() { stop() }()
	failed := 0
	for i, s := range steps {
		seen, err := s.do(ctx, t)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		file := fmt.Sprintf("%02d-%s.png", i+1, s.file)
		verdict := "ok    "
		if err != nil {
			failed++
			verdict, seen = "FAILED", err.Error()
		}
		if err := t.shoot(ctx, o.out, file, fmt.Sprintf("%d  %s — %s", i+1, s.title, seen)); err != nil {
			return err
		}
		fmt.Printf("%s  %-44s %s\n        %s\n", verdict, s.title, seen, filepath.Join(o.out, file))
	}
	t.seen.ResidentMB = residentMB(t.pid)
	if failed > 0 {
		return fmt.Errorf("%d of %d steps failed; the app's own words are in %s", failed, len(steps), filepath.Join(o.out, "app.log"))
	}
	stop()
	if err := t.again(outer); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(t.seen, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(o.out, "figures.json"), append(raw, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Printf("moving %.1f s after a start with history; paused: %.0f frames, %.1f %% of a core; %.0f MB resident\n",
		t.seen.FirstFrameSec, t.seen.IdleFrames, t.seen.IdleCPUPercent, t.seen.ResidentMB)
	fmt.Printf("all %d steps did what they should; screenshots are in %s\n", len(steps), o.out)
	return nil
}

// start starts the app. The returned context ends with it; stop ends it and may be called again.
func (t *tour) start(ctx context.Context) (running context.Context, stop func(), err error) {
	log, err := os.OpenFile(filepath.Join(t.out, "app.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, nil, err
	}
	os.Remove(t.socket)
	app := exec.Command(t.app, "demo", "windfarm", "--probe", t.socket, "--size", t.size, "--theme", t.theme)
	app.Env, app.Stdout, app.Stderr = append(t.env(), "FYNE_SCALE=1", "LANG=en_GB.UTF-8"), log, log
	if err := app.Start(); err != nil {
		log.Close()
		return nil, nil, fmt.Errorf("%s: %w (run make build)", t.app, err)
	}
	t.pid = app.Process.Pid
	ended := make(chan struct{})
	running, cancel := context.WithCancelCause(ctx)
	go func() {
		err := app.Wait()
		cancel(fmt.Errorf("the app ended by itself (%w), see %s", err, log.Name()))
		log.Close()
		close(ended)
	}()
	return running, func() {
		app.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(15 * time.Second):
			app.Process.Kill()
			fmt.Fprintln(os.Stderr, "tour: the app did not end within 15 s of being asked to")
		}
	}, nil
}

// again starts the app once more, now that its history is there, and measures how long it takes to move.
func (t *tour) again(ctx context.Context) error {
	ctx, stop, err := t.start(ctx)
	if err != nil {
		return err
	}
	defer stop()
	doc, err := t.wait(ctx, "a live 3D view at the second start", time.Minute, func(d *document) bool { return d.FirstFrameMS > 0 })
	if err != nil {
		return err
	}
	t.seen.FirstFrameSec = float64(doc.FirstFrameMS) / 1000
	return nil
}

func (t *tour) ask(ctx context.Context) (*document, error) { return ask(ctx, t.socket) }

func (t *tour) wait(ctx context.Context, what string, limit time.Duration, want func(*document) bool) (*document, error) {
	return wait(ctx, t.socket, what, limit, want)
}

// widget waits until a widget with this name is on the screen.
func (t *tour) widget(ctx context.Context, name string) (rect, error) {
	doc, err := t.wait(ctx, "a widget named "+name, 10*time.Second, func(d *document) bool { return d.Widgets[name].W > 0 })
	if err != nil {
		return rect{}, err
	}
	return doc.Widgets[name], nil
}

var steps = []step{
	{"live", "The farm is live", live},
	{"orbit", "Orbit", orbit},
	{"gearbox", "Select the gearbox of T03", selectGearbox},
	{"past", "Scrub back two days", scrubBack},
	{"back-to-live", "Return to live", backToLive},
	{"failure", "Forward to the failure mark", toFailure},
	{"what-if", "Drag the power limit", dragLimit},
	{"pause", "Pause", pause},
}

func live(ctx context.Context, t *tour) (string, error) {
	doc, err := t.wait(ctx, "a live 3D view", 3*time.Minute, func(d *document) bool {
		return d.FirstFrameMS > 0 && d.Mode == "live" && d.Generation > 3 && len(d.Scenario.Failures) > 0
	})
	if err != nil {
		return "", err
	}
	if err := t.input(ctx, "search", "--onlyvisible", "--name", "Orrery", "windowfocus"); err != nil {
		return "", err
	}
	t.base = doc.Scenario.Failures[0].Median
	view, err := t.widget(ctx, "viewport")
	if err != nil {
		return "", err
	}
	moved, err := t.difference(ctx, t.out, view, 700*time.Millisecond)
	if err != nil {
		return "", err
	}
	if moved < 0.0005 {
		return "", fmt.Errorf("the 3D view stands still: %.5f of its pixels changed in 0.7 s", moved)
	}
	t.seen.FirstStartSec = float64(doc.FirstFrameMS) / 1000
	return fmt.Sprintf("moving %.1f s after the start, by %s", float64(doc.FirstFrameMS)/1000, doc.Presenter), nil
}

func orbit(ctx context.Context, t *tour) (string, error) {
	before, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	view, err := t.widget(ctx, "viewport")
	if err != nil {
		return "", err
	}
	if err := t.drag(ctx, "1", view.at(.52, .55), view.at(.58, .52), 800*time.Millisecond, nil); err != nil {
		return "", err
	}
	doc, err := t.wait(ctx, "a camera that moved", 5*time.Second, func(d *document) bool { return distance(d.Eye, before.Eye) > 5 })
	if err != nil {
		return "", err
	}
	time.Sleep(settle)
	return fmt.Sprintf("the eye moved by %.0f m", distance(doc.Eye, before.Eye)), nil
}

func selectGearbox(ctx context.Context, t *tour) (string, error) {
	const asset = "farm/T03/gearbox"
	if doc, err := t.ask(ctx); err != nil {
		return "", err
	} else if doc.Widgets["tree:"+asset].W == 0 {
		row, err := t.widget(ctx, "expand:farm/T03")
		if err != nil {
			return "", err
		}
		if err := t.click(ctx, row.at(.5, .5)); err != nil {
			return "", err
		}
	}
	row, err := t.widget(ctx, "tree:"+asset)
	if err != nil {
		return "", err
	}
	if err := t.click(ctx, row.at(.6, .5)); err != nil {
		return "", err
	}
	if _, err = t.wait(ctx, "the selection of "+asset, 5*time.Second, func(d *document) bool { return d.Selection == asset }); err != nil {
		return "", err
	}
	view, err := t.widget(ctx, "viewport")
	if err != nil {
		return "", err
	}
	if err := t.input(ctx, "mousemove", view.at(.5, .9).x(), view.at(.5, .9).y(), "key", "f"); err != nil {
		return "", err
	}
	time.Sleep(settle)
	doc, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("oil %.1f °C, vibration %.2f mm/s", doc.Values["oil_temp"], doc.Values["vibration"]), nil
}

func scrubBack(ctx context.Context, t *tour) (string, error) {
	before, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	line, err := t.widget(ctx, "timeline")
	if err != nil {
		return "", err
	}
	now, first := before.Marks["now"], before.Marks["first"]
	if now <= first {
		return "", fmt.Errorf("the timeline shows no past: first at %.0f, now at %.0f", first, now)
	}
	// The probe tells where two days ago lies; a user reads it off the axis.
	target := before.Marks["now-48h"]
	y := line.Y + line.H*.5
	if err := t.drag(ctx, "1", point{now, y}, point{target, y}, time.Second, nil); err != nil {
		return "", err
	}
	_, err = t.wait(ctx, "the past, two days ago", 5*time.Second, func(d *document) bool {
		return d.Mode == "past" && math.Abs(d.Now.Sub(d.Cursor).Hours()-48) < 3
	})
	if err != nil {
		return "", err
	}
	time.Sleep(settle)
	doc, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	if doc.Values["oil_temp"] == before.Values["oil_temp"] {
		return "", fmt.Errorf("the oil temperature of two days ago is the one of now, %.3f °C", doc.Values["oil_temp"])
	}
	return fmt.Sprintf("%s: oil stood at %.1f °C", doc.Cursor.Format("Mon 2 Jan 15:04"), doc.Values["oil_temp"]), nil
}

func backToLive(ctx context.Context, t *tour) (string, error) {
	button, err := t.widget(ctx, "live")
	if err != nil {
		return "", err
	}
	if err := t.click(ctx, button.at(.5, .5)); err != nil {
		return "", err
	}
	doc, err := t.wait(ctx, "live mode", 5*time.Second, func(d *document) bool {
		return d.Mode == "live" && d.Now.Sub(d.Cursor) < time.Second
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("oil %.1f °C", doc.Values["oil_temp"]), nil
}

func toFailure(ctx context.Context, t *tour) (string, error) {
	doc, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	line, err := t.widget(ctx, "timeline")
	if err != nil {
		return "", err
	}
	mark := doc.Marks["failure:farm/T03"]
	if mark <= doc.Marks["now"] {
		return "", fmt.Errorf("the timeline shows no failure mark of T03 ahead of now")
	}
	y := line.Y + line.H*.5
	if err := t.drag(ctx, "1", point{doc.Marks["now"], y}, point{mark, y}, time.Second, nil); err != nil {
		return "", err
	}
	doc, err = t.wait(ctx, "the future, at the failure mark", 5*time.Second, func(d *document) bool {
		return d.Mode == "future" && math.Abs(d.Cursor.Sub(t.base).Hours()) < 12
	})
	if err != nil {
		return "", err
	}
	time.Sleep(settle)
	return fmt.Sprintf("in %.1f days, oil predicted at %.1f °C", doc.Cursor.Sub(doc.Now).Hours()/24, doc.Values["oil_temp"]), nil
}

func dragLimit(ctx context.Context, t *tour) (string, error) {
	before, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	if before.Widgets["slider:power_limit"].W == 0 { // a small window: scroll the inspector
		above, err := t.widget(ctx, "fork")
		if err != nil {
			return "", err
		}
		p := point{above.X + above.W, above.Y - 60}
		if err := t.input(ctx, "mousemove", p.x(), p.y(), "click", "--repeat", "12", "--delay", "40", "5"); err != nil {
			return "", err
		}
	}
	slider, err := t.widget(ctx, "slider:power_limit")
	if err != nil {
		return "", err
	}
	midway := uint64(0)
	err = t.drag(ctx, "1", slider.at(.985, .5), slider.at(.5, .5), 1500*time.Millisecond, func() error {
		doc, err := t.wait(ctx, "a new future while the slider is held", 3*time.Second, func(d *document) bool {
			return d.Scenario.Runs > before.Scenario.Runs && d.Scenario.Values["power_limit"] < .95
		})
		if err == nil {
			midway = doc.Scenario.Runs - before.Scenario.Runs
		}
		return err
	})
	if err != nil {
		return "", err
	}
	doc, err := t.wait(ctx, "a later failure under the lower limit", 5*time.Second, func(d *document) bool {
		return d.Scenario.Members >= 64 && (len(d.Scenario.Failures) == 0 || d.Scenario.Failures[0].Median.IsZero() || d.Scenario.Failures[0].Median.After(t.base))
	})
	if err != nil {
		return "", err
	}
	time.Sleep(settle)
	shift := "not within 14 days"
	if f := doc.Scenario.Failures; len(f) > 0 && !f[0].Median.IsZero() {
		shift = fmt.Sprintf("%+.1f days", f[0].Median.Sub(t.base).Hours()/24)
	}
	return fmt.Sprintf("%d futures while dragging; at %.0f %% the gearbox fails %s", midway, 100*doc.Scenario.Values["power_limit"], shift), nil
}

// pause lets the plant stand still and holds the app to that: an idle window paints nothing.
func pause(ctx context.Context, t *tour) (string, error) {
	if _, err := backToLive(ctx, t); err != nil {
		return "", err
	}
	view, err := t.widget(ctx, "viewport")
	if err != nil {
		return "", err
	}
	if err := t.click(ctx, view.at(.5, .97)); err != nil { // single keys go to the window, not to a text field
		return "", err
	}
	if err := t.input(ctx, "key", "space"); err != nil {
		return "", err
	}
	if _, err := t.wait(ctx, "the pause", 5*time.Second, func(d *document) bool { return d.Mode == "past" }); err != nil {
		return "", err
	}
	time.Sleep(12 * time.Second) // the edges are smoothed first
	before, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	const wait = 5 * time.Second
	used := cpuOf(t.pid)
	time.Sleep(wait)
	used = cpuOf(t.pid) - used
	after, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	t.seen.IdleFrames = float64(after.Frames - before.Frames)
	t.seen.IdleCPUPercent = 100 * used.Seconds() / wait.Seconds()
	if after.Frames != before.Frames {
		return "", fmt.Errorf("%d frames were drawn of a scene at rest", after.Frames-before.Frames)
	}
	return fmt.Sprintf("no frame in 5 s, %.1f %% of a core", t.seen.IdleCPUPercent), nil
}

func distance(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}
