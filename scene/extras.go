package scene

// LightKind says how a light shines.
type LightKind uint8

// The kinds of light of KHR_lights_punctual.
const (
	SunLight   LightKind = iota // parallel, along -Z of its node
	PointLight                  // to all sides
	SpotLight                   // a cone along -Z of its node
)

// Light is a source of light that a model brings with it.
type Light struct {
	Name      string
	Node      NodeID
	Kind      LightKind
	Color     [3]float32 // linear
	Intensity float32    // lux of a SunLight, candela of the others
	RangeM    float32    // 0 is unlimited
	InnerRad  float32    // half angles of a SpotLight
	OuterRad  float32
}

// ModelCamera is a view that a model brings with it: it looks along -Z of its node.
type ModelCamera struct {
	Name        string
	Node        NodeID
	FovYRad     float64 // 0 for a parallel view
	HalfHeightM float64 // of a parallel view
}

// Variant is a set of materials that a model may be shown in, such as the colours of a product.
type Variant struct {
	Name      string
	Materials map[PartRef]MaterialID // the parts that differ from the mesh's own materials
}

// PartRef names a part of the triangles of a mesh.
type PartRef struct {
	Mesh MeshID
	Part int
}

// Document is what a model says of itself as a whole, and what comes with it beside its nodes.
type Document struct {
	Generator  string
	Copyright  string
	Unit       string   // of length in the file, when it says one, such as "mm"
	Extensions []string // of the format that the file uses
	Properties []Property
	Lights     []Light
	Cameras    []ModelCamera
	Variants   []Variant
	Clips      []Clip
}

// Document returns what the model says of itself, to be read and filled in by the owner of the scene.
func (s *Scene) Document() *Document { return &s.document }
