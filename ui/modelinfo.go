package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// fact is a line of the inspector: what is known of a model or of a part of it.
type fact struct{ name, value string }

// models fills the inspector with the selected part of an opened model, or with what there is when nothing is selected.
// What its buttons ask for goes to onModel: "unit" and "up" with the number of the choice, "warnings", "play", "clip",
// "seek" with thousandths of the clip, "remove", "folder".
func (p *inspector) models(f *flow) {
	v := p.v
	f.b.head, f.head, f.b.foot, f.foot = 34, 34, 0, 0
	if v.models == nil {
		return
	}
	node := v.node()
	o := v.models.of(node)
	if o == nil {
		switch shown := v.models.shown(); {
		case len(shown) == 1 && shown[0].model != nil:
			o, node = shown[0], shown[0].root
		case len(shown) == 0:
			f.pin(heading("Inspector", "", f.W))
			f.add(empty(f.sheet, "Nothing to inspect yet", "Open a model, then click a part of it"))
			return
		default:
			f.pin(heading("Inspector", "nothing selected", f.W))
			f.add(empty(f.sheet, v.models.summary(), "Click a part in the view, or a row in the list"))
			return
		}
	}
	s := v.models.scene
	if node == o.root {
		f.pin(heading(o.name, "model", f.W))
	} else {
		f.pin(heading(s.Node(node).Name, "part of "+o.name, f.W))
		p.partFacts(f, o, node)
	}
	p.modelFacts(f, o)
	f.y += 8
	f.total = f.y
}

// partFacts says what is known of a part: its size, its surfaces, and what the file states of it and of what it is in.
func (p *inspector) partFacts(f *flow, o *openedModel, node scene.NodeID) {
	s := p.v.models.scene
	var facts []fact
	if b := s.Bounds(node); !b.Empty() {
		d := b.Size()
		facts = append(facts, fact{"Size", p.shell.prefs.Lengths.text(d[0], d[1], d[2])})
	}
	drawn, parts, materials := subtree(s, node)
	switch {
	case parts == 0:
		facts = append(facts, fact{"Shows", "nothing: it only holds a place"})
	case drawn > 0:
		facts = append(facts, fact{"Triangles", grouped(fmt.Sprint(drawn))})
	}
	if parts > 1 {
		facts = append(facts, fact{"Meshes", grouped(fmt.Sprint(parts))})
	}
	if len(materials) > 0 {
		facts = append(facts, fact{"Material", listed(materials, 3)})
	}
	p.facts(f, facts)
	part := p.v.part
	if m := s.Mesh(s.Node(node).Mesh); m != nil && part.marked {
		if rows := m.Table.Row(part.feature); len(rows) > 0 {
			title := "Where you clicked"
			if m.Table.Name != "" {
				title = m.Table.Name
			}
			p.properties(f, title, fmt.Sprintf("row %d", part.feature+1), rows)
		} else if m.Table == nil {
			p.facts(f, []fact{{"Face", fmt.Sprint(part.feature + 1)}})
		}
	}
	for id := node; id != scene.NoNode; id = s.Node(id).Parent {
		n := s.Node(id)
		if len(n.Properties) > 0 {
			title := "Properties"
			if id != node {
				title = "Of " + n.Name
			}
			p.properties(f, title, "", n.Properties)
		}
		if id == o.root {
			break
		}
	}
}

// subtree counts what is drawn of a node and all below it, and names its materials.
func subtree(s *scene.Scene, node scene.NodeID) (drawn, parts int, materials []string) {
	seen := map[scene.MaterialID]bool{}
	s.Walk(node, func(id scene.NodeID) bool {
		m := s.Mesh(s.Node(id).Mesh)
		if m == nil {
			return true
		}
		parts++
		drawn += m.Triangles()
		for _, run := range [][]scene.Part{m.Parts, m.LineParts, m.PointParts} {
			for _, part := range run {
				if !seen[part.Material] {
					seen[part.Material] = true
					if name := s.Materials()[part.Material].Name; name != "" && len(materials) < 20 {
						materials = append(materials, name)
					}
				}
			}
		}
		return true
	})
	return drawn, parts, materials
}

