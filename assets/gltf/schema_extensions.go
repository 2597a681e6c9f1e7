package gltf

import "encoding/json"

// The JSON of the extensions that are read or written, by the object that carries them.

type documentExtensions struct {
	Lights   *lightList      `json:"KHR_lights_punctual,omitempty"`
	Variants *variantList    `json:"KHR_materials_variants,omitempty"`
	Metadata *metadata       `json:"EXT_structural_metadata,omitempty"`
	Packets  *packetList     `json:"KHR_xmp_json_ld,omitempty"`
	Center   *relativeCenter `json:"CESIUM_RTC,omitempty"`
}

type nodeExtensions struct {
	Light      *lightRef   `json:"KHR_lights_punctual,omitempty"`
	Instancing *instancing `json:"EXT_mesh_gpu_instancing,omitempty"`
	Visibility *visibility `json:"KHR_node_visibility,omitempty"`
	LOD        *lodList    `json:"MSFT_lod,omitempty"`
	Packet     *packetRef  `json:"KHR_xmp_json_ld,omitempty"`
}

type primitiveExtensions struct {
	Draco    *dracoData   `json:"KHR_draco_mesh_compression,omitempty"`
	Variants *variantMap  `json:"KHR_materials_variants,omitempty"`
	Features *featureSets `json:"EXT_mesh_features,omitempty"`
	Metadata *struct {
		PropertyTextures   []int `json:"propertyTextures,omitempty"`
		PropertyAttributes []int `json:"propertyAttributes,omitempty"`
	} `json:"EXT_structural_metadata,omitempty"`
}

type materialExtensions struct {
	Unlit         *struct{}           `json:"KHR_materials_unlit,omitempty"`
	Emissive      *emissiveStrength   `json:"KHR_materials_emissive_strength,omitempty"`
	Clearcoat     *clearcoat          `json:"KHR_materials_clearcoat,omitempty"`
	Transmission  *transmission       `json:"KHR_materials_transmission,omitempty"`
	Volume        *volume             `json:"KHR_materials_volume,omitempty"`
	IOR           *refraction         `json:"KHR_materials_ior,omitempty"`
	Specular      *specular           `json:"KHR_materials_specular,omitempty"`
	Sheen         *sheen              `json:"KHR_materials_sheen,omitempty"`
	Iridescence   *iridescence        `json:"KHR_materials_iridescence,omitempty"`
	Anisotropy    *anisotropy         `json:"KHR_materials_anisotropy,omitempty"`
	Dispersion    *dispersion         `json:"KHR_materials_dispersion,omitempty"`
	Glossy        *specularGlossiness `json:"KHR_materials_pbrSpecularGlossiness,omitempty"`
	Common        *oldTechnique       `json:"KHR_materials_common,omitempty"`
	Technique     *oldTechnique       `json:"KHR_techniques_webgl,omitempty"`
	TechniqueName *oldTechnique       `json:"KHR_technique_webgl,omitempty"`
}

type infoExtensions struct {
	Transform *textureTransform `json:"KHR_texture_transform,omitempty"`
}

type textureExtensions struct {
	Basis *imageRef `json:"KHR_texture_basisu,omitempty"`
	WebP  *imageRef `json:"EXT_texture_webp,omitempty"`
	AVIF  *imageRef `json:"EXT_texture_avif,omitempty"`
	DDS   *imageRef `json:"MSFT_texture_dds,omitempty"`
}

type targetExtensions struct {
	Pointer *struct {
		Pointer string `json:"pointer"`
	} `json:"KHR_animation_pointer,omitempty"`
}

type viewExtensions struct {
	Meshopt  *meshoptData `json:"KHR_meshopt_compression,omitempty"`
	MeshoptX *meshoptData `json:"EXT_meshopt_compression,omitempty"`
}

type bufferExtensions struct {
	Meshopt  *fallback `json:"KHR_meshopt_compression,omitempty"`
	MeshoptX *fallback `json:"EXT_meshopt_compression,omitempty"`
}

type packetExtension struct {
	Packet *packetRef `json:"KHR_xmp_json_ld,omitempty"`
}

