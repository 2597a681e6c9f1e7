package scene

// MaterialID is the index of a material in its scene. Every scene has material 0, a neutral grey.
type MaterialID int32

// Material is a surface in the metallic-roughness model of glTF 2.0. Colours are linear, 0 to 1.
type Material struct {
	Name        string
	BaseColor   [4]float32 // r, g, b, alpha
	Metallic    float32
	Roughness   float32
	Emissive    [3]float32
	DoubleSided bool
	Blend       bool // draw with alpha BaseColor[3]; otherwise the surface is opaque
}

// Translucent reports whether the surface lets light through.
func (m *Material) Translucent() bool { return m.Blend && m.BaseColor[3] < 0.999 }