func listed(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// modelFacts says what is known of a file, and lets it be taken otherwise.
func (p *inspector) modelFacts(f *flow, o *openedModel) {
	m := o.model
	if m == nil {
		words := "A first look: boxes stand where parts will be"
		if o.job != nil {
			words, _ = o.job.state()
		}
		p.facts(f, []fact{{"File", filepath.Base(o.path)}, {"State", words}})
		return
	}
	f.put(withW(heading("Model", "", f.W), f.W))
	c := o.counts
	facts := []fact{{"File", filepath.Base(o.path)}, {"Folder", homely(filepath.Dir(o.path))}, {"Format", join(m.Format, fileSize(o.size))}}
	if doc := m.Scene.Document(); doc.Generator != "" {
		facts = append(facts, fact{"Made by", doc.Generator})
	}
	facts = append(facts, fact{"Triangles", grouped(fmt.Sprint(c.Drawn))}, fact{"Vertices", grouped(fmt.Sprint(c.Vertices))},
		fact{"Nodes", grouped(fmt.Sprint(c.Nodes))}, fact{"Materials", fmt.Sprint(max(c.Materials-1, 0))})
	if n := len(m.Scene.Textures()) - 1; n > 0 {
		facts = append(facts, fact{"Textures", fmt.Sprint(n)})
	}
	if !o.box.Empty() {
		d := o.box.Transformed(o.stand().Matrix()).Size()
		facts = append(facts, fact{"Size", p.shell.prefs.Lengths.text(d[0], d[1], d[2])})
	}
	p.facts(f, facts)
	p.orientation(f, o)
	p.clips(f, o)
	if props := m.Scene.Document().Properties; len(props) > 0 {
		p.properties(f, "Document", "", props)
	}
	if n := len(m.Warnings); n > 0 {
		f.y += 4
		f.card("model:warnings", "What of the file is not shown as it was meant", []cardLine{
			{"What was not understood", theme.FontBold, theme.Text, 0},
			{sentence(m.Warnings[0]), theme.FontSmall, theme.Text2, 2},
			{moreWarnings(n), theme.FontSmall, theme.Text3, 2}},
			func() { p.ask(o, "warnings", 0) }, nil)
	}
}

// homely shortens the path of a folder: by the home of the user, and by what lies at its beginning, for its end tells more.
func homely(dir string) string {
	if home, err := os.UserHomeDir(); err == nil && home != "/" {
		if rest, below := strings.CutPrefix(dir, home+string(filepath.Separator)); below {
			dir = "~" + string(filepath.Separator) + rest
		}
	}
	const most = 34
	if r := []rune(dir); len(r) > most {
		end := string(r[len(r)-most:])
		if i := strings.IndexRune(end, filepath.Separator); i >= 0 && i < len(end)-8 {
			end = end[i:]
		}
		return "…" + end
	}
	return dir
}

func moreWarnings(n int) string {
	if n == 1 {
		return "Show it, to be copied"
	}
	return fmt.Sprintf("Show all %d, to be copied", n)
}

func fileSize(bytes int64) string {
	if bytes <= 0 {
		return ""
	}
	return size(bytes)
}

func (p *inspector) ask(o *openedModel, what string, n int) {
	if p.onModel != nil {
		p.onModel(o, what, n)
	}
}

// facts lists names with their values; long values take the lines that they need.
func (p *inspector) facts(f *flow, list []fact) {
	label := float32(76)
	for _, x := range list {
		label = max(label, f.width(x.name, theme.FontText)+12)
	}
	label = min(label, (f.W-2*theme.Margin)*.45)
	for _, x := range list {
		p.fact(f, x, label)
	}
	f.y += 4
}

func (p *inspector) fact(f *flow, x fact, label float32) {
	room := f.W - 2*theme.Margin - label
	lines := theme.Wrap(x.value, theme.FontText, f.Scale, room)
	if len(lines) > 4 {
		lines = append(lines[:3:3], theme.Fit(lines[3]+" …", theme.FontText, f.Scale, room))
	}
	h := max(22, 4+18*float32(len(lines)))
	f.put(cell{w: f.W, h: h, name: "fact:" + x.name, hint: x.name + ": " + x.value, key: x.name + "\x00" + x.value, paint: func(pen *theme.Pen, c cell) {
		pen.TextFit(theme.Margin, c.y+15.5, label-8, x.name, theme.FontText, theme.Color(theme.Text2))
		for i, l := range lines {
			pen.TextFit(theme.Margin+label, c.y+15.5+18*float32(i), room, l, theme.FontText, theme.Color(theme.Text))
		}
	}, menu: func(at fyne.Position) {
		if p.shell != nil {
			p.shell.copyMenu(at, "Copy value", x.value)
		}
	}})
}

// properties lists what the file states.
func (p *inspector) properties(f *flow, title, note string, list []scene.Property) {
	f.put(withW(heading(title, note, f.W), f.W))
	facts := make([]fact, 0, len(list))
	for i, x := range list {
		if i == 100 {
			facts = append(facts, fact{"…", fmt.Sprintf("and %d more", len(list)-i)})
			break
		}
		facts = append(facts, fact{x.Name, x.Text()})
	}
	p.facts(f, facts)
}

// orientation offers the units and the axes that a file may be meant in.
func (p *inspector) orientation(f *flow, o *openedModel) {
	now := o.or(o.read)
	var units []string
	chosen := -1
	for i, u := range lengthUnits {
		units = append(units, string(u.symbol))
		if u.symbol == now.Unit {
			chosen = i
		}
	}
	hint := "Take the numbers of the file as this unit"
	if o.read.Unit != "" {
		hint += "; read as " + string(o.read.Unit)
	}
	p.choices(f, o, "Unit", "unit", units, chosen, hint)
	up := 0
	if now.Up == "Z" {
		up = 1
	}
	hint = "Which axis of the file points up"
	if o.read.Up != "" {
		hint += "; read as " + string(o.read.Up)
	}
	p.choices(f, o, "Up", "up", []string{"Y", "Z"}, up, hint)
	f.y += 4
}

// choices is a line of small switches, of which one is on.
func (p *inspector) choices(f *flow, o *openedModel, name, what string, texts []string, chosen int, hint string) {
	const label, h = 76, 28
	y := f.y
	f.put(cell{w: theme.Margin + label, h: h, key: name, paint: func(pen *theme.Pen, c cell) {
		pen.Text(theme.Margin, c.y+18, name, theme.FontText, theme.Color(theme.Text2))
	}})
	x := float32(theme.Margin + label)
	for i, t := range texts {
		w := max(34, f.width(t, theme.FontText)+16)
		on := i == chosen
		f.add(cell{x: x, y: y + 2, w: w, h: h - 4, name: "model:" + what + ":" + t, hint: hint, hand: !on, key: fmt.Sprint(t, on),
			paint: func(pen *theme.Pen, c cell) {
				back, ink := theme.Color(theme.Field), theme.Color(theme.Text2)
				if on {
					back, ink = theme.Color(theme.Selected), theme.Color(theme.Text)
				} else if c.hot {
					back, ink = theme.Mix(back, theme.Color(theme.Text), .08), theme.Color(theme.Text)
				}
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
				pen.TextCenter(c.x+c.w/2, c.y+c.h/2+4.5, t, theme.FontText, ink)
			},
			tap: func(fyne.Position, bool) { p.ask(o, what, i) }})
		x += w + 4
	}
}

// clips lets the animations of a model be played.
func (p *inspector) clips(f *flow, o *openedModel) {
	names := o.clips.names()
	if len(names) == 0 {
		return
	}
	f.put(withW(heading("Animation", fmt.Sprintf("%.1f s", o.clips.duration()), f.W), f.W))
	y := f.y
	icon, hint := theme.IconPlay, "Play the animation"
	if o.clips.playing {
		icon, hint = theme.IconPause, "Pause the animation"
	}
	f.put(cell{x: theme.Margin, w: 30, h: 30, name: "model:play", hint: hint, hand: true, key: fmt.Sprint(icon), paint: func(pen *theme.Pen, c cell) {
		back := theme.Color(theme.Field)
		if c.hot {
			back = theme.Mix(back, theme.Color(theme.Text), .08)
		}
		pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
		pen.Icon(icon, c.x+c.w/2, c.y+c.h/2, 11, theme.Color(theme.Text))
	}, tap: func(fyne.Position, bool) { p.ask(o, "play", 0) }})
	share := float32(0)
	if d := o.clips.duration(); d > 0 {
		share = float32(o.clips.time / d)
	}
	f.add(slider(theme.Margin+38, y+5, f.W-2*theme.Margin-38, "model:seek", "Move through the animation", share, -1, theme.Accent, true,
		func(at float32, _ bool) {
			if at >= 0 {
				p.ask(o, "seek", int(at*1000))
			}
		}))
	f.y += 4
	if len(names) == 1 {
		return
	}
	for i, name := range names {
		on := i == o.clips.at
		f.put(cell{w: f.W, h: theme.RowHeight, name: fmt.Sprint("model:clip:", i), hint: "Show " + name, hand: true, key: fmt.Sprint(name, on), paint: func(pen *theme.Pen, c cell) {
			rowBack(pen, c, on)
			ink := theme.Text2
			if on {
				ink = theme.Text
			}
			pen.TextFit(theme.Margin, c.y+17.5, c.w-2*theme.Margin, name, theme.FontText, theme.Color(ink))
		}, tap: func(fyne.Position, bool) { p.ask(o, "clip", i) }})
	}
}
