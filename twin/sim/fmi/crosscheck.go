package fmi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Reference is what lies beside an FMU in the FMI cross-check (rules 4.1): NAME_in.csv with inputs, NAME_ref.opt with the
// options of the run, NAME_ref.csv with the results of the tool that made it. What is not there is nil or zero.
type Reference struct {
	Inputs    *Table
	Results   *Table
	StartSec  float64
	StopSec   float64
	StepSec   float64
	Tolerance float64
}

// ReadReference reads the files beside an FMU. ok is false when there is none of them.
func ReadReference(fmu string) (ref Reference, ok bool, err error) {
	base := strings.TrimSuffix(fmu, filepath.Ext(fmu))
	read := func(suffix string, take func(io.Reader) error) error {
		f, err := os.Open(base + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("fmi: %w", err)
		}
		defer f.Close()
		ok = true
		if err := take(f); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(base)+suffix, err)
		}
		return nil
	}
	table := func(to **Table) func(io.Reader) error {
		return func(r io.Reader) (err error) {
			*to, err = ReadTable(r)
			return err
		}
	}
	err = errors.Join(read("_in.csv", table(&ref.Inputs)), read("_ref.csv", table(&ref.Results)), read("_ref.opt", ref.readOptions))
	return ref, ok, err
}

// readOptions reads lines of NAME,VALUE.
func (ref *Reference) readOptions(r io.Reader) error {
	to := map[string]*float64{"starttime": &ref.StartSec, "stoptime": &ref.StopSec, "stepsize": &ref.StepSec, "reltol": &ref.Tolerance}
	lines := bufio.NewScanner(io.LimitReader(r, 1<<20))
	for n := 1; lines.Scan(); n++ {
		name, value, found := strings.Cut(lines.Text(), ",")
		if !found {
			continue
		}
		target, known := to[strings.ToLower(strings.Trim(strings.TrimSpace(name), `"`))]
		if !known {
			continue // AbsTol and others, which a tool may leave
		}
		if err := number(strings.Trim(strings.TrimSpace(value), `"`), target); err != nil {
			return fmt.Errorf("fmi: line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("fmi: options: %w", err)
	}
	return nil
}
