package g3ngl

import (
	"slices"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// primitive is what the indices of a batch make.
type primitive uint8

const (
	triangles primitive = iota
	lines
	points
)

// The maps of a material that shaders sample; other ones count by their mean. The order is that of the material buffer.
const (
	mapBase = iota
	mapSurface
	mapNormal
	mapOcclusion
	mapEmissive
	mapClearcoat
	mapTransmission
	mapCount
)

// mapColours says which maps hold sRGB colours.
var mapColours = [mapCount]bool{mapBase: true, mapEmissive: true}

// maps returns the sampled maps of a material in the order above.
func maps(m *scene.Material) [mapCount]scene.Map {
	out := [mapCount]scene.Map{m.BaseColorMap, m.MetallicRoughnessMap, m.NormalMap, m.OcclusionMap, m.EmissiveMap}
	if l := m.Layers; l != nil {
		out[mapClearcoat], out[mapTransmission] = l.ClearcoatMap, l.TransmissionMap
	}
	return out
}

// traits of a surface that decide which program draws it.
type traits uint8

const (
	traitRich     traits = 1 << iota // more than a plain colour; the others are only set with this one
	traitWraps                       // a map is clamped, mirrored or unsmoothed
	traitHoles                       // alpha varies over the surface
	traitLayers                      // clearcoat, sheen, specular or transmission
	traitPacked                      // the occlusion map is the metallic-roughness map, seen in the same place
	traitTangents                    // the normal map has tangents in the mesh
)

// shading is the part of a kind that chooses the program. The zero shading is that of plain surfaces.
type shading struct {
	maps   uint8 // bits
	traits traits
}

// kind says how a part of a mesh is drawn. A batch holds parts of one kind, so that it needs one call and no change of
// textures.
type kind struct {
	primitive primitive
	streams   streams
	shading   shading
	arrays    [mapCount]arrayID
}

// materialLook is what of a kind depends on the material alone.
type materialLook struct {
	shading shading
	second  uint8 // bits of the maps that use the second set of texture coordinates
	arrays  [mapCount]arrayID
}

// lookOf sums up a material. arrayOf tells where an image is kept, or will be; 0 is nowhere.
func lookOf(m *scene.Material, translucent bool, textures []scene.Texture, arrayOf func(imageKey) arrayID) materialLook {
	var k materialLook
	all := maps(m)
	for i, t := range all {
		key, ok := keyOf(t, textures, mapColours[i])
		if !ok || arrayOf(key) == noArray {
			continue
		}
		k.arrays[i] = arrayOf(key)
		k.shading.maps |= 1 << i
		if t.Second {
			k.second |= 1 << i
		}
		if tex := &textures[t.Texture]; tex.WrapU != scene.Repeat || tex.WrapV != scene.Repeat || tex.Nearest {
			k.shading.traits |= traitWraps
		}
	}
	if o := all[mapOcclusion]; k.shading.maps&(1<<mapOcclusion) != 0 && o == all[mapSurface] {
		k.shading.traits |= traitPacked
		k.shading.maps &^= 1 << mapOcclusion
		k.arrays[mapOcclusion] = noArray
	}
	if m.Mask || translucent && k.shading.maps&(1<<mapBase) != 0 {
		k.shading.traits |= traitHoles
	}
	if m.Layers != nil {
		k.shading.traits |= traitLayers
	}
	if k.shading != (shading{}) || m.Unlit {
		k.shading.traits |= traitRich
	}
	return k
}

// kindOf returns the kind of the triangles of a mesh that have this material.
func kindOf(m *scene.Mesh, look *materialLook, translucent bool) kind {
	k := kind{shading: look.shading, arrays: look.arrays}
	for i := range mapCount {
		bit := uint8(1) << i
		if k.shading.maps&bit == 0 {
			continue
		}
		switch {
		case look.second&bit != 0 && len(m.UVs2) > 0:
			k.streams |= streamUVs2
		case look.second&bit == 0 && len(m.UVs) > 0:
			k.streams |= streamUVs
		default: // the mesh does not say where the picture goes
			k.shading.maps &^= bit
			k.arrays[i] = noArray
		}
	}
	if k.shading.maps&(1<<mapSurface) == 0 {
		k.shading.traits &^= traitPacked
	}
	if k.shading.maps == 0 {
		k.shading.traits &^= traitWraps
	}
	if k.shading.maps&(1<<mapNormal) != 0 && len(m.Tangents) > 0 {
		k.streams |= streamTangents
		k.shading.traits |= traitTangents
	}
	if len(m.Colors) > 0 {
		k.streams |= streamColours
		k.shading.traits |= traitRich
		if translucent {
			k.shading.traits |= traitHoles
		}
	}
	return k
}

// silhouette returns what of the shading matters where only the shape shows: in the Operate look, of ghosts and outlines.
func (s shading) silhouette() shading {
	if s.traits&traitHoles == 0 {
		return shading{}
	}
	s.maps &= 1 << mapBase
	s.traits &= traitRich | traitHoles | traitWraps
	if s.maps == 0 {
		s.traits &^= traitWraps
	}
	return s
}

// unlayered leaves out what the Engineer look does not show.
func (s shading) unlayered() shading {
	s.maps &^= 1<<mapClearcoat | 1<<mapTransmission
	s.traits &^= traitLayers
	return s
}

// defines returns the names that the shaders know it by, in a fixed order.
func (s shading) defines() []string {
	if s == (shading{}) {
		return nil
	}
	out := []string{"RICH"}
	for i, name := range [mapCount]string{"BASE_MAP", "SURFACE_MAP", "NORMAL_MAP", "OCCLUSION_MAP", "EMISSIVE_MAP", "CLEARCOAT_MAP", "TRANSMISSION_MAP"} {
		if s.maps&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	for i, name := range []string{"", "WRAPS", "HOLES", "LAYERS", "PACKED", "TANGENTS"} {
		if name != "" && s.traits&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// share is the parts of a mesh that are of one kind.
type share struct {
	kind  kind
	parts []int // of Parts, LineParts or PointParts by the kind's primitive
}

// meshPlan says how a mesh is drawn. Plans are compared by pointer: one that is equal to an older one is that one.
type meshPlan struct {
	shares    []share
	instanced bool
}

func (p *meshPlan) equal(o *meshPlan) bool {
	return p.instanced == o.instanced && slices.EqualFunc(p.shares, o.shares, func(a, b share) bool {
		return a.kind == b.kind && slices.Equal(a.parts, b.parts)
	})
}

// partsOf spells out that no parts are one part.
func partsOf(parts []scene.Part, count int) []scene.Part {
	if len(parts) == 0 && count > 0 {
		return []scene.Part{{Count: count}}
	}
	return parts
}

// run returns the indices and parts of a mesh that a primitive is made of.
func run(m *scene.Mesh, p primitive) ([]uint32, []scene.Part) {
	switch p {
	case lines:
		return m.Lines, partsOf(m.LineParts, len(m.Lines))
	case points:
		return m.Points, partsOf(m.PointParts, len(m.Points))
	}
	return m.Indices, partsOf(m.Parts, len(m.Indices))
}

// planOf divides a mesh into shares, in the order of their first parts.
func planOf(m *scene.Mesh, l *render.Layout, looks []materialLook) *meshPlan {
	p := &meshPlan{}
	at := map[kind]int{}
	for _, prim := range []primitive{triangles, lines, points} {
		_, parts := run(m, prim)
		for i, part := range parts {
			if part.Count == 0 {
				continue
			}
			k := kind{primitive: prim}
			if prim == triangles {
				k = kindOf(m, &looks[part.Material], l.Translucent[part.Material])
			}
			n, known := at[k]
			if !known {
				n = len(p.shares)
				at[k] = n
				p.shares = append(p.shares, share{kind: k})
			}
			p.shares[n].parts = append(p.shares[n].parts, i)
		}
	}
	return p
}
