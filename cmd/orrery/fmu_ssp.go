package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin/sim/fmi"
)

func fmuSystemCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ssp",
		Short: "FMUs that are connected: SSP archives",
		Long: `Look at and run SSP 1.0 archives: FMUs with what connects them. Each FMU runs in a process of its own, and only once you have said
that you trust it; its file is unpacked for that by orrery fmu ssp info --trust.`,
	}
	cmd.AddCommand(systemInfoCommand(), systemSimulateCommand())
	return cmd
}

func systemInfoCommand() *cobra.Command {
	var grant bool
	cmd := &cobra.Command{
		Use:   "info FILE.ssp",
		Short: "List components and connections",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := fmi.OpenSystem(args[0])
			if err != nil {
				return err
			}
			defer s.Close()
			trust, err := fmuTrust()
			if err != nil {
				return err
			}
			if grant {
				for _, f := range s.Files() {
					if err := trust.Grant(f); err != nil {
						return err
					}
				}
			}
			printSystem(cmd.OutOrStdout(), s, trust)
			return nil
		},
	}
	cmd.Flags().BoolVar(&grant, "trust", false, "let the native code of all its FMUs run, now and later")
	return cmd
}

func printSystem(w io.Writer, s *fmi.System, trust *fmi.Trust) {
	fmt.Fprintf(w, "%s: %d components, %d connections\n", s.Name, len(s.Components), len(s.Connections))
	for _, c := range s.Components {
		may := "not trusted yet"
		if trust.Knows(c.File) {
			may = "trusted"
		}
		fmt.Fprintf(w, "  %-24s %s, FMI %d.0, %s, %d values set, %s\n", c.Name, c.File.Model, c.File.Version, c.Kind, len(c.Values), may)
	}
	name := func(i int, connector string) string {
		if i < 0 {
			return connector
		}
		return s.Components[i].Name + "." + connector
	}
	for _, c := range s.Connections {
		change := ""
		if c.Factor != 1 || c.Offset != 0 {
			change = fmt.Sprintf("   × %g + %g", c.Factor, c.Offset)
		}
		fmt.Fprintf(w, "  %s → %s%s\n", name(c.From, c.Output), name(c.To, c.Input), change)
	}
	if s.Cycle {
		fmt.Fprintln(w, "  connections run in a circle: one of them lags by a step of communication")
	}
	for _, note := range s.Notes {
		fmt.Fprintln(w, "  "+note)
	}
}

func systemSimulateCommand() *cobra.Command {
	var run fmi.SystemRun
	var inputs, out string
	cmd := &cobra.Command{
		Use:   "simulate FILE.ssp",
		Short: "Run it and write what comes out as CSV",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := fmi.OpenSystem(args[0])
			if err != nil {
				return err
			}
			defer s.Close()
			if run.Options.Trust, err = fmuTrust(); err != nil {
				return err
			}
			for _, f := range s.Files() {
				if !run.Options.Trust.Knows(f) {
					return fmt.Errorf("%s of %s is native code that nobody trusts yet: orrery fmu ssp info --trust %s", f.Model, args[0], shellWord(args[0]))
				}
			}
			if inputs != "" {
				f, err := os.Open(inputs)
				if err != nil {
					return err
				}
				defer f.Close()
				if run.Inputs, err = fmi.ReadTable(f); err != nil {
					return fmt.Errorf("%s: %w", inputs, err)
				}
			}
			progress := terminalProgress("simulating " + s.Name)
			run.Rows = func(done, all int) {
				if done == all || done&255 == 0 {
					progress(float64(done) / float64(all))
				}
			}
			table, failed := s.Simulate(cmd.Context(), run)
			if table == nil {
				return failed
			}
			if err := writeTable(out, table); err != nil {
				return err
			}
			return failed
		},
	}
	cmd.Flags().Float64Var(&run.StartSec, "start", 0, "s; default: as the archive says")
	cmd.Flags().Float64Var(&run.StopSec, "stop", 0, "s; default: as the archive says")
	cmd.Flags().Float64Var(&run.StepSec, "step", 0, "of communication between the FMUs, s; default: a five-hundredth of the run")
	cmd.Flags().StringVar(&inputs, "inputs", "", "CSV with the courses of the inputs of the whole system")
	cmd.Flags().StringVarP(&out, "out", "o", "", "CSV to write; default: standard output")
	return cmd
}
