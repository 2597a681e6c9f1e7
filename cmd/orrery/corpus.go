package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/assets"
)

// outcome is how the reading of one file ended.
type outcome string

// The outcomes. Only the first two are right.
const (
	loaded  outcome = "loaded"
	refused outcome = "refused"
	crashed outcome = "crashed"
	hung    outcome = "hung"
)

// trial is one file of a corpus.
type trial struct {
	File    string     `json:"file"`
	Outcome outcome    `json:"outcome"`
	Reason  string     `json:"reason,omitempty"` // of a refusal or a crash
	Seconds float64    `json:"seconds"`          // of the whole process
	Info    *modelInfo `json:"info,omitempty"`
}

func corpusCommand() *cobra.Command {
	var asJSON, all bool
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "corpus FOLDER",
		Short: "Read every model below a folder, each in a process of its own, and sum up how it went",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Stat(args[0]); err != nil {
				fmt.Fprintf(os.Stderr, "there is no folder %s: nothing to read\n", args[0])
				return nil
			}
			trials, err := runCorpus(cmd.Context(), args[0], limit)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(trials)
			}
			printCorpus(os.Stdout, trials, all)
			if n := count(trials, crashed) + count(trials, hung); n > 0 {
				return fmt.Errorf("%d files made the reader crash or hang", n)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print all outcomes as JSON")
	cmd.Flags().BoolVar(&all, "refused", false, "list what was refused and why")
	cmd.Flags().DurationVar(&limit, "limit", time.Minute, "time for one file before it counts as hung")
	return cmd
}

// runCorpus reads all models below dir.
func runCorpus(ctx context.Context, dir string, limit time.Duration) ([]trial, error) {
	var trials []trial
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && assets.IsModel(path) {
			trials = append(trials, trial{File: path})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bar := terminalProgress("reading models")
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	next := make(chan *trial)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for t := range next {
				t.run(ctx, self, limit)
				mu.Lock()
				done++
				bar(float64(done) / float64(len(trials)))
				mu.Unlock()
			}
		})
	}
	for i := range trials {
		next <- &trials[i]
	}
	close(next)
	group.Wait()
	return trials, ctx.Err()
}

// run reads the file in a process of its own.
func (t *trial) run(ctx context.Context, self string, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, "info", "--json", t.File)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, time.Second
	begin := time.Now()
	err := cmd.Run()
	t.Seconds = round(time.Since(begin).Seconds())
	var exit *exec.ExitError
	switch {
	case err == nil:
		t.Outcome, t.Info = loaded, &modelInfo{}
		if err := json.Unmarshal(out.Bytes(), t.Info); err != nil {
			t.Outcome, t.Reason = crashed, "no answer: "+err.Error()
		}
	case ctx.Err() != nil:
		t.Outcome, t.Reason = hung, fmt.Sprintf("no end within %s", limit)
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		t.Outcome, t.Reason = refused, strings.TrimSpace(lastLine(errs.String()))
	default:
		t.Outcome, t.Reason = crashed, err.Error()+": "+firstLine(errs.String())
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

func count(trials []trial, o outcome) int {
	n := 0
	for _, t := range trials {
		if t.Outcome == o {
			n++
		}
	}
	return n
}

// printCorpus writes a table by the extension of the file, one by the extensions of glTF, and what went wrong.
func printCorpus(w io.Writer, trials []trial, all bool) {
	byKind := map[string][]trial{}
	byExtension := map[string][]trial{}
	for _, t := range trials {
		kind := strings.ToLower(strings.TrimPrefix(filepath.Ext(t.File), "."))
		byKind[kind] = append(byKind[kind], t)
		if t.Info != nil {
			for _, e := range t.Info.Extensions {
				byExtension[e] = append(byExtension[e], t)
			}
		}
	}
	table := func(title string, groups map[string][]trial) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintf(t, "%s\tfiles\tloaded\twith warnings\trefused\tcrashed\thung\ttriangles\tslowest s\n", title)
		line := func(name string, g []trial) {
			triangles, warned, slowest := 0, 0, 0.0
			for _, x := range g {
				slowest = max(slowest, x.Seconds)
				if x.Info != nil {
					triangles += x.Info.Triangles
					warned += min(len(x.Info.Warnings), 1)
				}
			}
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.2f\n", name, len(g), count(g, loaded), warned, count(g, refused), count(g, crashed), count(g, hung), triangles, slowest)
		}
		for _, name := range slices.Sorted(maps.Keys(groups)) {
			line(name, groups[name])
		}
		if title == "format" {
			line("all", trials)
		}
		t.Flush()
		fmt.Fprintln(w)
	}
	table("format", byKind)
	table("glTF extension", byExtension)
	slices.SortStableFunc(trials, func(a, b trial) int { return cmp.Compare(a.Outcome, b.Outcome) })
	for _, t := range trials {
		if t.Outcome == crashed || t.Outcome == hung || all && t.Outcome == refused {
			fmt.Fprintf(w, "%s  %s\n    %s\n", t.Outcome, t.File, t.Reason)
		}
	}
}
