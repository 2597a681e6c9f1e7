package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim/fmi"
)

// prepareRun fills in what the flags leave open from the files beside an FMU, and reads --set and --inputs.
func prepareRun(run *fmi.Run, f *fmi.File, ref fmi.Reference, sets []string, inputs string) error {
	for _, x := range []struct {
		to   *float64
		from float64
	}{{&run.StartSec, ref.StartSec}, {&run.StopSec, ref.StopSec}, {&run.StepSec, ref.StepSec}, {&run.Tolerance, ref.Tolerance}} {
		if *x.to == 0 {
			*x.to = x.from
		}
	}
	run.Inputs = ref.Inputs
	if inputs != "" {
		in, err := os.Open(inputs)
		if err != nil {
			return err
		}
		defer in.Close()
		if run.Inputs, err = fmi.ReadTable(in); err != nil {
			return fmt.Errorf("%s: %w", inputs, err)
		}
	}
	run.Values = map[string]fmi.Value{}
	for _, s := range sets {
		name, text, ok := strings.Cut(s, "=")
		if !ok {
			return fmt.Errorf("--set %s: write VARIABLE=VALUE", s)
		}
		v := f.Variable(name)
		if v == nil {
			return fmt.Errorf("--set %s: %s has no variable %q; orrery fmu info lists them", s, f.Model, name)
		}
		value, err := v.Parse(text)
		if err != nil {
			return fmt.Errorf("--set %s: %w", s, err)
		}
		run.Values[name] = value
	}
	return nil
}

// simulateFMU runs an FMU with progress on standard error.
func simulateFMU(ctx context.Context, f *fmi.File, opts fmi.Options, run fmi.Run) (*fmi.Table, error) {
	s, err := fmi.Start(ctx, f, opts)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	progress := terminalProgress("simulating " + f.Model)
	run.Rows = func(done, all int) {
		if done == all || done&1023 == 0 {
			progress(float64(done) / float64(all))
		}
	}
	return fmi.Simulate(ctx, s, run)
}

// writeTable writes to a file, or to standard output when it has no name.
func writeTable(path string, t *fmi.Table) (err error) {
	if path == "" {
		return t.Write(os.Stdout)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	return t.Write(f)
}

// compareFMU says how far a result is from its reference; beyond the bar it is an error.
func compareFMU(w io.Writer, result, reference *fmi.Table, bar float64) error {
	if reference == nil {
		return nil
	}
	far := 0
	for _, d := range fmi.Compare(result, reference) {
		switch {
		case d.Missing:
			fmt.Fprintf(w, "%s: not in the result\n", d.Name)
			far++
		case !(d.Scaled <= bar):
			fmt.Fprintf(w, "%s: %g from the reference at %g s, %.3g of its range\n", d.Name, d.Largest, d.AtSec, d.Scaled)
			far++
		default:
			fmt.Fprintf(w, "%s: within %.3g of the reference\n", d.Name, d.Largest)
		}
	}
	if far > 0 {
		return fmt.Errorf("%d of %d results are not those of the reference, within %g of its range", far, len(reference.Names), bar)
	}
	return nil
}
