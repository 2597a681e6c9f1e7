package scene

// MaterialID is the index of a material in its scene. Every scene has material 0, a neutral grey.
type MaterialID int32

// Material is a surface in the metallic-roughness model of glTF 2.0. Colours are linear, 0 to 1; emissive ones may be
// brighter.
type Material struct {
	Name        string
	BaseColor   [4]float32 // r, g, b, alpha
	Metallic    float32
	Roughness   float32
	Emissive    [3]float32
	DoubleSided bool
	Unlit       bool    // shown in its base colour, whatever the light
	Blend       bool    // draw with alpha BaseColor[3]; otherwise the surface is opaque
	Mask        bool    // holes where alpha is below Cutoff; not together with Blend
	Cutoff      float32 // of Mask

	BaseColorMap         Map // sRGB colour and alpha
	MetallicRoughnessMap Map // linear: g roughness, b metallic
	NormalMap            Map // linear: tangent-space normal
	OcclusionMap         Map // linear: r
	EmissiveMap          Map // sRGB colour
	NormalScale          float32
	OcclusionStrength    float32

	Layers *Layers // what most surfaces do not have; nil for none
}

// Map is a texture on a surface. A zero Texture is none.
type Map struct {
	Texture     TextureID
	Second      bool       // it uses UVs2 of the mesh instead of UVs
	Offset      [2]float32 // of the picture, in uv
	Scale       [2]float32 // of the uv; AddMaterial takes (0, 0) for (1, 1)
	RotationRad float32    // of the uv about its origin, counter-clockwise
}

// Layers are the parts of a surface that extensions of glTF add; see KHR_materials_* for their meaning. Colours are
// linear, thicknesses metres or as named.
type Layers struct {
	IOR            float32 // index of refraction; 1.5 is that of plain surfaces
	Specular       float32
	SpecularColor  [3]float32
	SpecularMap    Map // a
	SpecularColors Map // sRGB

	Clearcoat             float32
	ClearcoatRoughness    float32
	ClearcoatMap          Map // r
	ClearcoatRoughnessMap Map // g
	ClearcoatNormalMap    Map

	SheenColor        [3]float32
	SheenRoughness    float32
	SheenColorMap     Map // sRGB
	SheenRoughnessMap Map // a

	Transmission         float32
	TransmissionMap      Map // r
	ThicknessM           float32
	ThicknessMap         Map        // g
	AttenuationDistanceM float32    // 0 is infinite
	AttenuationColor     [3]float32 // linear
	Dispersion           float32    // 20 / Abbe number

	Iridescence        float32
	IridescenceIOR     float32
	FilmMinNM          float32 // thickness of the film, nanometres
	FilmMaxNM          float32
	IridescenceMap     Map // r
	IridescenceFilmMap Map // g

	Anisotropy            float32
	AnisotropyRotationRad float32
	AnisotropyMap         Map // rg direction, b strength
}

// PlainLayers returns layers that change nothing.
func PlainLayers() Layers {
	return Layers{IOR: 1.5, Specular: 1, SpecularColor: [3]float32{1, 1, 1}, AttenuationColor: [3]float32{1, 1, 1},
		IridescenceIOR: 1.3, FilmMinNM: 100, FilmMaxNM: 400}
}

// Translucent reports whether the surface lets light through. A texture with alpha counts as translucent.
func (m *Material) Translucent() bool {
	return m.Blend && (m.BaseColor[3] < 0.999 || m.BaseColorMap.Texture != NoTexture)
}

// maps returns all maps of the material, to be changed in place.
func (m *Material) maps() []*Map {
	all := []*Map{&m.BaseColorMap, &m.MetallicRoughnessMap, &m.NormalMap, &m.OcclusionMap, &m.EmissiveMap}
	if l := m.Layers; l != nil {
		all = append(all, &l.SpecularMap, &l.SpecularColors, &l.ClearcoatMap, &l.ClearcoatRoughnessMap, &l.ClearcoatNormalMap,
			&l.SheenColorMap, &l.SheenRoughnessMap, &l.TransmissionMap, &l.ThicknessMap, &l.IridescenceMap,
			&l.IridescenceFilmMap, &l.AnisotropyMap)
	}
	return all
}

// clone returns a copy that shares no memory.
func (m Material) clone() Material {
	if m.Layers != nil {
		l := *m.Layers
		m.Layers = &l
	}
	return m
}
