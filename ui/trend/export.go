package trend

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/ui/chart"
)

// Formats lists what Export writes, as the extensions of files: pictures, then samples.
func Formats() []string { return []string{"png", "svg", "pdf", "csv", "parquet"} }

// FormatOf returns the format that the name of a file ends in.
func FormatOf(file string) (string, error) {
	ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	if !slices.Contains(Formats(), ext) {
		return "", fmt.Errorf("trend: %q tells no format; name the file .%s", filepath.Base(file), strings.Join(Formats(), ", ."))
	}
	return ext, nil
}

// Picture is how large an exported picture is.
type Picture struct {
	Width, Height int     // Dp
	Scale         float32 // pixels of a PNG per Dp
}

// Export writes the trend in a format of Formats. A picture is what Model draws, with the cursor and the selected span that
// dress puts in, which may be nil. CSV and Parquet hold the samples of all visible lines between From and To, in the units
// that are shown; a figure as CSV holds its points. progress gets 0 to 1 and may be nil. The number of samples is given
// back, that of columns for a picture.
func (q *Query) Export(ctx context.Context, w io.Writer, format string, size Picture, dress func(*chart.Model), progress func(float64)) (int, error) {
	if progress == nil {
		progress = func(float64) {}
	}
	samples := format == "parquet" || format == "csv" && q.View == OverTime
	if samples {
		return q.exportSamples(ctx, w, format, progress)
	}
	own := *q
	own.Columns = chart.PlotColumns(int(float32(size.Width)*size.Scale), size.Scale)
	m, err := own.Model(ctx)
	if err != nil {
		return 0, err
	}
	progress(.5)
	if dress != nil {
		dress(m)
	}
	if err := chart.Export(w, m, format, size.Width, size.Height, size.Scale); err != nil {
		return 0, err
	}
	progress(1)
	return own.Columns, nil
}

// exportPart is how many samples are meant to be held at a time.
const exportPart = 200_000

// exportSamples writes the samples part by part, so that memory does not grow with the span.
func (q *Query) exportSamples(ctx context.Context, w io.Writer, format string, progress func(float64)) (int, error) {
	lines, err := q.resolve()
	if err != nil {
		return 0, err
	}
	lines = slices.DeleteFunc(lines, func(l line) bool { return l.Hidden })
	if len(lines) == 0 || q.History == nil {
		return 0, errors.New("trend: there is nothing to export: plot a signal first")
	}
	tree, err := q.sheet(lines)
	if err != nil {
		return 0, err
	}
	as := recording.CSV
	if format == "parquet" {
		as = recording.Parquet
	}
	buffered := bufio.NewWriterSize(w, 1<<18)
	out, err := recording.NewWriter(buffered, as, tree, recording.Options{Zone: q.Zone})
	if err != nil {
		return 0, err
	}
	n, err := q.copyLines(ctx, out, lines, progress)
	return n, errors.Join(err, out.Close(), buffered.Flush())
}

// sheet is a tree whose signals are the lines.
func (q *Query) sheet(lines []line) (*twin.Tree, error) {
	var signals []twin.Signal
	for i := range lines {
		l := &lines[i]
		s := twin.Signal{Asset: 0, Unit: l.unit, Decimals: l.decimals, Min: 1}
		if l.signal != nil {
			s = *l.signal
			s.Unit = l.unit
		}
		if !l.Plain() {
			s.Kind, s.States = twin.Number, nil
			name := slug(l.name)
			if l.signal != nil {
				name = l.signal.Name + "." + slug(strings.TrimPrefix(derivedName(&l.Line), ", "))
			}
			s.Name, s.Label = name, l.name
			s.Path = q.Tree.Asset(s.Asset).Path + "/" + name
		}
		for slices.ContainsFunc(signals, func(o twin.Signal) bool { return o.Path == s.Path }) {
			s.Name, s.Path = s.Name+"_", s.Path+"_"
		}
		signals = append(signals, s)
	}
	return twin.NewTree(q.Tree.Assets(), signals)
}

