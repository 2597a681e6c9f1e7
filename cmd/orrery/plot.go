package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/trend"
)

// plotOptions say what is plotted and how it is written.
type plotOptions struct {
	historyPlace
	period
	out, view, size, theme, cursor string
	signals, expressions, compare  []string
	scale                          float32
	plain                          bool
}

func plotCommand() *cobra.Command {
	var o plotOptions
	cmd := &cobra.Command{
		Use:   "plot TWIN --signal PATH -o FILE",
		Short: "Draw recorded signals as a picture, or write what is drawn as CSV or Parquet",
		Long: `Draw signals of the history as the trend of the app does, with their alarm limits, and the alarms and commands of the
span. TWIN may be the word demo. The ending of the file says the format: .png, .svg, .pdf, .csv or .parquet.

  --signal farm/T01/power                     a signal as measured; * stands for one element of the path and part of it
  --signal farm/T01/power:moving-average:10m  what is computed of it: derivative, integral, moving-average, RMS,
                                              standard-deviation, with the length of the window
  --expr "T01.power + T02.power"              an expression over signals, with units

--view histogram, spectrum or xy draws the span without a time axis; --compare 24h draws beneath it what was a day before.
CSV and Parquet hold the samples of all lines in the units that are drawn. --json prints the statistics of the lines.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return plot(cmd.Context(), args[0], o) },
	}
	o.historyPlace.flags(cmd)
	o.period.flags(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.out, "out", "o", "", "file to write")
	f.StringArrayVar(&o.signals, "signal", nil, "PATH, or PATH:DERIVATION, or PATH:DERIVATION:WINDOW")
	f.StringArrayVar(&o.expressions, "expr", nil, "an expression over signals, or NAME=EXPRESSION")
	f.StringArrayVar(&o.compare, "compare", nil, "how long before: 1h, 24h, 168h")
	f.StringVar(&o.view, "view", "", "histogram, spectrum or xy; default: over time")
	f.StringVar(&o.cursor, "cursor", "", "read the values off at this moment")
	f.StringVar(&o.size, "size", "1200x400", "of a picture")
	f.Float32Var(&o.scale, "scale", 2, "pixels of a PNG per unit of its size")
	f.StringVar(&o.theme, "theme", "day", "day or night")
	f.BoolVar(&o.plain, "plain", false, "no limits and no events")
	cmd.MarkFlagRequired("out")
	return cmd
}

func plot(ctx context.Context, path string, o plotOptions) error {
	format, err := trend.FormatOf(o.out)
	if err != nil {
		return err
	}
	size := trend.Picture{Scale: o.scale}
	if n, err := fmt.Sscanf(o.size, "%dx%d", &size.Width, &size.Height); err != nil || n != 2 {
		return fmt.Errorf("--size %q: write 1200x400", o.size)
	}
	theme.SetMode(theme.AlwaysDay, theme.Day)
	switch o.theme {
	case "", "day":
	case "night":
		theme.SetMode(theme.AlwaysNight, theme.Night)
	default:
		return fmt.Errorf("--theme %q: day or night", o.theme)
	}
	s, _, err := (&past{data: o.data}).open(ctx, path)
	if err != nil {
		return err
	}
	defer s.close()
	first, last, _ := s.store.Extent()
	zone := s.project.Site.Zone
	from, to, err := o.parse(first, last, zone)
	if err != nil {
		return err
	}
	spec, err := o.spec(s.tree)
	if err != nil {
		return err
	}
	q := &trend.Query{Spec: spec, Tree: s.tree, From: from, To: to.Add(time.Millisecond), Zone: zone, History: s.store, Journal: s.journal, Alarms: s.project.Alarms}
	var cursor time.Time
	if o.cursor != "" {
		if cursor, err = parseMoment(o.cursor, to.In(zone)); err != nil {
			return fmt.Errorf("--cursor %q: %w", o.cursor, err)
		}
	}
	began := time.Now()
	n, err := writeWhole(o.out, func(f *os.File) (int, error) {
		return q.Export(ctx, f, format, size, func(m *chart.Model) { m.Cursor = cursor }, terminalProgress("writing "+filepath.Base(o.out)))
	})
	if err != nil {
		return err
	}
	if !o.json {
		what := "columns of pixels"
		if format == "csv" || format == "parquet" {
			what = "samples"
		}
		fmt.Printf("%s: %s, %s to %s, %d %s\n", o.out, plural(len(spec.Lines), "line"), from.In(zone).Format(time.DateTime), to.In(zone).Format(time.DateTime), n, what)
		return nil
	}
	stats, err := q.Statistics(ctx, q.From, q.To)
	if err != nil {
		return err
	}
	return printJSON(map[string]any{"file": o.out, "format": format, "from": from.In(zone), "to": to.In(zone), "count": n, "seconds": round(time.Since(began).Seconds()), "lines": lineFigures(stats)})
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// lineFigure is the statistics of a line, in the units that are drawn.
type lineFigure struct {
	Name         string  `json:"name"`
	Unit         string  `json:"unit,omitempty"`
	Samples      int     `json:"samples"`
	Min          float64 `json:"min"`
	Max          float64 `json:"max"`
	Mean         float64 `json:"mean"`
	Deviation    float64 `json:"deviation"`
	Integral     float64 `json:"integral"`
	IntegralUnit string  `json:"integral_unit,omitempty"`
	OfMeans      bool    `json:"of_means,omitempty"`
}

func lineFigures(stats []trend.Stat) []lineFigure {
	out := make([]lineFigure, len(stats))
	for i, s := range stats {
		out[i] = lineFigure{Name: s.Name, Unit: s.Unit.Symbol, Samples: s.Count, IntegralUnit: s.IntegralUnit.Symbol, OfMeans: s.Coarse}
		if s.Count > 0 {
			out[i].Min, out[i].Max, out[i].Mean = neat(s.Unit.FromSI(s.Min)), neat(s.Unit.FromSI(s.Max)), neat(s.Unit.FromSI(s.Mean))
			out[i].Deviation, out[i].Integral = neat(s.Unit.Span(s.Deviation)), neat(s.IntegralUnit.FromSI(s.Integral))
		}
	}
	return out
}

// spec reads the flags that say what is plotted.
func (o *plotOptions) spec(tree *twin.Tree) (s trend.Spec, err error) {
	for _, v := range trend.Views() {
		if string(v) == o.view {
			s.View = v
			o.view = ""
		}
	}
	if o.view != "" {
		return s, fmt.Errorf("--view %q: histogram, spectrum or xy", o.view)
	}
	s.NoLimits, s.NoEvents = o.plain, o.plain
	for _, text := range o.signals {
		if s, err = addSignals(s, tree, text); err != nil {
			return s, err
		}
	}
	for _, text := range o.expressions {
		l := trend.Line{Expr: text}
		if name, rest, ok := strings.Cut(text, "="); ok && !strings.HasPrefix(rest, "=") && !strings.ContainsAny(name, "<>!=\"(") {
			l = trend.Line{Name: strings.TrimSpace(name), Expr: strings.TrimSpace(rest)}
		}
		if err := trend.Check(tree, l.Expr); err != nil {
			return s, fmt.Errorf("--expr %q: %w", text, err)
		}
		if s, err = addLine(s, l); err != nil {
			return s, err
		}
	}
	for _, text := range o.compare {
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 || len(s.Compare) == trend.MaxCompare {
			return s, fmt.Errorf("--compare %q: write at most %d lengths of time such as 24h", text, trend.MaxCompare)
		}
		s.Compare = append(s.Compare, trend.Span(d))
	}
	if len(s.Lines) == 0 {
		return s, errors.New("name what is to be plotted: --signal PATH or --expr EXPRESSION")
	}
	return s, nil
}

// addSignals adds the signals of PATTERN[:DERIVATION[:WINDOW]].
func addSignals(s trend.Spec, tree *twin.Tree, text string) (trend.Spec, error) {
	pattern, rest, derived := strings.Cut(text, ":")
	name, length, windowed := strings.Cut(rest, ":")
	var l trend.Line
	if derived {
		d, err := trend.ParseDerivation(name)
		if err != nil {
			return s, fmt.Errorf("--signal %q: %w", text, err)
		}
		l.Derive = trend.Derivation(d)
		if windowed {
			w, err := time.ParseDuration(length)
			if err != nil || w <= 0 || w > trend.MaxWindow {
				return s, fmt.Errorf("--signal %q: write the window as 30s, 10m or 24h", text)
			}
			l.Window = trend.Span(w)
		}
	}
	ids, err := signalsLike(tree, []string{pattern})
	if err != nil {
		return s, err
	}
	for _, id := range ids {
		l.Signal = tree.Signal(id).Path
		if s, err = addLine(s, l); err != nil {
			return s, err
		}
	}
	return s, nil
}

func addLine(s trend.Spec, l trend.Line) (trend.Spec, error) {
	s, ok := s.With(l)
	if !ok {
		return s, fmt.Errorf("a plot holds %d lines at most: name fewer signals", trend.MaxLines)
	}
	return s, nil
}
