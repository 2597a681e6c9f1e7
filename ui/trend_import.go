package ui

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Importer is a History that takes samples of others. twin/history.Store fits.
type Importer interface {
	Import(ctx context.Context, batches iter.Seq2[[]twin.Sample, error]) (history.Imported, error)
}

// importCommands adds the dialog that maps the columns of a file to signals.
func (s *Shell) importCommands(add func(command.Command)) {
	add(command.Command{ID: "file.import", Menu: "File", Group: 1, Text: "Import samples…", Dialog: true, Tip: "From CSV, Parquet or MCAP into the history", Words: "csv load data history map columns",
		Enabled: s.mayImport, Run: s.chooseImport})
}

func (s *Shell) mayImport() (bool, string) {
	if s.desk == nil || s.desk.bare {
		return false, "open a twin first"
	}
	if _, ok := s.desk.History.(Importer); !ok {
		return false, "this history takes no samples of others"
	}
	return true, ""
}

// sampleFiles are the extensions of files of samples.
var sampleFiles = []string{".csv", ".tsv", ".parquet", ".mcap"}

// chooseImport asks for a file of samples.
func (s *Shell) chooseImport() {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			s.Fail(err)
			return
		}
		path := r.URI().Path()
		r.Close()
		s.ImportSamples(path)
	}, s.front())
	d.SetFilter(storage.NewExtensionFileFilter(append([]string{".txt"}, sampleFiles...)))
	if at, err := storage.ListerForURI(storage.NewFileURI(s.firstFolder())); err == nil {
		d.SetLocation(at)
	}
	d.Resize(fyne.NewSize(760, 520))
	d.Show()
}

// ImportSamples begins to import a file: the columns of CSV are shown first, to be mapped to signals; files of other
// formats name their signals. Call it on the Fyne goroutine; the file is read in the background.
func (s *Shell) ImportSamples(path string) {
	if ok, why := s.mayImport(); !ok {
		s.Fail(errors.New("samples cannot be imported: " + why))
		return
	}
	format, err := recording.FormatOf(path)
	if err != nil {
		s.Fail(err)
		return
	}
	c := newImportCard(s.desk, path, format)
	if format != recording.CSV {
		c.load()
		return
	}
	c.look()
}

// importCard maps the columns of a CSV file.
type importCard struct {
	*board
	x      *session
	path   string
	format recording.Format

	preview recording.Preview
	signals map[string]twin.SignalID // by column: chosen or guessed; NoSignal for what is left out
	units   map[string]string        // by column
	time    string                   // column of the time
	zone    *time.Location
	note    string
	pop     *widget.PopUp
}

const (
	importWidth  = 820
	importHeight = 470
	importHead   = 92
	importFoot   = 52
)

func newImportCard(x *session, path string, format recording.Format) *importCard {
	c := &importCard{x: x, path: path, format: format, signals: map[string]twin.SignalID{}, units: map[string]string{}, zone: x.Project.Site.Zone}
	c.board = newBoard(x.s, fyne.NewSize(importWidth, importHeight), c.build)
	c.board.onKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			c.close()
			return true
		}
		return false
	}
	return c
}

// look reads the beginning of the file in the background, then shows the card.
func (c *importCard) look() {
	m := c.mapping()
	tree := c.x.Project.Tree
	c.x.s.background(func() {
		var p recording.Preview
		f, err := os.Open(c.path)
		if err == nil {
			p, err = recording.Peek(f, tree, m)
			f.Close()
		}
		fyne.Do(func() {
			if err != nil {
				c.x.s.Fail(fmt.Errorf("%s cannot be imported: %w", filepath.Base(c.path), reasonOf(err)))
				return
			}
			c.took(p)
		})
	})
}

