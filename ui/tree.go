package ui

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// treePanel lists the assets with their leading value and their most urgent alarm.
type treePanel struct {
	fyne.CanvasObject
	board  *board
	filter *field
	v      *view
	shell  *Shell

	open     map[twin.AssetID]bool
	models   modelRows
	only     string // "", "alarm", "stale": which rows the chips leave
	rows     []treeRow
	onSelect func(id twin.AssetID, frame bool)
	onMenu   func(id twin.AssetID, at fyne.Position)
	onCarry  func(id twin.AssetID, at fyne.Position, done bool) // a row is dragged

	onPart      func(p part, frame bool)
	onModelMenu func(o *openedModel, path string, at fyne.Position)
	onWarnings  func(o *openedModel)

	sight func(i item) sight // whether something of a row can be seen; nil: it is not known
	onEye func(i item)       // hide or show what a row stands for
}

// treeRow is an asset, a node of an opened model, or the head above the models.
type treeRow struct {
	id     twin.AssetID // NoAsset of all others
	node   scene.NodeID // of a model; NoNode while nothing of it is shown
	model  *openedModel // nil of all others
	depth  int
	branch bool
	open   bool
}

const (
	treeHead   = 72
	treeIndent = 16
)

func newTreePanel(shell *Shell, v *view) *treePanel {
	p := &treePanel{v: v, shell: shell, open: map[twin.AssetID]bool{}, models: modelRows{open: map[string]bool{}}}
	p.board = newBoard(shell, fyne.NewSize(160, 120), p.build)
	p.board.onKey = p.key
	p.filter = newField(shell, "Filter")
	p.filter.OnChanged = func(string) { p.board.offset = 0; p.board.update() }
	p.filter.onKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyEscape:
			p.filter.SetText("")
			p.board.focus()
			return true
		case fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnter:
			p.board.focus()
			return p.key(&fyne.KeyEvent{Name: fyne.KeyDown})
		}
		return false
	}
	p.CanvasObject = container.New(&overlay{func(s fyne.Size) (fyne.Position, fyne.Size) {
		return fyne.NewPos(theme.Margin, 34), fyne.NewSize(s.Width-2*theme.Margin, 28)
	}}, p.board, slimmed(p.filter))
	return p
}

// overlay lays the first object over the whole room and the second at a place in it.
type overlay struct {
	place func(fyne.Size) (fyne.Position, fyne.Size)
}

func (o *overlay) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(s)
	for _, over := range objects[1:] {
		at, size := o.place(s)
		over.Move(at)
		over.Resize(size)
	}
}

func (o *overlay) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// reset opens the top of a new tree.
func (p *treePanel) reset() {
	p.open = map[twin.AssetID]bool{}
	p.models = modelRows{open: map[string]bool{}, stale: true}
	p.filter.SetText("")
	if p.v.tree == nil {
		return
	}
	for _, a := range p.v.tree.Assets() {
		if a.Parent == twin.NoAsset {
			p.open[a.ID] = true
		}
	}
	p.board.offset = 0
}

// list makes the rows that are to be seen.
func (p *treePanel) list() []treeRow {
	query := strings.ToLower(strings.TrimSpace(p.filter.Text))
	if p.only != "" && p.v.tree != nil {
		return p.assets(query)
	}
	out, models := p.assets(query), p.models.list(p.v.models, query)
	if len(models) > 0 && p.v.tree != nil {
		out = append(out, treeRow{id: twin.NoAsset, node: scene.NoNode})
	}
	return append(out, models...)
}

// assets makes the rows of the twin.
func (p *treePanel) assets(query string) []treeRow {
	var out []treeRow
	t := p.v.tree
	if t == nil {
		return nil
	}
	keep := map[twin.AssetID]bool{}
	filtered := query != "" || p.only != ""
	if filtered {
		for _, a := range t.Assets() {
			if !p.passes(&a, query) {
				continue
			}
			for id := a.ID; id != twin.NoAsset; id = t.Asset(id).Parent {
				keep[id] = true
			}
		}
	}
	var walk func(id twin.AssetID, depth int)
	walk = func(id twin.AssetID, depth int) {
		if filtered && !keep[id] {
			return
		}
		a := t.Asset(id)
		open := p.open[id] || filtered
		out = append(out, treeRow{id: id, depth: depth, branch: len(a.Children) > 0, open: open})
		if open {
			for _, c := range a.Children {
				walk(c, depth+1)
			}
		}
	}
	for _, a := range t.Assets() {
		if a.Parent == twin.NoAsset {
			walk(a.ID, 0)
		}
	}
	return out
}

