package ui

import (
	"image"
	"time"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/scene/bind"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// Moment is a twin at one moment, to be drawn without a window.
type Moment struct {
	Project  *project.Project
	Scenery  *Scenery
	Snapshot *twin.Snapshot
	At       time.Time
	Mode     timeline.Mode
	Alarms   []twin.Priority // by AssetID; nil for none
	Selected twin.AssetID

	set *bind.Set
}

// Pose brings the scene to the moment: bindings and alarms. It comes before Compose.
func (m *Moment) Pose() {
	set := bind.New(m.Scenery.Scene, m.Scenery.Bindings)
	m.set = set
	set.Apply(m.Snapshot, 0, time.Second)
	for i, p := range m.Alarms {
		for _, node := range m.Scenery.own(twin.AssetID(i)) {
			set.SetAlarm(node, int(p))
		}
	}
}

// Compose draws over a picture of the moment what the window would show over it: labels, legend, scale, cube and measures.
// c says how the scene was drawn; its scene, labels and legend are filled in.
func (m *Moment) Compose(img *image.RGBA, c viewport.Composition) {
	s := &stage{scenery: m.Scenery, tree: m.Project.Tree, project: m.Project, picker: scene.NewPicker(m.Scenery.Scene),
		set: m.set, selected: m.Selected, prio: m.Alarms}
	all, from := s.allLabels(m.Snapshot, m.At)
	c.Turns = m.set.Turns
	c.Scene, c.Labels, c.Legend = m.Scenery.Scene, s.seenFrom(c.Camera.Eye, all, from), s.legendOf(m.Mode)
	viewport.Compose(img, c)
}
