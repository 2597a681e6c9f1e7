package trend

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
)

// History is the recorded past. twin/history.Store fits.
type History interface {
	Columns(ctx context.Context, sig twin.SignalID, from, to time.Time, n int, dst []history.Column) ([]history.Column, error)
	Range(ctx context.Context, sig twin.SignalID, from, to time.Time, dst []history.Point) ([]history.Point, error)
}

// Journal is what was written down. twin/journal.Journal fits.
type Journal interface {
	Query(ctx context.Context, f journal.Filter) ([]journal.Entry, error)
}

// Future is a computed course of the twin.
type Future interface {
	Columns(sig twin.SignalID, from, to time.Time, n int, dst []scenario.BandColumn) []scenario.BandColumn
}

// Query is a Spec with all that answers it.
type Query struct {
	Spec
	Tree     *twin.Tree
	From, To time.Time
	Now      time.Time
	Columns  int // of pixels in the plot
	Zone     *time.Location

	History History            // nil: nothing is recorded
	Journal Journal            // nil: no events
	Alarms  []alarm.Definition // whose limits are drawn
	Base    Future             // what is expected; nil for none
	Other   Future             // a what-if; nil for none

	FigureFrom, FigureTo time.Time // what histogram, spectrum and XY are of; zero: From to To

	Missing []string // filled in by Model: signals of the Spec that the tree does not have
}

// Model makes what is to be drawn.
func (q *Query) Model(ctx context.Context) (*chart.Model, error) {
	m := &chart.Model{Title: "Trend", From: q.From, To: q.To, Now: q.Now, Zone: q.Zone, Empty: "Click a signal in the inspector to plot it"}
	lines, err := q.resolve()
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		if len(q.Missing) > 0 {
			m.Empty = "The twin no longer has " + strings.Join(q.Missing, ", ")
		}
		return m, nil
	}
	m.Title = q.titleOf(lines)
	m.Unit = lines[0].unit
	m.Empty = "Nothing is recorded in this span"
	if q.View != OverTime {
		m.Figure, err = q.figure(ctx, lines)
		m.Caption = q.spanText()
		if m.Figure == nil && err == nil {
			m.Figure = &chart.Figure{}
		}
		return m, err
	}
	forecast := true
	for i := range lines {
		l := &lines[i]
		if l.Hidden {
			continue
		}
		s, err := q.series(ctx, l, q.From, q.To)
		if err != nil {
			return nil, err
		}
		m.Series = append(m.Series, s)
		if forecast && l.Plain() { // one forecast at a time, or the bands hide each other
			forecast = false
			m.Series = append(m.Series, q.futures(l)...)
		}
	}
	if err := q.compare(ctx, m, lines); err != nil {
		return nil, err
	}
	some := slices.ContainsFunc(m.Series, func(s chart.Series) bool {
		return len(s.Median) > 0 || s.Back > 0 || slices.ContainsFunc(s.Columns, func(c chart.Column) bool { return c.Count > 0 })
	})
	if !some {
		m.Series = nil
		return m, nil
	}
	if !q.NoLimits {
		q.limits(m, lines)
	}
	if !q.NoEvents {
		m.Events, err = q.events(ctx, lines)
	}
	return m, err
}

// spanText says what span a figure is of.
func (q *Query) spanText() string {
	from, to := q.figureSpan()
	zone := q.Zone
	if zone == nil {
		zone = time.UTC
	}
	return from.In(zone).Format("2 Jan 15:04") + " to " + to.In(zone).Format("2 Jan 15:04")
}

func (q *Query) figureSpan() (from, to time.Time) {
	if q.FigureTo.After(q.FigureFrom) {
		return q.FigureFrom, q.FigureTo
	}
	return q.From, q.To
}

