package mesh

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// mfModel is a model part of a 3MF package. Its resources have numbers that hold in it alone.
type mfModel struct {
	key      string
	unit     string
	metadata []scene.Property
	objects  map[uint32]*mfObject
	groups   map[uint32]*mfGroup
	textures map[uint32]*mfTexture
	displays map[uint32]*mfDisplay
	order    []uint32 // of objects, as in the file
	items    []mfItem
}

// mfObject is a thing: a mesh, or other things put together.
type mfObject struct {
	model        *mfModel
	id           uint32
	name, kind   string
	properties   []scene.Property
	group, index uint32 // what triangles have that say nothing themselves
	colored      bool   // these are given
	body         *markup
	components   []mfItem

	wanted bool // the build shows it
	nodes  int  // that showing it once takes, at least
	active bool // it is being looked through: objects must not contain themselves
	solid  scene.MeshID
	bars   scene.MeshID // of its lattice
}

// mfItem places an object: in the build, or in an object that is put together.
type mfItem struct {
	object     uint32
	path       string // key of the model part that has it; empty for the same one
	place      mgl64.Mat4
	properties []scene.Property
}

// mfUnits are the units of length that 3MF knows (core specification, 3.2), in metres.
var mfUnits = map[string]struct {
	symbol string
	metres float64
}{
	"micron": {"µm", 1e-6}, "millimeter": {"mm", 1e-3}, "centimeter": {"cm", 1e-2}, "inch": {"in", 0.0254}, "foot": {"ft", 0.3048}, "meter": {"m", 1},
}

// extensions are names of what files may require and the reader lacks.
var extensions = map[string]string{
	msft + "volumetric/2018/11":                                       "volumetric",
	msft + "volumetric/2022/01":                                       "volumetric",
	msft + "implicit/2023/12":                                         "implicit functions",
	msft + "securecontent/2019/04":                                    "secure content, that is encryption,",
	msft + "securecontent/2019/07":                                    "secure content, that is encryption,",
	msft + "displacement/2022/07":                                     "displacement",
	msft + "displacement/2023/10":                                     "displacement",
	"http://schemas.3mf.io/3dmanufacturing/booleanoperations/2023/07": "boolean operations",
	"http://schemas.3mf.io/3dmanufacturing/displacement/2023/10":      "displacement",
}

// parseModel reads a model part, but for the meshes in it, whose places it notes.
func parseModel(p *mfPackage, key string) (*mfModel, error) {
	x, err := p.markup(key)
	if err != nil {
		return nil, err
	}
	m := &mfModel{key: key, unit: "millimeter", objects: map[uint32]*mfObject{}, groups: map[uint32]*mfGroup{},
		textures: map[uint32]*mfTexture{}, displays: map[uint32]*mfDisplay{}}
	if err := m.parse(p, x); err != nil {
		return nil, fmt.Errorf("part %.200s: %w", key, atLine(x.data, err))
	}
	return m, nil
}

func (m *mfModel) parse(p *mfPackage, x *markup) error {
	if string(x.local) != "model" || x.space != coreSpace {
		return x.fail("it is no model of 3MF but %.60q", plainText(x.full))
	}
	if unit := x.str("unit"); unit != "" {
		if mfUnits[unit].metres == 0 {
			return x.fail("its unit %.40q is none of 3MF", unit)
		}
		m.unit = unit
	}
	if err := m.required(p, x); err != nil {
		return err
	}
	built := false
	err := x.children(func(name string) error {
		switch name {
		case "metadata":
			return m.addMetadata(x, &m.metadata)
		case "resources":
			return x.children(func(name string) error { return m.resource(p, x, name) })
		case "build":
			built = true
			return x.children(func(name string) error {
				if name != "item" {
					return nil
				}
				item, err := m.item(x)
				if err == nil {
					err = m.metadataGroup(x, &item.properties)
				}
				m.items = append(m.items, item)
				return err
			})
		}
		return nil
	})
	if err == nil && !built {
		p.job.Warn("part %.200s has no build", m.key)
	}
	return err
}

// required refuses a model that needs what the reader lacks.
func (m *mfModel) required(p *mfPackage, x *markup) error {
	for _, prefix := range strings.Fields(x.str("requiredextensions")) {
		uri, known := "", false
		for _, b := range x.bound {
			if b.prefix == prefix {
				uri, known = b.uri, b.space != foreignSpace
			}
		}
		name := extensions[uri]
		switch {
		case uri == "":
			return fmt.Errorf("the model requires an extension %.40q that it does not declare", prefix)
		case known && spaces[uri] == sliceSpace:
			p.job.Warn("the model is meant to be made of its slices; the meshes that are shown may be coarser")
		case known:
		case name != "":
			return fmt.Errorf("the model requires the extension for %s which is not read; export it without", name)
		default:
			return fmt.Errorf("the model requires the extension %.200s, which is not read; export it without", uri)
		}
	}
	return nil
}

// addMetadata reads a metadata element.
func (m *mfModel) addMetadata(x *markup, to *[]scene.Property) error {
	name := x.str("name")
	value, err := x.text()
	if err == nil && name != "" && value != "" && len(*to) < 1000 {
		*to = append(*to, scene.Property{Name: name, Value: value})
	}
	return err
}

// metadataGroup reads the metadata of an object or an item, which are in a group.
func (m *mfModel) metadataGroup(x *markup, to *[]scene.Property) error {
	return x.children(func(name string) error {
		if name != "metadatagroup" {
			return nil
		}
		return x.children(func(name string) error {
			if name != "metadata" {
				return nil
			}
			return m.addMetadata(x, to)
		})
	})
}

// maxResources is the number of resources of a model part from which it is refused.
const maxResources = 1 << 20

