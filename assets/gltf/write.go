package gltf

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/orrery-twin/orrery/scene"
	"github.com/qmuntal/gltf"
)

// Write writes a scene as GLB: its nodes with roles, meshes and materials. The same scene gives the same bytes. Styles,
// which live data change, are not written.
func Write(w io.Writer, s *scene.Scene, generator string) error {
	d := &writer{doc: &gltf.Document{Asset: gltf.Asset{Version: "2.0", Generator: generator}}, scene: s}
	for _, m := range s.Materials() {
		d.material(m)
	}
	meshes := make([]*int, len(s.Meshes()))
	for i, m := range s.Meshes() {
		if m != nil {
			index := d.mesh(m)
			meshes[i] = &index
		}
	}
	root := s.Node(scene.Root)
	top := root.Children
	if root.Mesh != scene.NoMesh || root.Local != (scene.Transform{}).Normalized() {
		top = []scene.NodeID{scene.Root}
	}
	sc := &gltf.Scene{}
	index := make(map[scene.NodeID]int, s.Len())
	for i := range s.Len() {
		id := scene.NodeID(i)
		if id == scene.Root && (len(top) == 0 || top[0] != scene.Root) {
			continue
		}
		index[id] = len(d.doc.Nodes)
		d.doc.Nodes = append(d.doc.Nodes, node(s.Node(id), meshes))
	}
	for id, at := range index {
		for _, c := range s.Node(id).Children {
			d.doc.Nodes[at].Children = append(d.doc.Nodes[at].Children, index[c])
		}
	}
	for _, id := range top {
		sc.Nodes = append(sc.Nodes, index[id])
	}
	d.doc.Scenes, d.doc.Scene = []*gltf.Scene{sc}, new(int)
	if len(d.bin) > math.MaxUint32/2 {
		return fmt.Errorf("gltf: write: %d MB do not fit into a GLB", len(d.bin)>>20)
	}
	if len(d.bin) > 0 {
		d.doc.Buffers = []*gltf.Buffer{{ByteLength: len(d.bin), Data: d.bin}}
	}
	if err := gltf.NewEncoder(w).Encode(d.doc); err != nil {
		return fmt.Errorf("gltf: write: %w", err)
	}
	return nil
}

type writer struct {
	doc   *gltf.Document
	scene *scene.Scene
	bin   []byte
}

func node(n *scene.Node, meshes []*int) *gltf.Node {
	out := &gltf.Node{Name: n.Name, Mesh: meshes[n.Mesh], Translation: n.Local.Translation, Scale: n.Local.Scale,
		Rotation: [4]float64{n.Local.Rotation.V[0], n.Local.Rotation.V[1], n.Local.Rotation.V[2], n.Local.Rotation.W}}
	switch n.Role {
	case scene.Shell:
		out.Extras = map[string]any{"role": "shell"}
	case scene.Ground:
		out.Extras = map[string]any{"role": "ground"}
	}
	return out
}

func (d *writer) material(m scene.Material) {
	color := [4]float64{}
	for k, v := range m.BaseColor {
		color[k] = round(v)
	}
	metallic, roughness := round(m.Metallic), round(m.Roughness)
	out := &gltf.Material{Name: m.Name, DoubleSided: m.DoubleSided,
		PBRMetallicRoughness: &gltf.PBRMetallicRoughness{BaseColorFactor: &color, MetallicFactor: &metallic, RoughnessFactor: &roughness}}
	for k, v := range m.Emissive {
		out.EmissiveFactor[k] = round(v)
	}
	if m.Blend {
		out.AlphaMode = gltf.AlphaBlend
	}
	d.doc.Materials = append(d.doc.Materials, out)
}

// round drops the digits that a float32 does not have.
func round(v float32) float64 { return math.Round(float64(v)*1e6) / 1e6 }

func (d *writer) mesh(m *scene.Mesh) int {
	vertices := map[string]int{gltf.POSITION: d.vectors(m.Positions, 3), gltf.NORMAL: d.vectors(m.Normals, 3)}
	if len(m.UVs) > 0 {
		vertices[gltf.TEXCOORD_0] = d.vectors(m.UVs, 2)
	}
	a := d.doc.Accessors[vertices[gltf.POSITION]]
	a.Min, a.Max = extent(m.Positions)
	parts := m.Parts
	if len(parts) == 0 {
		parts = []scene.Part{{Count: len(m.Indices)}}
	}
	out := &gltf.Mesh{Name: m.Name}
	for _, p := range parts {
		indices, material := d.indices(m.Indices[p.First:p.First+p.Count], m.Vertices()), int(p.Material)
		out.Primitives = append(out.Primitives, &gltf.Primitive{Attributes: vertices, Indices: &indices, Material: &material})
	}
	d.doc.Meshes = append(d.doc.Meshes, out)
	return len(d.doc.Meshes) - 1
}

func extent(positions []float32) (lo, hi []float64) {
	lo, hi = []float64{math.Inf(1), math.Inf(1), math.Inf(1)}, []float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for i, v := range positions {
		lo[i%3], hi[i%3] = min(lo[i%3], float64(v)), max(hi[i%3], float64(v))
	}
	return lo, hi
}

func (d *writer) view(target gltf.Target, size int) *int {
	for len(d.bin)%4 != 0 {
		d.bin = append(d.bin, 0)
	}
	d.doc.BufferViews = append(d.doc.BufferViews, &gltf.BufferView{ByteOffset: len(d.bin), ByteLength: size, Target: target})
	index := len(d.doc.BufferViews) - 1
	return &index
}

func (d *writer) vectors(values []float32, size int) int {
	a := &gltf.Accessor{BufferView: d.view(gltf.TargetArrayBuffer, 4*len(values)), ComponentType: gltf.ComponentFloat, Count: len(values) / size}
	a.Type = gltf.AccessorVec3
	if size == 2 {
		a.Type = gltf.AccessorVec2
	}
	for _, v := range values {
		d.bin = binary.LittleEndian.AppendUint32(d.bin, math.Float32bits(v))
	}
	d.doc.Accessors = append(d.doc.Accessors, a)
	return len(d.doc.Accessors) - 1
}

func (d *writer) indices(values []uint32, vertices int) int {
	a := &gltf.Accessor{Type: gltf.AccessorScalar, Count: len(values)}
	if vertices <= math.MaxUint16 {
		a.ComponentType, a.BufferView = gltf.ComponentUshort, d.view(gltf.TargetElementArrayBuffer, 2*len(values))
		for _, v := range values {
			d.bin = binary.LittleEndian.AppendUint16(d.bin, uint16(v))
		}
	} else {
		a.ComponentType, a.BufferView = gltf.ComponentUint, d.view(gltf.TargetElementArrayBuffer, 4*len(values))
		for _, v := range values {
			d.bin = binary.LittleEndian.AppendUint32(d.bin, v)
		}
	}
	d.doc.Accessors = append(d.doc.Accessors, a)
	return len(d.doc.Accessors) - 1
}
