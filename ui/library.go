package ui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
)

// openedModel is a model that the user opened.
type openedModel struct {
	name string // of the file without its extension
	path string // of the file
	root scene.NodeID
	base scene.Transform // of the root of the scene that was read: it makes metres and Y up of the numbers of the file
	box  scene.Bounds    // around the numbers of the file

	model  *assets.Model // nil while a preview is shown
	counts assets.Counts
	last   *reading // that is shown
	size   int64    // bytes of the file
	read   orient   // how the importer took the file
	orient          // how the user takes it
	job    *openJob
	batch  *batch
	clips  player
}

// batch is the models that were opened at once: the camera is moved to all of them together.
type batch struct {
	models []*openedModel
	moves  int // of the camera when it last was where the batch wanted it; < 0: the user has taken it over
}

// library is the models that the user opened, beside those of the twin. They stand side by side on the ground, or where
// their files say. It belongs to the Fyne goroutine.
type library struct {
	x     *session
	stage ModelStage
	scene *scene.Scene
	loader
	read    Loader
	watcher *watcher

	list    []*openedModel
	own     bool         // models stand where their files say
	beside  scene.Bounds // what of the twin they stand beside; empty without a twin
	version int          // rises with each change of the list or of what is in it
}

func newLibrary(x *session, stage ModelStage) *library {
	read := x.Load
	if read == nil {
		read = assets.Load
	}
	return &library{x: x, stage: stage, scene: stage.Scene(), read: read, watcher: newWatcher(), beside: scene.NoBounds()}
}

// open reads files and shows them.
func (l *library) open(paths []string) {
	b := &batch{moves: l.stage.Moves()}
	for _, path := range paths {
		base := filepath.Base(path)
		o := &openedModel{name: strings.TrimSuffix(base, filepath.Ext(base)), path: path, root: scene.NoNode, batch: b}
		o.orient = l.x.s.prefs.orientOf(path)
		b.models = append(b.models, o)
		l.list = append(l.list, o)
		o.job = &openJob{name: base, path: path, read: l.read, preview: func(r *reading) { l.show(o, r) }}
		o.job.done = func(r *reading, err error) { l.finish(o, r, err) }
		l.add(o.job)
	}
	l.version++
}

// finish shows a model that was read, or takes away what was shown of one that could not be.
func (l *library) finish(o *openedModel, r *reading, err error) {
	if err != nil {
		l.remove(o)
		return
	}
	o.job = nil
	l.take(o, r)
	l.show(o, r)
	l.wonder(o)
	l.x.s.rememberModel(o.path)
	l.x.s.commands.Done.Did(changeOf("Open "+o.name, func() { l.remove(o) }, func() { l.restore(o, len(l.list)) }))
}

// take notes what was read.
func (l *library) take(o *openedModel, r *reading) {
	m := r.model
	o.model, o.counts, o.read, o.size = m, r.counts, orient{m.Unit, m.Up}, r.stamp.size
	l.follow(o, modelFiles(o.path, m), r.stamp)
}

// close ends all that runs in the background.
func (l *library) close() {
	l.loader.close()
	l.watcher.close()
}

// show puts a scene in the place of a model: a preview, the model itself, or a newer version of it. Nodes keep their
// ids by their paths, so the selection holds.
func (l *library) show(o *openedModel, r *reading) {
	if !slices.Contains(l.list, o) {
		return
	}
	if !l.x.bare && len(l.shown()) == 0 {
		l.beside = l.plant()
	}
	o.last, o.base, o.box = r, r.base, r.box
	if o.root == scene.NoNode {
		o.root = l.scene.Instantiate(r.scene, groupOf(l.scene), o.name, scene.Transform{})
	} else {
		l.scene.Replace(o.root, r.scene)
	}
	l.changed()
	l.look(o.batch)
}

// wonder says so when a model is so much greater or smaller than the others that one of them must have another unit.
func (l *library) wonder(o *openedModel) {
	const much = 300 // millimetres taken for metres make a thousand
	own := l.bounds(o).Diagonal()
	for _, other := range l.shown() {
		d := l.bounds(other).Diagonal()
		if other == o || other.model == nil || own <= 0 || d <= 0 {
			continue
		}
		if ratio := own / d; ratio > much || ratio < 1/much {
			word := "greater"
			if ratio < 1 {
				word, ratio = "smaller", 1/ratio
			}
			l.x.s.Note(fmt.Sprintf("%s is %s times %s than %s: another unit can be chosen in the inspector", o.name, significant(ratio, 2), word, other.name))
			return
		}
	}
}

// plant is the box around the twin, without what the user opened.
func (l *library) plant() scene.Bounds {
	b := scene.NoBounds()
	for _, id := range l.scene.Node(scene.Root).Children {
		if l.scene.Node(id).Path != openedGroup {
			b = b.Union(l.scene.Bounds(id))
		}
	}
	return b
}

// forget takes a model out of the list and out of the scene.
func (l *library) forget(o *openedModel) {
	l.list = slices.DeleteFunc(l.list, func(x *openedModel) bool { return x == o })
	if o.root != scene.NoNode {
		l.scene.Remove(o.root)
		o.root = scene.NoNode
	}
	l.watcher.forget(o)
	l.changed()
}

// remove takes a model away; restore brings it back to its place in the list.
func (l *library) remove(o *openedModel) (at int) {
	at = slices.Index(l.list, o)
	l.forget(o)
	l.x.deselectGone()
	return at
}