type (
	lightList struct {
		Lights []light `json:"lights"`
	}
	light struct {
		Name      string    `json:"name,omitempty"`
		Type      string    `json:"type"`
		Color     []float64 `json:"color,omitempty"`
		Intensity *float64  `json:"intensity,omitempty"`
		Range     float64   `json:"range,omitempty"`
		Spot      *spot     `json:"spot,omitempty"`
	}
	spot struct {
		InnerConeAngle float64  `json:"innerConeAngle,omitempty"`
		OuterConeAngle *float64 `json:"outerConeAngle,omitempty"`
	}
	lightRef struct {
		Light int `json:"light"`
	}
	instancing struct {
		Attributes map[string]int `json:"attributes"`
	}
	visibility struct {
		Visible *bool `json:"visible,omitempty"`
	}
	lodList struct {
		IDs []int `json:"ids"`
	}
	relativeCenter struct {
		Center []float64 `json:"center"`
	}
	packetList struct {
		Packets []json.RawMessage `json:"packets"`
	}
	packetRef struct {
		Packet int `json:"packet"`
	}
	dracoData struct {
		BufferView int            `json:"bufferView"`
		Attributes map[string]int `json:"attributes"`
	}
	meshoptData struct {
		Buffer     int    `json:"buffer"`
		ByteOffset int    `json:"byteOffset,omitempty"`
		ByteLength int    `json:"byteLength"`
		ByteStride int    `json:"byteStride"`
		Count      int    `json:"count"`
		Mode       string `json:"mode"`
		Filter     string `json:"filter,omitempty"`
	}
	fallback struct {
		Fallback bool `json:"fallback,omitempty"`
	}
	imageRef struct {
		Source *int `json:"source,omitempty"`
	}
	variantList struct {
		Variants []struct {
			Name string `json:"name"`
		} `json:"variants"`
	}
	variantMap struct {
		Mappings []variantMapping `json:"mappings"`
	}
	variantMapping struct {
		Material int   `json:"material"`
		Variants []int `json:"variants"`
	}
)

// The parts of materials.
type (
	textureTransform struct {
		Offset   []float64 `json:"offset,omitempty"`
		Rotation float64   `json:"rotation,omitempty"`
		Scale    []float64 `json:"scale,omitempty"`
		TexCoord *int      `json:"texCoord,omitempty"`
	}
	emissiveStrength struct {
		EmissiveStrength *float64 `json:"emissiveStrength,omitempty"`
	}
	clearcoat struct {
		Factor           float64      `json:"clearcoatFactor,omitempty"`
		Texture          *textureInfo `json:"clearcoatTexture,omitempty"`
		Roughness        float64      `json:"clearcoatRoughnessFactor,omitempty"`
		RoughnessTexture *textureInfo `json:"clearcoatRoughnessTexture,omitempty"`
		NormalTexture    *textureInfo `json:"clearcoatNormalTexture,omitempty"`
	}
	transmission struct {
		Factor  float64      `json:"transmissionFactor,omitempty"`
		Texture *textureInfo `json:"transmissionTexture,omitempty"`
	}
	volume struct {
		Thickness           float64      `json:"thicknessFactor,omitempty"`
		ThicknessTexture    *textureInfo `json:"thicknessTexture,omitempty"`
		AttenuationDistance float64      `json:"attenuationDistance,omitempty"`
		AttenuationColor    []float64    `json:"attenuationColor,omitempty"`
	}
	refraction struct {
		IOR *float64 `json:"ior,omitempty"`
	}
	specular struct {
		Factor       *float64     `json:"specularFactor,omitempty"`
		Texture      *textureInfo `json:"specularTexture,omitempty"`
		Color        []float64    `json:"specularColorFactor,omitempty"`
		ColorTexture *textureInfo `json:"specularColorTexture,omitempty"`
	}
	sheen struct {
		Color            []float64    `json:"sheenColorFactor,omitempty"`
		ColorTexture     *textureInfo `json:"sheenColorTexture,omitempty"`
		Roughness        float64      `json:"sheenRoughnessFactor,omitempty"`
		RoughnessTexture *textureInfo `json:"sheenRoughnessTexture,omitempty"`
	}
	iridescence struct {
		Factor           float64      `json:"iridescenceFactor,omitempty"`
		Texture          *textureInfo `json:"iridescenceTexture,omitempty"`
		IOR              *float64     `json:"iridescenceIor,omitempty"`
		ThicknessMinimum *float64     `json:"iridescenceThicknessMinimum,omitempty"`
		ThicknessMaximum *float64     `json:"iridescenceThicknessMaximum,omitempty"`
		ThicknessTexture *textureInfo `json:"iridescenceThicknessTexture,omitempty"`
	}
	anisotropy struct {
		Strength float64      `json:"anisotropyStrength,omitempty"`
		Rotation float64      `json:"anisotropyRotation,omitempty"`
		Texture  *textureInfo `json:"anisotropyTexture,omitempty"`
	}
	dispersion struct {
		Dispersion float64 `json:"dispersion,omitempty"`
	}
	specularGlossiness struct {
		Diffuse         []float64    `json:"diffuseFactor,omitempty"`
		DiffuseTexture  *textureInfo `json:"diffuseTexture,omitempty"`
		Specular        []float64    `json:"specularFactor,omitempty"`
		Glossiness      *float64     `json:"glossinessFactor,omitempty"`
		SpecularTexture *textureInfo `json:"specularGlossinessTexture,omitempty"`
	}
	oldTechnique struct {
		Values map[string]json.RawMessage `json:"values,omitempty"`
	}
)

