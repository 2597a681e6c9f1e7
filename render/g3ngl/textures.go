package g3ngl

import (
	"unsafe"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// arrayID names an array of textures; noArray is none.
type arrayID uint32

const noArray arrayID = 0

// textureFormat is what all images of an array have in common.
type textureFormat struct {
	side   int // pixels
	colour bool
}

// textureArray is images of one format in one texture, so that surfaces with different ones are drawn by one call.
type textureArray struct {
	id arrayID
	textureFormat
	layers  int
	texture uint32
}

// textures is what the render thread knows of images: where those are that are complete.
type textures struct {
	arrays map[arrayID]*textureArray
	shown  map[imageKey]placement
	fresh  bool // shown has changed since the materials were sent
	stats  render.TextureStats
	bound  [mapCount]uint32 // by unit
}

func newTextures() textures {
	return textures{arrays: map[arrayID]*textureArray{}, shown: map[imageKey]placement{}}
}

// create makes the texture without content.
func (a *textureArray) create(d *device) {
	gl.GenTextures(1, &a.texture)
	a.bind()
	format := int32(gl.RGBA8)
	if a.colour {
		format = gl.SRGB8_ALPHA8
	}
	level := int32(0)
	for side := int32(a.side); side > 0; side /= 2 {
		gl.TexImage3D(gl.TEXTURE_2D_ARRAY, level, format, side, side, int32(a.layers), 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
		level++
	}
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAX_LEVEL, level-1)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.REPEAT)
	gl.TexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.REPEAT)
	if d.anisotropy > 1 {
		gl.TexParameterf(gl.TEXTURE_2D_ARRAY, textureMaxAnisotropy, d.anisotropy)
	}
}

// bind makes the array current on the unit for work, which no shader reads.
func (a *textureArray) bind() { gl.BindTexture(gl.TEXTURE_2D_ARRAY, a.texture) }

func (a *textureArray) fill(s *fillLayer) {
	a.bind()
	gl.PixelStorei(gl.UNPACK_ALIGNMENT, 4)
	side := int32(a.side >> s.level)
	gl.TexSubImage3D(gl.TEXTURE_2D_ARRAY, int32(s.level), 0, int32(s.y), int32(s.layer), side, int32(s.rows), 1,
		gl.RGBA, gl.UNSIGNED_BYTE, unsafe.Pointer(unsafe.SliceData(s.pixels)))
}

func (a *textureArray) delete() { gl.DeleteTextures(1, &a.texture) }

// drop frees an array. GL unbinds what is deleted.
func (t *textures) drop(a *textureArray) {
	delete(t.arrays, a.id)
	for i := range t.bound {
		if t.bound[i] == a.texture {
			t.bound[i] = 0
		}
	}
	a.delete()
}

func (t *textures) show(s *showImage) {
	t.shown[s.key] = s.at
	t.fresh = true
}

func (t *textures) hide(key imageKey) {
	delete(t.shown, key)
	t.fresh = true
}

// layerOf returns the layer of the image of a map, or -1 while it is not there.
func (t *textures) layerOf(m scene.Map, all []scene.Texture, colour bool) float32 {
	if key, ok := keyOf(m, all, colour); ok {
		if at, there := t.shown[key]; there {
			return float32(at.layer)
		}
	}
	return -1
}

// use binds the arrays of a batch that a program samples.
func (t *textures) use(gs *gls.GLS, b *batch, sampled mapBits) {
	for i := range mapCount {
		if sampled&(1<<i) == 0 {
			continue
		}
		var texture uint32
		if a := t.arrays[b.arrays[i]]; a != nil {
			texture = a.texture
		}
		if t.bound[i] == texture {
			continue
		}
		t.bound[i] = texture
		gs.ActiveTexture(uint32(gl.TEXTURE0 + unitMaps + i))
		gl.BindTexture(gl.TEXTURE_2D_ARRAY, texture)
	}
}

func (t *textures) delete() {
	for _, a := range t.arrays {
		a.delete()
	}
}
