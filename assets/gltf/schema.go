package gltf

import "encoding/json"

// The JSON of a glTF 2.0 file, as far as it is read or written: specification, section 5. An index that may be absent is
// a pointer; other absent properties are zero, and the methods below give the defaults.

type document struct {
	Asset              asset              `json:"asset"`
	ExtensionsUsed     []string           `json:"extensionsUsed,omitempty"`
	ExtensionsRequired []string           `json:"extensionsRequired,omitempty"`
	Scene              *int               `json:"scene,omitempty"`
	Scenes             []sceneList        `json:"scenes,omitempty"`
	Nodes              []node             `json:"nodes,omitempty"`
	Meshes             []mesh             `json:"meshes,omitempty"`
	Materials          []material         `json:"materials,omitempty"`
	Textures           []texture          `json:"textures,omitempty"`
	Images             []imageJSON        `json:"images,omitempty"`
	Samplers           []sampler          `json:"samplers,omitempty"`
	Skins              []skin             `json:"skins,omitempty"`
	Animations         []animation        `json:"animations,omitempty"`
	Cameras            []camera           `json:"cameras,omitempty"`
	Accessors          []accessor         `json:"accessors,omitempty"`
	BufferViews        []bufferView       `json:"bufferViews,omitempty"`
	Buffers            []buffer           `json:"buffers,omitempty"`
	Extensions         documentExtensions `json:"extensions,omitzero"`
	Extras             json.RawMessage    `json:"extras,omitempty"`
}

type asset struct {
	Version    string          `json:"version"`
	MinVersion string          `json:"minVersion,omitempty"`
	Generator  string          `json:"generator,omitempty"`
	Copyright  string          `json:"copyright,omitempty"`
	Extensions packetExtension `json:"extensions,omitzero"`
	Extras     json.RawMessage `json:"extras,omitempty"`
}

type sceneList struct {
	Name   string          `json:"name,omitempty"`
	Nodes  []int           `json:"nodes,omitempty"`
	Extras json.RawMessage `json:"extras,omitempty"`
}

type node struct {
	Name        string          `json:"name,omitempty"`
	Children    []int           `json:"children,omitempty"`
	Translation *[3]float64     `json:"translation,omitempty"`
	Rotation    *[4]float64     `json:"rotation,omitempty"`
	Scale       *[3]float64     `json:"scale,omitempty"`
	Matrix      *[16]float64    `json:"matrix,omitempty"`
	Mesh        *int            `json:"mesh,omitempty"`
	Skin        *int            `json:"skin,omitempty"`
	Camera      *int            `json:"camera,omitempty"`
	Weights     []float64       `json:"weights,omitempty"`
	Extensions  nodeExtensions  `json:"extensions,omitzero"`
	Extras      json.RawMessage `json:"extras,omitempty"`
}

type mesh struct {
	Name       string          `json:"name,omitempty"`
	Primitives []primitive     `json:"primitives"`
	Weights    []float64       `json:"weights,omitempty"`
	Extensions packetExtension `json:"extensions,omitzero"`
	Extras     json.RawMessage `json:"extras,omitempty"`
}

type primitive struct {
	Attributes map[string]int      `json:"attributes"`
	Indices    *int                `json:"indices,omitempty"`
	Material   *int                `json:"material,omitempty"`
	Mode       *int                `json:"mode,omitempty"`
	Targets    []map[string]int    `json:"targets,omitempty"`
	Extensions primitiveExtensions `json:"extensions,omitzero"`
	Extras     json.RawMessage     `json:"extras,omitempty"`
}

// The modes of a primitive.
const (
	modePoints = iota
	modeLines
	modeLineLoop
	modeLineStrip
	modeTriangles
	modeTriangleStrip
	modeTriangleFan
)

func (p *primitive) mode() int { return or(p.Mode, modeTriangles) }

type material struct {
	Name             string             `json:"name,omitempty"`
	Surface          *surface           `json:"pbrMetallicRoughness,omitempty"`
	NormalTexture    *textureInfo       `json:"normalTexture,omitempty"`
	OcclusionTexture *textureInfo       `json:"occlusionTexture,omitempty"`
	EmissiveTexture  *textureInfo       `json:"emissiveTexture,omitempty"`
	EmissiveFactor   []float64          `json:"emissiveFactor,omitempty"`
	AlphaMode        string             `json:"alphaMode,omitempty"`
	AlphaCutoff      *float64           `json:"alphaCutoff,omitempty"`
	DoubleSided      bool               `json:"doubleSided,omitempty"`
	Extensions       materialExtensions `json:"extensions,omitzero"`
}

type surface struct {
	BaseColorFactor          []float64    `json:"baseColorFactor,omitempty"`
	BaseColorTexture         *textureInfo `json:"baseColorTexture,omitempty"`
	MetallicFactor           *float64     `json:"metallicFactor,omitempty"`
	RoughnessFactor          *float64     `json:"roughnessFactor,omitempty"`
	MetallicRoughnessTexture *textureInfo `json:"metallicRoughnessTexture,omitempty"`
}

