package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/user"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/assets/cache"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui"
	"github.com/orrery-twin/orrery/ui/command"
)

// desktop is the app: one window, and the station of the twin that it shows, if any.
type desktop struct {
	window
	ctx   context.Context
	kept  *cache.Cache // prepared models; nil when there is no place for them
	shell *ui.Shell
	end   func()         // ends the open twin; never nil
	ended chan struct{}  // closed when it has ended
	begin *timeline.Link // where the next twin begins, or nil
}

// opener makes a project ready and opens its station. plant, which may be nil, runs beside it.
type opener func(ctx context.Context, progress *ui.Progress) (s *station, plant func(context.Context, *station) error, err error)

func runApp(ctx context.Context, path string, w window) error {
	return runWindow(ctx, w, func(d *desktop) {
		if path == "" {
			d.start(nil)
			return
		}
		d.openAt(path)
	})
}

// openAt opens a twin, or the one that a link names at the moment that it names.
func (d *desktop) openAt(path string) {
	if !timeline.IsLink(path) {
		d.openTwin(path)
		return
	}
	l, err := timeline.ParseLink(path)
	switch {
	case err != nil:
		d.start(err)
	case l.Twin == "":
		d.start(errors.New("the link names no twin: open one and paste the link into Go to time"))
	default:
		d.begin = &l
		d.openTwin(l.Twin)
	}
}

func runDemo(ctx context.Context, name string, fresh bool, w window) error {
	return runWindow(ctx, w, func(d *desktop) { d.openDemo(name, fresh) })
}

func runView(ctx context.Context, models []string, w window) error {
	return runWindow(ctx, w, func(d *desktop) { d.openModels(models) })
}

// runWindow opens the window, has begin fill it, and returns when it is closed.
func runWindow(ctx context.Context, w window, begin func(*desktop)) error {
	var width, height float32
	if _, err := fmt.Sscanf(w.size, "%fx%f", &width, &height); err != nil || width < 640 || height < 400 || width > 16384 || height > 16384 {
		return fmt.Errorf("--size %s: write WIDTHxHEIGHT, at least 640x400", w.size)
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" && needsDisplay {
		return errors.New("there is no display: use orrery snapshot for pictures, orrery serve to run headless, or make run for a tour in a virtual display")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	kept, err := cache.Open(cache.Options{})
	if err != nil {
		slog.Warn("models are read anew each time", "error", err)
	}
	d := &desktop{window: w, ctx: ctx, kept: kept, end: func() {}, ended: closed()}
	if err := d.makeShell(fyne.NewSize(width, height)); err != nil {
		return err
	}
	if w.probe != "" {
		stop, err := d.serveProbe(w.probe)
		if err != nil {
			return err
		}
		defer stop()
	}
	begin(d)
	go func() {
		<-ctx.Done()
		fyne.Do(d.shell.Window().Close)
	}()
	d.shell.Run()
	cancel()
	d.end()
	select {
	case <-d.ended:
	case <-time.After(10 * time.Second):
		return errors.New("the twin did not come to rest within 10 s; what was acknowledged is on the disk")
	}
	return nil
}

// load reads a model, or takes it from the cache.
func (d *desktop) load(ctx context.Context, fsys fs.FS, name string, o assets.Options) (*assets.Model, error) {
	o.Cache = d.kept
	return assets.Load(ctx, fsys, name, o)
}

// makeShell makes the window. Fyne panics where no window can be made.
func (d *desktop) makeShell(size fyne.Size) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("no window can be opened on this display: %v; orrery doctor says what is missing, orrery snapshot and orrery serve need no window", r)
		}
	}()
	d.shell = ui.New(app.NewWithID("io.github.orrery-twin"), ui.Options{Size: size, Theme: d.theme})
	return nil
}

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// start shows the start page, with what went wrong if anything did.
func (d *desktop) start(err error) {
	d.begin = nil
	page := ui.Start{OpenDemo: func() { d.openDemo(demoNames[0], false) }, OpenTwin: d.openTwin, OpenModels: d.openModels}
	if err != nil && !errors.Is(err, context.Canceled) {
		page.Error = err.Error()
		var faults project.Errors
		if errors.As(err, &faults) {
			page.Error = fmt.Sprintf("The twin file has %d fault(s); mend them and open it again", len(faults))
			for _, f := range faults {
				page.ErrorLines = append(page.ErrorLines, f.Error())
			}
		}
		slog.Error("not opened", "error", err)
	}
	d.shell.ShowStart(page)
}

func (d *desktop) openTwin(path string) {
	d.open("Opening "+path, func(ctx context.Context, progress *ui.Progress) (*station, func(context.Context, *station) error, error) {
		p, err := project.Load(path)
		if err != nil {
			return nil, nil, err
		}
		s, err := openStation(ctx, p, stationOptions{})
		return s, nil, err
	})
}

