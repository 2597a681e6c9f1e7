package ui

import (
	"github.com/orrery-twin/orrery/ui/theme"
)

// column is a column of a table: fixed when width > 0, else it takes its share of what is left.
type column struct {
	title string
	width float32
	share float32
	right bool // numbers stand at the right
}

// tableHead is the height of the line of titles.
const tableHead = 22

// columns returns the left edges of the columns, one more than there are columns.
func columns(cols []column, x, w float32) []float32 {
	fixed, shares := float32(0), float32(0)
	for _, c := range cols {
		fixed += c.width
		shares += c.share
	}
	edges := make([]float32, 0, len(cols)+1)
	rest := max(0, w-fixed)
	for _, c := range cols {
		edges = append(edges, x)
		x += c.width
		if shares > 0 {
			x += rest * c.share / shares
		}
	}
	return append(edges, x)
}

// titles is the line of column titles, pinned at y.
func titles(cols []column, edges []float32, y, w float32) cell {
	key := ""
	for _, c := range cols {
		key += c.title + "|"
	}
	return cell{x: 0, y: y, w: w, h: tableHead, key: key, paint: func(p *theme.Pen, c cell) {
		for i, col := range cols {
			if col.right {
				p.TextRight(edges[i+1]-10, c.y+15, col.title, theme.FontSmall, theme.Color(theme.Text3))
			} else {
				p.TextFit(edges[i], c.y+15, edges[i+1]-edges[i]-8, col.title, theme.FontSmall, theme.Color(theme.Text3))
			}
		}
		p.HLine(0, c.y+c.h-1, c.w, theme.Color(theme.Line))
	}}
}

// texts draws the texts of a row into the columns.
func texts(p *theme.Pen, c cell, cols []column, edges []float32, ink theme.Name, values ...string) {
	base := c.y + c.h/2 + 4.5
	for i, v := range values {
		if v == "" || i >= len(cols) {
			continue
		}
		room := edges[i+1] - edges[i] - 10
		if cols[i].right {
			p.TextRight(edges[i+1]-10, base, theme.Fit(v, theme.FontText, p.Scale, room), theme.FontText, theme.Color(ink))
		} else {
			p.TextFit(edges[i], base, room, v, theme.FontText, theme.Color(ink))
		}
	}
}

// rowBack paints what lies behind a row.
func rowBack(p *theme.Pen, c cell, selected bool) {
	switch {
	case selected:
		p.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Selected))
	case c.hot:
		p.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Hovered))
	}
}

// empty says why a list is empty and what would fill it.
func empty(s *sheet, what, remedy string) cell {
	return cell{x: 0, y: 10, w: s.W, h: 48, key: what + remedy, paint: func(p *theme.Pen, c cell) {
		p.Text(theme.Margin, c.y+16, what, theme.FontText, theme.Color(theme.Text2))
		p.TextFit(theme.Margin, c.y+34, c.w-2*theme.Margin, remedy, theme.FontSmall, theme.Color(theme.Text3))
	}}
}
