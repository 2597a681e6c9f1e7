package recording

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"

	"github.com/orrery-twin/orrery/twin"
)

// parquetRow is a sample in a Parquet file. The value of a bad sample is NaN.
type parquetRow struct {
	Time    int64   `parquet:"time,timestamp(nanosecond),delta"`
	Signal  string  `parquet:"signal,dict"`
	Value   float64 `parquet:"value"`
	Unit    string  `parquet:"unit,dict"`
	Quality string  `parquet:"quality,dict"`
}

// rowGroup is how many samples the groups of rows of a Parquet file have.
const rowGroup = 1 << 20

type parquetWriter struct {
	*columns
	out  *parquet.GenericWriter[parquetRow]
	rows []parquetRow
}

func newParquetWriter(w io.Writer, c *columns) *parquetWriter {
	return &parquetWriter{columns: c, out: parquet.NewGenericWriter[parquetRow](w, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(rowGroup))}
}

func (x *parquetWriter) Write(batch []twin.Sample) error {
	x.rows = x.rows[:0]
	for i := range batch {
		s := &batch[i]
		one := x.of(s)
		if one == nil {
			continue
		}
		v := math.NaN()
		if s.Quality.Class() != twin.BadClass {
			v = one.unit.FromSI(s.Value)
		}
		x.rows = append(x.rows, parquetRow{s.Time, one.path, v, one.symbol, s.Quality.String()})
	}
	_, err := x.out.Write(x.rows)
	return err
}

func (x *parquetWriter) Close() error { return x.out.Close() }

// parquet reads a file with the columns time, signal and value, and maybe unit and quality.
func (r *reader) parquet(src Source) error {
	size, err := src.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	var file *parquet.File
	if err := guarded(func() (err error) { file, err = parquet.OpenFile(src, size); return err }); err != nil {
		return fmt.Errorf("no Parquet file, or a damaged one: %w", err)
	}
	for _, name := range []string{"time", "signal", "value"} {
		if _, ok := file.Schema().Lookup(name); !ok {
			return fmt.Errorf("the file has no column %q; it needs time, signal and value", name)
		}
	}
	var in *parquet.GenericReader[parquetRow]
	if err := guarded(func() error { in = parquet.NewGenericReader[parquetRow](file); return nil }); err != nil {
		return err
	}
	defer guarded(in.Close) //nolint:errcheck // only reading
	known := map[string]target{}
	rows := make([]parquetRow, 4096)
	for {
		n := 0
		err := guarded(func() (err error) { n, err = in.Read(rows); return err })
		for i := range rows[:n] {
			r.report.Rows++
			if err := r.row(&rows[i], known); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", r.report.Rows, err)
		}
	}
}

// row takes what says one sample.
func (r *reader) row(row *parquetRow, known map[string]target) error {
	name := row.Signal
	if row.Unit != "" {
		name += " [" + row.Unit + "]"
	}
	x, ok := known[name]
	if !ok {
		if x, ok = r.target(name); !ok {
			x.signal = twin.NoSignal
			r.report.unknown(name)
		}
		if len(known) < maxColumns {
			known[name] = x
		}
	}
	if x.signal == twin.NoSignal {
		return nil
	}
	s := stored(twin.Sample{Signal: x.signal, Time: row.Time, Value: x.unit.SI(row.Value)}, row.Quality)
	if bad := math.IsNaN(s.Value) || math.IsInf(s.Value, 0); s.Quality.Class() == twin.BadClass {
		s.Value = math.NaN()
	} else if bad {
		r.report.BadCells++
		r.report.place("row %d: %s is %v", r.report.Rows, name, row.Value)
		return nil
	}
	return r.add(s)
}
