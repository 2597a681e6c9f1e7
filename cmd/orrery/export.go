package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/recording"
)

// exportOptions say what leaves the history.
type exportOptions struct {
	past
	out, from, format string
	signals           []string
	si                bool
}

func exportCommand() *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export TWIN -o FILE",
		Short: "Write recorded samples as CSV, Parquet or MCAP",
		Long: `Write what a twin recorded, up to --at, into a file for other programs. TWIN may be the word demo.

The ending of the file says the format: .csv has a column for each signal, .parquet a row for each sample, .mcap a channel
for each signal. --format csv-long writes a row for each sample as text, --format blocks a folder that Prometheus, Thanos and
Mimir take as it is.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return export(cmd.Context(), args[0], o) },
	}
	o.past.flags(cmd)
	cmd.Flags().StringVarP(&o.out, "out", "o", "", "file to write")
	cmd.Flags().StringVar(&o.from, "from", "", "begin here: a time, or -24h before --at; default: the first sample")
	cmd.Flags().StringVar(&o.format, "format", "", "csv, csv-long, parquet, mcap, or blocks for a folder of Prometheus blocks; default: by the name of the file")
	cmd.Flags().StringArrayVar(&o.signals, "signal", nil, "path of a signal, * stands for one element and part of it: farm/*/power; default: all")
	cmd.Flags().BoolVar(&o.si, "si", false, "values in SI units, not in those of the signals")
	cmd.MarkFlagRequired("out")
	return cmd
}

func export(ctx context.Context, twinPath string, o exportOptions) error {
	var format recording.Format
	var err error
	if o.format != blocksFormat {
		if format, err = recording.FormatOf(o.out); o.format != "" {
			format, err = recording.ParseFormat(o.format)
		}
		if err != nil {
			return err
		}
	}
	s, to, err := o.open(ctx, twinPath)
	if err != nil {
		return err
	}
	defer s.close()
	from, _, _ := s.store.Extent()
	if o.from != "" {
		if from, err = parseMoment(o.from, to); err != nil {
			return fmt.Errorf("--from %q: %w", o.from, err)
		}
	}
	if !to.After(from) {
		return errors.New("--from lies behind --at: there is nothing between them")
	}
	ids, err := signalsLike(s.tree, o.signals)
	if err != nil {
		return err
	}
	began := time.Now()
	if o.format == blocksFormat {
		n, err := exportBlocks(ctx, o.out, s, ids, from, to)
		if err != nil {
			return err
		}
		return o.tell(s, blocksFormat, len(ids), n, from, to, began)
	}
	n, err := writeWhole(o.out, func(f *os.File) (int, error) {
		buffered := bufio.NewWriterSize(f, 1<<20)
		w, err := recording.NewWriter(buffered, format, s.tree, recording.Options{Signals: ids, Zone: s.project.Site.Zone, SI: o.si})
		if err != nil {
			return 0, err
		}
		n, err := copySamples(ctx, w, s.store, ids, from, to.Add(time.Millisecond), terminalProgress("writing "+filepath.Base(o.out)))
		return n, errors.Join(err, w.Close(), buffered.Flush())
	})
	if err != nil {
		return err
	}
	return o.tell(s, format.String(), len(ids), n, from, to, began)
}

// blocksFormat is the format that is a folder.
const blocksFormat = "blocks"

// exportBlocks writes a folder of blocks for Prometheus and what is like it.
func exportBlocks(ctx context.Context, dir string, s *station, ids []twin.SignalID, from, to time.Time) (int, error) {
	w, err := history.NewBlockWriter(ctx, dir, s.tree, map[string]string{"twin": s.project.Name})
	if err != nil {
		return 0, err
	}
	n, err := copySamples(ctx, w, s.store, ids, from, to.Add(time.Millisecond), terminalProgress("writing "+filepath.Base(dir)))
	return n, errors.Join(err, w.Close())
}

func (o *exportOptions) tell(s *station, format string, signals, samples int, from, to, began time.Time) error {
	if o.json {
		return printJSON(map[string]any{"file": o.out, "format": format, "signals": signals, "samples": samples, "seconds": round(time.Since(began).Seconds())})
	}
	zone := s.project.Site.Zone
	fmt.Printf("%d samples of %d signals, %s to %s\n", samples, signals, from.In(zone).Format(time.DateTime), to.In(zone).Format(time.DateTime))
	return nil
}

// writeWhole lets fill write a file, which appears under its name only when it is whole.
func writeWhole(name string, fill func(*os.File) (int, error)) (n int, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it has another name when all went well
	n, err = fill(f)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return n, err
	}
	return n, os.Rename(f.Name(), name)
}

// signalsLike returns the signals whose paths match one of the patterns, all when there is none.
func signalsLike(tree *twin.Tree, patterns []string) ([]twin.SignalID, error) {
	var ids []twin.SignalID
	for i := range tree.Signals() {
		g := &tree.Signals()[i]
		for _, p := range patterns {
			if ok, err := path.Match(p, g.Path); err != nil {
				return nil, fmt.Errorf("--signal %s: %w", p, err)
			} else if ok {
				ids = append(ids, g.ID)
				break
			}
		}
		if len(patterns) == 0 {
			ids = append(ids, g.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("--signal %q matches none of the %d signals, such as %s", patterns, len(tree.Signals()), tree.Signals()[0].Path)
	}
	return ids, nil
}

// exportBatch is how many samples copySamples means to hold at a time.
const exportBatch = 200_000

// copySamples hands the samples of signals in [from, to) to a writer in the order of time, span by span.
func copySamples(ctx context.Context, w recording.Writer, store *history.Store, ids []twin.SignalID, from, to time.Time, progress func(float64)) (int, error) {
	span, total := 10*time.Minute, 0
	var points []history.Point
	var batch []twin.Sample
	for at := from; at.Before(to); {
		end := at.Add(span)
		if end.After(to) {
			end = to
		}
		batch = batch[:0]
		for _, id := range ids {
			var err error
			if points, err = store.Range(ctx, id, at, end, points[:0]); err != nil {
				return total, err
			}
			for _, p := range points {
				batch = append(batch, twin.Sample{Signal: id, Time: p.Time, Value: p.Value, Quality: p.Quality})
			}
		}
		slices.SortStableFunc(batch, func(a, b twin.Sample) int { return cmp.Compare(a.Time, b.Time) })
		if err := w.Write(batch); err != nil {
			return total, err
		}
		total += len(batch)
		at = end
		progress(at.Sub(from).Seconds() / to.Sub(from).Seconds())
		switch { // the next span holds about as many as are meant
		case len(batch) > 2*exportBatch:
			span = max(span/2, time.Second)
		case len(batch) < exportBatch/2:
			span = min(2*span, 30*24*time.Hour)
		}
	}
	return total, nil
}
