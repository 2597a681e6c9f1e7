package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/twin/project"
)

// demoKind is a demo that can be opened.
type demoKind struct {
	label  string        // for people
	days   int           // of history that it comes with
	step   time.Duration // between two samples of it
	fine   time.Duration // the end of it that has a sample every second
	column string        // of the plant's log, that names the device
}

// demos are the demos by the name that opens them.
var demos = map[string]demoKind{
	"windfarm": {"the demo wind farm", 7, 10 * time.Second, time.Hour, "turbine"},
	"factory":  {"the demo bottling line", 3, 20 * time.Second, 15 * time.Minute, "device"},
	"supply":   {"the demo supply chain", 4, 2 * time.Minute, 5 * time.Minute, "device"},
	"city":     {"the demo district", 3, 90 * time.Second, 5 * time.Minute, "device"},
}

// demoNames are the words that open a demo, the first being what the bare word demo stands for.
var demoNames = []string{"windfarm", "factory", "city", "supply"}

// demoNamed returns the demo that a word on the command line stands for.
func demoNamed(word string) (name string, ok bool) {
	if word == "demo" {
		return demoNames[0], true
	}
	_, ok = demos[word]
	return word, ok
}

// demoKeep is how long a demo may lie idle and still be taken up again: the plant's logger fills in what was missed. After
// that it begins anew, so that its gearbox is again some days from its end.
const demoKeep = 36 * time.Hour

func demoCommand() *cobra.Command {
	var fresh bool
	cmd := &cobra.Command{
		Use:       "demo [" + strings.Join(demoNames, "|") + "]",
		Short:     "Open a demo twin with its emulated plant, broker and some days of history",
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: demoNames,
	}
	look := windowFlags(cmd)
	cmd.Flags().BoolVar(&fresh, "fresh", false, "forget the history of earlier starts")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return runDemo(cmd.Context(), append(args, demoNames[0])[0], fresh, *look)
	}
	return cmd
}

// demoSite is the folder of a demo and what lies in it.
type demoSite struct{ name, dir, twin, data, state string }

func newDemoSite(name string) (demoSite, error) {
	home, err := dataHome()
	if err != nil {
		return demoSite{}, err
	}
	return demoSiteIn(name, filepath.Join(home, "demo", name)), nil
}

func demoSiteIn(name, dir string) demoSite {
	return demoSite{name: name, dir: dir, twin: filepath.Join(dir, "twin"), data: filepath.Join(dir, "data"), state: filepath.Join(dir, "plant.json")}
}

// prepare writes the demo's files and forgets data that are too old to go on with.
func (d demoSite) prepare(fresh bool) (*project.Project, error) {
	if info, err := os.Stat(d.state); fresh || err == nil && time.Since(info.ModTime()) > demoKeep {
		if err := errors.Join(os.RemoveAll(d.data), os.RemoveAll(d.state)); err != nil {
			return nil, fmt.Errorf("the old demo cannot be removed: %w", err)
		}
	}
	if err := os.RemoveAll(d.twin); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.twin, 0o755); err != nil {
		return nil, err
	}
	if err := demo.WriteTwin(d.twin, d.name); err != nil {
		return nil, err
	}
	return project.Load(filepath.Join(d.twin, "twin.yaml"))
}

// record has the plant's logger fill the history up to now: some days at the first start, what was missed at later ones.
func (d demoSite) record(ctx context.Context, s *station, progress func(float64)) error {
	now, kind := time.Now(), demos[d.name]
	since := now.AddDate(0, 0, -kind.days)
	_, last, ok := s.store.Extent()
	_, err := os.Stat(d.state)
	known := err == nil
	if ok && !known {
		return fmt.Errorf("the history in %s has lost its plant (%s is missing): start once with --fresh", d.data, filepath.Base(d.state))
	}
	args := []string{d.name, "-state", d.state, "-step", kind.step.String(), "-fine", kind.fine.String()}
	if ok {
		since = last.Add(time.Second)
		if now.Sub(since) < 5*time.Second {
			return nil
		}
	} else if known { // the plant went on, but nothing of it was kept
		if err := os.Remove(d.state); err != nil {
			return err
		}
	}
	_, err = backfill(ctx, s, kind.column, args, since, now, progress)
	return err
}

// plant runs the demo's plant against the station's broker until ctx ends.
func (d demoSite) plant(ctx context.Context, s *station, words io.Writer) error {
	return runPlant(ctx, []string{d.name, "-broker", "tcp://" + s.brokers[0].Addr(), "-state", d.state}, words)
}

// terminalProgress shows a bar on standard error; the bar appears with the first call.
func terminalProgress(what string) func(float64) {
	var bar *progressbar.ProgressBar
	return func(f float64) {
		if bar == nil {
			bar = progressbar.NewOptions(1000, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(os.Stderr),
				progressbar.OptionSetWidth(32), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionOnCompletion(func() { fmt.Fprintln(os.Stderr) }))
		}
		bar.Set(int(f * 1000))
	}
}
