package recording

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin"
)

// Caps of a CSV file.
const (
	maxLine    = 1 << 20
	maxColumns = 20_000
	peeked     = 64 << 10 // of which the dialect is found out
)

// csv reads a file of either CSV layout.
func (r *reader) csv(src io.Reader) error {
	in := bufio.NewReaderSize(&lineCap{r: src}, peeked)
	head, err := in.Peek(peeked)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		in.Discard(3) //nolint:errcheck // they are there
		head = head[3:]
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return errors.New("the file is empty")
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return errors.New("the file is no text in UTF-8; save it as CSV in UTF-8")
	}
	rows := csv.NewReader(in)
	rows.Comma = separator(head)
	rows.FieldsPerRecord, rows.ReuseRecord, rows.LazyQuotes = -1, true, true
	header, err := rows.Read()
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if len(header) > maxColumns {
		return fmt.Errorf("%d columns, %d are allowed", len(header), maxColumns)
	}
	header = slices.Clone(header)
	t := &table{reader: r, rows: rows, header: header, decimal: rows.Comma != ','}
	if t.time, err = t.timeColumn(); err != nil {
		return err
	}
	if signal, value := find(header, "signal", "path", "topic"), find(header, "value"); signal >= 0 && value >= 0 {
		return t.long(signal, value, find(header, "unit"), find(header, "quality"))
	}
	return t.wide()
}

// separator is what the first line is cut at most often.
func separator(head []byte) rune {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// find returns the column with one of these names, or -1.
func find(header []string, names ...string) int {
	return slices.IndexFunc(header, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
}

// table is a CSV file under way.
type table struct {
	*reader
	rows    *csv.Reader
	header  []string
	time    int
	decimal bool // a comma may stand for the point
	clock   clock
	zoned   [2]int // lines of the first time without and with a zone
}

func (t *table) timeColumn() (int, error) {
	if name := t.mapping.Time; name != "" {
		if i := slices.IndexFunc(t.header, func(h string) bool { return strings.TrimSpace(h) == name }); i >= 0 {
			return i, nil
		}
		return 0, fmt.Errorf("there is no column %q for the time", name)
	}
	return max(find(t.header, "time", "timestamp", "datetime", "date_time", "date", "ts", "t", "zeit", "zeitstempel", "datum"), 0), nil
}

// each calls f with the cells, the time and the line of each row that has a time.
func (t *table) each(f func(row []string, ns int64, line int) error) error {
	for {
		row, err := t.rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			t.report.Rows++
			t.report.Ragged++
			t.report.place("line %d: %v", parse.Line, parse.Err)
			continue
		}
		if err != nil {
			return err
		}
		line, _ := t.rows.FieldPos(0)
		t.report.Rows++
		if len(row) != len(t.header) {
			t.report.Ragged++
			t.report.place("line %d: %d cells under %d columns", line, len(row), len(t.header))
		}
		if t.time >= len(row) {
			t.report.BadTimes++
			continue
		}
		ns, zoned, err := t.clock.parse(strings.TrimSpace(row[t.time]), t.mapping.Zone)
		if err != nil {
			t.report.BadTimes++
			t.report.place("line %d: time is %.40q", line, row[t.time])
			continue
		}
		t.noteZone(zoned, line)
		if err := f(row, ns, line); err != nil {
			return err
		}
	}
}

// noteZone says once when times with and without a zone are mixed.
func (t *table) noteZone(zoned bool, line int) {
	k := 0
	if zoned {
		k = 1
	}
	if t.zoned[k] == 0 {
		if t.zoned[k] = line; t.zoned[1-k] != 0 {
			t.report.Zones = true
			t.report.place("line %d: some times name a zone and some do not; those that do not were taken to be in %s", line, t.mapping.Zone)
		}
	}
}

func (t *table) wide() error {
	targets := make([]target, len(t.header))
	known := 0
	for i, name := range t.header {
		targets[i].signal = twin.NoSignal
		if i == t.time {
			continue
		}
		if x, ok := t.target(name); ok {
			targets[i] = x
			known++
		} else {
			t.report.unknown(name)
		}
	}
	if known == 0 {
		return fmt.Errorf("no column is named like a signal, such as %q; map them", t.example())
	}
	return t.each(func(row []string, ns int64, line int) error {
		for i, cell := range row[:min(len(row), len(targets))] {
			if targets[i].signal == twin.NoSignal || strings.TrimSpace(cell) == "" {
				continue
			}
			v, ok := t.number(cell)
			if !ok {
				t.badCell(line, t.header[i], cell)
				continue
			}
			if err := t.add(twin.Sample{Signal: targets[i].signal, Quality: twin.Good, Time: ns, Value: targets[i].unit.SI(v)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *table) long(signal, value, unit, quality int) error {
	known := map[string]target{}
	cell := func(row []string, i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	return t.each(func(row []string, ns int64, line int) error {
		name := cell(row, signal)
		if u := cell(row, unit); u != "" {
			name += " [" + u + "]"
		}
		x, ok := known[name]
		if !ok {
			if x, ok = t.target(name); !ok {
				x.signal = twin.NoSignal
				t.report.unknown(name)
			}
			if len(known) < maxColumns {
				known[strings.Clone(name)] = x
			}
		}
		if x.signal == twin.NoSignal {
			return nil
		}
		s := stored(twin.Sample{Signal: x.signal, Time: ns, Value: math.NaN()}, cell(row, quality))
		if s.Quality.Class() != twin.BadClass {
			v, ok := t.number(cell(row, value))
			if !ok {
				t.badCell(line, name, cell(row, value))
				return nil
			}
			s.Value = x.unit.SI(v)
		}
		return t.add(s)
	})
}

func (t *table) badCell(line int, column, cell string) {
	t.report.BadCells++
	t.report.place("line %d: %s is %.40q", line, column, cell)
}

// number reads a cell; in files whose separator is not the comma, that may stand for the decimal point.
func (t *table) number(cell string) (float64, bool) {
	cell = strings.TrimSpace(cell)
	switch strings.ToLower(cell) {
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	if t.decimal && strings.Count(cell, ",") == 1 && !strings.Contains(cell, ".") {
		cell = strings.Replace(cell, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(cell, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// example is the path of a signal, for error messages.
func (r *reader) example() string {
	if len(r.tree.Signals()) == 0 {
		return "asset/signal"
	}
	return r.tree.Signals()[0].Path
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
