package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// writeLog advances the site to the end of the log and writes what its data logger kept.
func writeLog(ctx context.Context, at site.Site, o options) (err error) {
	out := io.WriteCloser(os.Stdout)
	if o.logger != "-" {
		if out, err = os.Create(o.logger); err != nil {
			return err
		}
		defer func() {
			if closed := out.Close(); err == nil {
				err = closed
			}
		}()
	}
	w := bufio.NewWriterSize(out, 1<<18)
	devices := at.Devices()
	columns, place := header(devices)
	w.WriteString("time," + kinds[o.kind].device + "," + strings.Join(columns, ",") + "\n")
	first, last := at.SecondAt(o.since), at.SecondAt(o.until)
	fine := last - int64(o.fine/time.Second)
	step := int64(o.step / time.Second)
	at.Advance(first)
	row, reading := make([]byte, 0, 256), site.Reading{}
	for sec := at.Second(); sec <= last; sec++ {
		if sec%3600 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		at.Advance(sec)
		if sec%step != 0 && sec < fine {
			continue
		}
		ms := at.Now().UnixMilli()
		for i, d := range devices {
			d.Report(sec, &reading)
			row = appendRow(row[:0], ms, d, place[i], &reading)
			if _, err := w.Write(row); err != nil {
				return err
			}
		}
	}
	return w.Flush()
}

// header returns the columns that the devices have together, and by device and column its channel, −1 for none.
func header(devices []site.Device) (columns []string, place [][]int) {
	for _, d := range devices {
		for _, name := range d.Plate().Channels {
			if !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	for _, d := range devices {
		at := make([]int, len(columns))
		for i, name := range columns {
			at[i] = slices.Index(d.Plate().Channels, name)
		}
		place = append(place, at)
	}
	return columns, place
}

func appendRow(b []byte, ms int64, d site.Device, place []int, r *site.Reading) []byte {
	b = strconv.AppendInt(b, ms, 10)
	b = append(append(b, ','), d.Topic()...)
	decimals := d.Plate().Decimals
	for _, i := range place {
		b = append(b, ',')
		if i >= 0 && !r.Missing[i] && !r.Null[i] {
			b = strconv.AppendFloat(b, r.Value[i], 'f', decimals[i], 64)
		}
	}
	return append(b, '\n')
}
