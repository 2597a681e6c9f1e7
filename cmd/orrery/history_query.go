package main

import (
	"context"
	"encoding/csv"
	"errors"
	"math"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/project"
)

// row is a line that orrery history query prints.
type row struct {
	Signal  string    `json:"signal"`
	Time    time.Time `json:"time"`
	Value   *float64  `json:"value,omitempty"` // null stands for none
	Unit    string    `json:"unit,omitempty"`
	Quality string    `json:"quality,omitempty"`
	Min     *float64  `json:"min,omitempty"`
	Max     *float64  `json:"max,omitempty"`
	Count   int       `json:"count,omitempty"`
}

func historyQueryCommand() *cobra.Command {
	var h historyPlace
	var c cluster
	var span period
	var columns int
	cmd := &cobra.Command{
		Use:   "query TWIN [SIGNAL...]",
		Short: "Print values as they stood at a moment, or the samples of a span",
		Long: `Without --from: of each signal the last value at or before --to, with its own time and its quality as seen then.
With --from: the samples, or with --columns N their mean, least and greatest in N equal parts of the span.
SIGNAL is a path; * stands for one element and part of it. With --remote the cluster is asked instead of this computer.
Values are in the units of the twin file.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var rows []row
			var err error
			if c.url != "" {
				rows, err = queryCluster(cmd.Context(), args[0], args[1:], &c, &span)
			} else {
				rows, err = queryStore(cmd.Context(), args[0], args[1:], &h, &span, columns)
			}
			if err != nil {
				return err
			}
			if h.json {
				return printJSON(rows)
			}
			return printRows(rows, columns > 0)
		},
	}
	h.flags(cmd)
	c.flags(cmd, "ask this cluster")
	span.flags(cmd)
	cmd.Flags().IntVar(&columns, "columns", 0, "sum up the span in so many parts")
	return cmd
}

func queryStore(ctx context.Context, path string, signals []string, h *historyPlace, span *period, columns int) ([]row, error) {
	p, s, err := h.open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer s.Close() //nolint:errcheck // nothing was written
	first, last, ok := s.Extent()
	if !ok {
		return nil, errors.New("the history is empty")
	}
	from, to, err := span.parse(first, last, p.Site.Zone)
	if err != nil {
		return nil, err
	}
	ids, err := signalsLike(p.Tree, signals)
	if err != nil {
		return nil, err
	}
	switch {
	case span.from == "":
		return rowsAt(ctx, p, s, ids, to)
	case columns > 0:
		return rowsOfColumns(ctx, p, s, ids, from, to, columns)
	}
	rows := []row{}
	var points []history.Point
	for _, id := range ids {
		if points, err = s.Range(ctx, id, from, to.Add(time.Millisecond), points[:0]); err != nil {
			return nil, err
		}
		for _, x := range points {
			rows = append(rows, rowOf(p, id, x.Time, x.Value, x.Quality))
		}
	}
	return rows, nil
}

func rowsAt(ctx context.Context, p *project.Project, s *history.Store, ids []twin.SignalID, at time.Time) ([]row, error) {
	var snap twin.Snapshot
	if err := s.LatestAt(ctx, at, &snap); err != nil {
		return nil, err
	}
	rows := []row{}
	for _, id := range ids {
		v := snap.At(id)
		rows = append(rows, rowOf(p, id, v.Time, v.Value, v.Quality))
	}
	return rows, nil
}

func rowsOfColumns(ctx context.Context, p *project.Project, s *history.Store, ids []twin.SignalID, from, to time.Time, columns int) ([]row, error) {
	rows := []row{}
	var cols []history.Column
	for _, id := range ids {
		var err error
		if cols, err = s.Columns(ctx, id, from, to, columns, cols[:0]); err != nil {
			return nil, err
		}
		unit := p.Tree.Signal(id).Unit
		for i, c := range cols {
			if c.Count == 0 {
				continue
			}
			r := rowOf(p, id, from.Add(time.Duration(float64(to.Sub(from))*float64(i)/float64(columns))).UnixNano(), c.Mean, twin.Good)
			least, greatest := neat(unit.FromSI(c.Min)), neat(unit.FromSI(c.Max))
			r.Quality, r.Min, r.Max, r.Count = "", &least, &greatest, c.Count
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func rowOf(p *project.Project, id twin.SignalID, ns int64, v float64, q twin.Quality) row {
	sig := p.Tree.Signal(id)
	r := row{Signal: sig.Path, Unit: sig.Unit.Symbol, Quality: q.String()}
	if ns != 0 {
		r.Time = time.Unix(0, ns).In(p.Site.Zone)
	}
	if q != twin.NoData && !math.IsNaN(v) {
		shown := neat(sig.Unit.FromSI(v))
		r.Value = &shown
	}
	return r
}

// neat takes away what the conversion of units leaves behind the twelfth digit.
func neat(v float64) float64 {
	v, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

func queryCluster(ctx context.Context, path string, signals []string, c *cluster, span *period) ([]row, error) {
	p, err := project.Load(path)
	if err != nil {
		return nil, err
	}
	client, err := c.client(p)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	from, to, err := span.parse(now.Add(-time.Minute), now, p.Site.Zone)
	if err != nil {
		return nil, err
	}
	ids, err := signalsLike(p.Tree, signals)
	if err != nil {
		return nil, err
	}
	wanted := map[twin.SignalID]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	if span.from == "" {
		from = to.Add(-10 * time.Minute)
	}
	rows, last := []row{}, map[twin.SignalID]row{}
	for batch, err := range client.Fetch(ctx, p.Tree, from, to.Add(time.Millisecond)) {
		if err != nil {
			return nil, err
		}
		for _, x := range batch {
			if wanted[x.Signal] {
				r := rowOf(p, x.Signal, x.Time, x.Value, x.Quality)
				last[x.Signal] = r
				if span.from != "" {
					rows = append(rows, r)
				}
			}
		}
	}
	if span.from == "" {
		for _, id := range ids {
			if r, ok := last[id]; ok {
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

// printRows writes rows as CSV.
func printRows(rows []row, columns bool) error {
	w := csv.NewWriter(os.Stdout)
	text := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	head := []string{"time", "signal", "value", "unit", "quality"}
	if columns {
		head = []string{"time", "signal", "mean", "unit", "min", "max", "samples"}
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for _, r := range rows {
		at := ""
		if !r.Time.IsZero() {
			at = r.Time.Format("2006-01-02T15:04:05.000Z07:00")
		}
		line := []string{at, r.Signal, text(r.Value), r.Unit, r.Quality}
		if columns {
			line = []string{at, r.Signal, text(r.Value), r.Unit, text(r.Min), text(r.Max), strconv.Itoa(r.Count)}
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
