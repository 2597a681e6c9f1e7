package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/recording"
)

// importOptions say how a file is understood and where its samples go.
type importOptions struct {
	data, format, zone, time, prefix string
	maps                             []string
	dry, json                        bool
}

func importCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import TWIN FILE...",
		Short: "Read recorded samples from CSV, Parquet, MCAP or a Prometheus database into the history",
		Long: `Read files of samples into the history of a twin that no other process has open.

Columns and channels are matched to signals by their path, such as "farm/T01/power" or "farm/T01/power [kW]"; --map and
--prefix say where they are named otherwise. The data folder of a Prometheus database is read block by block: its series are named
as name{label="value"}, --map takes that or the name alone. The separator, decimal commas and the way times are written are found out.
--dry-run reads, counts and names every fault with its line, and stores nothing.`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return importFiles(cmd.Context(), args[0], args[1:], o) },
	}
	cmd.Flags().StringVar(&o.data, "data", "", "folder of history and journal; default: .orrery in the twin's folder")
	cmd.Flags().StringVar(&o.format, "format", "", "csv, parquet or mcap; default: by the names of the files")
	cmd.Flags().StringVar(&o.zone, "zone", "", "of times that name none: Europe/Berlin; default: that of the twin's site")
	cmd.Flags().StringVar(&o.time, "time", "", "column of the time; default: by its name, else the first")
	cmd.Flags().StringVar(&o.prefix, "prefix", "", "put before names that match no signal: farm/T01/")
	cmd.Flags().StringArrayVar(&o.maps, "map", nil, "COLUMN=PATH of a signal")
	cmd.Flags().BoolVar(&o.dry, "dry-run", false, "store nothing")
	cmd.Flags().BoolVar(&o.json, "json", false, "print figures as JSON")
	return cmd
}

// imported is what orrery import tells of a file.
type imported struct {
	File       string           `json:"file"`
	Stored     uint64           `json:"stored"`
	Duplicates uint64           `json:"duplicates"`
	TooOld     uint64           `json:"too_old"`
	Report     recording.Report `json:"report"`
	Seconds    float64          `json:"seconds"`
}

func importFiles(ctx context.Context, twinPath string, files []string, o importOptions) error {
	p, err := project.Load(twinPath)
	if err != nil {
		return err
	}
	mapping, err := o.mapping(p)
	if err != nil {
		return err
	}
	var store *history.Store
	if !o.dry {
		dir := o.data
		if dir == "" {
			dir = filepath.Join(p.Dir, ".orrery")
		}
		if store, err = history.Open(ctx, p.Tree, history.Options{Dir: filepath.Join(dir, "history"), Retention: keepHistory}); err != nil {
			return err
		}
		defer store.Close() //nolint:errcheck // closed below, where all went well
	}
	var all []imported
	for _, file := range files {
		done, err := o.one(ctx, store, p.Tree, file, mapping)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, done)
		if !o.json {
			done.print(o.dry)
		}
	}
	if o.json {
		if err := printJSON(all); err != nil {
			return err
		}
	}
	if store != nil {
		return store.Close()
	}
	return nil
}

func (o *importOptions) mapping(p *project.Project) (recording.Mapping, error) {
	m := recording.Mapping{Zone: p.Site.Zone, Time: o.time, Prefix: o.prefix, Signals: map[string]string{}}
	if o.zone != "" {
		zone, err := time.LoadLocation(o.zone)
		if err != nil {
			return m, fmt.Errorf("--zone %s: there is no such time zone; write Europe/Berlin or UTC", o.zone)
		}
		m.Zone = zone
	}
	for _, text := range o.maps {
		at := strings.LastIndexByte(text, '=') // columns may hold one, paths cannot
		if at < 1 {
			return m, fmt.Errorf("--map %s: write COLUMN=PATH", text)
		}
		column, path := text[:at], text[at+1:]
		if _, ok := p.Tree.SignalByPath(path); !ok {
			return m, fmt.Errorf("--map %s: there is no signal %s", text, path)
		}
		m.Signals[column] = path
	}
	return m, nil
}

