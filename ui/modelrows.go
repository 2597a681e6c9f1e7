package ui

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// modelRows are the rows of the opened models in the tree. They are listed anew only when the models, the filter or what
// is open changed: a CAD assembly has a hundred thousand parts.
type modelRows struct {
	open    map[string]bool // by path of the node
	rows    []treeRow
	version int
	query   string
	stale   bool // the rows must be listed anew
}

// maxFound bounds what a filter lists of the models.
const maxFound = 2000

// list returns the rows that are to be seen.
func (m *modelRows) list(l *library, query string) []treeRow {
	if l == nil {
		return nil
	}
	if !m.stale && m.version == l.version && m.query == query {
		return m.rows
	}
	m.version, m.query, m.stale, m.rows = l.version, query, false, nil
	for _, o := range l.list {
		if o.root == scene.NoNode {
			m.rows = append(m.rows, treeRow{id: twin.NoAsset, node: scene.NoNode, model: o})
			continue
		}
		if query != "" {
			m.find(l.scene, o, strings.Fields(query))
		} else {
			m.walk(l.scene, o, o.root, 0)
		}
	}
	return m.rows
}

// walk lists a node and what is open below it. Nodes that only hold another one are passed over.
func (m *modelRows) walk(s *scene.Scene, o *openedModel, id scene.NodeID, depth int) {
	n := s.Node(id)
	open := m.open[n.Path]
	m.rows = append(m.rows, treeRow{id: twin.NoAsset, node: id, model: o, depth: depth, branch: len(n.Children) > 0, open: open})
	if open {
		for _, c := range n.Children {
			m.walk(s, o, c, depth+1)
		}
	}
}

// find lists the nodes whose names have all words, with the nodes above them.
func (m *modelRows) find(s *scene.Scene, o *openedModel, words []string) {
	keep := map[scene.NodeID]bool{}
	s.Walk(o.root, func(id scene.NodeID) bool {
		name := strings.ToLower(s.Node(id).Name)
		for _, w := range words {
			if !strings.Contains(name, w) {
				return true
			}
		}
		for up := id; up != scene.NoNode && !keep[up]; up = s.Node(up).Parent {
			if keep[up] = true; up == o.root {
				break
			}
		}
		return len(keep) < maxFound
	})
	var list func(id scene.NodeID, depth int)
	list = func(id scene.NodeID, depth int) {
		if !keep[id] {
			return
		}
		m.rows = append(m.rows, treeRow{id: twin.NoAsset, node: id, model: o, depth: depth, branch: len(s.Node(id).Children) > 0, open: true})
		for _, c := range s.Node(id).Children {
			list(c, depth+1)
		}
	}
	list(o.root, 0)
}

// modelRow shows a node of an opened model.
func (p *treePanel) modelRow(s *sheet, y float32, r treeRow) {
	v := p.v
	label, path, note, warned := r.model.name, r.model.path, "", 0
	if r.node != scene.NoNode {
		n := v.models.scene.Node(r.node)
		label, path = n.Name, n.Path
	}
	if r.depth == 0 {
		label = r.model.name
		if r.model.job != nil && r.model.model == nil {
			note, _ = r.model.job.state()
			note = strings.ToLower(note) + "…"
		} else if m := r.model.model; m != nil {
			note, warned = triangles(r.model.counts.Drawn), len(m.Warnings)
		}
	}
	selected := r.node != scene.NoNode && v.marksPart(path)
	focused := r.node != scene.NoNode && v.part.path == path && p.board.focused
	left := theme.Margin + float32(r.depth)*treeIndent
	badge := float32(0)
	if warned > 0 {
		badge = s.width(fmt.Sprint(warned), theme.FontSmall) + 30
	}
	var eye rowEye
	if r.node != scene.NoNode {
		eye = p.eye(item{twin.NoAsset, part{path: path}}, "node:"+path)
	}
	s.add(cell{x: 0, y: y, w: s.W - badge, h: theme.RowHeight, name: "node:" + path, hint: label + " — click to select, Ctrl+click to add, double-click to frame",
		key: fmt.Sprint(label, r.depth, r.branch, r.open, note, selected, focused, eye),
		paint: func(pen *theme.Pen, c cell) {
			ink := theme.Color(theme.Text2)
			switch {
			case selected:
				pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Selected))
				ink = theme.Color(theme.Text)
			case c.hot || eye.near:
				pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Hovered))
			}
			ink = eye.ink(ink)
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
			x, right := left+19, c.x+c.w-eyeRoom
			eye.draw(pen, c, mid)
			if room := right - x - pen.Measure(label, theme.FontText) - 14; note != "" && room > 40 {
				right = pen.TextRight(right, base, theme.Fit(note, theme.FontSmall, pen.Scale, room), theme.FontSmall, theme.Color(theme.Text3))
			}
			pen.TextFit(x, base, right-x-8, label, theme.FontText, ink)
		},
		tap: func(_ fyne.Position, double bool) {
			if r.node != scene.NoNode && p.onPart != nil {
				p.onPart(part{path: path}, double)
			}
		},
		menu: func(at fyne.Position) {
			if p.onModelMenu != nil {
				p.onModelMenu(r.model, path, at)
			}
		}})
	if r.branch {
		s.add(cell{x: left - 6, y: y, w: 22, h: theme.RowHeight, name: "expand:" + path, hand: true, tap: func(fyne.Position, bool) { p.togglePart(path) }})
	}
	p.addEye(s, y, eye.left(badge))
	if warned > 0 {
		p.badge(s, y, badge, r.model, warned, selected)
	}
}

// badge says how much of a file was not understood.
func (p *treePanel) badge(s *sheet, y, w float32, o *openedModel, n int, selected bool) {
	s.add(cell{x: s.W - w, y: y, w: w, h: theme.RowHeight, name: "warnings:" + o.path, hand: true, key: fmt.Sprint(n, selected),
		hint: fmt.Sprintf("What was not understood of %s: %s", o.name, count(n, "warning")),
		paint: func(pen *theme.Pen, c cell) {
			if selected {
				pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Selected))
			} else if c.hot {
				pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Hovered))
			}
			pen.RoundRect(c.x+2, c.y+5, c.w-10, c.h-10, theme.Radius, theme.Color(theme.Field))
			drawWarning(pen, c.x+11, c.y+c.h/2, 10, theme.Text2)
			pen.Text(c.x+20, c.y+c.h/2+4, fmt.Sprint(n), theme.FontSmall, theme.Color(theme.Text2))
		},
		tap: func(fyne.Position, bool) {
			if p.onWarnings != nil {
				p.onWarnings(o)
			}
		}})
}

func (p *treePanel) togglePart(path string) {
	p.models.open[path] = !p.models.open[path]
	p.models.stale = true
	p.board.update()
}

// revealPart opens all above a node of a model and scrolls it into view.
func (p *treePanel) revealPart(path string) {
	if path == "" || p.v.models == nil {
		return
	}
	for i, ch := range path {
		if ch == '/' && strings.Contains(path[:i], "/") { // not the node that holds all models
			p.models.open[path[:i]] = true
		}
	}
	p.models.stale = true
	p.board.update()
	for i, r := range p.rows {
		if r.model != nil && r.node != scene.NoNode && p.v.models.scene.Node(r.node).Path == path {
			p.board.reveal(p.rowY(i), theme.RowHeight)
		}
	}
}
