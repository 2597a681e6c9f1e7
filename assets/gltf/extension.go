package gltf

import (
	"fmt"
	"slices"
)

// Support says what becomes of an extension.
type Support uint8

// The kinds of support. A file that requires an extension which is not in the table at all is refused.
const (
	Whole  Support = iota // all that it says is read
	Partly                // the note says what is left out
	Plain                 // not read: a surface lacks an effect, or a note in the file is passed over
)

// Extension is an extension of glTF that the reader knows.
type Extension struct {
	Name    string
	Support Support
	Note    string // how it is read, or what is left out
}

// Extensions lists what the reader knows, in the order of their names.
func Extensions() []Extension { return slices.Clone(extensions) }

var extensions = []Extension{
	{"CESIUM_RTC", Partly, "the place on earth becomes a property; the model stays at the origin"},
	{"EXT_lights_image_based", Plain, "the viewer has its own light"},
	{"EXT_mesh_features", Partly, "one set per mesh, from attributes or one feature per vertex; sets in textures are left out"},
	{"EXT_mesh_gpu_instancing", Whole, "each instance becomes a node that shares the mesh"},
	{"EXT_meshopt_compression", Whole, ""},
	{"EXT_structural_metadata", Partly, "property tables; property textures and attributes are left out"},
	{"EXT_texture_avif", Plain, "the picture that stands in for it is shown"},
	{"EXT_texture_webp", Whole, ""},
	{"FB_ngon_encoding", Plain, "polygons are shown as the triangles that they consist of"},
	{"KHR_animation_pointer", Partly, "nodes, common factors of materials and transforms of textures"},
	{"KHR_draco_mesh_compression", Whole, ""},
	{"KHR_lights_punctual", Whole, ""},
	{"KHR_materials_anisotropy", Whole, ""},
	{"KHR_materials_clearcoat", Whole, "its normal texture keeps no scale of its own"},
	{"KHR_materials_common", Partly, "the diffuse colour or picture"},
	{"KHR_materials_diffuse_transmission", Plain, "the surface is shown opaque"},
	{"KHR_materials_dispersion", Whole, ""},
	{"KHR_materials_emissive_strength", Whole, ""},
	{"KHR_materials_ior", Whole, ""},
	{"KHR_materials_iridescence", Whole, ""},
	{"KHR_materials_pbrSpecularGlossiness", Whole, "converted to metallic-roughness, its pictures too"},
	{"KHR_materials_sheen", Whole, ""},
	{"KHR_materials_specular", Whole, ""},
	{"KHR_materials_transmission", Whole, ""},
	{"KHR_materials_unlit", Whole, ""},
	{"KHR_materials_variants", Whole, "of triangles"},
	{"KHR_materials_volume", Whole, ""},
	{"KHR_mesh_quantization", Whole, ""},
	{"KHR_meshopt_compression", Whole, ""},
	{"KHR_node_hoverability", Plain, ""},
	{"KHR_node_selectability", Plain, ""},
	{"KHR_node_visibility", Whole, ""},
	{"KHR_technique_webgl", Partly, "the diffuse colour or picture"},
	{"KHR_techniques_webgl", Partly, "the diffuse colour or picture"},
	{"KHR_texture_basisu", Whole, ""},
	{"KHR_texture_transform", Whole, ""},
	{"KHR_xmp_json_ld", Whole, "becomes properties"},
	{"MSFT_lod", Partly, "of nodes with one mesh each; otherwise only the finest version is shown"},
	{"MSFT_packing_normalRoughnessMetallic", Plain, "the maps of the core are used"},
	{"MSFT_packing_occlusionRoughnessMetallic", Plain, "the maps of the core are used"},
	{"MSFT_texture_dds", Plain, "the picture that stands in for it is shown"},
}

// checkExtensions refuses what would be shown wrong, and warns of what is lost.
func (r *reader) checkExtensions() error {
	known := func(name string) (Extension, bool) {
		k, ok := slices.BinarySearchFunc(extensions, name, func(e Extension, name string) int {
			if e.Name < name {
				return -1
			} else if e.Name > name {
				return 1
			}
			return 0
		})
		if !ok {
			return Extension{}, false
		}
		return extensions[k], true
	}
	for _, name := range r.doc.ExtensionsRequired {
		if _, ok := known(name); !ok {
			return fmt.Errorf("the file requires the extension %s, which is not read; export it without", name)
		}
	}
	for _, name := range r.doc.ExtensionsUsed {
		e, ok := known(name)
		switch {
		case !ok:
			r.job.Warn("extension %s is not known and ignored", name)
		case e.Support == Plain && e.Note != "":
			r.job.Warn("extension %s is ignored: %s", name, e.Note)
		}
	}
	return nil
}
