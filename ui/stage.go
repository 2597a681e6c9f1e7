package ui

import (
	"errors"
	"image/color"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/scene/bind"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// stage is the Stage made of viewports, their scenery and the bindings. All viewports show the same scene.
type stage struct {
	scenery *Scenery
	views   []*viewport.Viewport
	view    *viewport.Viewport // the one that the user works in
	set     *bind.Set
	tree    *twin.Tree
	project *project.Project
	picker  *scene.Picker // to leave out labels of what is hidden

	ghost    *scene.Scene // a second pose, made when it is needed
	ghostSet *bind.Set
	ghostOn  bool

	shades shading // how assets differ; none while it is not shown

	presenter string
	follow    tracked

	quality     viewport.Quality
	newRenderer func() render.Renderer // of tests; nil: each viewport makes its own

	onSelect func(twin.AssetID, bool)
	onPart   func(scene.Hit, bool)
	onActive func(*viewport.Viewport)
	onCarry  func(asset twin.AssetID, at fyne.Position, done bool)
	grab     func(scene.Hit) // takes the next click in place of the selection; nil: none
	missed   []string        // nodes that the twin file names and its models lacked from the beginning; nil: not asked yet
	selected twin.AssetID    // that leads
	assets   []twin.AssetID  // all that are selected
	parts    []scene.NodeID  // selected beside them
	prio     []twin.Priority
	labelled time.Time
	snap     *twin.Snapshot // of the last labels
	relabel  bool
	good     bool      // a live snapshot with values was applied
	paints   uint64    // when it was
	first    time.Time // of the first picture with live data
	clock    func() time.Time
	turn     time.Duration // of the plant in the last frame
	unlisten func()
	closed   bool
}

// labelEvery is the least time between two changes of the labels in the view.
const labelEvery = 250 * time.Millisecond

// NewStage shows a scenery in a viewport. Without a project and a scenery it is empty, for models that the user opens.
// presenter is "", "shared" or "readback": see viewport.Options. Call it on the Fyne goroutine.
func NewStage(p *project.Project, s *Scenery, presenter string) ViewStage {
	camera := scene.Camera{}
	if p == nil || s == nil {
		p = noProject()
		s = emptyScenery(p.Tree)
		camera.Eye = mgl64.Vec3{6, 4.5, 8}
	}
	st := &stage{scenery: s, tree: p.Tree, project: p, picker: scene.NewPicker(s.Scene), selected: twin.NoAsset, clock: time.Now, presenter: presenter}
	st.follow.node = scene.NoNode
	st.set = bind.New(s.Scene, s.Bindings)
	if len(p.Viewpoints) > 0 {
		camera = s.Camera(p.Viewpoints[0])
	}
	st.view = st.addView(camera)
	st.unlisten = theme.OnChange(st.recolour)
	return st
}

// recolour follows the theme.
func (s *stage) recolour() {
	s.scenery.recolour()
	s.set.Recolour(s.scenery.Bindings)
	if s.ghostSet != nil {
		s.ghostSet.Recolour(s.scenery.Bindings)
	}
	s.reshade()
	s.relabel = true
}

// Close ends the renderer.
func (s *stage) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	s.unlisten()
	var errs []error
	for _, v := range s.views {
		errs = append(errs, v.Close())
	}
	return errors.Join(errs...)
}

func (s *stage) Object() fyne.CanvasObject { return s.views[0] }

func (s *stage) Apply(snap *twin.Snapshot, st timeline.State, dt time.Duration) {
	s.turn = plantTime(st, dt)
	s.set.Apply(snap, s.turn, dt)
	s.track()
	mode := timeFrame(st.Mode)
	now := s.clock()
	if s.relabel || snap != s.snap && now.Sub(s.labelled) >= labelEvery {
		s.labelled, s.snap, s.relabel = now, snap, false
		s.labels(snap, st)
		s.legend(st)
	}
	for _, v := range s.views {
		v.SetTimeMode(mode)
		v.Advance(dt)
	}
	s.noteFirst(snap)
}

// timeFrame is the frame around the view for a mode of the timeline.
func timeFrame(m timeline.Mode) viewport.TimeMode {
	switch m {
	case timeline.Live:
		return viewport.LiveFrame
	case timeline.Future:
		return viewport.FutureFrame
	}
	return viewport.PastFrame
}

// plantTime is how much of the plant's time a frame takes: what rests does not move.
func plantTime(st timeline.State, dt time.Duration) time.Duration {
	switch {
	case st.Mode == timeline.Live:
		return dt
	case st.Playing && !st.Dragging:
		return time.Duration(float64(dt) * st.Speed)
	}
	return 0
}

// noteFirst remembers when live data were first on the screen.
func (s *stage) noteFirst(snap *twin.Snapshot) {
	if !s.first.IsZero() {
		return
	}
	stats := s.views[0].Stats()
	if !s.good && snap.Origin == twin.Live {
		for i := range snap.Values {
			if snap.Values[i].Quality == twin.Good {
				s.good, s.paints = true, stats.Paints
				break
			}
		}
	}
	// One picture may have been on its way already when the values came.
	if s.good && stats.Paints > s.paints+1 {
		s.first = s.clock()
	}
}

