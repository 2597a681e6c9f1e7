package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin/sim/fmi"
)

func fmuCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fmu",
		Short: "Models of other tools (FMI 2.0 and 3.0): what they are, whether they are sound, their runs",
		Long: `Look at, check and run FMUs, Co-Simulation and Model Exchange.

An FMU is native code, which can do all that you can. It is run in a process of its own and only after you have said that you trust
it: orrery fmu trust FILE, which is remembered for this very file.`,
	}
	cmd.AddCommand(fmuInfoCommand(), fmuValidateCommand(), fmuSimulateCommand(), fmuTrustCommand(), fmuSystemCommand())
	return cmd
}

// fmuTrust opens the list of what the user trusts.
func fmuTrust() (*fmi.Trust, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return fmi.OpenTrust("")
	}
	return fmi.OpenTrust(filepath.Join(dir, "orrery", "trusted-fmus.json"))
}

// asked turns the question of an FMU that is not trusted into what to type.
func asked(err error) error {
	var ask *fmi.UntrustedError
	if errors.As(err, &ask) {
		return fmt.Errorf("%w: orrery fmu trust %s", err, shellWord(ask.Path))
	}
	return err
}

// fmuRunning holds the flags of commands that run an FMU.
type fmuRunning struct {
	trust    bool
	exchange bool
	limit    time.Duration
	memoryMB int64
	verbose  bool
}

func (r *fmuRunning) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&r.trust, "trust", false, "let this file run, now and later")
	cmd.Flags().BoolVar(&r.exchange, "model-exchange", false, "use our solver even if the FMU brings one")
	cmd.Flags().DurationVar(&r.limit, "call-limit", fmi.DefaultCallLimit, "time that one call of the FMU may take")
	cmd.Flags().Int64Var(&r.memoryMB, "memory", fmi.DefaultMemoryMB, "MB of memory that the FMU may take")
	cmd.Flags().BoolVarP(&r.verbose, "verbose", "v", false, "print what the FMU says")
}

// options makes those of a session: the kind is the one asked for, or what the FMU offers.
func (r *fmuRunning) options(f *fmi.File) (fmi.Options, error) {
	opts := fmi.Options{Kind: fmi.CoSimulation, CallLimit: r.limit, MemoryMB: r.memoryMB, Verbose: r.verbose}
	if _, ok := f.Interface(fmi.CoSimulation); r.exchange || !ok {
		opts.Kind = fmi.ModelExchange
	}
	shown := 0
	opts.Log = func(m fmi.Message) {
		const most = 20 // of complaints, without -v
		if r.verbose || m.Status > 0 && shown < most {
			shown++
			fmt.Fprintf(os.Stderr, "%s: %s: %s\n", f.Model, m.Category, m.Text)
		}
	}
	var err error
	if opts.Trust, err = fmuTrust(); err != nil {
		return opts, err
	}
	if r.trust && !opts.Trust.Knows(f) {
		err = opts.Trust.Grant(f)
	}
	return opts, err
}

func fmuInfoCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "info FILE.fmu",
		Short: "What an FMU is: interfaces, variables, units, default experiment; nothing is run",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := fmi.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			if asJSON {
				return printJSON(fmuFacts(f))
			}
			printFMU(os.Stdout, f)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

func printFMU(w io.Writer, f *fmi.File) {
	fmt.Fprintf(w, "%s, FMI %s, made by %s\n", f.Model, f.VersionText, orNot(f.Tool))
	if f.About != "" {
		fmt.Fprintf(w, "  %s\n", f.About)
	}
	fmt.Fprintf(w, "  SHA-256 %s\n", f.Hash)
	for _, i := range f.Interfaces {
		state := "runs here"
		if err := f.Runs(i.Kind); err != nil {
			state = strings.TrimPrefix(err.Error(), "fmi: "+f.Model+": ")
		}
		var can []string
		if i.SaveState {
			can = append(can, "saves its state")
		}
		if i.ExportState {
			can = append(can, "hands it out")
		}
		fmt.Fprintf(w, "  %-16s %s\n", i.Kind, strings.Join(append([]string{state}, can...), ", "))
	}
	e := f.Experiment
	fmt.Fprintf(w, "  default run      from %s to %s s, step %s s, tolerance %s\n", orUnknown(e.StartSec), orUnknown(e.StopSec), orUnknown(e.StepSec), orUnknown(e.Tolerance))
	fmt.Fprintf(w, "  %d continuous states, %d event indicators, %d variables\n\n", f.StateValues, f.Indicators, len(f.Variables))
	for i := range f.Variables {
		v := &f.Variables[i]
		size := ""
		if len(v.Dimensions) > 0 {
			size = fmt.Sprintf("[%d]", v.Count())
		}
		start := fmi.Value{Numbers: v.Start, Texts: v.StartTexts, Binaries: v.StartBytes}.String()
		fmt.Fprintf(w, "  %-28s %-9s %-20s %-10s %-8s %s\n", v.Name, v.Type.String()+size, v.Causality, v.Variability, v.Unit, start)
	}
}

func orNot(s string) string {
	if s == "" {
		return "a tool that does not say its name"
	}
	return s
}

func orUnknown(v float64) string {
	if math.IsNaN(v) {
		return "?"
	}
	return fmt.Sprintf("%g", v)
}

