package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/source"
)

// plantFile finds the plant emulator: beside this program, else on the PATH.
func plantFile() (string, error) {
	if self, err := os.Executable(); err == nil {
		file := filepath.Join(filepath.Dir(self), "orrery-plant")
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
	}
	file, err := exec.LookPath("orrery-plant")
	if err != nil {
		return "", errors.New("the plant emulator orrery-plant is neither beside this program nor on the PATH: run make build")
	}
	return file, nil
}

// plantLogger maps the log of the plant's data logger to signals; one of its columns names the device. The others are named as the keys of its telemetry, so
// the first JSON route of the twin file tells signal and unit of each.
func plantLogger(p *project.Project, device string) (source.CSV, error) {
	for _, s := range p.Sources {
		for _, r := range s.Routes {
			if r.Decoder != project.JSON {
				continue
			}
			log := source.CSV{Time: "time", TimeUnit: time.Millisecond, Asset: device, Path: r.Asset}
			for _, f := range r.Fields {
				log.Fields = append(log.Fields, source.Field{Column: f.Key, Signal: f.Signal, Unit: f.Unit})
			}
			return log, nil
		}
	}
	return source.CSV{}, errors.New("the twin file has no route with decoder json, so a log cannot be mapped to signals")
}

// backfill runs the plant's data logger from since to now with these arguments, imports what it writes, and lets the alarms run over it, so that
// the journal holds what would have been raised. The station must not run yet. progress gets 0…1.
func backfill(ctx context.Context, s *station, device string, args []string, since, until time.Time, progress func(float64)) (history.Imported, error) {
	p, store := s.project, s.store
	mapping, err := plantLogger(p, device)
	if err != nil {
		return history.Imported{}, err
	}
	file, err := plantFile()
	if err != nil {
		return history.Imported{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, file, append(args, "-logger", "-", "-no-mqtt", "-since", since.UTC().Format(time.RFC3339), "-until", until.UTC().Format(time.RFC3339))...)
	var words bytes.Buffer
	cmd.Stderr = &words
	out, err := cmd.StdoutPipe()
	if err != nil {
		return history.Imported{}, err
	}
	if err := cmd.Start(); err != nil {
		return history.Imported{}, err
	}
	span := until.Sub(since)
	counted := func(yield func([]twin.Sample, error) bool) {
		for batch, err := range mapping.Read(p.Tree, out, nil) {
			if err == nil && span > 0 {
				progress(min(float64(batch[0].Time-since.UnixNano())/float64(span), 1))
			}
			if err == nil {
				err = replay(ctx, s.alarms, s.journal, batch)
			}
			if !yield(batch, err) {
				return
			}
		}
	}
	done, err := store.Import(ctx, counted)
	if err != nil {
		cancel()
	} else {
		io.Copy(io.Discard, out)
	}
	if ended := cmd.Wait(); err == nil && ended != nil {
		err = fmt.Errorf("the plant's data logger ended with %w: %s", ended, strings.TrimSpace(words.String()))
	}
	return done, err
}

// replay lets alarms run over recorded samples, on event time, and writes what happens into the journal.
func replay(ctx context.Context, book *alarm.Book, j *journal.Journal, batch []twin.Sample) error {
	for _, s := range batch {
		if book.Watches(s.Signal) {
			book.Observe(s.Signal, twin.Value{Value: s.Value, Time: s.Time, Quality: s.Quality})
		}
	}
	if len(batch) == 0 {
		return nil
	}
	if events := book.Advance(time.Unix(0, batch[len(batch)-1].Time)); len(events) > 0 {
		return j.Append(ctx, events...)
	}
	return nil
}

// runPlant runs the plant against a broker until ctx ends, which it is told gently.
func runPlant(ctx context.Context, args []string, words io.Writer) error {
	file, err := plantFile()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, file, args...)
	cmd.Stderr = words
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	// A plant that outlived the app would go on alone; the kernel ends it with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = dieWithParent()
	err = cmd.Run()
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the plant emulator ended: %w", err)
	}
	return errors.New("the plant emulator ended by itself")
}