// reasonOf leaves out what the user has just typed.
func reasonOf(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// took takes a preview over, and guesses what its columns mean.
func (c *importCard) took(p recording.Preview) {
	first := c.pop == nil
	c.preview, c.time = p, p.Time
	tree := c.x.Project.Tree
	for _, col := range p.Columns {
		if _, done := c.signals[col.Name]; done {
			continue
		}
		id := col.Signal
		if id == twin.NoSignal && (p.Long || col.Name != p.Time) {
			id = guessSignal(tree, col.Name)
		}
		c.signals[col.Name] = id
		switch {
		case col.Signal != twin.NoSignal:
			c.units[col.Name] = col.Unit.Symbol
		case id != twin.NoSignal:
			c.units[col.Name] = tree.Signal(id).Unit.Symbol
		}
	}
	if !first {
		c.board.update()
		return
	}
	c.pop = widget.NewModalPopUp(c.board, c.x.s.front().Canvas())
	c.pop.Show()
	c.board.update()
	c.x.s.focusLater(c.board)
}

func (c *importCard) close() {
	if c.pop != nil {
		c.pop.Hide()
	}
}

// mapping is what was chosen, as the reader wants it.
func (c *importCard) mapping() recording.Mapping {
	m := recording.Mapping{Zone: c.zone, Time: c.time, Signals: map[string]string{}, Units: map[string]string{}}
	for name, id := range c.signals {
		if id == twin.NoSignal || name == c.time && !c.preview.Long {
			m.Signals[name] = "" // nothing, whatever it is called
			continue
		}
		m.Signals[name] = c.x.Project.Tree.Signal(id).Path
		if u := c.units[name]; u != "" {
			m.Units[name] = u
		}
	}
	return m
}

// mapped counts the columns that have a signal.
func (c *importCard) mapped() (n int) {
	for _, col := range c.preview.Columns {
		if c.signals[col.Name] != twin.NoSignal && (c.preview.Long || col.Name != c.time) {
			n++
		}
	}
	return n
}

// guessSignal finds the one signal whose path has all words of a name: "T01_power [kW]" is farm/T01/power.
func guessSignal(tree *twin.Tree, name string) twin.SignalID {
	name, _, _ = strings.Cut(name, " [")
	words := pathWords(name)
	if len(words) == 0 {
		return twin.NoSignal
	}
	found, best := twin.NoSignal, 0
	for i := range tree.Signals() {
		g := &tree.Signals()[i]
		have := append(pathWords(g.Path), pathWords(g.Label)...)
		all := !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(have, w) })
		switch size := len(pathWords(g.Name)); {
		case !all:
		case found == twin.NoSignal || size < best: // power before power_limit
			found, best = g.ID, size
		case size == best:
			return twin.NoSignal // it may be either
		}
	}
	return found
}

func pathWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127)
	})
}

var importColumns = []column{{title: "Column", share: 3}, {title: "First values", share: 3}, {title: "Signal", share: 4}, {title: "Unit", width: 90}}

func (c *importCard) build(s *sheet) {
	s.b.head, s.head, s.b.foot, s.foot = importHead, importHead, importFoot, importFoot
	p := &c.preview
	s.pin(cell{w: s.W, h: 40, key: c.path, paint: func(pen *theme.Pen, at cell) {
		x := pen.Text(theme.Margin, at.y+26, "Import samples", theme.FontTitle, theme.Color(theme.Text))
		pen.TextFit(x+16, at.y+26, at.w-x-28, filepath.Base(c.path), theme.FontSmall, theme.Color(theme.Text3))
	}})
	c.zoneLine(s)
	edges := columns(importColumns, theme.Margin, s.W-2*theme.Margin)
	s.pin(titles(importColumns, edges, importHead-tableHead, s.W))
	for i := range p.Columns {
		y := float32(i * theme.RowHeight)
		s.total = max(s.total, y+theme.RowHeight)
		if y+theme.RowHeight >= s.b.offset && y <= s.b.offset+s.H {
			c.row(s, y, edges, &p.Columns[i])
		}
	}
	c.foot(s)
}

// zoneLine says how the file is read, and lets the zone of its times be changed.
func (c *importCard) zoneLine(s *sheet) {
	p := &c.preview
	sep := map[rune]string{',': "Commas", ';': "Semicolons", '\t': "Tabs"}[p.Separator]
	text := sep + " between cells"
	if p.Long {
		text += " · a row for each sample"
	}
	switch {
	case p.At.IsZero():
		text += " · no time could be read in " + quoted(c.time)
	default:
		text += " · begins " + p.At.In(c.zone).Format("2 Jan 2006 15:04:05")
	}
	name := "Times are in " + c.zone.String()
	if p.Zoned {
		name = "Times name their zone"
	}
	w := buttonWidth(s, name)
	look := plainButton
	if p.Zoned {
		look = offButton
	}
	one := button(s.W-theme.Margin-w, 40, w, "import:zone", name, "For times that name no zone", look, nil)
	if !p.Zoned {
		one.tap = func(at fyne.Position, _ bool) { c.zones(at) }
	}
	s.pin(one)
	s.pin(cell{x: theme.Margin, y: 40, w: s.W - 3*theme.Margin - w, h: 28, key: text, paint: func(pen *theme.Pen, at cell) {
		pen.TextFit(at.x, at.y+18, at.w, text, theme.FontSmall, theme.Color(theme.Text2))
	}})
}

func quoted(s string) string { return "\"" + s + "\"" }

