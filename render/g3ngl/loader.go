package g3ngl

import (
	"sync/atomic"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

const (
	parcelBytes  = 1 << 20
	parcelsAhead = 3         // that wait for the render thread at most
	instanceFrom = 8         // uses of a mesh
	instanceSave = 256 << 10 // bytes that instancing must save
)

// loader prepares what the GPU needs for a layout, on a goroutine of its own, and hands it over in parcels. It knows what
// it has sent and sends only what differs. All its fields but the channels and the counter are that goroutine's.
type loader struct {
	layouts chan *render.Layout // the newest that is wanted
	parcels chan *parcel
	quit    chan struct{}
	left    atomic.Int64 // objects and textures that are still to be sent

	pool   pagePool
	images imagePlan
	slots  []slotState
	plans  map[*scene.Mesh]*meshPlan
	forms  map[*scene.Mesh]form // of meshes that are packed more than once
	uses   map[*scene.Mesh]int
	parcel *parcel
}

// slotState is what was sent for a slot.
type slotState struct {
	mesh *scene.Mesh
	plan *meshPlan
	at   []place
}

func newLoader(d *device, textureBytes int) *loader {
	k := &loader{
		layouts: make(chan *render.Layout, 1), parcels: make(chan *parcel, parcelsAhead), quit: make(chan struct{}),
		plans: map[*scene.Mesh]*meshPlan{}, parcel: &parcel{},
	}
	k.pool = newPagePool(k)
	k.images = newImagePlan(k, int(d.maxTexture), int(d.maxLayers), textureBytes)
	go k.run()
	return k
}

// want asks for a layout instead of all that were asked for before. Only the render thread calls it.
func (k *loader) want(l *render.Layout) {
	select {
	case <-k.layouts:
	default:
	}
	k.layouts <- l
}

// close ends the goroutine. What it has sent but nobody took is lost.
func (k *loader) close() { close(k.quit) }

func (k *loader) run() {
	for {
		select {
		case <-k.quit:
			return
		case l := <-k.layouts:
			k.load(l)
		}
	}
}

// load sends what a layout needs beyond what was sent before. It ends early when another one is wanted.
func (k *loader) load(l *render.Layout) {
	k.images.plan(l)
	queue := k.compare(l)
	k.left.Store(int64(len(queue) + len(k.images.queue)))
	k.pool.expect(l, queue, k)
	k.forms = map[*scene.Mesh]form{}
	defer func() { k.forms = nil }()
	for len(queue) > 0 {
		for _, slot := range queue {
			if k.superseded() {
				return
			}
			k.bring(l, slot)
		}
		queue = k.pool.wasteful(k.slots)
	}
	for len(k.images.queue) > 0 {
		if k.superseded() || !k.images.bring() {
			return
		}
		k.left.Add(-1)
	}
	k.step(&settle{l, k.images.stats()})
	k.flush()
}

func (k *loader) superseded() bool {
	if len(k.layouts) > 0 {
		return true
	}
	select {
	case <-k.quit:
		return true
	default:
		return false
	}
}

// compare returns the slots that do not show yet what the layout wants.
func (k *loader) compare(l *render.Layout) []int {
	k.replan(l)
	for len(k.slots) < len(l.Mesh) {
		k.slots = append(k.slots, slotState{})
	}
	var queue []int
	for slot := range k.slots {
		var m *scene.Mesh
		if slot < len(l.Mesh) {
			m = l.Shape(slot)
		}
		if st := &k.slots[slot]; st.mesh != m || st.plan != k.plans[m] {
			queue = append(queue, slot)
		}
	}
	return queue
}

// replan makes the plans of all meshes in use, keeping those that are the same as before.
func (k *loader) replan(l *render.Layout) {
	looks := make([]materialLook, len(l.Materials))
	for i := range looks {
		looks[i] = lookOf(&l.Materials[i], l.Translucent[i], l.Textures, k.images.arrayOf)
	}
	k.uses = make(map[*scene.Mesh]int, len(k.uses))
	for slot := range l.Mesh {
		if m := l.Shape(slot); m != nil {
			k.uses[m]++
		}
	}
	plans := make(map[*scene.Mesh]*meshPlan, len(k.uses))
	for m, n := range k.uses {
		p := planOf(m, l, looks)
		p.instanced = n >= instanceFrom && (n-1)*(m.Vertices()*vertexBytes+len(m.Indices)*4) >= instanceSave
		if old := k.plans[m]; old != nil && old.equal(p) {
			p = old
		}
		plans[m] = p
	}
	k.plans = plans
}

// bring sends what a slot is to show and takes away what it showed.
func (k *loader) bring(l *render.Layout, slot int) {
	st := &k.slots[slot]
	var m *scene.Mesh
	if slot < len(l.Mesh) {
		m = l.Shape(slot)
	}
	change := &swap{}
	var at []place
	if m != nil {
		edges := m.Triangles() > 0 // they go with the first share of triangles
		for i := range k.plans[m].shares {
			s := &k.plans[m].shares[i]
			var add addition
			var where place
			with := edges && s.kind.primitive == triangles
			if k.plans[m].instanced {
				add, where = k.pool.instance(m, s, slot, with)
			} else {
				add, where = k.pool.merge(m, s, slot, with)
			}
			edges = edges && !with
			change.add, at = append(change.add, add), append(at, where)
		}
	}
	var emptied []*page
	for _, p := range st.at {
		change.drop = append(change.drop, removal{p.page.batch, p.index})
		if k.pool.leave(p) {
			emptied = append(emptied, p.page)
		}
	}
	*st = slotState{m, k.plans[m], at}
	if len(change.add)+len(change.drop) > 0 {
		k.step(change)
	}
	for _, pg := range emptied {
		k.pool.close(pg)
	}
	k.left.Add(-1)
}

// formOf returns the form of a mesh, finding it once for all its uses.
func (k *loader) formOf(m *scene.Mesh) form {
	if f, known := k.forms[m]; known {
		return f
	}
	f := formOf(m, k.pool.edges < maxEdgeVertices)
	if k.uses[m] > 1 || len(k.plans[m].shares) > 1 {
		k.forms[m] = f
	}
	return f
}

// step appends to the parcel that is being filled, which leaves when it is full.
func (k *loader) step(s step) { k.parcel.steps = append(k.parcel.steps, s) }

// weigh counts bytes of the parcel and sends it when that is enough. It must be called between whole steps.
func (k *loader) weigh(bytes int) {
	if k.parcel.bytes += bytes; k.parcel.bytes >= parcelBytes {
		k.flush()
	}
}

func (k *loader) flush() {
	k.pool.sealed()
	if len(k.parcel.steps) == 0 {
		return
	}
	select {
	case k.parcels <- k.parcel:
	case <-k.quit:
	}
	k.parcel = &parcel{}
}