// resource reads an element of resources.
func (m *mfModel) resource(p *mfPackage, x *markup, name string) error {
	if len(m.objects)+len(m.groups)+len(m.textures)+len(m.displays) > maxResources {
		return x.fail("the model has more than %d resources", maxResources)
	}
	switch name {
	case "object":
		return m.object(p, x)
	case "basematerials":
		return m.baseGroup(x)
	case "colorgroup":
		return m.colorGroup(x)
	case "texture2dgroup":
		return m.textureGroup(x)
	case "compositematerials":
		return m.compositeGroup(x)
	case "multiproperties":
		return m.multiGroup(x)
	case "texture2d":
		return m.texture(x)
	case "pbspeculardisplayproperties", "pbmetallicdisplayproperties", "translucentdisplayproperties",
		"pbspeculartexturedisplayproperties", "pbmetallictexturedisplayproperties":
		return m.display(x, name)
	}
	return nil
}

// taken reports whether a resource has the number id.
func (m *mfModel) taken(x *markup, id uint32) error {
	if m.objects[id] != nil || m.groups[id] != nil || m.textures[id] != nil || m.displays[id] != nil {
		return x.fail("two resources have the number %d", id)
	}
	return nil
}

// newID reads the number of a resource.
func (m *mfModel) newID(x *markup) (uint32, error) {
	id, err := x.need("id")
	if err == nil && id == 0 {
		err = x.fail("a resource has the number 0")
	}
	if err == nil {
		err = m.taken(x, id)
	}
	return id, err
}

func (m *mfModel) object(p *mfPackage, x *markup) error {
	id, err := m.newID(x)
	if err != nil {
		return err
	}
	o := &mfObject{model: m, id: id, name: x.str("name"), kind: x.str("type")}
	switch o.kind {
	case "":
		o.kind = "model"
	case "model", "solidsupport", "support", "surface", "other":
	default:
		return x.fail("object %d is of type %.40q, which is none of 3MF", id, o.kind)
	}
	if o.group, o.colored, err = x.number("pid"); err != nil {
		return err
	}
	if o.index, _, err = x.number("pindex"); err != nil {
		return err
	}
	for _, a := range [...]struct{ attr, name string }{{"partnumber", "Part number"}, {"UUID", "UUID"}} {
		if v := x.str(a.attr); v != "" {
			o.properties = append(o.properties, scene.Property{Name: a.name, Value: v})
		}
	}
	if _, sliced := x.attr("slicestackid"); sliced {
		p.job.Warn("%s comes in slices too, which are not shown; its mesh may be no more than a coarse stand-in", o.where())
	}
	if o.kind != "model" {
		o.properties = append(o.properties, scene.Property{Name: "Type", Value: o.kind})
	}
	m.objects[id] = o
	m.order = append(m.order, id)
	return x.children(func(name string) error {
		switch name {
		case "mesh":
			if o.body != nil || o.components != nil {
				return x.fail("object %d has more than one content", id)
			}
			return o.note(x)
		case "components":
			if o.body != nil || o.components != nil {
				return x.fail("object %d has more than one content", id)
			}
			o.components = []mfItem{}
			return x.children(func(name string) error {
				if name != "component" {
					return nil
				}
				c, err := m.item(x)
				o.components = append(o.components, c)
				return err
			})
		case "metadatagroup":
			return x.children(func(name string) error {
				if name != "metadata" {
					return nil
				}
				return m.addMetadata(x, &o.properties)
			})
		case "booleanshape", "displacementmesh", "volumedata", "levelset":
			p.job.Warn("object %d has a %s, which is not shown", id, name)
		}
		return nil
	})
}

// item reads what places an object.
func (m *mfModel) item(x *markup) (mfItem, error) {
	it := mfItem{place: mgl64.Ident4()}
	var err error
	if it.object, err = x.need("objectid"); err != nil {
		return it, err
	}
	if v := x.str("path"); v != "" {
		it.path = partKey("/", v)
	}
	if t, ok := x.attr("transform"); ok {
		v, sound := reals(t, 12)
		if !sound || len(v) != 12 {
			return it, x.fail("a transform has twelve numbers, not %.80q", plainText(t))
		}
		it.place = mgl64.Mat4{v[0], v[1], v[2], 0, v[3], v[4], v[5], 0, v[6], v[7], v[8], 0, v[9], v[10], v[11], 1}
		if it.place.Mat3().Det() == 0 {
			return it, x.fail("a transform flattens object %d to nothing", it.object)
		}
	}
	for _, a := range [...]struct{ attr, name string }{{"partnumber", "Item part number"}, {"UUID", "Item UUID"}} {
		if v := x.str(a.attr); v != "" {
			it.properties = append(it.properties, scene.Property{Name: a.name, Value: v})
		}
	}
	return it, nil
}

// note remembers where the mesh of an object is, to be read later, and passes over it.
func (o *mfObject) note(x *markup) error {
	body := *x
	body.attrs, body.bound, body.open = nil, append([]binding(nil), x.bound...), append([][]byte(nil), x.open...)
	o.body = &body
	if x.empty {
		return nil
	}
	// What lies between is read in due course; here only the end is looked for.
	end := append([]byte("</"), x.full...)
	for at := x.at; ; {
		i := indexOf(x.data, at, end)
		if i < 0 {
			return errMarkup
		}
		if at = i + len(end); at < len(x.data) && (x.data[at] == '>' || x.data[at] <= ' ') {
			x.at = i
			_, err := x.next(nil)
			return err
		}
	}
}

// indexOf is bytes.Index from an offset on.
func indexOf(data []byte, from int, what []byte) int {
	if i := bytes.Index(data[from:], what); i >= 0 {
		return from + i
	}
	return -1
}