type textureInfo struct {
	Index      int            `json:"index"`
	TexCoord   int            `json:"texCoord,omitempty"`
	Scale      *float64       `json:"scale,omitempty"`    // of normal textures
	Strength   *float64       `json:"strength,omitempty"` // of occlusion textures
	Extensions infoExtensions `json:"extensions,omitzero"`
}

type texture struct {
	Name       string            `json:"name,omitempty"`
	Sampler    *int              `json:"sampler,omitempty"`
	Source     *int              `json:"source,omitempty"`
	Extensions textureExtensions `json:"extensions,omitzero"`
}

type imageJSON struct {
	Name       string `json:"name,omitempty"`
	URI        string `json:"uri,omitempty"`
	MimeType   string `json:"mimeType,omitempty"`
	BufferView *int   `json:"bufferView,omitempty"`
}

type sampler struct {
	MagFilter int `json:"magFilter,omitempty"`
	MinFilter int `json:"minFilter,omitempty"`
	WrapS     int `json:"wrapS,omitempty"`
	WrapT     int `json:"wrapT,omitempty"`
}

// Values of samplers.
const (
	filterNearest = 9728
	filterLinear  = 9729
	filterMipmaps = 9987 // linear, between mip levels too
	wrapClamp     = 33071
	wrapMirror    = 33648
	wrapRepeat    = 10497
)

type skin struct {
	Name                string `json:"name,omitempty"`
	InverseBindMatrices *int   `json:"inverseBindMatrices,omitempty"`
	Skeleton            *int   `json:"skeleton,omitempty"`
	Joints              []int  `json:"joints"`
}

type animation struct {
	Name     string             `json:"name,omitempty"`
	Channels []animationChannel `json:"channels"`
	Samplers []animationSampler `json:"samplers"`
}

type animationChannel struct {
	Sampler int             `json:"sampler"`
	Target  animationTarget `json:"target"`
}

type animationTarget struct {
	Node       *int             `json:"node,omitempty"`
	Path       string           `json:"path"`
	Extensions targetExtensions `json:"extensions,omitzero"`
}

type animationSampler struct {
	Input         int    `json:"input"`
	Interpolation string `json:"interpolation,omitempty"`
	Output        int    `json:"output"`
}

type camera struct {
	Name         string        `json:"name,omitempty"`
	Type         string        `json:"type"`
	Perspective  *perspective  `json:"perspective,omitempty"`
	Orthographic *orthographic `json:"orthographic,omitempty"`
}

type perspective struct {
	AspectRatio *float64 `json:"aspectRatio,omitempty"`
	Yfov        float64  `json:"yfov"`
	Zfar        *float64 `json:"zfar,omitempty"`
	Znear       float64  `json:"znear"`
}

type orthographic struct {
	Xmag  float64 `json:"xmag"`
	Ymag  float64 `json:"ymag"`
	Zfar  float64 `json:"zfar"`
	Znear float64 `json:"znear"`
}

type accessor struct {
	BufferView    *int      `json:"bufferView,omitempty"`
	ByteOffset    int       `json:"byteOffset,omitempty"`
	ComponentType component `json:"componentType"`
	Normalized    bool      `json:"normalized,omitempty"`
	Count         int       `json:"count"`
	Type          string    `json:"type"`
	Min           []float64 `json:"min,omitempty"`
	Max           []float64 `json:"max,omitempty"`
	Sparse        *sparse   `json:"sparse,omitempty"`
}

type sparse struct {
	Count   int `json:"count"`
	Indices struct {
		BufferView    int       `json:"bufferView"`
		ByteOffset    int       `json:"byteOffset,omitempty"`
		ComponentType component `json:"componentType"`
	} `json:"indices"`
	Values struct {
		BufferView int `json:"bufferView"`
		ByteOffset int `json:"byteOffset,omitempty"`
	} `json:"values"`
}

type bufferView struct {
	Buffer     int            `json:"buffer"`
	ByteOffset int            `json:"byteOffset,omitempty"`
	ByteLength int            `json:"byteLength"`
	ByteStride int            `json:"byteStride,omitempty"`
	Target     int            `json:"target,omitempty"`
	Extensions viewExtensions `json:"extensions,omitzero"`
}

// Values of bufferView.Target.
const (
	targetVertices = 34962
	targetIndices  = 34963
)

type buffer struct {
	URI        string           `json:"uri,omitempty"`
	ByteLength int              `json:"byteLength"`
	Extensions bufferExtensions `json:"extensions,omitzero"`
}

// or is the value that p points to, or other when it is absent.
func or[T any](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}

// ref makes an optional value.
func ref[T any](v T) *T { return &v }
