package recording

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// wideWriter writes a row for each time, with a cell for each signal.
type wideWriter struct {
	*columns
	out   *csv.Writer
	row   []string
	ns    int64
	begun bool // a row is being filled
}

func newWideWriter(w io.Writer, c *columns) (*wideWriter, error) {
	x := &wideWriter{columns: c, out: csv.NewWriter(w), row: make([]string, len(c.list)+1)}
	x.row[0] = "time"
	for i, one := range c.list {
		x.row[i+1] = one.path
		if one.symbol != "" {
			x.row[i+1] += " [" + one.symbol + "]"
		}
	}
	err := x.out.Write(x.row)
	return x, err
}

func (x *wideWriter) Write(batch []twin.Sample) error {
	for i := range batch {
		s := &batch[i]
		one := x.of(s)
		if one == nil {
			continue
		}
		if !x.begun || s.Time != x.ns {
			if err := x.flush(); err != nil {
				return err
			}
			x.begun, x.ns = true, s.Time
			clear(x.row)
			x.row[0] = stamp(s.Time, x.Zone)
		}
		if s.Quality.Class() != twin.BadClass {
			x.row[x.at[s.Signal]+1] = digits(one.unit.FromSI(s.Value))
		}
	}
	return nil
}

func (x *wideWriter) flush() error {
	if !x.begun {
		return nil
	}
	x.begun = false
	return x.out.Write(x.row)
}

func (x *wideWriter) Close() error {
	if err := x.flush(); err != nil {
		return err
	}
	x.out.Flush()
	return x.out.Error()
}

// longWriter writes a row for each sample.
type longWriter struct {
	*columns
	out *csv.Writer
}

func newLongWriter(w io.Writer, c *columns) (*longWriter, error) {
	x := &longWriter{c, csv.NewWriter(w)}
	return x, x.out.Write([]string{"time", "signal", "value", "unit", "quality"})
}

func (x *longWriter) Write(batch []twin.Sample) error {
	var row [5]string
	for i := range batch {
		s := &batch[i]
		one := x.of(s)
		if one == nil {
			continue
		}
		row = [5]string{stamp(s.Time, x.Zone), one.path, "", one.symbol, s.Quality.String()}
		if s.Quality.Class() != twin.BadClass {
			row[2] = digits(one.unit.FromSI(s.Value))
		}
		if err := x.out.Write(row[:]); err != nil {
			return err
		}
	}
	return nil
}

func (x *longWriter) Close() error {
	x.out.Flush()
	return x.out.Error()
}

func stamp(ns int64, zone *time.Location) string {
	return time.Unix(0, ns).In(zone).Format(time.RFC3339Nano)
}

// digits writes a number so that reading it gives the same number.
func digits(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
