package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Format is the layout of a file.
type Format uint8

// The formats.
const (
	CSV     Format = iota // a column for each signal
	CSVLong               // a row for each sample
	Parquet
	MCAP
)

var formatNames = [...]string{"csv", "csv-long", "parquet", "mcap"}

// String names the format as the command line spells it.
func (f Format) String() string { return formatNames[min(f, MCAP)] }

// ParseFormat returns the format with this name.
func ParseFormat(name string) (Format, error) {
	if i := slices.Index(formatNames[:], name); i >= 0 {
		return Format(i), nil
	}
	return 0, fmt.Errorf("recording: there is no format %q; there are %s", name, strings.Join(formatNames[:], ", "))
}

// FormatOf returns the format that the name of a file ends in.
func FormatOf(file string) (Format, error) {
	switch ext := strings.ToLower(filepath.Ext(file)); ext {
	case ".csv", ".tsv", ".txt":
		return CSV, nil
	case ".parquet":
		return Parquet, nil
	case ".mcap":
		return MCAP, nil
	default:
		return 0, fmt.Errorf("recording: %q tells no format; name the file .csv, .parquet or .mcap", ext)
	}
}

// batchSize is how many samples Read gathers before it yields them.
const batchSize = 8192

// Options say what a file holds.
type Options struct {
	Signals []twin.SignalID // its columns or channels, in this order; nil is all of the tree
	Zone    *time.Location  // of the times in CSV; nil is UTC
	SI      bool            // values in SI units, not in those of the signals
}

// Writer writes samples to a file. Write takes them in the order of time; samples of signals that the file does not hold
// are left out. The file is whole after Close, which does not close what it writes to.
type Writer interface {
	Write(batch []twin.Sample) error
	Close() error
}

// NewWriter begins a file.
func NewWriter(w io.Writer, f Format, tree *twin.Tree, o Options) (Writer, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	c := newColumns(tree, o)
	if len(c.list) == 0 {
		return nil, errors.New("recording: there is no signal to write")
	}
	switch f {
	case CSVLong:
		return newLongWriter(w, c)
	case Parquet:
		return newParquetWriter(w, c), nil
	case MCAP:
		return newMCAPWriter(w, c)
	}
	return newWideWriter(w, c)
}

// columns are the signals of a file to write.
type columns struct {
	Options
	list []column
	at   []int32 // by SignalID: the column, or -1
}

type column struct {
	path   string
	unit   twin.Unit
	symbol string // of the unit, as the file spells it
}

func newColumns(tree *twin.Tree, o Options) *columns {
	c := &columns{Options: o, at: make([]int32, len(tree.Signals()))}
	for i := range c.at {
		c.at[i] = -1
	}
	add := func(id twin.SignalID) {
		if id < 0 || int(id) >= len(c.at) || c.at[id] >= 0 {
			return
		}
		s := tree.Signal(id)
		one := column{s.Path, s.Unit, s.Unit.Symbol}
		if o.SI {
			one.unit, one.symbol = twin.Unit{}, siName
		}
		c.at[id] = int32(len(c.list))
		c.list = append(c.list, one)
	}
	if o.Signals == nil {
		for i := range tree.Signals() {
			add(twin.SignalID(i))
		}
	}
	for _, id := range o.Signals {
		add(id)
	}
	return c
}

// of returns the column of a sample, or nil.
func (c *columns) of(s *twin.Sample) *column {
	if s.Signal < 0 || int(s.Signal) >= len(c.at) || c.at[s.Signal] < 0 {
		return nil
	}
	return &c.list[c.at[s.Signal]]
}

// Mapping says how a foreign file is to be understood. The zero Mapping finds out by itself.
type Mapping struct {
	Zone    *time.Location    // of times without a zone; nil is UTC
	Time    string            // name of the time column; empty: by its name, else the first
	Signals map[string]string // by column or channel, the path of its signal, empty to leave it out; the rest is matched by name
	Units   map[string]string // by column or channel, the symbol of the unit of its numbers, where its name says none
	Prefix  string            // put before names that match no signal: "farm/T01/"
}

// Report tells what Read could not use. It is complete when the iteration has ended.
type Report struct {
	Rows     int
	Samples  int
	BadTimes int      // rows that have no time that could be read
	BadCells int      // cells that are no number
	Ragged   int      // rows with too many or too few cells
	Zones    bool     // some times name their zone and some do not
	Unknown  []string // columns or channels that match no signal
	Places   []string // of the first faults: "line 7: power is \"n/a\""
}

