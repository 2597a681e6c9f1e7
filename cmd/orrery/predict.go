package main

import (
	"context"
	"fmt"
	"os"

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
			runner, cal, err := s.futures(ctx, now, 256, s.project.Horizon, terminalProgress("fitting the models"))
			if err != nil {
				return err
			}
			defer runner.Close()
			run, err := runner.Wait(ctx, scenario.Scenario{Name: scenario.Base})
			if err != nil {
				return err
			}
			trust, err := cal.Trust(ctx, now)
			if err != nil {
				return err
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
	table, err := predict.Backtest(ctx, predict.BacktestOptions{Plant: plant, Seeds: seeds})
	if err != nil {
		return err
	}
	if asJSON {
		return table.WriteJSON(os.Stdout)
	}
	return table.WriteText(os.Stdout)
}
