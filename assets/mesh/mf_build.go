package mesh

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// mfBuilder makes a scene of a package.
type mfBuilder struct {
	job    *loading.Job
	pack   *mfPackage
	root   *mfModel
	models map[string]*mfModel
	keys   []string // of models, in the order in which they were found

	palette palette
	looks   []mfLook // of all groups that could be understood
	ranges  map[*mfModel]map[uint32]lookRange

	scene *scene.Scene
	names namer
	shown int // nodes with a mesh
}

func (b *mfBuilder) build() (*scene.Scene, error) {
	items := b.items()
	objects, err := b.wanted(items)
	if err != nil {
		return nil, err
	}
	b.layOutLooks()
	if err := b.addMeshes(objects); err != nil {
		return nil, err
	}
	b.describe()
	unit := mfUnits[b.root.unit]
	upright := scene.Transform{}.Turned(-math.Pi/2, mgl64.Vec3{1, 0, 0}).Scaled(unit.metres) // Z up, in the unit of the file
	top := b.scene.AddNode(scene.Root, scene.Node{Name: "build", Local: upright})
	for i := range items {
		if err := b.place(top, b.root, &items[i], 2); err != nil {
			return nil, err
		}
	}
	if b.shown == 0 {
		return nil, errors.New("the model holds nothing that can be shown; export it again")
	}
	return b.scene, nil
}

// items returns what the build has; or all objects that no other contains, if it has nothing.
func (b *mfBuilder) items() []mfItem {
	if len(b.root.items) > 0 {
		return b.root.items
	}
	inner := map[uint32]bool{}
	for _, id := range b.root.order {
		for _, c := range b.root.objects[id].components {
			inner[c.object] = inner[c.object] || c.path == ""
		}
	}
	var out []mfItem
	for _, id := range b.root.order {
		if !inner[id] {
			out = append(out, mfItem{object: id, place: mgl64.Ident4()})
		}
	}
	if len(out) > 0 {
		b.job.Warn("the build of the model is empty; all its objects are shown")
	}
	return out
}

// find returns the object that an item of a model places.
func (b *mfBuilder) find(m *mfModel, it *mfItem) (*mfObject, error) {
	if it.path != "" {
		if m = b.models[it.path]; m == nil {
			return nil, fmt.Errorf("part %.200s is not in the archive; export the file again", it.path)
		}
	}
	o := m.objects[it.object]
	if o == nil {
		return nil, fmt.Errorf("part %.200s: there is no object %d; export the file again", m.key, it.object)
	}
	return o, nil
}

// wanted returns the objects that items place, each once, and refuses objects that contain themselves.
func (b *mfBuilder) wanted(items []mfItem) ([]*mfObject, error) {
	var out []*mfObject
	var visit func(m *mfModel, it *mfItem, depth int) error
	visit = func(m *mfModel, it *mfItem, depth int) error {
		o, err := b.find(m, it)
		if err != nil {
			return err
		}
		if o.active {
			return fmt.Errorf("%s contains itself", o.where())
		}
		if depth > b.job.Limits().Depth {
			return fmt.Errorf("objects contain each other more than %d deep, which is the limit", b.job.Limits().Depth)
		}
		if o.wanted {
			return nil
		}
		o.wanted, o.active = true, true
		defer func() { o.active = false }()
		out = append(out, o)
		o.nodes = 1
		for i := range o.components {
			if err := visit(o.model, &o.components[i], depth+1); err != nil {
				return err
			}
			if c, err := b.find(o.model, &o.components[i]); err == nil {
				o.nodes = min(o.nodes+c.nodes, 1<<40)
			}
		}
		return nil
	}
	nodes := 1
	for i := range items {
		if err := visit(b.root, &items[i], 2); err != nil {
			return nil, err
		}
		if o, err := b.find(b.root, &items[i]); err == nil {
			nodes += o.nodes
		}
		if nodes > b.job.Limits().Nodes {
			return nil, b.tooManyNodes()
		}
	}
	return out, nil
}

func (b *mfBuilder) tooManyNodes() error {
	return fmt.Errorf("the model has more than %d nodes, which is the limit", b.job.Limits().Nodes)
}

// layOutLooks puts the looks of all groups of all models into one list. A group that cannot be understood has none.
func (b *mfBuilder) layOutLooks() {
	b.palette = palette{known: map[string]int32{}, warn: b.job.Warn, stop: b.job.Err}
	b.ranges = map[*mfModel]map[uint32]lookRange{}
	for _, key := range b.keys {
		m := b.models[key]
		b.ranges[m] = map[uint32]lookRange{}
		numbers := make([]uint32, 0, len(m.groups))
		for id := range m.groups {
			numbers = append(numbers, id)
		}
		slices.Sort(numbers)
		for _, id := range numbers {
			looks, err := b.palette.looks(m, id)
			if b.job.Err() != nil {
				return // the next to ask ends the load
			}
			if err != nil {
				b.job.Warn("properties %d are left out: %v", id, err)
				continue
			}
			b.ranges[m][id] = lookRange{int32(len(b.looks)), int32(len(looks))}
			b.looks = append(b.looks, looks...)
		}
	}
}