func (p *treePanel) passes(a *twin.Asset, query string) bool {
	switch p.only {
	case "alarm":
		if p.v.rollup[a.ID].priority == 0 {
			return false
		}
	case "stale":
		if !p.stale(a) {
			return false
		}
	}
	if query == "" {
		return true
	}
	// A list that shrinks as one types must not keep what merely has the letters somewhere: here words match as they are.
	text := strings.ToLower(title(p.v.tree, a.ID) + " " + a.Kind)
	for _, id := range a.Signals {
		text += " " + strings.ToLower(p.v.tree.Signal(id).Label)
	}
	for _, word := range strings.Fields(query) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func (p *treePanel) stale(a *twin.Asset) bool {
	for _, id := range a.Signals {
		switch p.v.snap.At(id).Quality {
		case twin.Stale, twin.Offline, twin.SensorFault:
			return true
		}
	}
	return false
}

func (p *treePanel) build(s *sheet) {
	v := p.v
	chips := p.chips()
	s.b.head = treeHead
	if len(chips) > 0 {
		s.b.head += 28
	}
	s.head = s.b.head
	head, note := "Assets", ""
	if v.tree != nil {
		note = inventory(v.tree)
	} else if v.models != nil {
		head, note = "Models", v.models.summary()
	}
	s.pin(heading(head, note, s.W))
	x := float32(theme.Margin)
	for _, c := range chips {
		w := s.width(c.text, theme.FontSmall) + 16
		if c.prio != 0 {
			w += 14
		}
		on := p.only == c.id
		s.pin(cell{x: x, y: 66, w: w, h: 22, name: "filter:" + c.id, hint: c.hint, hand: true, key: fmt.Sprint(c.text, on, v.ahead),
			paint: func(pen *theme.Pen, at cell) {
				back := theme.Color(theme.Field)
				if on {
					back = theme.Color(theme.Selected)
				} else if at.hot {
					back = theme.Color(theme.Hovered)
				}
				pen.RoundRect(at.x, at.y, at.w, at.h, theme.Radius, back)
				tx := at.x + 8
				if c.prio != 0 {
					look := theme.AlarmAcknowledged
					if v.ahead {
						look = theme.AlarmReturned
					}
					pen.Alarm(tx+4, at.y+11, 9, c.prio, look)
					tx += 14
				}
				pen.Text(tx, at.y+15, c.text, theme.FontSmall, theme.Color(theme.Text2))
			},
			tap: func(fyne.Position, bool) {
				if p.only == c.id {
					p.only = ""
				} else {
					p.only = c.id
				}
				p.board.offset = 0
				p.board.update()
			}})
		x += w + 6
	}
	p.rows = p.list()
	first, last := p.seen(s)
	for i, r := range p.rows[:last] {
		switch y := p.rowY(i); {
		case i < first:
		case r.model != nil:
			p.modelRow(s, y, r)
		case r.id == twin.NoAsset:
			p.modelsHead(s, y)
		default:
			p.row(s, i, r)
		}
	}
	s.total = max(s.total, p.rowY(len(p.rows)))
	if len(p.rows) == 0 && v.tree == nil && p.filter.Text == "" {
		if v.models != nil {
			s.add(empty(s, "No model is open", "Drop files on the window, or press "+keyOf(p.shell, "model.open")))
		}
		return
	}
	if len(p.rows) == 0 {
		s.add(cell{x: 0, y: 8, w: s.W, h: 44, key: "none", paint: func(pen *theme.Pen, c cell) {
			pen.Text(theme.Margin, c.y+14, "Nothing matches", theme.FontText, theme.Color(theme.Text2))
			pen.Text(theme.Margin, c.y+32, "Esc clears the filter", theme.FontSmall, theme.Color(theme.Text3))
		}})
	}
}

func (p *treePanel) rowY(i int) float32 { return float32(i * theme.RowHeight) }

// seen returns which rows may be in view: first to before last.
func (p *treePanel) seen(s *sheet) (first, last int) {
	n := len(p.rows)
	first = min(max(int(s.b.offset/theme.RowHeight)-1, 0), n)
	return first, min(first+int((s.H-s.head)/theme.RowHeight)+4, n)
}

// modelsHead stands between the assets and the models that the user opened.
func (p *treePanel) modelsHead(s *sheet, y float32) {
	note := p.v.models.summary()
	s.add(cell{x: 0, y: y, w: s.W, h: theme.RowHeight, key: "models" + note, paint: func(pen *theme.Pen, c cell) {
		end := pen.Text(theme.Margin, c.y+17.5, "Models", theme.FontBold, theme.Color(theme.Text))
		room := c.w - theme.Margin - end - 12
		if note != "" && room > 30 {
			pen.TextRight(c.w-theme.Margin, c.y+17.5, theme.Fit(note, theme.FontSmall, pen.Scale, room), theme.FontSmall, theme.Color(theme.Text3))
		}
	}})
}

// keyOf is the first key of a command, for people.
func keyOf(s *Shell, id command.ID) string {
	if s != nil {
		if c := s.commands.Get(id); c != nil && len(c.Keys) > 0 {
			return c.Keys[0].String()
		}
	}
	return ""
}

type filterChip struct {
	id, text, hint string
	prio           twin.Priority
}

// chips offers filters only for what is there: alarms, silent assets.
func (p *treePanel) chips() []filterChip {
	v := p.v
	if v.tree == nil {
		return nil
	}
	var out []filterChip
	alarmed, silent := map[twin.AssetID]bool{}, 0
	for _, a := range v.alarms {
		alarmed[a.Asset] = true
	}
	for i := range v.tree.Assets() {
		a := v.tree.Asset(twin.AssetID(i))
		if h := v.headline[i]; h != twin.NoSignal {
			switch v.snap.At(h).Quality {
			case twin.Stale, twin.Offline, twin.SensorFault:
				if a.Parent == twin.NoAsset || !p.stale(v.tree.Asset(a.Parent)) {
					silent++ // the parts of a silent asset are not counted again
				}
			}
		}
	}
	if len(alarmed) > 0 || p.only == "alarm" {
		prio := twin.Low
		if len(v.alarms) > 0 {
			prio = v.alarms[0].Priority
		}
		text := fmt.Sprintf("%d in alarm", len(alarmed))
		if v.ahead {
			text = fmt.Sprintf("%d expected", len(alarmed))
		}
		out = append(out, filterChip{"alarm", text, "Show only what is in alarm", prio})
	}
	if silent > 0 || p.only == "stale" {
		out = append(out, filterChip{"stale", fmt.Sprintf("%d stale", silent), "Show only what is stale, offline or broken", 0})
	}
	return out
}

func (p *treePanel) row(s *sheet, i int, r treeRow) {
	v := p.v
	a := v.tree.Asset(r.id)
	text, q := v.shown(v.headline[r.id])
	mark := v.rollup[r.id]
	selected := v.marks(r.id)
	focused := v.selected == r.id && p.board.focused
	left := theme.Margin + float32(r.depth)*treeIndent
	y := float32(i * theme.RowHeight)
	eye := p.eye(item{asset: r.id}, "tree:"+a.Path)
	s.add(cell{x: 0, y: y, w: s.W, h: theme.RowHeight, name: "tree:" + a.Path, hint: a.Path + " — click to select, Ctrl+click to add, double-click to frame, drag onto the trend to plot",
		key: fmt.Sprint(a.Label, r.depth, r.branch, r.open, text, q, mark, selected, focused, eye),
		paint: func(pen *theme.Pen, c cell) {
			label := theme.Color(theme.Text2)
			switch {
			case selected:
				pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Selected))
				label = theme.Color(theme.Text)
			case c.hot || eye.near:
				pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Hovered))
			}
			label = eye.ink(label)
			if focused {
				pen.Fill(c.x, c.y, 2, c.h, theme.Color(theme.Accent))
			}
			mid, base := c.y+c.h/2, c.y+17.5
			if r.branch {
				icon := theme.IconRight
				if r.open {
					icon = theme.IconDown
				}
				pen.Icon(icon, left+4, mid, 8, theme.Color(theme.Text3))
			}
			right := c.x + c.w - eyeRoom
			eye.draw(pen, c, mid)
			if mark.priority != 0 {
				pen.Alarm(right-5, mid, 10, mark.priority, mark.look)
				right -= 18
			}
			right = drawValue(pen, right, base, mid, text, q, selected)
			x := left + 19
			pen.TextFit(x, base, right-x-8, a.Label, theme.FontText, label)
		},
		tap: func(_ fyne.Position, double bool) {
			if p.onSelect != nil {
				p.onSelect(r.id, double)
			}
		},
		menu: func(at fyne.Position) {
			if p.onMenu != nil {
				p.onMenu(r.id, at)
			}
		},
		carry: func(at fyne.Position, done bool) {
			if p.onCarry != nil {
				p.onCarry(r.id, at, done)
			}
		}})
	if r.branch {
		s.add(cell{x: left - 6, y: y, w: 22, h: theme.RowHeight, name: "expand:" + a.Path, hand: true, tap: func(fyne.Position, bool) {
			p.toggle(r.id)
		}})
	}
	p.addEye(s, y, eye)
}