// copyLines writes the samples of the lines in the order of time.
func (q *Query) copyLines(ctx context.Context, w recording.Writer, lines []line, progress func(float64)) (total int, err error) {
	readers := make([]partReader, len(lines))
	for i := range lines {
		readers[i] = partReader{q: q, line: &lines[i]}
	}
	part := 10 * time.Minute
	var batch []twin.Sample
	for at := q.From; at.Before(q.To); {
		end := at.Add(part)
		if end.After(q.To) {
			end = q.To
		}
		batch = batch[:0]
		for i := range readers {
			if batch, err = readers[i].read(ctx, at, end, twin.SignalID(i), batch); err != nil {
				return total, err
			}
		}
		slices.SortStableFunc(batch, func(a, b twin.Sample) int { return cmp.Compare(a.Time, b.Time) })
		if err := w.Write(batch); err != nil {
			return total, err
		}
		total += len(batch)
		at = end
		progress(at.Sub(q.From).Seconds() / q.To.Sub(q.From).Seconds())
		switch {
		case len(batch) > 2*exportPart:
			part = max(part/2, time.Second)
		case len(batch) < exportPart/2:
			part = min(2*part, 30*24*time.Hour)
		}
	}
	return total, nil
}

// partReader reads a line part by part, from left to right.
type partReader struct {
	q     *Query
	line  *line
	raw   []history.Point
	total float64      // of an integral so far, SI
	last  chart.Points // of an integral: its last sample, where the next part begins
}

func (r *partReader) read(ctx context.Context, from, to time.Time, id twin.SignalID, batch []twin.Sample) ([]twin.Sample, error) {
	if r.line.Plain() {
		var err error
		if r.raw, err = r.q.History.Range(ctx, r.line.signal.ID, from, to, r.raw[:0]); err != nil {
			return batch, fmt.Errorf("trend: %s could not be read: %w", r.line.signal.Path, err)
		}
		for _, p := range r.raw {
			batch = append(batch, twin.Sample{Signal: id, Time: p.Time, Value: p.Value, Quality: p.Quality})
		}
		return batch, nil
	}
	p, err := r.points(ctx, from, to)
	if err != nil {
		return batch, err
	}
	for i, v := range p.Value {
		s := twin.Sample{Signal: id, Time: p.At[i], Value: v, Quality: twin.Estimated}
		if v != v {
			s.Quality = twin.NoData
		}
		batch = append(batch, s)
	}
	return batch, nil
}

// points computes a part of a derived line; an integral goes on where the part before ended.
func (r *partReader) points(ctx context.Context, from, to time.Time) (chart.Points, error) {
	if chart.Derivation(r.line.Derive) != chart.Integral {
		p, _, err := r.q.points(ctx, r.line, from, to)
		return p, err
	}
	own := *r.line
	own.Derive = Derivation(chart.AsMeasured)
	p, coarse, err := r.q.points(ctx, &own, from, to)
	if err != nil || len(p.At) == 0 {
		return p, err
	}
	begun := len(r.last.At)
	joined := chart.Points{At: append(slices.Clone(r.last.At), p.At...), Value: append(slices.Clone(r.last.Value), p.Value...)}
	zero, hold := own.unit.Offset, time.Duration(0)
	if s := own.signal; s != nil {
		zero = s.Unit.Offset
		if s.Timeout > 0 {
			hold = max(s.Timeout, 3*coarse)
		}
	}
	out := chart.Derive(joined, chart.Integral, 0, hold, zero)
	n := len(p.At)
	r.last = chart.Points{At: p.At[n-1:], Value: p.Value[n-1:]}
	out = chart.Points{At: out.At[begun:], Value: out.Value[begun:]}
	carry := r.total
	for i, v := range out.Value {
		out.Value[i] = v + carry
		if v == v {
			r.total = v + carry
		}
	}
	return out, nil
}
