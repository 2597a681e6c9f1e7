package gltf

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// pictureURI is a PNG of pixels in one row.
func pictureURI(pixels ...color.NRGBA) string {
	m := image.NewNRGBA(image.Rect(0, 0, len(pixels), 1))
	for x, c := range pixels {
		m.SetNRGBA(x, 0, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

// surfaces is a file with these materials and pictures, each with a texture.
func surfaces(materials string, pictures ...string) *fixture {
	f := &fixture{}
	f.add(`"nodes":[{}],"materials":[%s]`, materials)
	var images, textures []string
	for i, p := range pictures {
		images = append(images, fmt.Sprintf(`{"uri":%q}`, p))
		textures = append(textures, fmt.Sprintf(`{"source":%d,"sampler":0}`, i))
	}
	f.add(`"images":[%s],"textures":[%s],"samplers":[{"wrapS":33071,"wrapT":33648,"magFilter":9728}]`, strings.Join(images, ","), strings.Join(textures, ","))
	return f
}

func TestDefaultsOfMaterials(t *testing.T) {
	s, _ := surfaces(`{},{"alphaMode":"MASK","pbrMetallicRoughness":{"baseColorFactor":[2,-1,0.5,0.25],"metallicFactor":0}},{"alphaMode":"BLEND","pbrMetallicRoughness":{"baseColorFactor":[1,1,1,0.25]}}`).load(t)
	m := s.Materials()[1:]
	if m[0].BaseColor != [4]float32{1, 1, 1, 1} || m[0].Metallic != 1 || m[0].Roughness != 1 || m[0].NormalScale != 1 || m[0].OcclusionStrength != 1 || m[0].Layers != nil {
		t.Errorf("plain material %+v", m[0])
	}
	if !m[1].Mask || m[1].Cutoff != 0.5 || m[1].BaseColor != [4]float32{1, 0, 0.5, 0.25} || m[1].Metallic != 0 {
		t.Errorf("masked material %+v", m[1])
	}
	if !m[2].Blend || m[2].BaseColor[3] != 0.25 {
		t.Errorf("blended material %+v", m[2])
	}
}

func TestTexturesAndTheirTransforms(t *testing.T) {
	red := pictureURI(color.NRGBA{255, 0, 0, 128}, color.NRGBA{0, 1, 2, 3})
	f := surfaces(`{"pbrMetallicRoughness":{"baseColorTexture":{"index":0,"extensions":{"KHR_texture_transform":{"offset":[0.5,0.25],"scale":[2,3],"rotation":1.5,"texCoord":1}}}},
		"emissiveTexture":{"index":1},"emissiveFactor":[1,1,1],"normalTexture":{"index":2,"scale":0.5},"occlusionTexture":{"index":0,"texCoord":5}}`, red, red, "data:image/png;base64,AAAA", "gone.png")
	s, warnings := f.load(t)
	m := s.Materials()[1]
	if m.BaseColorMap != (scene.Map{Texture: 1, Second: true, Offset: [2]float32{0.5, 0.25}, Scale: [2]float32{2, 3}, RotationRad: 1.5}) {
		t.Errorf("map %+v", m.BaseColorMap)
	}
	tex := s.Textures()
	if len(tex) != 3 || tex[1].Image != tex[2].Image || tex[1].WrapU != scene.Clamp || tex[1].WrapV != scene.Mirror || !tex[1].Nearest {
		t.Errorf("textures %+v", tex)
	}
	if p := tex[1].Image; p.Width != 2 || p.Height != 1 || !bytes.Equal(p.Pix, []byte{255, 0, 0, 128, 0, 1, 2, 3}) {
		t.Errorf("picture %v", p.Pix)
	}
	if m.NormalMap.Texture != scene.NoTexture || m.EmissiveMap.Texture != 2 {
		t.Errorf("maps %+v %+v", m.NormalMap, m.EmissiveMap)
	}
	warned(t, warnings, "picture image 2 is left out")
	warned(t, warnings, "uv set 5")
	if strings.Contains(strings.Join(warnings, " "), "gone.png") {
		t.Error("a picture that nothing shows was looked for")
	}
	f.parts = append(f.parts, `"extensionsUsed":["EXT_texture_webp"]`)
	f.parts[1] = strings.Replace(f.parts[1], `"textures":[{"source":0,`, `"textures":[{"source":0,"extensions":{"EXT_texture_webp":{"source":3}},`, 1)
	s, warnings = f.load(t)
	warned(t, warnings, "gone.png")
	if s.Materials()[1].BaseColorMap.Texture == scene.NoTexture {
		t.Error("the picture that stands in was not shown")
	}
	if _, _, err := load(one(f.text()), "m.gltf", loading.Limits{ImagePixels: 1}); err != nil {
		t.Errorf("a large picture fails the load: %v", err)
	}
}

func TestOldStylesOfMaterials(t *testing.T) {
	s, _ := surfaces(`{"extensions":{"KHR_materials_common":{"technique":"PHONG","values":{"diffuse":[0.5,0.25,0,1],"shininess":[256]}}}},
		{"extensions":{"KHR_techniques_webgl":{"technique":0,"values":{"u_diffuse":{"index":0},"u_shininess":256}}}}`, pictureURI(color.NRGBA{1, 2, 3, 4})).load(t)
	if m := s.Materials()[1]; m.BaseColor != [4]float32{0.5, 0.25, 0, 1} || m.Metallic != 0 {
		t.Errorf("common material %+v", m)
	}
	if m := s.Materials()[2]; m.BaseColorMap.Texture == scene.NoTexture || m.Metallic != 0 {
		t.Errorf("technique material %+v", m)
	}
}

// shine gives back the diffuse and the specular colour of a metallic-roughness surface, see glossy.go.
func shine(c [3]float32, metallic float32) (diffuse, specular [3]float64) {
	for k := range c {
		diffuse[k] = float64(c[k]) * (1 - dielectric) * float64(1-metallic)
		specular[k] = dielectric*float64(1-metallic) + float64(c[k]*metallic)
	}
	return diffuse, specular
}

func TestSpecularGlossinessKeepsItsLook(t *testing.T) {
	for name, c := range map[string]struct {
		diffuse, specular [3]float32
		metallic          float32
		within            float64
	}{
		"plastic": {[3]float32{0.6, 0.1, 0.1}, [3]float32{0.04, 0.04, 0.04}, 0, 0.01},
		"gold":    {[3]float32{0, 0, 0}, [3]float32{1, 0.77, 0.34}, 1, 0.03},
		"steel":   {[3]float32{0, 0, 0}, [3]float32{0.56, 0.57, 0.58}, 1, 0.03},
		"between": {[3]float32{0.2, 0.2, 0.2}, [3]float32{0.4, 0.4, 0.4}, 0.757, 0.1},
	} {
		color, metallic := metalRough(c.diffuse, c.specular)
		if math.Abs(float64(metallic-c.metallic)) > 0.05 {
			t.Errorf("%s: metalness %.3f, want %.2f", name, metallic, c.metallic)
		}
		_, specular := shine(color, metallic)
		for k := range specular {
			if math.Abs(specular[k]-float64(c.specular[k])) > c.within {
				t.Errorf("%s: specular colour %.3f, want %.3f", name, specular, c.specular)
				break
			}
		}
	}
	s, _ := surfaces(`{"extensions":{"KHR_materials_pbrSpecularGlossiness":{"diffuseFactor":[0.6,0.1,0.1,1],"specularFactor":[0,0,0],"glossinessFactor":0.25,"diffuseTexture":{"index":0}}}},
		{"extensions":{"KHR_materials_pbrSpecularGlossiness":{"diffuseFactor":[1,1,1,1],"diffuseTexture":{"index":0},"specularGlossinessTexture":{"index":1}}}}`,
		pictureURI(color.NRGBA{200, 100, 50, 128}, color.NRGBA{0, 0, 0, 255}), pictureURI(color.NRGBA{10, 10, 10, 51}, color.NRGBA{255, 220, 155, 204})).load(t)
	m := s.Materials()[1]
	if m.BaseColorMap.Texture != 1 || m.Metallic != 0 || m.Roughness != 0.75 || m.MetallicRoughnessMap.Texture != 0 {
		t.Errorf("material without specular picture %+v", m)
	}
	m = s.Materials()[2]
	if m.BaseColorMap.Texture < 3 || m.MetallicRoughnessMap.Texture < 3 || m.Metallic != 1 {
		t.Fatalf("material with pictures %+v", m)
	}
	rough := s.Textures()[m.MetallicRoughnessMap.Texture].Image.Pix
	if rough[1] != 204 || rough[2] != 0 || rough[5] != 51 || rough[6] < 250 {
		t.Errorf("roughness and metalness %v", rough)
	}
	pix := s.Textures()[m.BaseColorMap.Texture].Image.Pix
	if d := int(pix[0]) - 200; d < -8 || d > 8 || pix[3] != 128 || pix[4] < 245 || pix[6] < 140 || pix[6] > 170 {
		t.Errorf("colours %v", pix)
	}
}

// ktx2 is a KTX 2.0 file of one red pixel, not compressed (KTX file format specification 2.0, section 3).
func ktx2() []byte {
	out := []byte("\xabKTX 20\xbb\r\n\x1a\n")
	const descriptor = 4 + 24 + 4*16
	at := uint32(80 + 24)
	out = append(out, ints(43, 1, 1, 1, 0, 0, 1, 1, 0, at, descriptor, 0, 0)...) // VK_FORMAT_R8G8B8A8_SRGB
	out = append(out, longs(0, 0, uint64(at)+descriptor, 4, 4)...)
	out = append(out, ints(descriptor, 0, 2|(descriptor-4)<<16, 1|1<<8|2<<16, 0, 4, 0)...) // RGBSDA, BT.709, sRGB
	for i, channel := range []uint32{0, 1, 2, 15} {
		out = append(out, ints(uint32(8*i)|7<<16|channel<<24, 0, 0, 255)...)
	}
	return append(out, 255, 0, 0, 255)
}

func TestCompressedTexturesComeFirst(t *testing.T) {
	f := surfaces(`{"pbrMetallicRoughness":{"baseColorTexture":{"index":0}}}`, pictureURI(color.NRGBA{0, 255, 0, 255}), "data:image/ktx2;base64,"+base64.StdEncoding.EncodeToString(ktx2()))
	f.parts[1] = strings.Replace(f.parts[1], `"textures":[{"source":0,`, `"textures":[{"source":0,"extensions":{"KHR_texture_basisu":{"source":1}},`, 1)
	s, warnings := f.load(t)
	tex := s.Textures()
	if len(tex) != 2 || !bytes.Equal(tex[1].Image.Pix, []byte{255, 0, 0, 255}) || len(warnings) > 0 {
		t.Errorf("%d textures, warnings %v", len(tex)-1, warnings)
	}
}