// drawValue draws a value that ends at x in the way its quality asks for, and returns where it begins.
func drawValue(pen *theme.Pen, x, base, mid float32, text string, q twin.Quality, strong bool) float32 {
	c := theme.Color(theme.Text2)
	if strong {
		c = theme.Color(theme.Text)
	}
	if text == "" {
		return x
	}
	switch q {
	case twin.Predicted:
		c = theme.Color(theme.Forecast)
	case twin.OutOfRange:
		w := pen.Measure(text, theme.FontText)
		pen.Hatch(x-w-3, mid-9, w+6, 18, 5, 1, theme.WithAlpha(theme.Color(theme.Text3), .28))
	case twin.Stale, twin.Offline, twin.SensorFault, twin.NoData: // the text says it
		c = theme.Color(theme.Text3)
		if strong {
			c = theme.Color(theme.Text2)
		}
	}
	begin := pen.TextRight(x, base, text, theme.FontText, c)
	if q == twin.Manual || q == twin.OutOfRange {
		pen.Quality(begin-12, mid, q)
		begin -= 20
	}
	return begin
}

func (p *treePanel) toggle(id twin.AssetID) {
	p.open[id] = !p.open[id]
	p.board.update()
}

// reveal opens all above an asset and scrolls it into view.
func (p *treePanel) reveal(id twin.AssetID) {
	if id == twin.NoAsset || p.v.tree == nil {
		return
	}
	for up := p.v.tree.Asset(id).Parent; up != twin.NoAsset; up = p.v.tree.Asset(up).Parent {
		p.open[up] = true
	}
	p.board.update()
	for i, r := range p.rows {
		if r.id == id {
			p.board.reveal(p.rowY(i), theme.RowHeight)
		}
	}
}

