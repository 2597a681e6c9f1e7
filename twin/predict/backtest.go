package predict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Case is one farm of a back-test: what was predicted for its failing gearbox from the history alone, and what came.
type Case struct {
	Seed       uint64  `json:"seed"`
	Asset      string  `json:"asset"`
	TruthDays  float64 `json:"truth_days"`  // from the end of the history to the failure
	Survived   bool    `json:"survived"`    // it did not fail in TruthDays, as far as the plant looked
	LowDays    float64 `json:"low_days"`    // 10 % quantile; the horizon when fewer members than that fail
	MedianDays float64 `json:"median_days"` // the horizon when less than half of the members fail
	HighDays   float64 `json:"high_days"`   // 90 % quantile; the horizon when fewer members than that fail
	Inside     bool    `json:"inside"`      // Low ≤ Truth ≤ High; a High at the horizon is open
	False      int     `json:"false"`       // other turbines that were said to fail within two weeks, more likely than not
	Seconds    float64 `json:"seconds"`     // that the calibration and the forecast took
}

// Table is the result of a back-test.
type Table struct {
	Cases       []Case  `json:"cases"`
	Inside      int     `json:"inside"`
	MeanWidth   float64 `json:"mean_width_days"` // of the 80 % intervals
	MeanAbsDays float64 `json:"mean_abs_days"`   // of the error of the median
	HorizonDays float64 `json:"horizon_days"`
}

// BacktestOptions configure a back-test. Plant is needed.
type BacktestOptions struct {
	Plant    string        // path of the orrery-plant binary
	Seeds    []uint64      // farms; nil means 1 … 20
	Now      time.Time     // the end of the histories; zero means a fixed day
	Days     int           // of history; 7
	Horizon  time.Duration // of the forecasts; 40 days
	Members  int           // 256
	Progress func(done float64, what string)
}

// verdict is what the plant says about its hidden state, for scoring alone.
type verdict struct {
	Seed    uint64     `json:"seed"`
	Turbine string     `json:"turbine"`
	FailsAt *time.Time `json:"fails_at"` // null: not within LimitDays
	Limit   float64    `json:"limit_days"`
}

// Backtest makes farms with the plant emulator, calibrates on their telemetry alone, predicts the failure of the gearbox
// that the plant will lose and scores the 80 % interval against what the plant says will come. The truth is asked for after
// the prediction was made.
func Backtest(ctx context.Context, opts BacktestOptions) (*Table, error) {
	if opts.Plant == "" {
		return nil, errors.New("predict: backtest: no plant: give the path of the orrery-plant binary")
	}
	if opts.Seeds == nil {
		for s := uint64(1); s <= 20; s++ {
			opts.Seeds = append(opts.Seeds, s)
		}
	}
	if opts.Now.IsZero() {
		opts.Now = time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC)
	}
	if opts.Days <= 0 {
		opts.Days = 7
	}
	if opts.Horizon <= 0 {
		opts.Horizon = 40 * 24 * time.Hour
	}
	if opts.Members <= 0 {
		opts.Members = draws
	}
	t := &Table{HorizonDays: days(opts.Horizon)}
	for i, seed := range opts.Seeds {
		if opts.Progress != nil {
			opts.Progress(float64(i)/float64(len(opts.Seeds)), fmt.Sprintf("farm %d", seed))
		}
		one, err := backtest(ctx, opts, seed)
		if err != nil {
			return nil, err
		}
		t.add(one)
	}
	if opts.Progress != nil {
		opts.Progress(1, "scored")
	}
	return t, nil
}

func days(d time.Duration) float64 { return d.Hours() / 24 }

func (t *Table) add(c Case) {
	t.Cases = append(t.Cases, c)
	n := float64(len(t.Cases))
	if c.Inside {
		t.Inside++
	}
	t.MeanWidth += (c.HighDays - c.LowDays - t.MeanWidth) / n
	t.MeanAbsDays += (math.Abs(c.MedianDays-c.TruthDays) - t.MeanAbsDays) / n
}

