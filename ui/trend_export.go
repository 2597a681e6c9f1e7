package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/trend"
)

// pictureSizes are the sizes that are offered for exported pictures; the first is that of the screen.
var pictureSizes = []struct {
	text string
	w, h int
}{{"As on the screen", 0, 0}, {"1200 × 400", 1200, 400}, {"1600 × 900", 1600, 900}, {"A4 landscape", 1123, 794}}

// exportFormats are the formats as people choose them.
var exportFormats = []struct{ ext, text string }{{"png", "PNG picture"}, {"svg", "SVG drawing"}, {"pdf", "PDF document"}, {"csv", "CSV, all samples"}, {"parquet", "Parquet, all samples"}}

// askExport asks for a file and writes the trend to it.
func (p *trendPanel) askExport() {
	path, format, size, span := widget.NewEntry(), widget.NewSelect(nil, nil), widget.NewSelect(nil, nil), widget.NewSelect([]string{"What is shown"}, nil)
	for _, f := range exportFormats {
		format.Options = append(format.Options, f.text)
	}
	for _, z := range pictureSizes {
		size.Options = append(size.Options, z.text)
	}
	path.SetText(p.exportName("png"))
	format.OnChanged = func(string) {
		ext := exportFormats[max(format.SelectedIndex(), 0)].ext
		path.SetText(strings.TrimSuffix(path.Text, filepath.Ext(path.Text)) + "." + ext)
		if ext == "csv" || ext == "parquet" {
			size.Disable()
		} else {
			size.Enable()
		}
	}
	format.SetSelectedIndex(0)
	size.SetSelectedIndex(0)
	if p.span != (span2{}) {
		span.Options = append(span.Options, "The selected span")
	}
	span.SetSelectedIndex(0)
	var d *dialog.FormDialog
	d = dialog.NewForm("Export trend", "Export", "Cancel", []*widget.FormItem{widget.NewFormItem("Format", format), widget.NewFormItem("Size", size),
		widget.NewFormItem("Span", span), widget.NewFormItem("File", path)}, func(ok bool) {
		if ok {
			z := pictureSizes[max(size.SelectedIndex(), 0)]
			p.export(strings.TrimSpace(path.Text), z.w, z.h, span.SelectedIndex() == 1)
		}
	}, p.x.s.front())
	path.OnSubmitted = func(string) { d.Submit() }
	d.Resize(fyne.NewSize(640, 320))
	d.Show()
}

// exportName is a name for the file: the twin's trend, of today, where files were chosen last.
func (p *trendPanel) exportName(ext string) string {
	name := strings.NewReplacer("/", "", "\\", "", ":", "", "  ", " ").Replace(p.chart.Model().Title)
	if name == "" {
		name = "Trend"
	}
	return filepath.Join(p.x.s.firstFolder(), strings.Join(strings.Fields(name), " ")+" "+p.x.s.view.now.Format("2006-01-02 1504")+"."+ext)
}

// export writes the trend to a file in the background, with its progress in sight.
func (p *trendPanel) export(path string, width, height int, selected bool) {
	s := p.x.s
	format, err := trend.FormatOf(path)
	if err != nil {
		s.Fail(err)
		return
	}
	if width == 0 {
		now := p.chart.Size()
		width, height = max(int(now.Width), 400), max(int(now.Height), 240)
	}
	q := p.query(s.view.now)
	if selected && p.span != (span2{}) {
		q.From, q.To = p.span.from, p.span.to
	}
	st, span := p.x.state, p.span
	dress := func(m *chart.Model) {
		m.Cursor, m.Now = st.At, st.Now
		if !selected {
			m.SpanFrom, m.SpanTo = span.from, span.to
		}
	}
	if notes := p.spanNotes(); len(notes) > 0 {
		inner := dress
		dress = func(m *chart.Model) { inner(m); m.Notes = notes }
	}
	s.inBackground("Exporting the trend", func(ctx context.Context, progress func(float64)) (string, error) {
		n, err := writeFile(path, func(f *os.File) (int, error) {
			return q.Export(ctx, f, format, trend.Picture{Width: width, Height: height, Scale: 2}, dress, progress)
		})
		if err != nil {
			return "", err
		}
		if format == "csv" || format == "parquet" {
			return fmt.Sprintf("%s samples are in %s", grouped(fmt.Sprint(n)), path), nil
		}
		return "The trend is in " + path, nil
	})
}

// spanNotes are the statistics of the selected span in words, for pictures.
func (p *trendPanel) spanNotes() (out []string) {
	if p.statsOf != p.span || len(p.stats) == 0 {
		return nil
	}
	out = append(out, chart.SpanText(p.span.to.Sub(p.span.from))+", "+p.span.from.In(p.x.s.view.zone).Format("2 Jan 15:04:05"))
	for i := range p.stats {
		v := statTexts(&p.stats[i])
		if p.stats[i].States != nil {
			out = append(out, fmt.Sprintf("%s: %s … %s", p.stats[i].Name, v[0], v[2]))
			continue
		}
		out = append(out, fmt.Sprintf("%s: %s … %s, mean %s, deviation %s", p.stats[i].Name, v[0], v[2], v[1], v[3]))
	}
	return out
}

// writeFile lets fill write a file, which appears under its name only when it is whole.
func writeFile(name string, fill func(*os.File) (int, error)) (n int, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return 0, fmt.Errorf("%s cannot be written: %w", filepath.Dir(name), errors.Unwrap(err))
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it has another name when all went well
	n, err = fill(f)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return n, err
	}
	return n, os.Rename(f.Name(), name)
}

// progressEvery is how often the progress of a job is shown.
const progressEvery = 100 * time.Millisecond

// inBackground runs a job that may take long, off the Fyne goroutine. When it takes longer than a moment, its progress is
// shown with a button that cancels it. What it says at the end goes to the status bar.
func (s *Shell) inBackground(what string, job func(ctx context.Context, progress func(float64)) (done string, err error)) {
	ctx, cancel := context.WithCancel(context.Background())
	var share atomic.Uint64
	bar := widget.NewProgressBar()
	var d *dialog.CustomDialog
	stop := widget.NewButton("Cancel", cancel)
	d = dialog.NewCustomWithoutButtons(what, container.NewVBox(bar, container.NewCenter(stop)), s.front())
	d.Resize(fyne.NewSize(420, 140))
	ended := false
	timer := time.AfterFunc(300*time.Millisecond, func() {
		fyne.Do(func() {
			if !ended {
				d.Show()
			}
		})
	})
	var shown atomic.Int64
	s.background(func() {
		text, err := job(ctx, func(f float64) {
			share.Store(uint64(f * 1000))
			if now := time.Now().UnixNano(); now-shown.Load() > int64(progressEvery) {
				shown.Store(now)
				fyne.Do(func() { bar.SetValue(float64(share.Load()) / 1000) })
			}
		})
		cancelled := ctx.Err() != nil
		cancel()
		fyne.Do(func() {
			ended = true
			timer.Stop()
			d.Hide()
			switch {
			case cancelled:
				s.Note(what + " was cancelled")
			case err != nil:
				s.Fail(err)
			default:
				s.Note(text)
			}
		})
	})
}