func (c *importCard) zones(at fyne.Position) {
	var items []*fyne.MenuItem
	for _, z := range []*time.Location{c.x.Project.Site.Zone, time.Local, time.UTC} {
		items = append(items, checked(z.String(), z.String() == c.zone.String(), func() { c.zone = z; c.look() }))
	}
	c.x.popUp(at, items...)
}

func (c *importCard) row(s *sheet, y float32, edges []float32, col *recording.PreviewColumn) {
	tree := c.x.Project.Tree
	isTime := !c.preview.Long && col.Name == c.time
	signal, unit, ink := "left out", "", theme.Text3
	id := c.signals[col.Name]
	switch {
	case isTime:
		signal, ink = "the time", theme.Text2
	case id != twin.NoSignal:
		g := tree.Signal(id)
		signal, unit, ink = title(tree, g.Asset)+" / "+g.Label, c.units[col.Name], theme.Text
		if unit == "" {
			unit = "–"
		}
	}
	cells := strings.Join(col.Cells, "  ")
	s.add(cell{x: 0, y: y, w: edges[3] - 6, h: theme.RowHeight, name: "column:" + col.Name, hand: true, hint: "Click to choose what " + quoted(col.Name) + " is",
		key: fmt.Sprint(col.Name, cells, signal), paint: func(pen *theme.Pen, at cell) {
			rowBack(pen, at, false)
			texts(pen, at, importColumns, edges, theme.Text, col.Name)
			texts(pen, at, importColumns, edges, theme.Text3, "", cells)
			texts(pen, at, importColumns, edges, ink, "", "", signal+" ▾")
		}, tap: func(at fyne.Position, _ bool) { c.choose(col.Name, isTime, at) }})
	if id == twin.NoSignal || isTime {
		return
	}
	s.add(cell{x: edges[3] - 6, y: y, w: s.W - edges[3], h: theme.RowHeight, name: "unit:" + col.Name, hand: true, hint: "Unit of the numbers in this column", key: unit, paint: func(pen *theme.Pen, at cell) {
		rowBack(pen, at, false)
		pen.TextFit(edges[3], at.y+17.5, at.w-8, unit+" ▾", theme.FontText, theme.Color(theme.Text2))
	}, tap: func(at fyne.Position, _ bool) { c.chooseUnit(col.Name, id, at) }})
}

// choose asks what a column is.
func (c *importCard) choose(name string, isTime bool, at fyne.Position) {
	items := []*fyne.MenuItem{fyne.NewMenuItem("Choose signal…", func() { c.pick(name) }),
		checked("Leave out", !isTime && c.signals[name] == twin.NoSignal, func() { c.signals[name] = twin.NoSignal; c.board.update() })}
	if !c.preview.Long {
		items = append(items, checked("It is the time", isTime, func() { c.time = name; c.look() }))
	}
	c.x.popUp(at, items...)
}

// pick asks for the signal of a column.
func (c *importCard) pick(name string) {
	tree := c.x.Project.Tree
	items := make([]command.Item, 0, len(tree.Signals()))
	for i := range tree.Signals() {
		g := tree.Signal(twin.SignalID(i))
		items = append(items, command.Item{Kind: "signal", Text: title(tree, g.Asset) + " / " + g.Label, Words: g.Path, Detail: g.Unit.Symbol, Run: func() {
			c.signals[name], c.units[name] = g.ID, g.Unit.Symbol
			c.board.update()
			c.x.s.focusLater(c.board)
		}})
	}
	c.x.s.showPicker("The signal of "+quoted(name), items)
}

// chooseUnit asks for the unit of the numbers of a column: one of the dimension of its signal.
func (c *importCard) chooseUnit(name string, id twin.SignalID, at fyne.Position) {
	own := c.x.Project.Tree.Signal(id).Unit
	var items []*fyne.MenuItem
	for _, symbol := range twin.UnitSymbols() {
		if u, err := twin.ParseUnit(symbol); err == nil && u.Dimension == own.Dimension && own.Dimension != "" {
			items = append(items, checked(symbol, symbol == c.units[name], func() { c.units[name] = symbol; c.board.update() }))
		}
	}
	if len(items) > 0 {
		c.x.popUp(at, items...)
	}
}

