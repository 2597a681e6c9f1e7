package chart

import (
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Formats lists what Export writes, as the extensions of files.
func Formats() []string { return []string{"png", "svg", "pdf", "csv"} }

// Bounds of an exported picture, Dp.
const (
	minPicture = 200
	maxPicture = 8000
)

// Export writes a model as "png", "svg", "pdf" or "csv". A picture is width × height Dp; a PNG has scale pixels per Dp,
// and the columns of the series belong to its pixels, so they should number PlotColumns(width·scale, scale). In SVG and
// PDF a line passes through the extremes of every column, and text is text.
func Export(w io.Writer, m *Model, format string, width, height int, scale float32) error {
	if format == "csv" {
		return writeCSV(w, m)
	}
	if width < minPicture || height < minPicture || width > maxPicture || height > maxPicture || !(scale > 0 && scale <= 8) {
		return fmt.Errorf("chart: a picture of %d × %d is too small or too large; sides are %d to %d", width, height, minPicture, maxPicture)
	}
	switch strings.ToLower(format) {
	case "png":
		img := image.NewRGBA(image.Rect(0, 0, int(float32(width)*scale), int(float32(height)*scale)))
		Draw(img, m, scale)
		return png.Encode(w, img)
	case "svg":
		c := vgsvg.New(vg.Length(width), vg.Length(height))
		if err := drawVector(c, svgDialect, m, float64(width), float64(height)); err != nil {
			return err
		}
		_, err := c.WriteTo(w)
		return err
	case "pdf":
		c := vgpdf.New(vg.Length(width), vg.Length(height))
		c.EmbedFonts(true)
		if err := drawVector(c, pdfDialect, m, float64(width), float64(height)); err != nil {
			return err
		}
		_, err := c.WriteTo(w)
		return err
	}
	return fmt.Errorf("chart: no pictures of kind %q; there are %s", format, strings.Join(Formats(), ", "))
}

// writeCSV writes a row per pixel column: its time, and for each series what it holds, in the unit that is shown.
// A figure is written as its two columns.
func writeCSV(w io.Writer, m *Model) error {
	out := csv.NewWriter(w)
	if m.Figure != nil {
		return errors.Join(out.WriteAll(m.Figure.rows()), out.Error())
	}
	head, columns := []string{"time"}, 0
	for i := range m.Series {
		s := &m.Series[i]
		name := s.Name
		if s.Unit.Symbol != "" {
			name += " [" + s.Unit.Symbol + "]"
		}
		if s.Columns != nil {
			head = append(head, name+" min", name+" mean", name+" max")
		} else {
			head = append(head, name+" median", name+" 10 %", name+" 90 %")
		}
		columns = max(columns, len(s.Columns), len(s.Median))
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for c := range columns {
		at := m.From.Add(time.Duration(edge(m.To.Sub(m.From), c, columns)))
		row, some := []string{at.UTC().Format("2006-01-02T15:04:05.000Z07:00")}, false
		for i := range m.Series {
			for _, v := range m.Series[i].triple(c) {
				text := cellOf(m.Series[i].Unit.FromSI(v))
				some = some || text != ""
				row = append(row, text)
			}
		}
		if some {
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// rows are the points of a figure, set by set, below the labels of the axes.
func (f *Figure) rows() [][]string {
	rows := [][]string{{f.XLabel, f.YLabel}}
	if len(f.Sets) > 1 {
		rows[0] = append(rows[0], "set")
	}
	for k := range f.Sets {
		s := &f.Sets[k]
		for i := range min(len(s.X), len(s.Y)) {
			row := []string{cellOf(s.X[i]), cellOf(s.Y[i])}
			if len(f.Sets) > 1 {
				row = append(row, s.Name)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// triple is min, mean and max of a measured column, or median and ends of the interval, NaN where there is nothing.
func (s *Series) triple(c int) [3]float64 {
	out := [3]float64{math.NaN(), math.NaN(), math.NaN()}
	switch {
	case s.Columns != nil:
		if c < len(s.Columns) && s.Columns[c].Count > 0 {
			out = [3]float64{s.Columns[c].Min, s.Columns[c].Mean, s.Columns[c].Max}
		}
	default:
		for i, vs := range [][]float64{s.Median, s.Low, s.High} {
			if c < len(vs) {
				out[i] = vs[c]
			}
		}
	}
	return out
}

func cellOf(v float64) string {
	if !number(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 10, 64)
}
