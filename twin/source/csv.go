package source

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Caps of a log: one line, and how many columns it may have.
const (
	maxLine    = 64 << 10
	maxColumns = 4096
)

// batchSize is how many samples Read gathers at most before it yields them.
const batchSize = 8192

// CSV says how the columns of a log map to signals.
type CSV struct {
	Time     string        // column of the time stamps, counted since the Unix epoch
	TimeUnit time.Duration // of one count
	Asset    string        // column that names the asset
	Path     string        // path of the asset; {1}, {2} … stand for what the column says between slashes: "farm/{1}"
	Fields   []Field
}

// Field maps a column to a signal.
type Field struct {
	Column string
	Signal string    // relative to the asset: "gearbox/oil_temp"
	Unit   twin.Unit // in which the plant wrote it
}

// Report counts what Read could not use.
type Report struct {
	Rows          int
	UnknownAssets int // rows of assets that the tree does not have
	BadCells      int // cells that are no number
	Reason        string
}

// Read yields the samples of a log in batches, in the order of the log; a batch is valid until the next one. It ends
// with an error on a log whose header lacks a column or whose time stamps cannot be read. report may be nil; it is
// complete when the iteration ended.
func (c CSV) Read(tree *twin.Tree, r io.Reader, report *Report) iter.Seq2[[]twin.Sample, error] {
	if report == nil {
		report = &Report{}
	}
	return func(yield func([]twin.Sample, error) bool) {
		rows := csv.NewReader(&lineCap{r: r})
		rows.ReuseRecord = true
		header, err := rows.Read()
		if err != nil {
			yield(nil, fmt.Errorf("source: log: header: %w", endOf(err)))
			return
		}
		cols, err := c.columns(header)
		if err != nil {
			yield(nil, err)
			return
		}
		signals := map[string][]twin.SignalID{}
		batch := make([]twin.Sample, 0, batchSize+len(cols.fields))
		for {
			row, err := rows.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				yield(nil, fmt.Errorf("source: log: %w", err))
				return
			}
			report.Rows++
			count, err := strconv.ParseInt(row[cols.time], 10, 64)
			if err != nil || count > math.MaxInt64/int64(max(c.TimeUnit, 1)) || count < 0 {
				yield(nil, fmt.Errorf("source: log: row %d: time stamp %.40q is no count since 1970", report.Rows+1, row[cols.time]))
				return
			}
			ids, known := signals[row[cols.asset]]
			if !known {
				ids = c.signalsOf(tree, row[cols.asset])
				signals[strings.Clone(row[cols.asset])] = ids
			}
			if ids == nil {
				report.UnknownAssets++
				continue
			}
			batch = c.samples(batch, row, cols.fields, ids, count*int64(c.TimeUnit), report)
			if len(batch) >= batchSize {
				if !yield(batch, nil) {
					return
				}
				batch = batch[:0]
			}
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}

func (c CSV) samples(batch []twin.Sample, row []string, at []int, ids []twin.SignalID, ns int64, report *Report) []twin.Sample {
	for i, col := range at {
		if col < 0 || ids[i] == twin.NoSignal || row[col] == "" {
			continue
		}
		v, err := strconv.ParseFloat(row[col], 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			report.BadCells++
			if report.Reason == "" {
				report.Reason = fmt.Sprintf("row %d: %s is %.40q", report.Rows+1, c.Fields[i].Column, row[col])
			}
			continue
		}
		batch = append(batch, twin.Sample{Signal: ids[i], Quality: twin.Good, Time: ns, Value: c.Fields[i].Unit.SI(v)})
	}
	return batch
}

type columns struct {
	time, asset int
	fields      []int // by Fields; −1 when the log lacks the column
}

func (c CSV) columns(header []string) (columns, error) {
	if len(header) > maxColumns {
		return columns{}, fmt.Errorf("source: log: %d columns, %d are allowed", len(header), maxColumns)
	}
	at := make(map[string]int, len(header))
	for i, name := range header {
		at[strings.TrimSpace(name)] = i
	}
	out := columns{time: -1, asset: -1, fields: make([]int, len(c.Fields))}
	if i, ok := at[c.Time]; ok {
		out.time = i
	}
	if i, ok := at[c.Asset]; ok {
		out.asset = i
	}
	if out.time < 0 || out.asset < 0 {
		return columns{}, fmt.Errorf("source: log: the header lacks the column %q or %q", c.Time, c.Asset)
	}
	found := 0
	for i, f := range c.Fields {
		out.fields[i] = -1
		if k, ok := at[f.Column]; ok {
			out.fields[i] = k
			found++
		}
	}
	if found == 0 && len(c.Fields) > 0 {
		return columns{}, fmt.Errorf("source: log: none of its columns is mapped to a signal, the first is looked for as %q", c.Fields[0].Column)
	}
	return out, nil
}

// signalsOf returns the signals by Fields, or nil when the asset is unknown.
func (c CSV) signalsOf(tree *twin.Tree, name string) []twin.SignalID {
	path := c.Path
	for i, part := range strings.Split(name, "/") {
		path = strings.ReplaceAll(path, fmt.Sprintf("{%d}", i+1), part)
	}
	if _, ok := tree.AssetByPath(path); !ok {
		return nil
	}
	ids := make([]twin.SignalID, len(c.Fields))
	for i, f := range c.Fields {
		ids[i], _ = tree.SignalByPath(path + "/" + f.Signal)
	}
	return ids
}

// lineCap ends with an error when a line, or a quoted cell over many lines, grows beyond all measure.
type lineCap struct {
	r    io.Reader
	line int
}

func (l *lineCap) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for _, b := range p[:n] {
		if l.line++; b == '\n' {
			l.line = 0
		}
		if l.line > maxLine {
			return 0, fmt.Errorf("a line is longer than %d bytes", maxLine)
		}
	}
	return n, err
}

func endOf(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the log is empty")
	}
	return err
}