// series is a line over time.
func (q *Query) series(ctx context.Context, l *line, from, to time.Time) (chart.Series, error) {
	s := chart.Series{Name: l.name, Line: l.index, Style: chart.Measured, Colour: chart.ColourOf(l.Colour), Unit: l.unit, Decimals: l.decimals}
	if q.History == nil || q.Columns <= 0 {
		return s, nil
	}
	width := to.Sub(from) / time.Duration(q.Columns)
	s.Hold = int(min(l.hold()/max(width, 1), math.MaxInt32))
	if q.Now.After(from) && q.Now.Before(to) {
		s.End = int(q.Now.Sub(from)/max(width, 1)) + 1
	}
	if l.Plain() {
		s.Steps, s.States = l.signal.Kind != twin.Number, l.states
		return s, q.measured(ctx, l, from, to, &s)
	}
	p, coarse, err := q.points(ctx, l, from, to)
	if err != nil {
		return s, err
	}
	if coarse > 0 {
		s.Name += ", of means over " + chart.SpanText(coarse)
	}
	s.Columns = chart.Reduce(p, from, to, q.Columns, nil)
	s.Decimals = l.digits(s.Columns)
	return s, nil
}

// measured fills in the columns of a signal, and what it was before them.
func (q *Query) measured(ctx context.Context, l *line, from, to time.Time, s *chart.Series) error {
	cols, err := q.History.Columns(ctx, l.signal.ID, from, to, q.Columns, nil)
	if err != nil {
		return fmt.Errorf("trend: %s could not be read: %w", l.signal.Path, err)
	}
	s.Columns = make([]chart.Column, len(cols))
	for i, c := range cols {
		s.Columns[i] = chart.Column{Min: c.Min, Max: c.Max, Mean: c.Mean, Last: c.Last, Count: c.Count}
	}
	if s.Hold == 0 || len(cols) == 0 || cols[0].Count > 0 {
		return nil
	}
	const parts = 64
	hold := l.hold()
	if cols, err = q.History.Columns(ctx, l.signal.ID, from.Add(-hold), from, parts, cols[:0]); err != nil {
		return fmt.Errorf("trend: %s could not be read: %w", l.signal.Path, err)
	}
	for i := len(cols) - 1; i >= 0; i-- {
		if cols[i].Count > 0 { // it is at most as old as its part
			s.Before, s.Back = cols[i].Last, max(int(float64(len(cols)-i)/parts*float64(s.Hold)), 1)
			break
		}
	}
	return nil
}

// digits is how many decimals show four digits of the largest value of what was computed.
func (l *line) digits(cols []chart.Column) int {
	top := 0.0
	for i := range cols {
		if cols[i].Count > 0 {
			top = math.Max(top, math.Max(math.Abs(l.unit.FromSI(cols[i].Min)), math.Abs(l.unit.FromSI(cols[i].Max))))
		}
	}
	if top == 0 || math.IsInf(top, 0) {
		return l.decimals
	}
	return min(max(3-int(math.Floor(math.Log10(top))), 0), 6)
}

// futures are the expected course of a line and that of the what-if.
func (q *Query) futures(l *line) (out []chart.Series) {
	for _, f := range []struct {
		future Future
		style  chart.Style
		name   string
		ink    theme.Name
	}{{q.Base, chart.Predicted, ", expected", theme.Predicted}, {q.Other, chart.WhatIf, ", scenario B", theme.ScenarioB}} {
		if f.future == nil || q.Columns <= 0 {
			continue
		}
		cols := f.future.Columns(l.signal.ID, q.From, q.To, q.Columns, make([]scenario.BandColumn, 0, q.Columns))
		if len(cols) != q.Columns {
			continue
		}
		s := chart.Series{Name: l.name + f.name, Line: l.index, Style: f.style, Colour: theme.Color(f.ink), Unit: l.unit, Decimals: l.decimals,
			Median: make([]float64, len(cols)), Low: make([]float64, len(cols)), High: make([]float64, len(cols))}
		some := false
		for i, c := range cols {
			s.Median[i], s.Low[i], s.High[i] = c.Median, c.Low, c.High
			some = some || !math.IsNaN(c.Median)
		}
		if some {
			out = append(out, s)
		}
	}
	return out
}

// compare adds what the lines were in earlier periods, moved onto this one.
func (q *Query) compare(ctx context.Context, m *chart.Model, lines []line) error {
	for _, offset := range q.Compare {
		for i := range lines {
			l := &lines[i]
			if l.Hidden {
				continue
			}
			before := time.Duration(offset)
			s, err := q.series(ctx, l, q.From.Add(-before), q.To.Add(-before))
			if err != nil {
				return err
			}
			s.Style = chart.Compared
			s.Name += ", " + chart.SpanText(before) + " before"
			m.Series = append(m.Series, s)
		}
	}
	return nil
}