func backtest(ctx context.Context, opts BacktestOptions, seed uint64) (c Case, err error) {
	now := opts.Now.UTC().Format(time.RFC3339)
	begin := opts.Now.Add(-time.Duration(opts.Days) * 24 * time.Hour).UTC().Format(time.RFC3339)
	log, err := runPlant(ctx, opts.Plant, func(r io.Reader) (*Log, error) { return ReadLog(ctx, r) },
		"-no-mqtt", "-seed", fmt.Sprint(seed), "-epoch", begin, "-now", now, "-until", now, "-logger", "-")
	if err != nil {
		return c, fmt.Errorf("predict: backtest: farm %d: %w", seed, err)
	}
	began := time.Now()
	cal, err := Calibrate(ctx, log, Options{Tree: log.Tree, Units: log.Units, From: opts.Now.Add(-time.Duration(opts.Days) * 24 * time.Hour), To: opts.Now, Seed: seed})
	if err != nil {
		return c, fmt.Errorf("predict: backtest: farm %d: %w", seed, err)
	}
	cases, err := forecast(ctx, cal, opts)
	if err != nil {
		return c, fmt.Errorf("predict: backtest: farm %d: %w", seed, err)
	}
	took := time.Since(began).Seconds()
	truth, err := runPlant(ctx, opts.Plant, func(r io.Reader) (v verdict, err error) { return v, json.NewDecoder(r).Decode(&v) },
		"-seed", fmt.Sprint(seed), "-epoch", begin, "-now", now, "-truth")
	if err != nil {
		return c, fmt.Errorf("predict: backtest: farm %d: truth: %w", seed, err)
	}
	horizon := days(opts.Horizon)
	for name, x := range cases {
		if name == truth.Turbine {
			x.False, c = c.False, x
		} else if x.MedianDays < 14 {
			c.False++
		}
	}
	if c.Asset == "" {
		return c, fmt.Errorf("predict: backtest: farm %d: its log lacks turbine %q", seed, truth.Turbine)
	}
	c.Seed, c.Seconds = seed, took
	if truth.FailsAt != nil {
		c.TruthDays = days(truth.FailsAt.Sub(opts.Now))
	} else {
		c.TruthDays, c.Survived = truth.Limit, true
	}
	c.judge(horizon)
	return c, nil
}

// judge says whether the truth lies inside. An end at the horizon is open; what survived lies beyond TruthDays.
func (c *Case) judge(horizon float64) {
	open := c.HighDays >= horizon
	if c.Survived {
		c.Inside = open || c.TruthDays <= c.HighDays && c.LowDays <= c.TruthDays
		return
	}
	c.Inside = c.LowDays <= c.TruthDays && (open || c.TruthDays <= c.HighDays)
}

// forecast predicts the failures of all units from the calibration alone, by name.
func forecast(ctx context.Context, cal *Calibration, opts BacktestOptions) (map[string]Case, error) {
	job, err := cal.Build(ctx, sim.Request{Now: opts.Now, Horizon: opts.Horizon, Step: 3 * Step, Members: opts.Members, Seed: 1})
	if err != nil {
		return nil, err
	}
	for k := range job.Grid.N {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		job.Model.Step(k)
	}
	out := map[string]Case{}
	for i, u := range job.Units {
		sec := append([]float64(nil), job.Model.FailureSec(i)...)
		median, low, high := sim.Spread(sec)
		horizon := days(opts.Horizon)
		bound := func(sec float64) float64 { return min(sec/86400, horizon) }
		name := cal.opts.Tree.Asset(u.Asset).Name
		out[name] = Case{Asset: name, LowDays: bound(low), MedianDays: bound(median), HighDays: bound(high)}
	}
	return out, nil
}

// runPlant runs the plant and hands what it prints to read.
func runPlant[T any](ctx context.Context, path string, read func(io.Reader) (T, error), args ...string) (out T, err error) {
	cmd := exec.CommandContext(ctx, path, args...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return out, err
	}
	if err := cmd.Start(); err != nil {
		return out, fmt.Errorf("start the plant: %w", err)
	}
	out, err = read(pipe)
	_, _ = io.Copy(io.Discard, pipe) // let it end
	if wait := cmd.Wait(); wait != nil {
		return out, fmt.Errorf("the plant failed: %w: %s", wait, strings.TrimSpace(complaints.String()))
	}
	return out, err
}

// WriteText prints the table for people.
func (t *Table) WriteText(w io.Writer) error {
	p := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(p, "farm\tturbine\tfailed after\tlow\tmedian\thigh\tinside\tfalse\t")
	for _, c := range t.Cases {
		inside := "no"
		if c.Inside {
			inside = "yes"
		}
		sign := ""
		if c.Survived {
			sign = "> "
		}
		fmt.Fprintf(p, "%d\t%s\t%s%.2f d\t%.2f\t%.2f\t%.2f\t%s\t%d\t\n", c.Seed, c.Asset, sign, c.TruthDays, c.LowDays, c.MedianDays, c.HighDays, inside, c.False)
	}
	if err := p.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d of %d inside the 80 %% interval, mean width %.2f days, mean error of the median %.2f days\n", t.Inside, len(t.Cases), t.MeanWidth, t.MeanAbsDays)
	return err
}

// WriteJSON prints the table as JSON.
func (t *Table) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(t)
}
