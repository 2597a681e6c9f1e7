package gltf

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// Surfaces of KHR_materials_pbrSpecularGlossiness state a diffuse and a specular colour instead of one colour and how
// metallic it is. Both models are the same Lambert lobe d and mirror colour s, which for metallic-roughness with colour c
// and metalness m are (glTF 2.0 specification, appendix B.3.5)
//
//	d = c · (1 - f0) · (1 - m)        s = f0 · (1 - m) + c · m        f0 = 0.04
//
// Without c that is a quadratic equation for m, solved here for the brightness of both colours.

// dielectric is the share of light that a surface which is no metal reflects when seen head-on.
const dielectric = 0.04

// glossyKey names what a conversion depends on.
type glossyKey struct {
	diffuse, specular int // textures, or -1
	diffuseFactor     [4]float32
	specularFactor    [3]float32
	glossiness        float32
}

// glossyPair are the pictures of a converted surface.
type glossyPair struct{ color, rough scene.TextureID }

func keyOf(x *specularGlossiness) glossyKey {
	k := glossyKey{diffuse: -1, specular: -1, diffuseFactor: [4]float32{1, 1, 1, 1}, specularFactor: [3]float32{1, 1, 1}}
	shares(k.diffuseFactor[:], x.Diffuse)
	shares(k.specularFactor[:], x.Specular)
	k.glossiness = share(or(x.Glossiness, 1))
	if x.DiffuseTexture != nil {
		k.diffuse = x.DiffuseTexture.Index
	}
	if x.SpecularTexture != nil {
		k.specular = x.SpecularTexture.Index
	}
	return k
}

// glossy converts a surface, whose pictures convertGlossy has converted.
func (r *reader) glossy(x *specularGlossiness, m *scene.Material) {
	k := keyOf(x)
	c, metallic := metalRough([3]float32(k.diffuseFactor[:3]), k.specularFactor)
	alpha := m.BaseColor[3]
	if m.Blend || m.Mask {
		alpha = k.diffuseFactor[3]
	}
	m.BaseColor, m.Metallic, m.Roughness = [4]float32{c[0], c[1], c[2], alpha}, metallic, 1-k.glossiness
	m.BaseColorMap, m.MetallicRoughnessMap = r.textureMap(x.DiffuseTexture), scene.Map{}
	pair, ok := r.glossyPairs[k]
	if !ok {
		return
	}
	place := m.BaseColorMap
	if place.Texture == scene.NoTexture {
		place = r.textureMap(x.SpecularTexture)
	}
	m.BaseColor, m.Metallic, m.Roughness = [4]float32{1, 1, 1, 1}, 1, 1
	m.BaseColorMap, m.MetallicRoughnessMap = place, place
	m.BaseColorMap.Texture, m.MetallicRoughnessMap.Texture = pair.color, pair.rough
}

// convertGlossy makes the pictures of all specular-glossiness surfaces that need others than they have.
func (r *reader) convertGlossy() error {
	var keys []glossyKey
	seen := map[glossyKey]bool{}
	for i := range r.doc.Materials {
		x := r.doc.Materials[i].Extensions.Glossy
		if x == nil || seen[keyOf(x)] || !r.needsPictures(x) {
			continue
		}
		seen[keyOf(x)] = true
		keys = append(keys, keyOf(x))
	}
	colors, roughs := make([]*scene.Image, len(keys)), make([]*scene.Image, len(keys))
	err := r.job.Parallel(len(keys), func(i int) error {
		k := keys[i]
		if r.pixels.Load() > pictureFactor*r.limits.ImagePixels {
			r.job.Warn("a specular-glossiness surface is shown plain: all pictures together have too many pixels")
			return nil
		}
		colors[i], roughs[i] = r.convertPictures(k, r.imageOf(k.diffuse), r.imageOf(k.specular))
		r.pixels.Add(2 * int64(colors[i].Width) * int64(colors[i].Height))
		return r.job.Err()
	})
	if err != nil {
		return err
	}
	r.glossyPairs = map[glossyKey]glossyPair{}
	for i, k := range keys {
		if colors[i] == nil {
			continue
		}
		var t scene.Texture // with the sampler of the picture that it comes from
		for _, from := range []int{k.specular, k.diffuse} {
			if r.imageOf(from) != nil {
				t = r.scene.Textures()[r.textures[from]]
			}
		}
		var pair glossyPair
		t.Image = colors[i]
		if pair.color, err = r.scene.AddTexture(t); err != nil {
			return err
		}
		t.Image = roughs[i]
		if pair.rough, err = r.scene.AddTexture(t); err != nil {
			return err
		}
		r.glossyPairs[k] = pair
	}
	return nil
}

