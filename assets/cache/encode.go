package cache

import (
	"errors"
	"image/color"
	"maps"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// encoder writes a scene: small things into its writer, arrays into its arena. decode.go reads them in the same order.
type encoder struct {
	writer
	arena arena
	s     *scene.Scene
	nodes []int         // by NodeID: the number in the file, -1 for those that were removed
	kept  []*scene.Mesh // by MeshID: those that are stored
}

// encode writes an entry. Nodes with a deformed shape are stored with the mesh that they have at rest.
func encode(entry *Entry) (*encoder, error) {
	e := &encoder{s: entry.Scene}
	e.text(entry.Format)
	e.uint(uint64(len(entry.Warnings)))
	for _, w := range entry.Warnings {
		e.text(w)
	}
	e.textures()
	e.materials()
	e.meshes()
	if err := e.tree(); err != nil {
		return nil, err
	}
	e.skins()
	e.document()
	return e, nil
}

func (e *encoder) textures() {
	textures := e.s.Textures()
	images := map[*scene.Image]int{}
	var order []*scene.Image
	for _, t := range textures {
		if _, known := images[t.Image]; !known && t.Image != nil {
			images[t.Image] = len(order) + 1
			order = append(order, t.Image)
		}
	}
	e.uint(uint64(len(order)))
	for _, m := range order {
		e.text(m.Name)
		e.int(m.Width)
		e.int(m.Height)
		s := e.arena.put(m.Pix, true)
		e.uint(uint64(len(m.Pix)))
		e.uint(s.block)
		e.uint(s.offset / alignment)
	}
	e.uint(uint64(len(textures) - 1))
	for _, t := range textures[1:] {
		e.text(t.Name)
		e.int(images[t.Image])
		e.byte(uint8(t.WrapU))
		e.byte(uint8(t.WrapV))
		e.bool(t.Nearest)
	}
}

func (e *encoder) materials() {
	e.uint(uint64(len(e.s.Materials())))
	for i := range e.s.Materials() {
		m := &e.s.Materials()[i]
		e.text(m.Name)
		e.f32s(m.BaseColor[:])
		e.f32s([]float32{m.Metallic, m.Roughness})
		e.f32s(m.Emissive[:])
		e.f32s([]float32{m.Cutoff, m.NormalScale, m.OcclusionStrength})
		for _, b := range []bool{m.DoubleSided, m.Unlit, m.Blend, m.Mask, m.Layers != nil} {
			e.bool(b)
		}
		for _, t := range mapsOf(m) {
			e.textureMap(t)
		}
		if m.Layers == nil {
			continue
		}
		for _, v := range numbersOf(m.Layers) {
			e.f32(*v)
		}
		for _, t := range mapsOfLayers(m.Layers) {
			e.textureMap(t)
		}
	}
}

func (e *encoder) textureMap(t *scene.Map) {
	e.int(int(t.Texture))
	if t.Texture == scene.NoTexture && *t == (scene.Map{Scale: [2]float32{1, 1}}) {
		e.bool(false)
		return
	}
	e.bool(true)
	e.bool(t.Second)
	e.f32s(t.Offset[:])
	e.f32s(t.Scale[:])
	e.f32(t.RotationRad)
}

func mapsOf(m *scene.Material) []*scene.Map {
	return []*scene.Map{&m.BaseColorMap, &m.MetallicRoughnessMap, &m.NormalMap, &m.OcclusionMap, &m.EmissiveMap}
}

func mapsOfLayers(l *scene.Layers) []*scene.Map {
	return []*scene.Map{&l.SpecularMap, &l.SpecularColors, &l.ClearcoatMap, &l.ClearcoatRoughnessMap, &l.ClearcoatNormalMap,
		&l.SheenColorMap, &l.SheenRoughnessMap, &l.TransmissionMap, &l.ThicknessMap, &l.IridescenceMap, &l.IridescenceFilmMap,
		&l.AnisotropyMap}
}

func numbersOf(l *scene.Layers) []*float32 {
	return []*float32{&l.IOR, &l.Specular, &l.SpecularColor[0], &l.SpecularColor[1], &l.SpecularColor[2], &l.Clearcoat,
		&l.ClearcoatRoughness, &l.SheenColor[0], &l.SheenColor[1], &l.SheenColor[2], &l.SheenRoughness, &l.Transmission,
		&l.ThicknessM, &l.AttenuationDistanceM, &l.AttenuationColor[0], &l.AttenuationColor[1], &l.AttenuationColor[2],
		&l.Dispersion, &l.Iridescence, &l.IridescenceIOR, &l.FilmMinNM, &l.FilmMaxNM, &l.Anisotropy, &l.AnisotropyRotationRad}
}

func (e *encoder) meshes() {
	bent := map[scene.MeshID]bool{} // shapes that Deform makes again
	for id := range scene.NodeID(e.s.Len()) {
		if shown := e.s.Node(id).Mesh; shown != e.s.RestMesh(id) {
			bent[shown] = true
		}
	}
	e.kept = slices.Clone(e.s.Meshes())
	for id := range bent {
		e.kept[id] = nil
	}
	for len(e.kept) > 1 && e.kept[len(e.kept)-1] == nil {
		e.kept = e.kept[:len(e.kept)-1]
	}
	e.uint(uint64(len(e.kept) - 1))
	for _, m := range e.kept[1:] {
		e.bool(m != nil)
		if m != nil {
			e.mesh(m)
		}
	}
}

func (e *encoder) mesh(m *scene.Mesh) {
	e.text(m.Name)
	array(e, m.Positions)
	array(e, m.Normals)
	array(e, m.Tangents)
	array(e, m.UVs)
	array(e, m.UVs2)
	array(e, m.Colors)
	array(e, m.Features)
	array(e, m.Joints)
	array(e, m.Weights)
	array(e, m.Indices)
	e.parts(m.Parts)
	array(e, m.Lines)
	e.parts(m.LineParts)
	array(e, m.Points)
	e.parts(m.PointParts)
	e.bool(m.Edges != nil)
	array(e, m.Edges)
	e.uint(uint64(len(m.Morphs)))
	for _, t := range m.Morphs {
		e.text(t.Name)
		array(e, t.Positions)
		array(e, t.Normals)
		array(e, t.Tangents)
	}
	lods := only(m.LODs, func(l *scene.LOD) bool { return len(l.Parts) == len(m.Parts) })
	e.uint(uint64(len(lods)))
	for _, l := range lods {
		array(e, l.Indices)
		e.parts(l.Parts)
		e.f32(l.ErrorM)
	}
	nodes, order := m.Tree()
	array(e, nodes)
	array(e, order)
	e.table(m.Table)
}

func (e *encoder) parts(parts []scene.Part) {
	e.uint(uint64(len(parts)))
	for _, p := range parts {
		e.int(p.First)
		e.int(p.Count)
		e.int(int(p.Material))
	}
}

func (e *encoder) table(t *scene.PropertyTable) {
	e.bool(t != nil)
	if t == nil {
		return
	}
	e.text(t.Name)
	e.int(t.Rows)
	e.uint(uint64(len(t.Columns)))
	for _, c := range t.Columns {
		e.text(c.Name)
		e.text(c.Unit)
		e.uint(uint64(len(c.Values)))
		for _, v := range c.Values {
			e.value(v)
		}
	}
}

// Kinds of values.
const (
	nothing = iota
	aText
	aNumber
	aTruth
	aList
)

func (e *encoder) value(v any) {
	switch v := v.(type) {
	case string:
		e.byte(aText)
		e.text(v)
	case float64:
		e.byte(aNumber)
		e.f64(v)
	case bool:
		e.byte(aTruth)
		e.bool(v)
	case []float64:
		e.byte(aList)
		e.uint(uint64(len(v)))
		e.f64s(v)
	default:
		e.byte(nothing)
	}
}

func (e *encoder) properties(list []scene.Property) {
	e.uint(uint64(len(list)))
	for _, p := range list {
		e.text(p.Name)
		e.text(p.Unit)
		e.value(p.Value)
	}
}

// tree writes the nodes; those that were removed are left out, and the ids after them move up.
func (e *encoder) tree() error {
	e.nodes = make([]int, e.s.Len())
	count := 0
	for id := range e.nodes {
		e.nodes[id] = -1
		if e.s.Has(scene.NodeID(id)) {
			e.nodes[id] = count
			count++
		}
	}
	e.uint(uint64(count))
	for id, number := range e.nodes {
		if number < 0 {
			continue
		}
		n := e.s.Node(scene.NodeID(id))
		if id > 0 && (n.Parent < 0 || int(n.Parent) >= id) {
			return errors.New("cache: a node comes before its parent")
		}
		if id > 0 {
			e.int(e.nodes[n.Parent])
		}
		e.node(scene.NodeID(id), n)
	}
	return nil
}

func (e *encoder) node(id scene.NodeID, n *scene.Node) {
	e.text(n.Name)
	t := &n.Local
	e.f64s(t.Translation[:])
	e.f64s([]float64{t.Rotation.W, t.Rotation.V[0], t.Rotation.V[1], t.Rotation.V[2]})
	e.f64s(t.Scale[:])
	e.int(int(e.s.RestMesh(id)))
	e.int(int(n.Skin))
	e.uint(uint64(len(n.Weights)))
	e.f32s(n.Weights)
	e.byte(uint8(n.Role))
	e.text(n.Asset)
	e.properties(n.Properties)
	e.style(&n.Style)
}

func (e *encoder) style(s *scene.Style) {
	e.bool(s.Visible)
	e.f32(s.Opacity)
	e.colour(s.Tint)
	e.uint(uint64(s.State))
	e.colour(s.Glow)
	e.f32s(s.UV[:])
	e.bool(s.Level.On)
	e.f32(s.Level.Share)
	e.f32s(s.Level.Axis[:])
	g := s.Gradient
	if g == nil {
		e.int(0)
		return
	}
	e.int(len(g.Colours))
	for _, c := range g.Colours {
		e.colour(c)
	}
	e.f64s(g.Axis[:])
}

func (e *encoder) colour(c color.NRGBA) { e.buf = append(e.buf, c.R, c.G, c.B, c.A) }

// has reports whether a node is in the file.
func (e *encoder) has(id scene.NodeID) bool {
	return id >= 0 && int(id) < len(e.nodes) && e.nodes[id] >= 0
}

// ref writes the number of a node, or -1 for one that is not in the file.
func (e *encoder) ref(id scene.NodeID) {
	if !e.has(id) {
		e.int(-1)
		return
	}
	e.int(e.nodes[id])
}

// only returns the elements that keep takes.
func only[T any](list []T, keep func(*T) bool) []T {
	var out []T
	for i := range list {
		if keep(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

func (e *encoder) skins() {
	skins := e.s.Skins()
	e.uint(uint64(len(skins) - 1))
	for _, k := range skins[1:] {
		e.text(k.Name)
		e.uint(uint64(len(k.Joints)))
		for _, j := range k.Joints {
			if !e.has(j) { // its skeleton was removed; the root is as good as any other joint
				j = scene.Root
			}
			e.ref(j)
		}
		e.uint(uint64(len(k.InverseBind)))
		for i := range k.InverseBind {
			e.f32s(k.InverseBind[i][:])
		}
	}
}

func (e *encoder) document() {
	d := e.s.Document()
	e.text(d.Generator)
	e.text(d.Copyright)
	e.text(d.Unit)
	e.uint(uint64(len(d.Extensions)))
	for _, x := range d.Extensions {
		e.text(x)
	}
	e.properties(d.Properties)
	lights := only(d.Lights, func(l *scene.Light) bool { return e.has(l.Node) })
	e.uint(uint64(len(lights)))
	for _, l := range lights {
		e.text(l.Name)
		e.ref(l.Node)
		e.byte(uint8(l.Kind))
		e.f32s(l.Color[:])
		e.f32s([]float32{l.Intensity, l.RangeM, l.InnerRad, l.OuterRad})
	}
	cameras := only(d.Cameras, func(c *scene.ModelCamera) bool { return e.has(c.Node) })
	e.uint(uint64(len(cameras)))
	for _, c := range cameras {
		e.text(c.Name)
		e.ref(c.Node)
		e.f64s([]float64{c.FovYRad, c.HalfHeightM})
	}
	e.uint(uint64(len(d.Variants)))
	for _, v := range d.Variants {
		e.text(v.Name)
		refs := slices.Collect(maps.Keys(v.Materials))
		refs = only(refs, func(r *scene.PartRef) bool { return r.Mesh > 0 && int(r.Mesh) < len(e.kept) && e.kept[r.Mesh] != nil })
		e.uint(uint64(len(refs)))
		slices.SortFunc(refs, func(a, b scene.PartRef) int {
			if a.Mesh != b.Mesh {
				return int(a.Mesh) - int(b.Mesh)
			}
			return a.Part - b.Part
		})
		for _, ref := range refs {
			e.int(int(ref.Mesh))
			e.int(ref.Part)
			e.int(int(v.Materials[ref]))
		}
	}
	e.uint(uint64(len(d.Clips)))
	for _, c := range d.Clips {
		e.clip(&c)
	}
}

func (e *encoder) clip(c *scene.Clip) {
	e.text(c.Name)
	e.ref(c.Root)
	e.f64(c.DurationSec)
	channels := only(c.Channels, func(k *scene.Channel) bool { return k.Valid() && e.has(k.Node) })
	e.uint(uint64(len(channels)))
	for _, k := range channels {
		e.byte(uint8(k.Target))
		e.byte(uint8(k.Slot))
		e.byte(uint8(k.Interpolation))
		e.ref(k.Node)
		e.int(int(k.Material))
		array(e, k.TimesSec)
		array(e, k.Values)
	}
}
