package recording

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// Table is figures that are no samples: results of experiments, differences of scenarios.
type Table struct{ Columns []TableColumn }

// TableColumn is a column of numbers or of texts. A number that is NaN is an empty cell.
type TableColumn struct {
	Name    string // unlike those of the others
	Numbers []float64
	Texts   []string // instead of Numbers
}

func (c *TableColumn) rows() int { return max(len(c.Numbers), len(c.Texts)) }

// Rows is the number of rows.
func (t *Table) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].rows()
}

func (t *Table) check() error {
	if len(t.Columns) == 0 {
		return fmt.Errorf("recording: table: there are no columns to write")
	}
	seen := map[string]bool{}
	for _, c := range t.Columns {
		if c.Name == "" || seen[c.Name] {
			return fmt.Errorf("recording: table: two columns are named %q: name each differently", c.Name)
		}
		if c.rows() != t.Rows() || c.Numbers != nil && c.Texts != nil {
			return fmt.Errorf("recording: table: column %q has %d rows, the first one %d", c.Name, c.rows(), t.Rows())
		}
		seen[c.Name] = true
	}
	return nil
}

// WriteTable writes a table as CSV or Parquet.
func WriteTable(w io.Writer, f Format, t *Table) error {
	switch f {
	case CSV, CSVLong:
		return WriteTableCSV(w, t)
	case Parquet:
		return WriteTableParquet(w, t)
	}
	return fmt.Errorf("recording: table: %v holds samples only: write .csv or .parquet", f)
}

// WriteTableCSV writes a table as CSV with a row of headings.
func WriteTableCSV(w io.Writer, t *Table) error {
	if err := t.check(); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	row := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		row[i] = c.Name
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for k := range t.Rows() {
		for i := range t.Columns {
			switch c := &t.Columns[i]; {
			case c.Texts != nil:
				row[i] = c.Texts[k]
			case math.IsNaN(c.Numbers[k]):
				row[i] = ""
			default:
				row[i] = digits(c.Numbers[k])
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteTableParquet writes a table as Parquet: numbers as optional doubles, texts as strings with a dictionary, columns in
// the order of the table.
func WriteTableParquet(w io.Writer, t *Table) error {
	if err := t.check(); err != nil {
		return err
	}
	out := parquet.NewWriter(w, parquet.NewSchema("table", newOrdered(t)), parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(rowGroup))
	const batch = 1024
	rows := make([]parquet.Row, 0, batch)
	for k := range t.Rows() {
		row := make(parquet.Row, len(t.Columns))
		for i := range t.Columns {
			row[i] = t.Columns[i].cell(k).Level(0, t.Columns[i].present(k), i)
		}
		if rows = append(rows, row); len(rows) == batch {
			if _, err := out.WriteRows(rows); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
	if _, err := out.WriteRows(rows); err != nil {
		return err
	}
	return out.Close()
}

func (c *TableColumn) cell(k int) parquet.Value {
	switch {
	case c.Texts != nil:
		return parquet.ByteArrayValue([]byte(c.Texts[k]))
	case math.IsNaN(c.Numbers[k]):
		return parquet.NullValue()
	}
	return parquet.DoubleValue(c.Numbers[k])
}

// present is the definition level of a cell.
func (c *TableColumn) present(k int) int {
	if c.Texts == nil && !math.IsNaN(c.Numbers[k]) {
		return 1
	}
	return 0
}

// ordered is a group whose fields keep the order of the table; a parquet.Group alone sorts them by name.
type ordered struct {
	parquet.Group
	order []string
}

func newOrdered(t *Table) *ordered {
	o := &ordered{Group: parquet.Group{}}
	for _, c := range t.Columns {
		if c.Texts != nil {
			o.Group[c.Name] = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
		} else {
			o.Group[c.Name] = parquet.Optional(parquet.Leaf(parquet.DoubleType))
		}
		o.order = append(o.order, c.Name)
	}
	return o
}

// Fields implements parquet.Node.
func (o *ordered) Fields() []parquet.Field {
	fields := o.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int { return slices.Index(o.order, a.Name()) - slices.Index(o.order, b.Name()) })
	return fields
}
