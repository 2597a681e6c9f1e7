package recording

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// previewRows is how many rows a Preview holds, and previewNames how many names of signals of a file with a row for each
// sample.
const (
	previewRows  = 5
	previewNames = 1000
)

// Preview is what the beginning of a CSV file looks like, for a person who has to say what its columns mean.
type Preview struct {
	Separator rune
	Long      bool // a row for each sample: Columns are the names of its signals
	Time      string
	At        time.Time // of the first row
	Zoned     bool      // the first time names its zone
	Columns   []PreviewColumn
}

// PreviewColumn is a column, or a signal of a file with a row for each sample.
type PreviewColumn struct {
	Name   string
	Cells  []string      // the first ones
	Signal twin.SignalID // that Mapping and the name lead to; NoSignal for none
	Unit   twin.Unit     // of its numbers, when there is a signal
}

// Peek reads the beginning of a CSV file, up to 64 KiB. The mapping may be wrong or empty; its error says why a file is no
// CSV at all.
func Peek(src io.Reader, tree *twin.Tree, m Mapping) (Preview, error) {
	if m.Zone == nil {
		m.Zone = time.UTC
	}
	head, err := bufio.NewReaderSize(&lineCap{r: src}, peeked).Peek(peeked)
	if err != nil && !errors.Is(err, io.EOF) {
		return Preview{}, fmt.Errorf("recording: %w", err)
	}
	whole := errors.Is(err, io.EOF)
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return Preview{}, errors.New("recording: the file is empty")
	case bytes.IndexByte(head, 0) >= 0:
		return Preview{}, errors.New("recording: the file is no text in UTF-8; save it as CSV in UTF-8")
	}
	if end := bytes.LastIndexByte(head, '\n'); end >= 0 && !whole {
		head = head[:end+1] // what follows is cut off
	}
	rows := csv.NewReader(bytes.NewReader(head))
	p := Preview{Separator: separator(head)}
	rows.Comma, rows.FieldsPerRecord, rows.LazyQuotes = p.Separator, -1, true
	header, err := rows.Read()
	if err != nil {
		return p, fmt.Errorf("recording: header: %w", err)
	}
	if len(header) > maxColumns {
		return p, fmt.Errorf("recording: %d columns, %d are allowed", len(header), maxColumns)
	}
	t := &table{reader: &reader{tree: tree, mapping: m, report: &Report{}}, header: header}
	if t.time, err = t.timeColumn(); err != nil {
		t.time = 0
	}
	p.Time = strings.TrimSpace(header[t.time])
	signal, value := find(header, "signal", "path", "topic"), find(header, "value")
	if p.Long = signal >= 0 && value >= 0; p.Long {
		p.names(t, rows, signal, value)
		return p, nil
	}
	p.columns(t, rows)
	return p, nil
}

// columns fills in the columns of a file with a column for each signal.
func (p *Preview) columns(t *table, rows *csv.Reader) {
	for i, name := range t.header {
		c := PreviewColumn{Name: strings.TrimSpace(name), Signal: twin.NoSignal}
		if x, ok := t.target(name); ok && i != t.time {
			c.Signal, c.Unit = x.signal, x.unit
		}
		p.Columns = append(p.Columns, c)
	}
	for range previewRows {
		row, err := rows.Read()
		if err != nil {
			return
		}
		p.first(t, row)
		for i, cell := range row[:min(len(row), len(p.Columns))] {
			p.Columns[i].Cells = append(p.Columns[i].Cells, strings.TrimSpace(cell))
		}
	}
}

// names fills in the signals of a file with a row for each sample.
func (p *Preview) names(t *table, rows *csv.Reader, signal, value int) {
	for {
		row, err := rows.Read()
		if err != nil {
			return
		}
		if signal >= len(row) || value >= len(row) {
			continue
		}
		p.first(t, row)
		name := strings.TrimSpace(row[signal])
		i := slices.IndexFunc(p.Columns, func(c PreviewColumn) bool { return c.Name == name })
		if i < 0 {
			if len(p.Columns) == previewNames {
				return
			}
			c := PreviewColumn{Name: name, Signal: twin.NoSignal}
			if x, ok := t.target(name); ok {
				c.Signal, c.Unit = x.signal, x.unit
			}
			p.Columns, i = append(p.Columns, c), len(p.Columns)
		}
		if c := &p.Columns[i]; len(c.Cells) < previewRows {
			c.Cells = append(c.Cells, strings.TrimSpace(row[value]))
		}
	}
}

// first reads the first time that can be read.
func (p *Preview) first(t *table, row []string) {
	if !p.At.IsZero() || t.time >= len(row) {
		return
	}
	if ns, zoned, err := t.clock.parse(strings.TrimSpace(row[t.time]), t.mapping.Zone); err == nil {
		p.At, p.Zoned = time.Unix(0, ns), zoned
	}
}
