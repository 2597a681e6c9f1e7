package gltf

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/scene"
)

// Paths of KHR_animation_pointer below a material, and what they move.
var materialPaths = map[string]struct {
	target scene.Target
	width  int
}{
	"pbrMetallicRoughness/baseColorFactor":                        {scene.MoveBaseColor, 4},
	"pbrMetallicRoughness/metallicFactor":                         {scene.MoveMetallic, 1},
	"pbrMetallicRoughness/roughnessFactor":                        {scene.MoveRoughness, 1},
	"emissiveFactor":                                              {scene.MoveEmissive, 3},
	"extensions/KHR_materials_emissive_strength/emissiveStrength": {scene.MoveEmissive, 1},
	"alphaCutoff":         {scene.MoveCutoff, 1},
	"normalTexture/scale": {scene.MoveNormalScale, 1},
	"extensions/KHR_materials_transmission/transmissionFactor": {scene.MoveTransmission, 1},
	"extensions/KHR_materials_ior/ior":                         {scene.MoveIOR, 1},
}

var slotPaths = map[string]scene.MapSlot{
	"pbrMetallicRoughness/baseColorTexture":         scene.BaseColorSlot,
	"pbrMetallicRoughness/metallicRoughnessTexture": scene.MetallicRoughnessSlot,
	"normalTexture":    scene.NormalSlot,
	"occlusionTexture": scene.OcclusionSlot,
	"emissiveTexture":  scene.EmissiveSlot,
}

var slotMoves = map[string]struct {
	target scene.Target
	width  int
}{"offset": {scene.MoveMapOffset, 2}, "scale": {scene.MoveMapScale, 2}, "rotation": {scene.MoveMapRotation, 1}}

// pointer finds what a JSON pointer names in the scene.
func (r *reader) pointer(text string, nodes []scene.NodeID) (aim, error) {
	unknown := fmt.Errorf("what it moves, %.100q, is not animated here", text)
	parts := strings.SplitN(strings.TrimPrefix(text, "/"), "/", 3)
	if len(parts) < 3 {
		return aim{}, unknown
	}
	index, err := strconv.Atoi(parts[1])
	if err != nil || index < 0 {
		return aim{}, unknown
	}
	switch parts[0] {
	case "nodes":
		if parts[2] == "extensions/KHR_node_visibility/visible" {
			if index >= len(nodes) || nodes[index] == scene.NoNode {
				return aim{}, unknown
			}
			return aim{targets: []scene.Channel{{Target: scene.MoveVisible, Node: nodes[index]}}, width: 1}, nil
		}
		return r.nodeAim(index, parts[2], nodes)
	case "meshes":
		if parts[2] == "weights" {
			return r.meshAim(index, nodes), nil
		}
	case "materials":
		if index < len(r.doc.Materials) {
			if a, ok := r.materialAim(index, parts[2]); ok {
				return a, nil
			}
		}
	}
	return aim{}, unknown
}

// meshAim moves the weights of all nodes that take them from their mesh.
func (r *reader) meshAim(index int, nodes []scene.NodeID) aim {
	var out aim
	for i := range r.doc.Nodes {
		n := &r.doc.Nodes[i]
		if n.Mesh == nil || *n.Mesh != index || len(n.Weights) > 0 || nodes[i] == scene.NoNode {
			continue
		}
		if a, err := r.nodeAim(i, "weights", nodes); err == nil {
			out.targets, out.width = append(out.targets, a.targets...), a.width
		}
	}
	return out
}

// materialAim is a factor of a material, or the transform of a texture on it.
func (r *reader) materialAim(index int, path string) (aim, bool) {
	id := r.materialID(index)
	if m, ok := materialPaths[path]; ok {
		a := aim{targets: []scene.Channel{{Target: m.target, Material: id}}, width: m.width}
		if m.target == scene.MoveEmissive {
			a.factors = []shade{r.emissiveShade(index, m.width == 1)}
		}
		return a, true
	}
	texture, move, ok := strings.Cut(path, "/extensions/KHR_texture_transform/")
	slot, known := slotPaths[texture]
	m, moved := slotMoves[move]
	if !ok || !known || !moved {
		return aim{}, false
	}
	return aim{targets: []scene.Channel{{Target: m.target, Material: id, Slot: slot}}, width: m.width}, true
}

// emissiveShade is what an animated emissive colour, or its strength, is multiplied by: a scene holds their product.
func (r *reader) emissiveShade(index int, strength bool) shade {
	src := &r.doc.Materials[index]
	factor := [3]float32{}
	shares(factor[:], src.EmissiveFactor)
	if strength {
		return factor[:]
	}
	by := float32(1)
	if x := src.Extensions.Emissive; x != nil {
		by = number(max(or(x.EmissiveStrength, 1), 0))
	}
	return shade{by, by, by}
}