func (o *importOptions) one(ctx context.Context, store *history.Store, tree *twin.Tree, name string, m recording.Mapping) (imported, error) {
	began := time.Now()
	if history.IsBlocks(name) {
		out := imported{File: name}
		samples := history.ReadBlocks(ctx, name, seriesBy(tree, m), func(series string) {
			if len(out.Report.Unknown) < maxUnknown {
				out.Report.Unknown = append(out.Report.Unknown, series)
			}
		})
		return out.take(ctx, store, counted(samples, &out.Report), began)
	}
	format, err := recording.FormatOf(name)
	if o.format != "" {
		format, err = recording.ParseFormat(o.format)
	}
	if err != nil {
		return imported{}, err
	}
	f, err := os.Open(name)
	if err != nil {
		return imported{}, errors.Unwrap(err)
	}
	defer f.Close()
	out := imported{File: name}
	return out.take(ctx, store, recording.Read(ctx, f, format, tree, m, &out.Report), began)
}

// take stores samples, or only reads them when there is no store.
func (x *imported) take(ctx context.Context, store *history.Store, samples iter.Seq2[[]twin.Sample, error], began time.Time) (imported, error) {
	if store == nil {
		for _, err := range samples {
			if err != nil {
				return *x, err
			}
		}
	} else {
		done, err := store.Import(ctx, samples)
		if err != nil {
			return *x, err
		}
		x.Stored, x.Duplicates, x.TooOld = done.Samples, done.Duplicates, done.TooOld
	}
	x.Seconds = round(time.Since(began).Seconds())
	return *x, nil
}

// maxUnknown is how many series that match no signal are named.
const maxUnknown = 50

// seriesBy finds the signal of a series of a Prometheus database: of ours by its path, of others as the mapping says, by
// their whole text or their name, else by the prefix and their name. Numbers of others are in the unit of the signal.
func seriesBy(tree *twin.Tree, m recording.Mapping) history.Series {
	own := history.OwnSeries(tree)
	return func(text string, labels map[string]string) (twin.SignalID, twin.Unit, bool) {
		if id, unit, ok := own(text, labels); ok {
			return id, unit, true
		}
		name := labels["__name__"]
		path, ok := m.Signals[text]
		if !ok {
			path, ok = m.Signals[name]
		}
		if !ok {
			path = m.Prefix + name
		}
		id, ok := tree.SignalByPath(path)
		if !ok {
			return 0, twin.Unit{}, false
		}
		return id, tree.Signal(id).Unit, true
	}
}

// counted counts samples as they pass.
func counted(samples iter.Seq2[[]twin.Sample, error], r *recording.Report) iter.Seq2[[]twin.Sample, error] {
	return func(yield func([]twin.Sample, error) bool) {
		for batch, err := range samples {
			r.Samples += len(batch)
			if !yield(batch, err) {
				return
			}
		}
	}
}

func (x *imported) print(dry bool) {
	r := &x.Report
	fmt.Printf("%s: %d rows, %d samples", x.File, r.Rows, r.Samples)
	if !dry {
		fmt.Printf(", %d stored", x.Stored)
	}
	for _, more := range []struct {
		n    uint64
		what string
	}{{x.Duplicates, "were there already"}, {x.TooOld, "too old"}, {uint64(r.BadTimes), "rows without a time"}, {uint64(r.BadCells), "cells are no number"}, {uint64(r.Ragged), "rows with too many or too few cells"}} {
		if more.n > 0 {
			fmt.Printf(", %d %s", more.n, more.what)
		}
	}
	fmt.Println()
	for _, u := range r.Unknown {
		fmt.Fprintf(os.Stderr, "%s: %q matches no signal\n", x.File, u)
	}
	for _, place := range r.Places {
		fmt.Fprintf(os.Stderr, "%s: %s\n", x.File, place)
	}
}