// addMeshes reads the meshes of objects, on all processors, and adds them with their materials to the scene.
func (b *mfBuilder) addMeshes(objects []*mfObject) error {
	objects = slices.DeleteFunc(slices.Clone(objects), func(o *mfObject) bool { return o.body == nil })
	all := make([]*mfGeometry, len(objects))
	var done atomic.Int64
	err := b.job.Parallel(len(objects), func(i int) (err error) {
		all[i], err = b.geometry(objects[i])
		b.report(int(done.Add(1)), len(objects))
		return err
	})
	if err != nil {
		return err
	}
	if all, err = b.addStandIns(all); err != nil {
		return err
	}
	materials, err := b.addMaterials(all)
	if err != nil {
		return err
	}
	for _, g := range all {
		for _, m := range []*scene.Mesh{g.solid, g.bars} {
			if m == nil {
				continue
			}
			for _, parts := range [][]scene.Part{m.Parts, m.LineParts} {
				for i := range parts {
					parts[i].Material = materials[parts[i].Material]
				}
			}
			id, err := b.scene.AddMesh(m)
			if err != nil {
				return err
			}
			if m == g.solid {
				g.object.solid = id
			} else {
				g.object.bars = id
			}
		}
	}
	return b.shareStandIns(all)
}

// addStandIns reads the objects that lattices are shown as, where the build does not show them already.
func (b *mfBuilder) addStandIns(all []*mfGeometry) ([]*mfGeometry, error) {
	for _, g := range slices.Clone(all) {
		if g.instead == 0 {
			continue
		}
		o := g.object.model.objects[g.instead]
		if o == nil {
			return nil, fmt.Errorf("%s: there is no object %d to show its lattice as", g.object.where(), g.instead)
		}
		if o.wanted || o.body == nil {
			continue
		}
		o.wanted = true
		other, err := b.geometry(o)
		if err != nil {
			return nil, err
		}
		all = append(all, other)
	}
	return all, nil
}

// shareStandIns gives objects with lattices the meshes that these are shown as.
func (b *mfBuilder) shareStandIns(all []*mfGeometry) error {
	for _, g := range all {
		if g.instead != 0 {
			g.object.bars = g.object.model.objects[g.instead].solid
		}
	}
	return b.job.Err()
}

// place adds the nodes of an item and of what it contains.
func (b *mfBuilder) place(parent scene.NodeID, m *mfModel, it *mfItem, depth int) error {
	o, err := b.find(m, it)
	if err != nil {
		return err
	}
	if depth > b.job.Limits().Depth { // an object was met at a lesser depth before
		return fmt.Errorf("objects contain each other more than %d deep, which is the limit", b.job.Limits().Depth)
	}
	if b.scene.Len()&0xfff == 0 {
		if err := b.job.Err(); err != nil {
			return err
		}
	}
	steps := placements(it.place.Mul4(b.rescale(m, o.model)))
	if b.scene.Len()+len(steps)+1 > b.job.Limits().Nodes {
		return b.tooManyNodes()
	}
	name := b.names.unique(parent, nodeName(o.name, fmt.Sprintf("object %d", o.id)))
	n := scene.Node{Name: name, Local: steps[0], Properties: slices.Concat(o.properties, it.properties)}
	if len(steps) == 1 {
		n.Mesh = o.solid
	}
	node := b.scene.AddNode(parent, n)
	inner := node
	if len(steps) > 1 {
		inner = b.scene.AddNode(node, scene.Node{Name: "sheared", Local: steps[1], Mesh: o.solid})
	}
	if o.bars != scene.NoMesh {
		b.scene.AddNode(inner, scene.Node{Name: "lattice", Mesh: o.bars})
	}
	if o.solid != scene.NoMesh || o.bars != scene.NoMesh {
		b.shown++
	}
	for i := range o.components {
		if err := b.place(inner, o.model, &o.components[i], depth+1); err != nil {
			return err
		}
	}
	return nil
}

// rescale takes lengths of one model part to the unit of another.
func (b *mfBuilder) rescale(to, from *mfModel) mgl64.Mat4 {
	if to.unit == from.unit {
		return mgl64.Ident4()
	}
	b.job.Warn("part %.200s is in %s, unlike the model, which is in %s", from.key, from.unit, to.unit)
	f := mfUnits[from.unit].metres / mfUnits[to.unit].metres
	return mgl64.Scale3D(f, f, f)
}

// describe copies what the model says of itself.
func (b *mfBuilder) describe() {
	d := b.scene.Document()
	d.Unit = mfUnits[b.root.unit].symbol
	for _, p := range b.root.metadata {
		text, _ := p.Value.(string)
		switch p.Name {
		case "Application":
			d.Generator = text
		case "Copyright":
			d.Copyright = text
		default:
			d.Properties = append(d.Properties, p)
		}
	}
}