func (c *importCard) foot(s *sheet) {
	y, n := s.H-importFoot+12, c.mapped()
	text, look := "Import "+count(n, "signal"), mainButton
	if n == 0 {
		text, look = "Import", offButton
	}
	x := s.W - theme.Margin
	for _, b := range []struct {
		name, text, hint string
		look             buttonLook
		run              func()
	}{{"import:go", text, "Into the history of this twin", look, func() { c.close(); c.load() }}, {"import:check", "Check the file", "Read all of it and say what cannot be used; nothing is stored", look, c.check},
		{"import:cancel", "Cancel", "Esc", plainButton, c.close}} {
		if b.name == "import:check" && look == mainButton {
			b.look = plainButton
		}
		w := buttonWidth(s, b.text)
		x -= w
		s.pin(button(x, y, w, b.name, b.text, b.hint, b.look, b.run))
		x -= 8
	}
	note := c.note
	if note == "" {
		note = fmt.Sprintf("%d of %s have a signal", n, count(len(c.preview.Columns), "column"))
	}
	s.pin(cell{x: theme.Margin, y: y, w: x - theme.Margin - 8, h: buttonHeight, key: note, paint: func(pen *theme.Pen, at cell) {
		pen.TextFit(at.x, at.y+18, at.w, note, theme.FontSmall, theme.Color(theme.Text2))
	}})
}

// check reads the whole file and stores nothing.
func (c *importCard) check() {
	m, tree := c.mapping(), c.x.Project.Tree
	c.x.s.inBackground("Checking "+filepath.Base(c.path), func(ctx context.Context, progress func(float64)) (string, error) {
		var r recording.Report
		err := c.read(ctx, tree, m, &r, progress, func(samples iter.Seq2[[]twin.Sample, error]) error {
			for _, err := range samples {
				if err != nil {
					return err
				}
			}
			return nil
		})
		fyne.Do(func() {
			c.note = reportText(&r)
			if err != nil {
				c.note = sentence(err.Error())
			}
			c.board.update()
		})
		return reportText(&r), err
	})
}

// load imports the file.
func (c *importCard) load() {
	m, x := c.mapping(), c.x
	tree, into := x.Project.Tree, x.History.(Importer)
	x.s.inBackground("Importing "+filepath.Base(c.path), func(ctx context.Context, progress func(float64)) (string, error) {
		var r recording.Report
		var done history.Imported
		err := c.read(ctx, tree, m, &r, progress, func(samples iter.Seq2[[]twin.Sample, error]) (err error) {
			done, err = into.Import(ctx, samples)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("%s: %w", filepath.Base(c.path), err)
		}
		fyne.Do(func() {
			if x.s.desk == x {
				x.bounds()
				x.dirty()
				x.feed.sparksDue = true
			}
		})
		text := grouped(fmt.Sprint(done.Samples)) + " samples are in the history"
		if done.Duplicates > 0 {
			text += ", " + grouped(fmt.Sprint(done.Duplicates)) + " were there already"
		}
		if done.TooOld > 0 {
			text += ", " + grouped(fmt.Sprint(done.TooOld)) + " are too old"
		}
		if more := faults(&r); more != "" {
			text += " · " + more
		}
		return text, nil
	})
}

// read opens the file and hands its samples on; progress follows how much of it was read.
func (c *importCard) read(ctx context.Context, tree *twin.Tree, m recording.Mapping, r *recording.Report, progress func(float64), use func(iter.Seq2[[]twin.Sample, error]) error) error {
	f, err := os.Open(c.path)
	if err != nil {
		return reasonOf(err)
	}
	defer f.Close()
	size := int64(1)
	if info, err := f.Stat(); err == nil {
		size = max(info.Size(), 1)
	}
	samples := recording.Read(ctx, f, c.format, tree, m, r)
	return use(func(yield func([]twin.Sample, error) bool) {
		for batch, err := range samples {
			if at, seekErr := f.Seek(0, 1); seekErr == nil {
				progress(min(float64(at)/float64(size), 1))
			}
			if !yield(batch, err) {
				return
			}
		}
	})
}

// reportText words what a file holds.
func reportText(r *recording.Report) string {
	return join(grouped(fmt.Sprint(r.Samples))+" samples in "+grouped(fmt.Sprint(r.Rows))+" rows", faults(r))
}

// faults words what could not be used, with the first place.
func faults(r *recording.Report) string {
	var out []string
	for _, x := range []struct {
		n    int
		what string
	}{{r.BadTimes, "row without a time"}, {r.BadCells, "cell that is no number"}, {r.Ragged, "row of another length"}} {
		switch {
		case x.n == 1:
			out = append(out, "1 "+x.what)
		case x.n > 1:
			out = append(out, fmt.Sprint(x.n)+" "+strings.Replace(strings.Replace(strings.Replace(x.what, "row", "rows", 1), "cell that is", "cells that are", 1), "a time", "times", 1))
		}
	}
	if len(r.Places) > 0 && len(out) > 0 {
		out = append(out, "first "+r.Places[0])
	}
	return strings.Join(out, ", ")
}
