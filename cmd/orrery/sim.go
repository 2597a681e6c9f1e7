package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
)

// past holds the flags of commands that look into a recorded twin.
type past struct {
	data string
	at   string
	json bool
}

func (p *past) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.data, "data", "", "folder of history and journal; default: .orrery in the twin's folder, or that of the demo")
	cmd.Flags().StringVar(&p.at, "at", "", "the moment that counts as now: RFC 3339, or +/- a duration; default: the newest sample")
	cmd.Flags().BoolVar(&p.json, "json", false, "print figures as JSON")
}

// open loads a twin and its history. The name of a demo stands for its twin, demo alone for the wind farm.
func (p *past) open(ctx context.Context, path string) (*station, time.Time, error) {
	data := p.data
	if name, ok := demoNamed(path); ok {
		site, err := newDemoSite(name)
		if err != nil {
			return nil, time.Time{}, err
		}
		if _, err := os.Stat(site.twin); errors.Is(err, fs.ErrNotExist) {
			return nil, time.Time{}, errors.New("the demo has no history yet: run orrery demo " + name + " once")
		}
		path, data = site.twin, site.data
	}
	proj, err := project.Load(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	s, err := openStation(ctx, proj, stationOptions{data: data, readOnly: true})
	if err != nil {
		return nil, time.Time{}, err
	}
	_, last, ok := s.store.Extent()
	if !ok {
		s.close()
		return nil, time.Time{}, fmt.Errorf("%s has no history yet: run orrery serve or the app first", path)
	}
	now, err := parseMoment(p.at, last.In(proj.Site.Zone))
	if err != nil {
		s.close()
		return nil, time.Time{}, fmt.Errorf("--at %q: %w", p.at, err)
	}
	return s, now, nil
}

// futures makes the models of a station's twin ready, with the calibration of those that are fitted, and returns a runner that answers in the caller's goroutine.
func (s *station) futures(ctx context.Context, now time.Time, members int, horizon time.Duration, progress func(float64)) (*scenario.Runner, *predict.Calibration, error) {
	builder, cal, err := s.builder(ctx, now, progress)
	if err != nil {
		return nil, nil, err
	}
	return scenario.New(scenario.Options{Tree: s.tree, Builder: builder, Clock: func() time.Time { return now }, Members: members,
		Horizon: horizon, Refresh: -1}), cal, nil
}

func simCommand() *cobra.Command {
	var p past
	var sets []string
	var horizon time.Duration
	var members int
	var out, name, fork string
	cmd := &cobra.Command{
		Use:   "sim TWIN",
		Short: "Compute a scenario: median and 80 % interval of every signal, failures with their dates",
		Long:  "Compute a scenario from the newest recorded moment, or from --fork in the past. TWIN may be the word demo.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			s, now, err := p.open(ctx, args[0])
			if err != nil {
				return err
			}
			defer s.close()
			values, err := presetValues(s.project, name)
			if err != nil {
				return err
			}
			given, err := parameterValues(s.project, sets)
			if err != nil {
				return err
			}
			for id, v := range given {
				values[id] = v
			}
			q := scenario.Scenario{Name: scenario.Base, Values: values}
			if fork != "" {
				if q.Fork, err = parseMoment(fork, now); err != nil {
					return fmt.Errorf("--fork %q: %w", fork, err)
				}
			}
			runner, _, err := s.futures(ctx, now, members, horizon, terminalProgress("fitting the models"))
			if err != nil {
				return err
			}
			defer runner.Close()
			run, err := runner.Wait(ctx, q)
			if err != nil {
				return err
			}
			if out != "" {
				if err := writeRun(out, s.tree, run); err != nil {
					return err
				}
			}
			return printRun(s.tree, run, p.json)
		},
	}
	p.flags(cmd)
	cmd.Flags().StringArrayVar(&sets, "set", nil, "PARAMETER=VALUE in the unit of the twin file; may be given again")
	cmd.Flags().StringVar(&name, "scenario", "", "a scenario of the twin file")
	cmd.Flags().StringVar(&fork, "fork", "", "begin in the past: RFC 3339 or -24h")
	cmd.Flags().DurationVar(&horizon, "for", 14*24*time.Hour, "how far ahead")
	cmd.Flags().IntVar(&members, "runs", 64, "ensemble members")
	cmd.Flags().StringVarP(&out, "out", "o", "", "write the course as CSV")
	return cmd
}