// labels puts the leading values beside their parts: first the selected, then what is in alarm, then the rest.
func (s *stage) labels(snap *twin.Snapshot, st timeline.State) {
	out, from := s.allLabels(snap, st.At)
	for _, v := range s.views {
		v.SetLabels(s.seenFrom(v.Camera().Eye, out, from))
	}
}

// allLabels are the labels of a moment, and what each of them is of.
func (s *stage) allLabels(snap *twin.Snapshot, at time.Time) (out []viewport.Label, from []label) {
	v := view{tree: s.tree, snap: snap, at: at}
	for i, l := range s.scenery.labels {
		a := s.tree.Asset(l.asset)
		lab, ok := s.sign(&l, &v)
		if !ok {
			continue
		}
		lab.Rank = 2 + i
		if s.shades.said(l.asset) {
			continue // see differences
		}
		if int(l.asset) < len(s.prio) && s.prio[l.asset] != 0 {
			lab.Priority, lab.Acked, lab.Rank = s.prio[l.asset], true, 1
		}
		part := a.Parent != twin.NoAsset && a.Kind == ""
		switch {
		case l.asset == s.selected:
			lab.Rank = 0
		case part && lab.Priority == 0 && !s.near(l.asset):
			continue // parts of what is not selected would hide the plant
		}
		out, from = append(out, lab), append(from, l)
	}
	return s.differences(out, from)
}

// seenFrom are those labels whose parts can be seen from a place.
func (s *stage) seenFrom(eye mgl64.Vec3, all []viewport.Label, from []label) []viewport.Label {
	seen := make([]viewport.Label, 0, len(all))
	for i, l := range from {
		if !s.hidden(l, eye) {
			seen = append(seen, all[i])
		}
	}
	return seen
}

// hidden reports whether something else stands between the eye and what a label names.
func (s *stage) hidden(l label, eye mgl64.Vec3) bool {
	b := s.scenery.Scene.Bounds(l.node)
	if b.Empty() {
		return true
	}
	to := b.Center()
	ray := scene.Ray{Origin: eye, Direction: to.Sub(eye).Normalize()}
	hit, ok := s.picker.Pick(ray, scene.PickOptions{})
	if !ok || hit.Distance > b.Distance(eye) {
		return false
	}
	// What belongs together never hides itself: a nacelle does not take away the label of its gearbox.
	other := s.scenery.Asset(hit.Node)
	return !s.tree.Under(other, l.asset) && !s.tree.Under(l.asset, other)
}

// near reports whether an asset is a part of the selected one, or stands beside it under one parent.
func (s *stage) near(id twin.AssetID) bool {
	if s.selected == twin.NoAsset {
		return false
	}
	return s.tree.Under(id, s.selected) || s.tree.Asset(s.selected).Kind == "" && s.tree.Under(id, s.tree.Asset(s.selected).Parent)
}

// legend explains the colours of the selected part, else those of any.
func (s *stage) legend(st timeline.State) {
	l := s.legendOf(st.Mode)
	for _, v := range s.views {
		v.SetLegend(l)
	}
}

// legendOf is the legend for a mode of the timeline, without a title when there is nothing to explain.
func (s *stage) legendOf(mode timeline.Mode) (l viewport.Legend) {
	if s.shades.on() {
		return s.shades.legend()
	}
	var pick *colouring
	for i := range s.scenery.coloured {
		c := &s.scenery.coloured[i]
		if s.selected != twin.NoAsset && s.tree.Under(c.asset, s.selected) {
			pick = c
			break
		}
	}
	if pick == nil || len(pick.stops) < 2 {
		return l
	}
	lo, hi, u := pick.stops[0].At, pick.stops[len(pick.stops)-1].At, pick.unit
	l = viewport.Legend{Title: pick.title, Low: u.Format(lo, 0), High: u.Format(hi, 0)}
	if u.Symbol != "" {
		l.Title += ", " + u.Symbol
	}
	if n := pick.normal; n[0] < n[1] && n[1] > lo && n[1] < hi {
		l.Mark, l.MarkAt = "limit "+u.Format(n[1], 0), (n[1]-lo)/(hi-lo)
	}
	// The legend's stops stand evenly; the ramp's may not.
	const n = 12
	for i := range n + 1 {
		l.Stops = append(l.Stops, at(pick.stops, lo+(hi-lo)*float64(i)/n))
	}
	if s.ghostOn {
		l.Note = "solid A · ghost B, predicted"
	} else if mode == timeline.Future {
		l.Note = "as predicted in scenario A"
	}
	return l
}

// at is the colour of a ramp at a value, as it looks on the clay.
func at(stops []project.Stop, si float64) color.NRGBA {
	clay := theme.Color(theme.Clay)
	solid := func(c project.Color) color.NRGBA {
		out := colourOf(c)
		if out.A == 0 {
			return clay
		}
		return out
	}
	for i := 1; i < len(stops); i++ {
		if a, b := stops[i-1], stops[i]; si <= b.At {
			return theme.Mix(solid(a.Color), solid(b.Color), float32((si-a.At)/(b.At-a.At)))
		}
	}
	return solid(stops[len(stops)-1].Color)
}