// selectRow selects what a row stands for.
func (p *treePanel) selectRow(i int, frame bool) {
	switch r := p.rows[i]; {
	case r.model != nil && r.node != scene.NoNode && p.onPart != nil:
		p.onPart(part{path: p.v.models.scene.Node(r.node).Path}, frame)
	case r.id != twin.NoAsset && p.onSelect != nil:
		p.onSelect(r.id, frame)
	}
}

// selectedRow is the row of what is selected, -1 for none.
func (p *treePanel) selectedRow() int {
	node := p.v.node()
	for i, r := range p.rows {
		if r.id != twin.NoAsset && r.id == p.v.selected || node != scene.NoNode && r.node == node {
			return i
		}
	}
	return -1
}

// opened reports whether the user opened a row, rather than a filter.
func (p *treePanel) opened(r treeRow) bool {
	if r.model != nil {
		return p.models.open[p.v.models.scene.Node(r.node).Path]
	}
	return p.open[r.id]
}

func (p *treePanel) toggleRow(r treeRow) {
	if r.model != nil {
		p.togglePart(p.v.models.scene.Node(r.node).Path)
		return
	}
	p.toggle(r.id)
}

// selectAbove selects what a row lies below.
func (p *treePanel) selectAbove(r treeRow) {
	if r.model != nil {
		if r.depth > 0 && p.onPart != nil {
			s := p.v.models.scene
			p.onPart(part{path: s.Node(s.Node(r.node).Parent).Path}, false)
		}
		return
	}
	if up := p.v.tree.Asset(r.id).Parent; up != twin.NoAsset && p.onSelect != nil {
		p.onSelect(up, false)
		p.reveal(up)
	}
}

// key moves the selection.
func (p *treePanel) key(e *fyne.KeyEvent) bool {
	at := p.selectedRow()
	page := max(1, int((p.board.Size().Height-p.board.head)/theme.RowHeight)-1)
	step := 0
	switch e.Name {
	case fyne.KeyDown:
		step = 1
	case fyne.KeyUp:
		step = -1
	case fyne.KeyPageDown:
		step = page
	case fyne.KeyPageUp:
		step = -page
	case fyne.KeyHome:
		step = -len(p.rows)
	case fyne.KeyEnd:
		step = len(p.rows)
	case fyne.KeyReturn, fyne.KeyEnter:
		if at >= 0 {
			p.selectRow(at, true)
		}
		return true
	case fyne.KeyRight:
		if at >= 0 && p.rows[at].branch && !p.rows[at].open {
			p.toggleRow(p.rows[at])
			return true
		}
		step = 1
	case fyne.KeyLeft:
		if at < 0 {
			return true
		}
		if r := p.rows[at]; r.branch && r.open && p.opened(r) {
			p.toggleRow(r)
		} else {
			p.selectAbove(r)
		}
		return true
	default:
		return false
	}
	if len(p.rows) == 0 {
		return true
	}
	next := max(0, min(len(p.rows)-1, at+step))
	if at < 0 {
		next = 0
	}
	if r := p.rows[next]; r.model == nil && r.id == twin.NoAsset { // the head above the models
		if next = min(next+1, len(p.rows)-1); step < 0 {
			next = max(next-2, 0)
		}
	}
	p.selectRow(next, false)
	p.board.reveal(p.rowY(next), theme.RowHeight)
	return true
}
