package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// barTool is a button of the tool bar: a command, and the menu that a right click opens.
type barTool struct {
	icon theme.Icon
	id   command.ID
	sub  string // a menu inside the menu of the command
}

// barTools are the tools that are used most, in groups. When the window is low the last ones go.
var barTools = [][]barTool{
	{{theme.IconFrame, "view.frame", ""}, {theme.IconHome, "view.all", ""}, {theme.IconParallel, "view.ortho", "Standard views"}},
	{{theme.IconBox, "tool.box", ""}, {theme.IconEyeOff, "tool.hide", ""}, {theme.IconIsolate, "tool.isolate", ""}, {theme.IconEye, "tool.show", ""}},
	{{theme.IconXRay, "view.xray", ""}, {theme.IconCut, "section.toggle", "Section"}, {theme.IconMeasure, "measure.distance", "Measure"}, {theme.IconExplode, "tool.explode", ""}},
	{{theme.IconFly, "tool.fly", ""}, {theme.IconSplit, "view.split.next", "Split view"}},
}

const (
	toolBarWidth = 34
	barButton    = 26
	barGroupGap  = 9
)

// toolBar is the slim bar beside the viewports of a window. Its buttons are commands: their tips, keys and states come from
// the table.
type toolBar struct {
	*board
	tip    *board
	tipped string // what the tip says
	onUse  func() // before a command runs
}

func newToolBar(shell *Shell, onUse func()) *toolBar {
	b := &toolBar{onUse: onUse}
	b.board = newBoard(shell, fyne.NewSize(toolBarWidth, 60), b.build)
	b.tip = newBoard(nil, fyne.NewSize(10, 10), func(s *sheet) {
		text := b.tipped
		s.pin(cell{w: s.W, h: s.H, key: text, paint: func(p *theme.Pen, c cell) {
			p.Fill(0, 0, c.w, c.h, theme.Color(theme.Field))
			p.Border(0, 0, c.w, c.h, 1, theme.Color(theme.Line))
			p.Text(9, c.h/2+4, text, theme.FontSmall, theme.Color(theme.Text))
		}})
	})
	b.tip.Hide()
	b.board.onHot = b.showTip
	return b
}

func (b *toolBar) build(s *sheet) {
	y := float32(4)
	for g, group := range barTools {
		if g > 0 {
			line := y + barGroupGap/2
			if line+barButton > s.H {
				return
			}
			s.pin(cell{x: 8, y: line, w: toolBarWidth - 16, h: 1, key: "line", paint: func(p *theme.Pen, c cell) { p.Fill(c.x, c.y, c.w, 1, theme.Color(theme.Line)) }})
			y += barGroupGap
		}
		for _, t := range group {
			if y+barButton > s.H {
				return
			}
			s.pin(b.button(y, t))
			y += barButton + 1
		}
	}
}

func (b *toolBar) button(y float32, t barTool) cell {
	c := b.shell.commands.Get(t.id)
	if c == nil {
		return cell{y: y}
	}
	can, why := b.shell.commands.Can(t.id)
	on := c.Checked != nil && c.Checked()
	return cell{x: 3, y: y, w: barButton, h: barButton, name: "tool:" + string(t.id), hint: tipOf(c, can, why), hand: can, key: fmt.Sprint(can, on),
		paint: func(p *theme.Pen, c cell) {
			ink := theme.Color(theme.Text2)
			switch {
			case on:
				p.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Accent))
				ink = theme.Color(theme.OnAccent)
			case !can:
				ink = theme.WithAlpha(theme.Color(theme.Text3), .55)
			case c.hot:
				p.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
				ink = theme.Color(theme.Text)
			}
			p.Icon(t.icon, c.x+c.w/2, c.y+c.h/2, 15, ink)
			if t.sub != "" { // a right click offers more
				x, y := c.x+c.w-3, c.y+c.h-3
				p.Polygon(ink, theme.Point{X: x, Y: y - 4}, theme.Point{X: x, Y: y}, theme.Point{X: x - 4, Y: y})
			}
		},
		tap: func(fyne.Position, bool) {
			b.onUse()
			b.shell.run(t.id)
		},
		menu: func(at fyne.Position) {
			if t.sub == "" {
				return
			}
			b.onUse()
			if m := b.shell.commands.SubMenu(c.Menu, t.sub, b.shell.Fail); m != nil {
				widget.ShowPopUpMenuAtPosition(m, b.shell.canvasOf(b.board), at)
			}
		}}
}

// tipOf words what a command does, with its keys, or why it cannot be run.
func tipOf(c *command.Command, can bool, why string) string {
	text := c.Text
	if len(c.Keys) > 0 {
		text += "  " + c.Keys[0].String()
	}
	if !can && why != "" {
		text += " · " + why
	}
	return text
}

// showTip shows what the button under the pointer does, beside it.
func (b *toolBar) showTip(c *cell) {
	b.tipped = ""
	if c != nil {
		b.tipped = c.hint
	}
	if b.tipped == "" {
		if b.tip.Visible() {
			b.tip.Hide()
		}
		return
	}
	w := theme.Measure(b.tipped, theme.FontSmall, max(b.scale, 1)) + 18
	put(b.tip, toolBarWidth+4, c.y+3, w, 22, true)
	b.tip.update()
}