func (d *desktop) openDemo(name string, fresh bool) {
	d.open("Opening "+demos[name].label, func(ctx context.Context, progress *ui.Progress) (*station, func(context.Context, *station) error, error) {
		site, err := newDemoSite(name)
		if err != nil {
			return nil, nil, err
		}
		p, err := site.prepare(fresh)
		if err != nil {
			return nil, nil, err
		}
		s, err := openStation(ctx, p, stationOptions{data: site.data, listen: freeAddress(p.Sources[0].Address)})
		if err != nil {
			return nil, nil, err
		}
		if err := site.record(ctx, s, func(f float64) {
			progress.Set(f, fmt.Sprintf("The plant's logger hands over %d days", demos[name].days))
		}); err != nil {
			s.close()
			return nil, nil, err
		}
		return s, func(ctx context.Context, s *station) error { return site.plant(ctx, s, os.Stderr) }, nil
	})
}

// open ends the open twin and opens another one in the background, with a progress page meanwhile.
func (d *desktop) open(title string, how opener) {
	ctx, cancel := context.WithCancel(d.ctx)
	before, ended := d.ended, make(chan struct{})
	d.end()
	d.end, d.ended = cancel, ended
	progress := d.shell.ShowProgress(title, cancel)
	fail := func(err error) {
		if d.ctx.Err() == nil {
			fyne.Do(func() { d.start(err) })
		}
		close(ended)
	}
	go func() {
		<-before
		s, plant, err := how(ctx, progress)
		if err != nil {
			fail(err)
			return
		}
		scenery, err := ui.LoadScenery(ctx, s.project, d.load, progress.Set)
		if err != nil {
			s.close()
			fail(err)
			return
		}
		for _, w := range scenery.Warnings {
			slog.Warn("model", "warning", w)
		}
		d.live(ctx, s, scenery, plant)
		close(ended)
	}()
}

// live shows a station until ctx ends, then closes it.
func (d *desktop) live(ctx context.Context, s *station, scenery *ui.Scenery, plant func(context.Context, *station) error) {
	ctx, cancel := context.WithCancel(ctx)
	runner := scenario.New(scenario.Options{Tree: s.tree, Snapshot: s.engine.Snapshot, Horizon: s.project.Horizon})
	forecasts := &forecaster{station: s, runner: runner}
	parts := []func(context.Context) error{s.run, forecasts.run}
	if plant != nil {
		parts = append(parts, func(ctx context.Context) error { return plant(ctx, s) })
	}
	errs := make(chan error, len(parts))
	for _, part := range parts {
		go func() { errs <- part(ctx) }()
	}
	fyne.Do(func() {
		tl := timeline.New(time.Now)
		s.setLive(func() bool { return tl.State().Mode == timeline.Live })
		stage := ui.NewStage(s.project, scenery, d.presenter)
		begin := d.begin
		d.begin = nil
		var ahead ui.Futures
		if len(s.project.Simulations)+len(s.studies) > 0 {
			ahead = ui.NewFutures(runner)
		}
		err := d.shell.Open(ui.Desk{Project: s.project, Timeline: tl, Engine: s.engine, History: s.store, Journal: s.journal, Guard: s.guard,
			Futures: ahead, Trust: forecasts.trust, BackTest: backTested(), Stage: stage, Begin: begin, User: userName(),
			Studies: deskStudies(s.studies), Presets: deskPresets(s.project),
			Load: d.load, OpenTwin: d.openTwin, CloseTwin: func() { d.end(); d.start(nil) }})
		if err != nil {
			d.start(err)
		}
	})
	for range parts {
		if err := <-errs; err != nil && ctx.Err() == nil {
			slog.Error("part of the twin ended", "error", err)
			fyne.Do(func() { d.shell.Fail(err) })
		}
	}
	cancel()
	runner.Close()
	if err := s.close(); err != nil {
		slog.Error("closing", "error", err)
	}
}

// openModels ends the open twin and shows models alone.
func (d *desktop) openModels(paths []string) {
	d.end()
	err := d.shell.Open(ui.Desk{Stage: ui.NewStage(nil, nil, d.presenter), User: userName(), Load: d.load, OpenTwin: d.openTwin, CloseTwin: func() { d.start(nil) }})
	if err != nil {
		d.start(err)
		return
	}
	d.shell.OpenModels(paths...)
}

func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "operator"
}

// ask is what a test may ask for before the probe answers: one JSON object in a line.
type ask struct {
	Drop []string `json:"drop"` // paths, as if they were dropped on the window
	Run  string   `json:"run"`  // id of a command
}

// askTime is how long a connection has to say what it asks for; most say nothing.
const askTime = 30 * time.Millisecond

// serveProbe answers each connection to a Unix socket with what the window shows, once it has done what it was asked.
func (d *desktop) serveProbe(path string) (stop func(), err error) {
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("--probe: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go d.answer(conn)
		}
	}()
	return func() { l.Close() }, nil
}

func (d *desktop) answer(conn net.Conn) {
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(askTime))
	var asked ask
	if line, err := bufio.NewReader(io.LimitReader(conn, 1<<20)).ReadBytes('\n'); err == nil {
		if err := json.Unmarshal(line, &asked); err != nil {
			fmt.Fprintf(conn, "{\"error\": %q}\n", err.Error())
			return
		}
	}
	var doc ui.Probe
	fyne.DoAndWait(func() {
		if len(asked.Drop) > 0 {
			d.shell.Drop(asked.Drop)
		}
		if asked.Run != "" {
			if err := d.shell.Commands().Run(command.ID(asked.Run)); err != nil {
				d.shell.Fail(err)
			}
		}
		doc = d.shell.Probe()
	})
	conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	json.NewEncoder(conn).Encode(doc)
}
