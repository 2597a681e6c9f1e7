package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/scenario"
)

func predictCommand() *cobra.Command {
	var p past
	var backtest bool
	var farms int
	cmd := &cobra.Command{
		Use:   "predict TWIN",
		Short: "Remaining life and failure dates with intervals; --backtest scores them against emulated farms",
		Long: `Print when parts are expected to fail, with 80 % intervals, and how well the twin matches the plant. TWIN may be the word demo.

With --backtest no twin is needed: emulated farms with different hidden wear are made, the twin is fitted to seven days of
each, and the true failures are held against the predicted intervals.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if backtest {
				return runBacktest(ctx, farms, p.json)
			}
			if len(args) != 1 {
				return fmt.Errorf("name a twin, or the word demo, or use --backtest")
			}
			s, now, err := p.open(ctx, args[0])
			if err != nil {
				return err
			}
			defer s.close()
			ahead, err := s.futures(ctx, now, 256, s.project.Horizon, terminalProgress("fitting the models"))
			if err != nil {
				return err
			}
			run, err := ahead.compute(ctx, scenario.Scenario{Name: scenario.Base})
			if err != nil {
				return err
			}
			var trust []predict.Trust
			if ahead.fitted != nil {
				if trust, err = ahead.fitted.Trust(ctx, now); err != nil {
					return err
				}
			}
			var lines []failureLine
			for _, f := range run.Failures() {
				lines = append(lines, lineOf(s.tree, f))
			}
			if p.json {
				return printJSON(map[string]any{"now": now, "members": run.Members, "rests_on": run.Rests, "failures": lines, "trust": trust})
			}
			fmt.Printf("at %s, %d runs, resting on %s\n", now.Format("2 Jan 2006 15:04 MST"), run.Members, run.Rests)
			printFailures(os.Stdout, lines, now)
			for _, t := range trust {
				fmt.Printf("  %-10s %s\n", s.tree.Asset(t.Unit).Path, t.Text)
			}
			return nil
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&backtest, "backtest", false, "score forecasts against emulated farms")
	cmd.Flags().IntVar(&farms, "farms", 20, "how many farms")
	return cmd
}

func runBacktest(ctx context.Context, farms int, asJSON bool) error {
	plant, err := plantFile()
	if err != nil {
		return err
	}
	if farms < 1 || farms > 1000 {
		return fmt.Errorf("--farms lies between 1 and 1000")
	}
	seeds := make([]uint64, farms)
	for i := range seeds {
		seeds[i] = uint64(i + 1)
	}
	bar := terminalProgress("emulated farms")
	table, err := predict.Backtest(ctx, predict.BacktestOptions{Plant: plant, Seeds: seeds, Progress: func(done float64, _ string) { bar(done) }})
	if err != nil {
		return err
	}
	if err := keepBacktest(table); err != nil {
		fmt.Fprintln(os.Stderr, "orrery: the result was not kept for the app:", err)
	}
	if asJSON {
		return table.WriteJSON(os.Stdout)
	}
	return table.WriteText(os.Stdout)
}

// backtestFile is where the newest back-test of this machine is kept.
func backtestFile() (string, error) {
	home, err := dataHome()
	return filepath.Join(home, "backtest.json"), err
}

func keepBacktest(t *predict.Table) error {
	file, err := backtestFile()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return os.WriteFile(file, raw, 0o600)
}

// backTested words how the forecasts did in the newest back-test of this machine, for the forecast card: "16 of 20
// inside"; empty when none was run.
func backTested() string {
	file, err := backtestFile()
	if err != nil {
		return ""
	}
	raw, err := os.ReadFile(file)
	if err != nil || len(raw) > 1<<20 {
		return ""
	}
	var t predict.Table
	if json.Unmarshal(raw, &t) != nil || len(t.Cases) == 0 || t.Inside > len(t.Cases) {
		return ""
	}
	return fmt.Sprintf("%d of %d inside", t.Inside, len(t.Cases))
}
