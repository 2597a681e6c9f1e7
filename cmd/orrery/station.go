package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/broker"
	"github.com/orrery-twin/orrery/twin/control"
	"github.com/orrery-twin/orrery/twin/engine"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/mqtt"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/remote"
	"github.com/orrery-twin/orrery/twin/sim/fmi"
)

// keepHistory is how long samples are kept.
const keepHistory = 400 * 24 * time.Hour

// station is the running parts of one twin. Make it with openStation; run it, then close it.
type station struct {
	project *project.Project
	tree    *twin.Tree
	store   *history.Store
	fmus    *fmi.Builder  // that compute assets; nil when there are none, or no run was asked for yet
	queue   *remote.Queue // to a cluster; nil when there is none
	journal *journal.Journal
	brokers []*broker.Broker
	clients map[string]*mqtt.Client // by source name
	engine  *engine.Engine
	guard   *control.Guard
	alarms  *alarm.Book // belongs to the engine once that runs
	studies []namedStudy

	mu   sync.Mutex
	live func() bool // whether the user looks at the present
}

// stationOptions say how a twin is opened.
type stationOptions struct {
	data     string  // folder of history and journal; empty: .orrery in the twin's folder
	listen   string  // overrides the address of the embedded broker
	share    cluster // where samples go beside the history; none when its url is empty
	readOnly bool    // history and journal alone: no sources, no commands
}

// openStation opens history and journal, starts the embedded broker, and wires engine and guard. On an error nothing
// stays open.
func openStation(ctx context.Context, p *project.Project, o stationOptions) (*station, error) {
	s := &station{project: p, tree: p.Tree, clients: map[string]*mqtt.Client{}, live: func() bool { return true }}
	if err := s.open(ctx, o); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *station) open(ctx context.Context, o stationOptions) (err error) {
	p := s.project
	if s.studies, err = makeStudies(p); err != nil {
		return err
	}
	if o.data == "" {
		o.data = filepath.Join(p.Dir, ".orrery")
	}
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return fmt.Errorf("cannot make the data folder: %w", err)
	}
	if s.store, err = history.Open(ctx, p.Tree, history.Options{Dir: filepath.Join(o.data, "history"), Retention: cmp.Or(p.History.Keep, keepHistory), MaxBytes: p.History.MaxBytes}); err != nil {
		return err
	}
	if s.journal, err = journal.Open(filepath.Join(o.data, "journal.db"), p.Tree); err != nil {
		return err
	}
	if s.alarms, err = alarm.New(p.Tree, p.Alarms); err != nil {
		return err
	}
	if err := restoreAlarms(ctx, s.alarms, s.journal, time.Now()); err != nil {
		return err
	}
	if o.readOnly {
		return nil
	}
	sources, err := s.openSources(o)
	if err != nil {
		return err
	}
	initial := &twin.Snapshot{}
	initial.Reset(len(p.Tree.Signals()))
	if err := s.store.LatestAt(ctx, time.Now(), initial); err != nil {
		return err
	}
	var store engine.History = s.store
	if o.share.url == "" {
		o.share = shared(p)
	}
	if o.share.url != "" {
		slog.Info("samples are sent to a shared history, too", "url", o.share.url)
		client, err := o.share.client(p)
		if err != nil {
			return err
		}
		if s.queue, err = remote.OpenQueue(client, p.Tree, remote.QueueOptions{Dir: filepath.Join(o.data, "remote")}); err != nil {
			return err
		}
		store = remote.Tee{Store: s.store, Queue: s.queue}
	}
	if s.engine, err = engine.New(engine.Options{Tree: p.Tree, History: store, Journal: s.journal, Alarms: s.alarms, Sources: sources, Initial: initial,
		Tick: 20 * time.Millisecond}); err != nil {
		return err
	}
	publishers := map[string]control.Publisher{}
	for name, c := range s.clients {
		publishers[name] = c
	}
	s.guard, err = control.New(control.Options{Tree: p.Tree, Points: p.Control, Publishers: publishers,
		Snapshots: s.engine.Snapshot, Journal: s.engine.Record, Live: s.isLive})
	if err != nil {
		return err
	}
	return nil
}

// restoreAlarms brings back what was raised, acknowledged and shelved in the month before a moment.
func restoreAlarms(ctx context.Context, book *alarm.Book, j *journal.Journal, at time.Time) error {
	entries, err := j.Query(ctx, journal.Filter{From: at.Add(-30 * 24 * time.Hour), To: at.Add(time.Nanosecond), Kinds: []twin.EventKind{twin.AlarmEvent}, Limit: 1 << 20, OldestFirst: true})
	if err != nil {
		return err
	}
	events := make([]twin.Event, len(entries))
	for i, e := range entries {
		events[i] = e.Event
	}
	book.Restore(events)
	return nil
}

func (s *station) openSources(o stationOptions) ([]twin.Source, error) {
	var out []twin.Source
	for _, src := range s.project.Sources {
		opts := mqtt.Options{Name: src.Name, URL: src.URL, Routes: routesOf(src)}
		if src.Embedded {
			addr := src.Address
			if o.listen != "" {
				addr = o.listen
			}
			b, err := broker.Start(broker.Options{Addr: addr})
			if err != nil {
				return nil, err
			}
			s.brokers = append(s.brokers, b)
			opts.Embedded = b
		}
		c, err := mqtt.New(s.tree, opts)
		if err != nil {
			return nil, err
		}
		s.clients[src.Name] = c
		out = append(out, c)
	}
	return out, nil
}

// run keeps the twin running until ctx ends.
func (s *station) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts := []func(context.Context) error{s.engine.Run, s.guard.Run}
	errs := make(chan error, len(parts))
	for _, part := range parts {
		go func() {
			errs <- part(ctx)
			cancel() // one part without the others would be half a twin
		}()
	}
	var all []error
	for range parts {
		if err := <-errs; err != nil && !errors.Is(err, context.Canceled) {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

func (s *station) close() error {
	var errs []error
	for _, b := range s.brokers {
		errs = append(errs, b.Close())
	}
	if s.fmus != nil {
		errs = append(errs, s.fmus.Close())
	}
	if s.queue != nil {
		errs = append(errs, s.queue.Close())
	}
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

// setLive tells the guard who knows whether the user looks at the present.
func (s *station) setLive(f func() bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live = f
}

func (s *station) isLive() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live()
}

// freeAddress returns want if it can be listened on, else the same host with a free port.
func freeAddress(want string) string {
	l, err := net.Listen("tcp", want)
	if err == nil {
		l.Close()
		return want
	}
	host, _, err := net.SplitHostPort(want)
	if err != nil {
		return want
	}
	return net.JoinHostPort(host, "0")
}

// dataHome is where the app keeps what it makes by itself: $ORRERY_HOME, or the user's data folder.
func dataHome() (string, error) {
	if dir := os.Getenv("ORRERY_HOME"); dir != "" {
		return dir, nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "orrery"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no place for data: %w; set ORRERY_HOME to a folder", err)
	}
	return filepath.Join(home, ".local", "share", "orrery"), nil
}