// needsPictures reports whether factors and the diffuse picture alone cannot say what the surface looks like.
func (r *reader) needsPictures(x *specularGlossiness) bool {
	k := keyOf(x)
	if r.imageOf(k.specular) == nil {
		return r.imageOf(k.diffuse) != nil && max(k.specularFactor[0], k.specularFactor[1], k.specularFactor[2]) > dielectric
	}
	if r.imageOf(k.diffuse) == nil {
		return true
	}
	a, b := r.textureMap(x.DiffuseTexture), r.textureMap(x.SpecularTexture)
	if a.Texture, b.Texture = 0, 0; a != b {
		r.job.Warn("a specular-glossiness surface whose two pictures lie differently is shown with the first alone")
		return false
	}
	return true
}

func (r *reader) imageOf(texture int) *scene.Image {
	if texture < 0 || texture >= len(r.images) {
		return nil
	}
	return r.images[texture]
}

// convertPictures makes a picture of colours and one of roughness (green) and metalness (blue). One of the two sources
// may be nil; the smaller is sampled to the size of the larger. When the job shall stop, the rest stays black.
func (r *reader) convertPictures(k glossyKey, diffuse, specular *scene.Image) (color, rough *scene.Image) {
	name, width, height := "", 0, 0
	for _, m := range []*scene.Image{specular, diffuse} {
		if m != nil {
			name, width, height = m.Name, max(width, m.Width), max(height, m.Height)
		}
	}
	color = &scene.Image{Name: name, Width: width, Height: height, Pix: make([]uint8, 4*width*height)}
	rough = &scene.Image{Name: name + " metallic-roughness", Width: width, Height: height, Pix: make([]uint8, 4*width*height)}
	var linear [256]float32
	for i := range linear {
		linear[i] = float32(toLinear(uint8(i)))
	}
	white := [4]uint8{255, 255, 255, 255}
	for y := range height {
		if r.job.Err() != nil {
			break
		}
		for x := range width {
			d, s := sample(diffuse, x, y, width, height, white), sample(specular, x, y, width, height, white)
			var dl, sl [3]float32
			for c := range 3 {
				dl[c], sl[c] = linear[d[c]]*k.diffuseFactor[c], linear[s[c]]*k.specularFactor[c]
			}
			base, metallic := metalRough(dl, sl)
			at := 4 * (y*width + x)
			for c := range 3 {
				color.Pix[at+c] = toSRGB(base[c])
			}
			color.Pix[at+3] = uint8(float32(d[3])*k.diffuseFactor[3] + 0.5)
			rough.Pix[at+1] = uint8((1-float32(s[3])/255*k.glossiness)*255 + 0.5)
			rough.Pix[at+2] = uint8(metallic*255 + 0.5)
			rough.Pix[at], rough.Pix[at+3] = 255, 255
		}
	}
	return color, rough
}

func sample(m *scene.Image, x, y, width, height int, none [4]uint8) [4]uint8 {
	if m == nil {
		return none
	}
	if m.Width != width || m.Height != height {
		x, y = x*m.Width/width, y*m.Height/height
	}
	return [4]uint8(m.Pix[4*(y*m.Width+x):])
}

// metalRough gives the colour and metalness of a surface with this diffuse and specular colour.
func metalRough(diffuse, specular [3]float32) (color [3]float32, metallic float32) {
	mirrored := max(specular[0], specular[1], specular[2])
	d, s := float64(bright(diffuse)), float64(bright(specular))
	m := 0.0
	if s > dielectric {
		// With k = d·(1-mirrored)/(1-f0) = c·(1-m): f0·m² + (k + s - 2·f0)·m + f0 - s = 0.
		b := d*float64(1-mirrored)/(1-dielectric) + s - 2*dielectric
		c := dielectric - s
		m = min(max((-b+math.Sqrt(max(b*b-4*dielectric*c, 0)))/(2*dielectric), 0), 1)
	}
	for k := range color {
		fromDiffuse := float64(diffuse[k]*(1-mirrored)) / (1 - dielectric) / max(1-m, 1e-4)
		fromSpecular := (float64(specular[k]) - dielectric*(1-m)) / max(m, 1e-4)
		color[k] = share(fromDiffuse + (fromSpecular-fromDiffuse)*m*m)
	}
	return color, float32(m)
}

// bright is the perceived brightness of a linear colour, with the weights of ITU-R BT.601.
func bright(c [3]float32) float32 {
	return float32(math.Sqrt(float64(0.299*c[0]*c[0] + 0.587*c[1]*c[1] + 0.114*c[2]*c[2])))
}
