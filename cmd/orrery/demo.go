package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/twin/project"
)

// demoDays is how much history the demo comes with.
const demoDays = 7

// demoKeep is how long a demo may lie idle and still be taken up again: the plant's logger fills in what was missed. After
// that it begins anew, so that its gearbox is again some days from its end.
const demoKeep = 36 * time.Hour

func demoCommand() *cobra.Command {
	var fresh bool
	cmd := &cobra.Command{
		Use:       "demo [windfarm]",
		Short:     "Open a demo twin with its emulated plant, broker and seven days of history",
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"windfarm"},
	}
	look := windowFlags(cmd)
	cmd.Flags().BoolVar(&fresh, "fresh", false, "forget the history of earlier starts")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return runDemo(cmd.Context(), fresh, *look)
	}
	return cmd
}

// demoSite is the folder of a demo and what lies in it.
type demoSite struct{ dir, twin, data, state string }

func newDemoSite(name string) (demoSite, error) {
	home, err := dataHome()
	if err != nil {
		return demoSite{}, err
	}
	dir := filepath.Join(home, "demo", name)
	return demoSite{dir: dir, twin: filepath.Join(dir, "twin"), data: filepath.Join(dir, "data"), state: filepath.Join(dir, "plant.json")}, nil
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
	if err := demo.Write(d.twin); err != nil {
		return nil, err
	}
	return project.Load(filepath.Join(d.twin, "twin.yaml"))
}

// record has the plant's logger fill the history up to now: a week at the first start, what was missed at later ones.
func (d demoSite) record(ctx context.Context, s *station, progress func(float64)) error {
	now := time.Now()
	since := now.Add(-demoDays * 24 * time.Hour)
	_, last, ok := s.store.Extent()
	_, err := os.Stat(d.state)
	known := err == nil
	if ok && !known {
		return fmt.Errorf("the history in %s has lost its plant (%s is missing): start once with --fresh", d.data, filepath.Base(d.state))
	}
	args := []string{"-state", d.state}
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
	_, err = backfill(ctx, s, args, since, now, progress)
	return err
}

// plant runs the demo's plant against the station's broker until ctx ends.
func (d demoSite) plant(ctx context.Context, s *station, words io.Writer) error {
	return runPlant(ctx, []string{"-broker", "tcp://" + s.brokers[0].Addr(), "-state", d.state}, words)
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