// Features and their properties.
type (
	featureSets struct {
		Sets []featureSet `json:"featureIds"`
	}
	featureSet struct {
		FeatureCount  int             `json:"featureCount"`
		NullFeatureID *int            `json:"nullFeatureId,omitempty"`
		Label         string          `json:"label,omitempty"`
		Attribute     *int            `json:"attribute,omitempty"`
		Texture       json.RawMessage `json:"texture,omitempty"`
		PropertyTable *int            `json:"propertyTable,omitempty"`
	}
	metadata struct {
		Schema         *metadataSchema   `json:"schema,omitempty"`
		SchemaURI      string            `json:"schemaUri,omitempty"`
		PropertyTables []propertyTable   `json:"propertyTables,omitempty"`
		Textures       []json.RawMessage `json:"propertyTextures,omitempty"`
		Attributes     []json.RawMessage `json:"propertyAttributes,omitempty"`
	}
	metadataSchema struct {
		ID      string                   `json:"id"`
		Classes map[string]metadataClass `json:"classes,omitempty"`
		Enums   map[string]metadataEnum  `json:"enums,omitempty"`
	}
	metadataClass struct {
		Name       string                      `json:"name,omitempty"`
		Properties map[string]metadataProperty `json:"properties,omitempty"`
	}
	metadataProperty struct {
		Name          string          `json:"name,omitempty"`
		Description   string          `json:"description,omitempty"`
		Type          string          `json:"type"`
		ComponentType string          `json:"componentType,omitempty"`
		EnumType      string          `json:"enumType,omitempty"`
		Array         bool            `json:"array,omitempty"`
		Count         int             `json:"count,omitempty"`
		Normalized    bool            `json:"normalized,omitempty"`
		Offset        json.RawMessage `json:"offset,omitempty"`
		Scale         json.RawMessage `json:"scale,omitempty"`
		NoData        json.RawMessage `json:"noData,omitempty"`
		Default       json.RawMessage `json:"default,omitempty"`
		Required      bool            `json:"required,omitempty"`
		Extras        json.RawMessage `json:"extras,omitempty"`
	}
	metadataEnum struct {
		ValueType string `json:"valueType,omitempty"`
		Values    []struct {
			Name  string `json:"name"`
			Value int64  `json:"value"`
		} `json:"values"`
	}
	propertyTable struct {
		Name       string                    `json:"name,omitempty"`
		Class      string                    `json:"class"`
		Count      int                       `json:"count"`
		Properties map[string]propertyColumn `json:"properties,omitempty"`
	}
	propertyColumn struct {
		Values           int             `json:"values"`
		ArrayOffsets     *int            `json:"arrayOffsets,omitempty"`
		StringOffsets    *int            `json:"stringOffsets,omitempty"`
		ArrayOffsetType  string          `json:"arrayOffsetType,omitempty"`
		StringOffsetType string          `json:"stringOffsetType,omitempty"`
		Offset           json.RawMessage `json:"offset,omitempty"`
		Scale            json.RawMessage `json:"scale,omitempty"`
	}
)
