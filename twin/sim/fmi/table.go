package fmi

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
)

// Table holds courses in time: the inputs or the results of a run. Each column has one number per row, or as many as its
// array has elements.
type Table struct {
	Time    []float64 // s, rising; equal times are a jump
	Names   []string
	Columns [][]float64 // by row, the elements of an array beside one another
	Left    []string    // columns of the file that hold texts, which have no course
	wide    []int       // elements of each column; 0: no array
	text    []bool      // columns of the file that are left out
}

func (t *Table) add(time float64, row []float64) {
	t.Time = append(t.Time, time)
	for c := range t.Columns {
		n := max(t.width(c), 1)
		t.Columns[c] = append(t.Columns[c], row[:n]...)
		row = row[n:]
	}
}

func (t *Table) width(c int) int {
	if c < len(t.wide) {
		return t.wide[c]
	}
	return 0
}

// Column returns the numbers of a name, nil if there is none.
func (t *Table) Column(name string) []float64 {
	for c, n := range t.Names {
		if n == name {
			return t.Columns[c]
		}
	}
	return nil
}

// At returns a column's value at a time: interpolated, or as it was last. At a jump it is the value after; before the first
// row it is that of the first, after the last that of the last.
func (t *Table) At(column int, time float64, linear bool) float64 {
	v := t.Columns[column]
	k := sort.Search(len(t.Time), func(i int) bool { return t.Time[i] > time }) // first row after
	switch {
	case k == 0:
		return v[0]
	case k == len(t.Time) || !linear:
		return v[k-1]
	}
	span := t.Time[k] - t.Time[k-1]
	return v[k-1] + (time-t.Time[k-1])/span*(v[k]-v[k-1])
}

// Bounds on a file of rows.
const (
	largestTable = 256 << 20 // bytes
	mostColumns  = 100_000
)

// ReadTable reads a CSV file as the FMI cross-check has it: a first row of names, the first of them the time, then rows of
// numbers with the time rising. Cells of arrays hold their elements with a space in between. true and false are 1 and 0. Columns
// whose first cell is a text are left out, and named in Left.
func ReadTable(r io.Reader) (*Table, error) {
	in := csv.NewReader(bufio.NewReader(io.LimitReader(r, largestTable)))
	in.ReuseRecord, in.TrimLeadingSpace = true, true
	names, err := in.Read()
	if err == io.EOF {
		return nil, errors.New("fmi: the table is empty: its first row holds the names, \"time\" first")
	}
	if err != nil {
		return nil, fmt.Errorf("fmi: table: %w", err)
	}
	if len(names) > mostColumns {
		return nil, fmt.Errorf("fmi: table: %d columns are too many", len(names))
	}
	if first := strings.TrimPrefix(names[0], "\ufeff"); !strings.EqualFold(strings.TrimSpace(first), "time") {
		return nil, fmt.Errorf("fmi: table: line 1: the first column is %.40q, it has to be the time", names[0])
	}
	t := &Table{Names: append([]string(nil), names[1:]...)}
	for {
		cells, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("fmi: table: %w", err)
		}
		if len(t.Time) == 0 {
			t.findTexts(cells)
		}
		if err := t.readRow(t.numeric(cells)); err != nil {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("fmi: table: line %d: %w", line, err)
		}
	}
	if len(t.Time) == 0 {
		return nil, errNoRows
	}
	return t, nil
}

// findTexts leaves out the columns of a file whose first cell is a text.
func (t *Table) findTexts(cells []string) {
	names := t.Names
	t.Names, t.text = nil, make([]bool, len(names))
	for c, cell := range cells[1:] {
		for _, f := range strings.Fields(cell) {
			if _, err := cellNumber(f); err != nil {
				t.text[c] = true
			}
		}
		if t.text[c] {
			t.Left = append(t.Left, names[c])
		} else {
			t.Names = append(t.Names, names[c])
		}
	}
	t.Columns, t.wide = make([][]float64, len(t.Names)), make([]int, len(t.Names))
}

// numeric drops the cells of columns that are left out.
func (t *Table) numeric(cells []string) []string {
	if len(t.Left) == 0 {
		return cells
	}
	out := cells[:1]
	for c, cell := range cells[1:] {
		if !t.text[c] {
			out = append(out, cell)
		}
	}
	return out
}