// maxPlaces bounds Report.Places and Report.Unknown.
const maxPlaces = 20

func (r *Report) place(format string, args ...any) {
	if len(r.Places) < maxPlaces {
		r.Places = append(r.Places, fmt.Sprintf(format, args...))
	}
}

func (r *Report) unknown(name string) {
	if len(r.Unknown) < maxPlaces && !slices.Contains(r.Unknown, name) {
		r.Unknown = append(r.Unknown, name)
	}
}

// Source is what a file is read from.
type Source interface {
	io.Reader
	io.ReaderAt
	io.Seeker
}

// Read yields the samples of a file in batches; a batch is valid until the next one. It ends with an error when the file
// cannot be read any further. report may be nil.
func Read(ctx context.Context, src Source, f Format, tree *twin.Tree, m Mapping, report *Report) iter.Seq2[[]twin.Sample, error] {
	if report == nil {
		report = &Report{}
	}
	if m.Zone == nil {
		m.Zone = time.UTC
	}
	r := &reader{ctx: ctx, tree: tree, mapping: m, report: report}
	return func(yield func([]twin.Sample, error) bool) {
		r.yield = yield
		var err error
		switch f {
		case Parquet:
			err = r.parquet(src)
		case MCAP:
			err = r.mcap(src)
		default:
			err = r.csv(src)
		}
		if err == nil {
			err = r.flush()
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, fmt.Errorf("recording: %w", err))
		}
	}
}

// errStopped ends a Read that nobody wants to hear any more of.
var errStopped = errors.New("stopped")

// reader is a Read under way.
type reader struct {
	ctx     context.Context
	tree    *twin.Tree
	mapping Mapping
	report  *Report
	yield   func([]twin.Sample, error) bool
	batch   []twin.Sample
}

// add takes a sample.
func (r *reader) add(s twin.Sample) error {
	r.batch = append(r.batch, s)
	r.report.Samples++
	if len(r.batch) < batchSize {
		return nil
	}
	return r.flush()
}

func (r *reader) flush() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if len(r.batch) == 0 {
		return nil
	}
	if !r.yield(r.batch, nil) {
		return errStopped
	}
	r.batch = r.batch[:0]
	return nil
}

// target is the signal that a column or channel means, and the unit of its numbers.
type target struct {
	signal twin.SignalID
	unit   twin.Unit
}

// target finds the signal of a name such as "farm/T01/power [kW]".
func (r *reader) target(name string) (target, bool) {
	name = strings.TrimSpace(name)
	path, unit := name, ""
	if before, rest, ok := strings.Cut(name, " ["); ok && strings.HasSuffix(rest, "]") {
		path, unit = before, strings.TrimSuffix(rest, "]")
	}
	if unit == "" {
		unit = r.mapping.Units[name]
	}
	if to, said := r.mapping.Signals[name]; said && to == "" {
		return target{}, false
	}
	for _, try := range []string{r.mapping.Signals[name], r.mapping.Signals[path], path, r.mapping.Prefix + path} {
		id, ok := r.tree.SignalByPath(try)
		if !ok || try == "" {
			continue
		}
		out := target{id, r.tree.Signal(id).Unit}
		switch unit {
		case "":
			return out, true
		case siName:
			out.unit = twin.Unit{}
			return out, true
		}
		u, err := unitOf(unit)
		if err != nil || u.Dimension != out.unit.Dimension {
			r.report.place("%s: unit %q does not fit the signal, which is in %q", path, unit, out.unit.Symbol)
			return target{}, false
		}
		out.unit = u
		return out, true
	}
	return target{}, false
}

// siName stands for the SI unit of a signal, whatever it is.
const siName = "SI"

func unitOf(symbol string) (twin.Unit, error) {
	if symbol == "" || symbol == "-" {
		return twin.Unit{}, nil
	}
	return twin.ParseUnit(symbol)
}

// qualityNames are the qualities as files spell them.
var qualityNames = func() map[string]twin.Quality {
	m := map[string]twin.Quality{}
	for q := twin.NoData; q <= twin.SensorFault; q++ {
		m[q.String()] = q
	}
	return m
}()

// stored returns a sample as a history takes it: qualities that only say how it was seen, such as stale, are left out.
func stored(s twin.Sample, quality string) twin.Sample {
	s.Quality = twin.Good
	switch q := qualityNames[quality]; q {
	case twin.Offline, twin.SensorFault, twin.Manual, twin.Estimated:
		s.Quality = q
	}
	return s
}

// guarded calls into a library that panics on some damaged files.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the file is damaged: %v", p)
		}
	}()
	return f()
}
