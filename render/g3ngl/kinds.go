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

// The maps of a material that shaders sample, those first that matter most; other ones count by their mean. The order is that
// of the material buffer.
const (
	mapBase = iota
	mapSurface
	mapNormal
	mapOcclusion
	mapEmissive
	mapClearcoat // the maps of layers begin here
	mapClearcoatRoughness
	mapClearcoatNormal
	mapTransmission
	mapThickness
	mapAnisotropy
	mapIridescence
	mapFilm
	mapSheen
	mapSheenRoughness
	mapSpecular
	mapSpecularColour
	mapCount
)

// maxMaps is how many maps one material may have that are sampled: OpenGL 3.3 lets a fragment shader have 16 samplers, and
// the light, the effects and the materials need seven.
const maxMaps = 9

// mapColours says which maps hold sRGB colours, or the alpha beside such.
var mapColours = [mapCount]bool{mapBase: true, mapEmissive: true, mapSheen: true, mapSheenRoughness: true, mapSpecular: true, mapSpecularColour: true}

// mapNames are what the shaders call the maps, and what defines them.
var mapNames = [mapCount]struct{ sampler, define string }{
	{"baseMap", "BASE_MAP"}, {"surfaceMap", "SURFACE_MAP"}, {"normalMap", "NORMAL_MAP"}, {"occlusionMap", "OCCLUSION_MAP"}, {"emissiveMap", "EMISSIVE_MAP"},
	{"clearcoatMap", "CLEARCOAT_MAP"}, {"clearcoatRoughnessMap", "CLEARCOAT_ROUGHNESS_MAP"}, {"clearcoatNormalMap", "CLEARCOAT_NORMAL_MAP"},
	{"transmissionMap", "TRANSMISSION_MAP"}, {"thicknessMap", "THICKNESS_MAP"}, {"anisotropyMap", "ANISOTROPY_MAP"},
	{"iridescenceMap", "IRIDESCENCE_MAP"}, {"filmMap", "FILM_MAP"}, {"sheenMap", "SHEEN_MAP"}, {"sheenRoughnessMap", "SHEEN_ROUGHNESS_MAP"},
	{"specularMap", "SPECULAR_MAP"}, {"specularColourMap", "SPECULAR_COLOUR_MAP"},
}

// maps returns the maps of a material in the order above.
func maps(m *scene.Material) [mapCount]scene.Map {
	out := [mapCount]scene.Map{m.BaseColorMap, m.MetallicRoughnessMap, m.NormalMap, m.OcclusionMap, m.EmissiveMap}
	if l := m.Layers; l != nil {
		out[mapClearcoat], out[mapClearcoatRoughness], out[mapClearcoatNormal] = l.ClearcoatMap, l.ClearcoatRoughnessMap, l.ClearcoatNormalMap
		out[mapTransmission], out[mapThickness], out[mapAnisotropy] = l.TransmissionMap, l.ThicknessMap, l.AnisotropyMap
		out[mapIridescence], out[mapFilm] = l.IridescenceMap, l.IridescenceFilmMap
		out[mapSheen], out[mapSheenRoughness] = l.SheenColorMap, l.SheenRoughnessMap
		out[mapSpecular], out[mapSpecularColour] = l.SpecularMap, l.SpecularColors
	}
	return out
}

// sampledMaps returns those maps of a material that shaders sample: the first maxMaps that there are, where the occlusion that is
// packed with the roughness is none of its own.
func sampledMaps(m *scene.Material) [mapCount]scene.Map {
	all := maps(m)
	n := 0
	for i, t := range all {
		switch {
		case t.Texture == scene.NoTexture || i == mapOcclusion && t == all[mapSurface]:
		case n == maxMaps:
			all[i] = scene.Map{}
		default:
			n++
		}
	}
	return all
}

// traits of a surface that decide which program draws it.
type traits uint16

const (
	traitRich     traits = 1 << iota // more than a plain colour; the others are only set with this one
	traitWraps                       // a map is clamped, mirrored or unsmoothed
	traitHoles                       // alpha varies over the surface
	traitLayers                      // clearcoat, sheen or specular
	traitPacked                      // the occlusion map is the metallic-roughness map, seen in the same place
	traitTangents                    // the mesh has tangents for the maps of normals or for what is brushed
	traitFilm                        // iridescence
	traitBrushed                     // anisotropy
	traitGlass                       // transmission
)

// mapBits is a set of maps.
type mapBits uint32

// shading is the part of a kind that chooses the program. The zero shading is that of plain surfaces.
type shading struct {
	maps   mapBits
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
	second  mapBits // that use the second set of texture coordinates
	arrays  [mapCount]arrayID
}

// lookOf sums up a material. arrayOf tells where an image is kept, or will be; 0 is nowhere.
func lookOf(m *scene.Material, translucent bool, textures []scene.Texture, arrayOf func(imageKey) arrayID) materialLook {
	var k materialLook
	all := sampledMaps(m)
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
	if l := m.Layers; l != nil {
		k.shading.traits |= traitLayers
		if l.Iridescence > 0 {
			k.shading.traits |= traitFilm
		}
		if l.Anisotropy > 0 {
			k.shading.traits |= traitBrushed
		}
		if l.Transmission > 0 {
			k.shading.traits |= traitGlass
		}
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
		bit := mapBits(1) << i
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
	if len(m.UVs) > 0 && k.shading.traits&traitBrushed != 0 {
		k.streams |= streamUVs
	}
	if (k.shading.maps&(1<<mapNormal|1<<mapClearcoatNormal) != 0 || k.shading.traits&traitBrushed != 0) && len(m.Tangents) > 0 {
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
	s.maps &= 1<<mapClearcoat - 1
	s.traits &^= traitLayers | traitFilm | traitBrushed | traitGlass
	if s.maps&(1<<mapNormal) == 0 {
		s.traits &^= traitTangents
	}
	if s.maps == 0 {
		s.traits &^= traitWraps
	}
	return s
}

// defines returns the names that the shaders know it by, in a fixed order.
func (s shading) defines() []string {
	if s == (shading{}) {
		return nil
	}
	out := []string{"RICH"}
	for i, name := range mapNames {
		if s.maps&(1<<i) != 0 {
			out = append(out, name.define)
		}
	}
	for i, name := range []string{"", "WRAPS", "HOLES", "LAYERS", "PACKED", "TANGENTS", "FILM", "BRUSHED", "GLASS"} {
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