func presetValues(p *project.Project, name string) (map[string]float64, error) {
	out := map[string]float64{}
	if name == "" {
		return out, nil
	}
	var known []string
	for _, s := range p.Scenarios {
		if s.ID == name {
			for k, v := range s.Values {
				out[k] = v
			}
			return out, nil
		}
		known = append(known, s.ID)
	}
	return nil, fmt.Errorf("--scenario %s: the twin file has %s", name, strings.Join(known, ", "))
}

// writeRun writes the course of a run: one row per ten minutes, three columns per signal, in display units.
func writeRun(file string, tree *twin.Tree, run *scenario.Run) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	w := bufio.NewWriter(f)
	io.WriteString(w, "time")
	var shown []twin.SignalID
	var probe twin.Snapshot
	run.At(run.Now, &probe)
	for _, s := range tree.Signals() {
		if probe.At(s.ID).Quality == twin.Predicted {
			shown = append(shown, s.ID)
			fmt.Fprintf(w, ",%s,%s low,%s high", s.Path, s.Path, s.Path)
		}
	}
	io.WriteString(w, "\n")
	for t := run.Fork; !t.After(run.Horizon); t = t.Add(10 * time.Minute) {
		if !run.At(t, &probe) {
			continue
		}
		io.WriteString(w, t.UTC().Format(time.RFC3339))
		for _, id := range shown {
			u, low, high := tree.Signal(id).Unit, math.NaN(), math.NaN()
			if l, h, ok := probe.Interval(id); ok {
				low, high = u.FromSI(l), u.FromSI(h)
			}
			for _, v := range []float64{u.FromSI(probe.At(id).Value), low, high} {
				io.WriteString(w, ","+strconv.FormatFloat(v, 'g', 6, 64))
			}
		}
		io.WriteString(w, "\n")
	}
	return w.Flush()
}

// failureLine is a failure for people and programs. Times that are open are left out.
type failureLine struct {
	Asset       string     `json:"asset"`
	Part        string     `json:"part"`
	Driver      string     `json:"driver,omitempty"`
	Median      *time.Time `json:"median,omitempty"`
	Low         *time.Time `json:"low,omitempty"`
	High        *time.Time `json:"high,omitempty"`
	Probability float64    `json:"probability"`
}

func lineOf(tree *twin.Tree, f scenario.Failure) failureLine {
	some := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	return failureLine{Asset: tree.Asset(f.Asset).Path, Part: f.Name, Driver: f.Driver, Median: some(f.Median), Low: some(f.Low), High: some(f.High), Probability: round(f.Probability)}
}

func printRun(tree *twin.Tree, run *scenario.Run, asJSON bool) error {
	var lines []failureLine
	for _, f := range run.Failures() {
		lines = append(lines, lineOf(tree, f))
	}
	if asJSON {
		return printJSON(map[string]any{"fork": run.Fork, "now": run.Now, "horizon": run.Horizon, "members": run.Members,
			"elapsed_ms": float64(run.Elapsed) / 1e6, "rests_on": run.Rests, "values": run.Scenario.Values, "failures": lines})
	}
	fmt.Printf("%d runs to %s in %v, resting on %s\n", run.Members, run.Horizon.Format("2 Jan 15:04"), run.Elapsed.Round(time.Millisecond), run.Rests)
	printFailures(os.Stdout, lines, run.Now)
	return nil
}

func printFailures(w io.Writer, lines []failureLine, now time.Time) {
	when := func(t *time.Time) string {
		if t == nil {
			return "beyond the horizon"
		}
		return fmt.Sprintf("%s (%.1f d)", t.Format("2 Jan 15:04"), t.Sub(now).Hours()/24)
	}
	for _, l := range lines {
		if l.Low == nil {
			fmt.Fprintf(w, "  %-10s %-9s not expected to fail (%.0f %% within the horizon)\n", l.Asset, l.Part, 100*l.Probability)
			continue
		}
		fmt.Fprintf(w, "  %-10s %-9s %s, 80 %%: %s to %s, %.0f %% within the horizon, driver: %s\n", l.Asset, l.Part, when(l.Median), when(l.Low), when(l.High), 100*l.Probability, l.Driver)
	}
}