func (t *Table) readRow(cells []string) error {
	time, err := strconv.ParseFloat(strings.TrimSpace(cells[0]), 64)
	if err != nil || math.IsNaN(time) || math.IsInf(time, 0) {
		return fmt.Errorf("time %.40q is no number", cells[0])
	}
	if n := len(t.Time); n > 0 && time < t.Time[n-1] {
		return fmt.Errorf("time goes back, from %g s to %g s", t.Time[n-1], time)
	}
	for c, cell := range cells[1:] {
		fields := strings.Fields(cell)
		if len(t.Time) == 0 && len(fields) > 1 {
			t.wide[c] = len(fields)
		}
		if len(fields) != max(t.wide[c], 1) {
			return fmt.Errorf("%q: %d numbers in a cell, %d expected", t.Names[c], len(fields), max(t.wide[c], 1))
		}
		for _, f := range fields {
			v, err := cellNumber(f)
			if err != nil {
				return fmt.Errorf("%q: %w", t.Names[c], err)
			}
			t.Columns[c] = append(t.Columns[c], v)
		}
	}
	t.Time = append(t.Time, time)
	return nil
}

func cellNumber(text string) (float64, error) {
	switch strings.ToLower(text) {
	case "true":
		return 1, nil
	case "false":
		return 0, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%.40q is no number", text)
	}
	return v, nil
}

// Write writes what ReadTable reads: names in quotes, numbers with all their digits.
func (t *Table) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString(`"time"`)
	for _, name := range t.Names {
		out.WriteString(`,"` + strings.ReplaceAll(name, `"`, `""`) + `"`)
	}
	out.WriteByte('\n')
	var line []byte
	for k, time := range t.Time {
		line = strconv.AppendFloat(line[:0], time, 'g', -1, 64)
		for c := range t.Columns {
			line = append(line, ',')
			n := max(t.width(c), 1)
			for i, v := range t.Columns[c][k*n : (k+1)*n] {
				if i > 0 {
					line = append(line, ' ')
				}
				line = strconv.AppendFloat(line, v, 'g', -1, 64)
			}
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("fmi: table: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("fmi: table: %w", err)
	}
	return nil
}

// Difference is how far a result is from a reference.
type Difference struct {
	Name    string
	Largest float64 // absolute
	AtSec   float64
	Scaled  float64 // the largest, over the range of the reference (1 where it is constant)
	Missing bool    // the result lacks this column
}

// Compare compares a result with each column of a reference, at the times of the result within those of the reference. Where
// the reference jumps, the nearer of its two values counts, and a time on both sides of a step is given a row of slack.
func Compare(result, reference *Table) []Difference {
	var out []Difference
	for c, name := range reference.Names {
		d := Difference{Name: name}
		mine := result.Column(name)
		if reference.width(c) > 0 || mine == nil || len(mine) != len(result.Time) {
			d.Missing = mine == nil
			if !d.Missing {
				d.compareArrays(result, reference, c, mine)
			}
			out = append(out, d)
			continue
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, v := range reference.Columns[c] {
			low, high = math.Min(low, v), math.Max(high, v)
		}
		for k, time := range result.Time {
			if time < reference.Time[0] || time > reference.Time[len(reference.Time)-1] {
				continue
			}
			e := reference.distance(c, time, mine[k])
			if e > d.Largest || math.IsNaN(e) {
				d.Largest, d.AtSec = e, time
			}
		}
		if d.Scaled = d.Largest; high > low {
			d.Scaled /= high - low
		}
		out = append(out, d)
	}
	return out
}

// distance is how far a value is from a column at a time.
func (t *Table) distance(c int, time, v float64) float64 {
	best := math.Abs(v - t.At(c, time, true))
	slack := 1e-9 * math.Max(1, math.Abs(time))
	for _, near := range []float64{time - slack, time + slack} {
		best = math.Min(best, math.Abs(v-t.At(c, near, true)))
	}
	k := sort.Search(len(t.Time), func(i int) bool { return t.Time[i] >= time-slack })
	for ; k < len(t.Time) && t.Time[k] <= time+slack; k++ {
		best = math.Min(best, math.Abs(v-t.Columns[c][k]))
	}
	return best
}

// compareArrays compares arrays in those rows of the reference whose time the result has as well.
func (d *Difference) compareArrays(result, reference *Table, c int, mine []float64) {
	n := reference.width(c)
	if n == 0 || len(mine) != n*len(result.Time) {
		d.Largest, d.Scaled = math.Inf(1), math.Inf(1)
		return
	}
	top, rows := 0., 0
	for k, time := range reference.Time {
		slack := 1e-9 * math.Max(1, math.Abs(time))
		at := sort.Search(len(result.Time), func(i int) bool { return result.Time[i] >= time-slack })
		if at == len(result.Time) || result.Time[at] > time+slack {
			continue
		}
		rows++
		for i, want := range reference.Columns[c][k*n : (k+1)*n] {
			top = math.Max(top, math.Abs(want))
			if e := math.Abs(mine[at*n+i] - want); e > d.Largest || math.IsNaN(e) {
				d.Largest, d.AtSec = e, time
			}
		}
	}
	if rows == 0 {
		d.Largest = math.Inf(1)
	}
	if d.Scaled = d.Largest; top > 0 {
		d.Scaled /= top
	}
}