// fmuFacts is what info prints as JSON; numbers that are not known are left out.
func fmuFacts(f *fmi.File) map[string]any {
	var faces, variables []map[string]any
	for _, i := range f.Interfaces {
		face := map[string]any{"kind": i.Kind.String(), "identifier": i.Identifier, "runs": f.Runs(i.Kind) == nil, "saves_state": i.SaveState, "exports_state": i.ExportState}
		faces = append(faces, face)
	}
	known := func(m map[string]any, name string, v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			m[name] = v
		}
	}
	for i := range f.Variables {
		v := &f.Variables[i]
		m := map[string]any{"name": v.Name, "reference": v.Reference, "type": v.Type.String(), "causality": v.Causality, "variability": v.Variability, "count": v.Count()}
		if v.Unit != "" {
			m["unit"] = v.Unit
		}
		known(m, "min", v.Min)
		known(m, "max", v.Max)
		if s := (fmi.Value{Numbers: v.Start, Texts: v.StartTexts, Binaries: v.StartBytes}).String(); s != "" {
			m["start"] = s
		}
		variables = append(variables, m)
	}
	run := map[string]any{}
	known(run, "start_s", f.Experiment.StartSec)
	known(run, "stop_s", f.Experiment.StopSec)
	known(run, "step_s", f.Experiment.StepSec)
	known(run, "tolerance", f.Experiment.Tolerance)
	return map[string]any{"model": f.Model, "fmi": f.VersionText, "tool": f.Tool, "sha256": f.Hash, "interfaces": faces, "default_run": run,
		"states": f.StateValues, "event_indicators": f.Indicators, "variables": variables}
}

func fmuValidateCommand() *cobra.Command {
	var r fmuRunning
	var static, asJSON bool
	cmd := &cobra.Command{
		Use:   "validate FILE.fmu",
		Short: "Check an FMU against the standard; if it is trusted also load it and read all that it declares",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := fmi.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			found := f.Validate()
			if !static {
				more, err := probeAll(cmd.Context(), f, &r)
				if err != nil {
					return asked(err)
				}
				found = append(found, more...)
			}
			return printFindings(found, asJSON)
		},
	}
	r.flags(cmd)
	cmd.Flags().BoolVar(&static, "static", false, "do not run anything")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

// probeAll runs each interface that can be run here.
func probeAll(ctx context.Context, f *fmi.File, r *fmuRunning) (found []fmi.Finding, err error) {
	opts, err := r.options(f)
	if err != nil {
		return nil, err
	}
	for _, i := range f.Interfaces {
		if f.Runs(i.Kind) != nil {
			continue
		}
		opts.Kind = i.Kind
		more, err := fmi.Probe(ctx, f, opts)
		found = append(found, more...)
		var ask *fmi.UntrustedError
		switch {
		case errors.As(err, &ask) || errors.Is(err, fmi.ErrMissing) || ctx.Err() != nil:
			return found, err
		case err != nil:
			found = append(found, fmi.Finding{Fault: true, Text: i.Kind.String() + ": " + err.Error()})
		}
	}
	return found, nil
}

func printFindings(found []fmi.Finding, asJSON bool) error {
	faults := 0
	for _, x := range found {
		word := "remark"
		if x.Fault {
			word = "fault "
			faults++
		}
		if !asJSON {
			fmt.Printf("%s  %s\n", word, x.Text)
		}
	}
	if asJSON {
		if err := printJSON(found); err != nil {
			return err
		}
	}
	if faults > 0 {
		return fmt.Errorf("%d fault(s)", faults)
	}
	if !asJSON {
		fmt.Println("no faults")
	}
	return nil
}

func fmuSimulateCommand() *cobra.Command {
	var r fmuRunning
	var sets, outputs []string
	var inputs, out string
	var run fmi.Run
	var bar float64
	cmd := &cobra.Command{
		Use:   "simulate FILE.fmu",
		Short: "Run an FMU and write its results as CSV",
		Long: `Run an FMU from its start to its stop and write its outputs as CSV, to standard output or to a file.

Beside the FMU the files of the FMI cross-check are used where they are there: FILE_in.csv for the inputs, FILE_ref.opt for start,
stop, step and tolerance, FILE_ref.csv to compare the results with. Flags go before these.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := fmi.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			ref, _, err := fmi.ReadReference(args[0])
			if err != nil {
				return err
			}
			if err := prepareRun(&run, f, ref, sets, inputs); err != nil {
				return err
			}
			opts, err := r.options(f)
			if err != nil {
				return err
			}
			if opts.Outputs = outputs; outputs == nil && ref.Results != nil {
				opts.Outputs = ref.Results.Names
			}
			table, err := simulateFMU(cmd.Context(), f, opts, run)
			if table != nil {
				if err := writeTable(out, table); err != nil {
					return err
				}
			}
			if err != nil {
				if table != nil {
					return fmt.Errorf("%w; %d rows before that were written", err, len(table.Time))
				}
				return asked(err)
			}
			return compareFMU(os.Stderr, table, ref.Results, bar)
		},
	}
	r.flags(cmd)
	cmd.Flags().StringArrayVar(&sets, "set", nil, "VARIABLE=VALUE in the unit of the FMU, before the start; may be given again")
	cmd.Flags().StringSliceVar(&outputs, "outputs", nil, "variables to write; default: those of FILE_ref.csv, or all outputs")
	cmd.Flags().StringVar(&inputs, "inputs", "", "CSV of inputs; default: FILE_in.csv")
	cmd.Flags().StringVarP(&out, "out", "o", "", "write the CSV to this file")
	cmd.Flags().Float64Var(&run.StartSec, "start", 0, "s; default: that of the FMU")
	cmd.Flags().Float64Var(&run.StopSec, "stop", 0, "s; default: that of the FMU")
	cmd.Flags().Float64Var(&run.StepSec, "step", 0, "s between results; default: that of the FMU")
	cmd.Flags().Float64Var(&run.Tolerance, "tolerance", 0, "relative; default: that of the FMU")
	cmd.Flags().Float64Var(&bar, "bar", 0.01, "largest difference from FILE_ref.csv, as a part of its range")
	return cmd
}