func (l *library) restore(o *openedModel, at int) {
	if l.x.s.desk != l.x || slices.Contains(l.list, o) {
		return
	}
	l.list = slices.Insert(l.list, min(max(at, 0), len(l.list)), o)
	o.batch = &batch{models: []*openedModel{o}, moves: l.stage.Moves()}
	l.show(o, o.last)
	l.follow(o, modelFiles(o.path, o.model), stamp{})
}

// discard removes a model for the user.
func (l *library) discard(o *openedModel) {
	if o.job != nil {
		l.abandon(o.job)
	}
	if o.model == nil {
		return
	}
	at := l.remove(o)
	l.x.s.commands.Done.Did(changeOf("Remove "+o.name, func() { l.restore(o, at) }, func() { l.remove(o) }))
}

// abandon cancels the reading of a file, or dismisses its failure, and takes its preview away.
func (l *library) abandon(j *openJob) {
	l.cancel(j)
	for _, o := range l.list {
		if o.job == j {
			if o.model == nil {
				l.remove(o)
			}
			o.job = nil
			break
		}
	}
	l.version++
}

// changed places all models anew and tells the view.
func (l *library) changed() {
	l.version++
	boxes := make([]scene.Bounds, len(l.list))
	turned := make([]scene.Transform, len(l.list))
	for i, o := range l.list {
		turned[i] = o.stand()
		boxes[i] = scene.NoBounds()
		if o.root != scene.NoNode && !o.box.Empty() {
			boxes[i] = o.box.Transformed(turned[i].Matrix())
		}
	}
	shifts := make([]mgl64.Vec3, len(boxes))
	if !l.own {
		shifts = layOut(boxes, l.beside)
	}
	for i, o := range l.list {
		if o.root != scene.NoNode {
			turned[i].Translation = shifts[i]
			l.scene.SetLocal(o.root, turned[i])
			o.clips.reset(l.scene, o.root) // their places in the scene's list may have changed
		}
	}
	l.stage.Rebuilt()
}

// stand is how the numbers of the file stand in metres with Y up, as the user takes them.
func (o *openedModel) stand() scene.Transform {
	t := o.transform(o.read)
	base := o.base.Normalized()
	for k := range t.Scale {
		t.Scale[k] *= base.Scale[k]
	}
	t.Rotation = t.Rotation.Mul(base.Rotation)
	return t
}

// look moves the camera to a batch, unless the user has moved it meanwhile.
func (l *library) look(b *batch) {
	if b == nil || b.moves != l.stage.Moves() {
		return
	}
	if box := l.bounds(b.models...); !box.Empty() {
		l.stage.FrameBounds(box)
	}
}

// bounds is the box around models.
func (l *library) bounds(models ...*openedModel) scene.Bounds {
	box := scene.NoBounds()
	for _, o := range models {
		if o.root != scene.NoNode {
			box = box.Union(l.scene.Bounds(o.root))
		}
	}
	return box
}

// of returns the model that a node belongs to, or nil.
func (l *library) of(node scene.NodeID) *openedModel {
	if l == nil || node == scene.NoNode {
		return nil
	}
	for _, o := range l.list {
		if o.root != scene.NoNode && l.scene.Under(node, o.root) {
			return o
		}
	}
	return nil
}

// reorient takes a model in another unit or with another axis upwards. It can be undone and is remembered for the file.
func (l *library) reorient(o *openedModel, to orient, text string) {
	old := o.orient
	if to.or(o.read) == old.or(o.read) {
		return
	}
	set := func(v orient) {
		o.orient = v
		l.x.s.prefs.orient(o.path, v)
		l.x.s.prefs.save(l.x.s.app.Preferences())
		if slices.Contains(l.list, o) {
			l.changed()
			l.stage.FrameBounds(l.bounds(o))
		}
		l.x.s.updatePanels()
	}
	set(to)
	l.x.s.commands.Done.Did(changeOf(text, func() { set(old) }, func() { set(to) }))
}

// arrange lays the models side by side, or puts them where their files say. It can be undone.
func (l *library) arrange(own bool) {
	if own == l.own {
		return
	}
	set := func(v bool) {
		l.own = v
		l.changed()
		l.stage.FrameBounds(l.bounds(l.list...))
	}
	set(own)
	text := "Lay models side by side"
	if own {
		text = "Put models where their files say"
	}
	l.x.s.commands.Done.Did(changeOf(text, func() { set(!own) }, func() { set(own) }))
}

// shown lists the models of which there is something to see.
func (l *library) shown() []*openedModel {
	var out []*openedModel
	for _, o := range l.list {
		if o.root != scene.NoNode {
			out = append(out, o)
		}
	}
	return out
}

// summary counts the models and what is drawn of them: "3 models · 1.2 M triangles".
func (l *library) summary() string {
	n, drawn := 0, 0
	for _, o := range l.shown() {
		n++
		drawn += o.counts.Drawn
	}
	if n == 0 {
		return ""
	}
	return join(count(n, "model"), triangles(drawn))
}

// triangles words a number of triangles.
func triangles(n int) string {
	switch {
	case n == 0:
		return ""
	case n < 10_000:
		return fmt.Sprintf("%s triangles", grouped(fmt.Sprint(n)))
	case n < 1_000_000:
		return fmt.Sprintf("%.0f k triangles", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f M triangles", float64(n)/1e6)
}