func (s *stage) Ghost(snap *twin.Snapshot) {
	if snap == nil {
		if s.ghostOn {
			s.ghostOn, s.relabel = false, true
			s.setGhosts()
		}
		return
	}
	if s.ghost == nil || s.ghost.Len() != s.scenery.Scene.Len() {
		s.ghost = s.scenery.Scene.Clone()
		s.set.Rest(s.ghost)
		s.ghostSet = bind.New(s.ghost, s.scenery.Bindings)
	}
	s.ghostSet.Apply(snap, s.turn, time.Hour)
	if !s.ghostOn {
		s.ghostOn, s.relabel = true, true
		s.setGhosts()
	}
}

// setGhosts shows the second pose, or no longer, in all viewports.
func (s *stage) setGhosts() {
	var g []render.Ghost
	if s.ghostOn {
		g = []render.Ghost{{Scene: s.ghost, Root: scene.Root}}
	}
	for _, v := range s.views {
		v.SetGhosts(g)
	}
}

func (s *stage) Alarms(prio []twin.Priority) {
	for i, p := range prio {
		if i < len(s.prio) && s.prio[i] == p {
			continue
		}
		s.relabel = true
		for _, node := range s.scenery.own(twin.AssetID(i)) {
			s.set.SetAlarm(node, int(p))
		}
	}
	s.prio = prio
}

// own returns the nodes of an asset itself, none when only something above it has one.
func (s *Scenery) own(id twin.AssetID) []scene.NodeID {
	if s.nodes[id] == scene.NoNode {
		return nil
	}
	return s.all(id)
}

func (s *stage) Select(id twin.AssetID) {
	if id == twin.NoAsset {
		s.SelectAll(nil, nil)
		return
	}
	s.SelectAll([]twin.AssetID{id}, nil)
}

func (s *stage) Frame(id twin.AssetID) {
	if id == twin.NoAsset {
		s.view.FrameNode(scene.Root)
		return
	}
	if v, ok := s.viewpointOf(id); ok {
		s.view.FlyTo(s.scenery.Camera(v))
		return
	}
	if node := s.scenery.Node(id); node != scene.NoNode {
		s.view.FrameNode(node)
	}
}

// viewpointOf returns the viewpoint of the twin file that was made for this part, on this asset or on another of its
// kind: whoever wrote the file knows from where a part is seen best. ok is false when there is none.
func (s *stage) viewpointOf(id twin.AssetID) (v project.Viewpoint, ok bool) {
	a := s.tree.Asset(id)
	for _, v := range s.project.Viewpoints {
		if v.Select == twin.NoAsset || v.Asset == twin.NoAsset || v.Select == v.Asset || !s.tree.Under(v.Select, v.Asset) {
			continue
		}
		part := strings.TrimPrefix(s.tree.Asset(v.Select).Path, s.tree.Asset(v.Asset).Path)
		owner, found := s.tree.AssetByPath(strings.TrimSuffix(a.Path, part))
		if found && strings.HasSuffix(a.Path, part) && s.tree.Asset(owner).Kind == s.tree.Asset(v.Asset).Kind {
			v.Asset = owner
			return v, true
		}
	}
	return v, false
}

func (s *stage) OnSelect(f func(twin.AssetID, bool)) { s.onSelect = f }

func (s *stage) Look(name string) {
	if l, ok := render.ParseLook(name); ok {
		s.view.SetLook(l)
	}
}

func (s *stage) Looking() string { return s.view.Look().String() }

func (s *stage) View() Viewpoint {
	c := s.view.Camera()
	return Viewpoint{Eye: [3]float64(c.Eye), Target: [3]float64(c.Target), FOVRad: c.FovYRad, Ortho: c.Ortho}
}

func (s *stage) SetView(v Viewpoint) {
	s.view.FlyTo(scene.Camera{Eye: mgl64.Vec3(v.Eye), Target: mgl64.Vec3(v.Target), FovYRad: v.FOVRad, Ortho: v.Ortho})
}

func (s *stage) GoTo(v project.Viewpoint) {
	s.Look(v.Look)
	s.view.FlyTo(s.scenery.Camera(v))
}

var standard = map[string]scene.View{"front": scene.Front, "back": scene.Back, "right": scene.Right, "left": scene.Left, "top": scene.Top, "bottom": scene.Bottom, "iso": scene.Iso}

func (s *stage) Standard(name string) {
	if v, ok := standard[name]; ok {
		s.view.Standard(v)
	}
}

func (s *stage) Stats() StageStats {
	v := s.view.Stats()
	out := StageStats{Presenter: v.Presenter, FPS: v.FPS, FirstFrame: s.first, FrameTime: v.Render.Total}
	for _, other := range s.views {
		out.Frames += other.Stats().Frames
	}
	if v.Err != nil {
		out.Presenter, out.Degraded = "no 3D", v.Err.Error()
	}
	return out
}
