package ui

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// ShadeStage is a Stage that colours assets by how they differ. The Stage of NewStage is one.
type ShadeStage interface {
	// Shade colours assets in place of what bindings say, with a text beside each; an empty list ends it. against names
	// what they differ from, for the legend.
	Shade(list []Shade, against string)
}

// Shade is how one asset differs: −1 worse … 0 the same … +1 better.
type Shade struct {
	Asset twin.AssetID
	Shade float64
	Text  string // "+12 % flow"
}

// shading is what is shown of a difference.
type shading struct {
	list    []Shade
	against string
}

func (s *shading) on() bool { return len(s.list) > 0 }

// said reports whether the difference of an asset has a text of its own.
func (s *shading) said(id twin.AssetID) bool {
	for i := range s.list {
		if s.list[i].Asset == id && s.list[i].Text != "" {
			return true
		}
	}
	return false
}

// legend explains the colours of a difference.
func (s *shading) legend() viewport.Legend {
	l := viewport.Legend{Title: "Difference from " + s.against, Low: "worse", Mark: "same", High: "better", MarkAt: .5}
	const n = 12
	for i := range n + 1 {
		l.Stops = append(l.Stops, theme.Difference(2*float32(i)/n-1))
	}
	return l
}

// Shade implements ShadeStage.
func (s *stage) Shade(list []Shade, against string) {
	s.shades = shading{list, against}
	s.reshade()
	s.relabel = true
}

// reshade writes the colours of the difference again, as after a change of the theme or of the bindings.
func (s *stage) reshade() {
	if !s.shades.on() {
		s.set.Shade(nil)
		return
	}
	tints := map[scene.NodeID]color.NRGBA{}
	for _, d := range s.shades.list {
		if math.IsNaN(d.Shade) || d.Asset < 0 || int(d.Asset) >= len(s.scenery.nodes) || s.scenery.nodes[d.Asset] == scene.NoNode {
			continue
		}
		t := float32(max(-1, min(1, d.Shade)))
		if t == 0 {
			continue
		}
		c := theme.Difference(t)
		c.A = uint8(255 * (.45 + .5*min(1, abs32(t))))
		for _, node := range s.scenery.all(d.Asset) {
			tints[node] = c
		}
	}
	s.set.Shade(tints)
}

func abs32(v float32) float32 { return max(v, -v) }

// maxDifferences is how many assets say how they differ, beside the selected one: those that differ most.
const maxDifferences = 4

// leastDifference is the least shade of an asset that says how it differs.
const leastDifference = .1

// telling are the shades that have a label, by their place in the list.
func (s *stage) telling() map[int]bool {
	var order []int
	out := map[int]bool{}
	for i, d := range s.shades.list {
		if d.Text != "" && math.Abs(d.Shade) >= leastDifference {
			order = append(order, i)
		}
		if d.Asset == s.selected {
			out[i] = true
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(math.Abs(s.shades.list[b].Shade), math.Abs(s.shades.list[a].Shade))
	})
	for _, i := range order[:min(len(order), maxDifferences)] {
		out[i] = true
	}
	return out
}

// differences adds what is said of assets that differ to the labels of a moment.
func (s *stage) differences(out []viewport.Label, from []label) ([]viewport.Label, []label) {
	telling := s.telling()
	for i, d := range s.shades.list {
		node := s.scenery.Node(d.Asset)
		if d.Text == "" || !telling[i] || node == scene.NoNode || s.scenery.nodes[d.Asset] != node {
			continue
		}
		l := viewport.Label{Node: node, Name: s.tree.Asset(d.Asset).Label, Value: d.Text, Rank: 2 + i, Mark: theme.Difference(float32(max(-1, min(1, d.Shade))))}
		if d.Asset == s.selected {
			l.Rank = 0
		}
		out, from = append(out, l), append(from, label{asset: d.Asset, node: node, signal: twin.NoSignal})
	}
	return out, from
}

// shade shows on the stage how the chosen scenario differs, or that it does not.
func (m *scenarios) shade() {
	stage, ok := m.x.Stage.(ShadeStage)
	if !ok {
		return
	}
	var next shading
	if a, fits, ok := m.answer(m.chosen); ok && fits && m.shaded && m.visible() {
		other := m.against()
		next.against = lower(m.book.get(basePlan).Name)
		if m.other != "" {
			next.against = m.book.get(m.other).Name
		}
		t := m.x.Project.Tree
		for _, p := range a.Parts {
			id, known := t.AssetByPath(p.Asset)
			if !known {
				continue
			}
			d := Shade{Asset: id, Shade: p.Shade, Text: p.Text}
			if other != nil {
				d.Text = ""
				for _, o := range other.Parts {
					if o.Asset == p.Asset {
						d.Shade -= o.Shade
					}
				}
			}
			if d.Shade != 0 || d.Text != "" {
				next.list = append(next.list, d)
			}
		}
	}
	if sameShading(m.shown, next) {
		return
	}
	m.shown = next
	stage.Shade(next.list, next.against)
}

func sameShading(a, b shading) bool {
	if a.against != b.against || len(a.list) != len(b.list) {
		return !a.on() && !b.on()
	}
	for i := range a.list {
		if a.list[i] != b.list[i] {
			return false
		}
	}
	return true
}
