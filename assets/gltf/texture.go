package gltf

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/picture"
	"github.com/orrery-twin/orrery/scene"
)

// pictureFactor is how many times the pixels of the largest picture that is allowed all pictures may have together.
const pictureFactor = 16

// sources lists the images of a texture, the best first: compressed ones are smaller, and those of the core stand in.
func (t *texture) sources() []int {
	var out []int
	for _, s := range []*imageRef{t.Extensions.Basis, t.Extensions.WebP} {
		if s != nil && s.Source != nil {
			out = append(out, *s.Source)
		}
	}
	if t.Source != nil {
		out = append(out, *t.Source)
	}
	return out
}

// decodeImages decodes the pictures that materials show, each once, and fills in r.images by texture.
func (r *reader) decodeImages() error {
	used := r.usedTextures()
	r.images = make([]*scene.Image, len(r.doc.Textures))
	var jobs [][]int // textures with the same picture
	places := map[string]int{}
	for i := range r.doc.Textures {
		if !used[i] {
			continue
		}
		key := ""
		for _, s := range r.doc.Textures[i].sources() {
			key += r.imageKey(s) + "\n"
		}
		k, ok := places[key]
		if !ok {
			k = len(jobs)
			places[key] = k
			jobs = append(jobs, nil)
		}
		jobs[k] = append(jobs[k], i)
	}
	var done atomic.Int64
	return r.job.Parallel(len(jobs), func(k int) error {
		m := r.picture(jobs[k][0])
		for _, i := range jobs[k] {
			r.images[i] = m
		}
		r.job.Report(loading.Pictures, done.Add(1), int64(len(jobs)))
		return r.job.Err()
	})
}

// picture decodes the first image of a texture that can be read, or gives nil.
func (r *reader) picture(index int) *scene.Image {
	t := &r.doc.Textures[index]
	if len(t.sources()) == 0 {
		r.job.Warn("texture %d has no picture of a kind that is read, and is left out", index)
	}
	for _, s := range t.sources() {
		m, err := r.image(s)
		if err == nil {
			return m
		}
		if r.job.Err() != nil {
			return nil
		}
		r.job.Warn("picture %s is left out: %v", r.imageName(s), err)
	}
	return nil
}

// image decodes one image.
func (r *reader) image(index int) (*scene.Image, error) {
	if index < 0 || index >= len(r.doc.Images) {
		return nil, errors.New("it is not there")
	}
	src := &r.doc.Images[index]
	var data []byte
	var err error
	switch {
	case src.BufferView != nil:
		data, err = r.view(*src.BufferView)
	case src.URI != "":
		data, err = r.resource(src.URI)
	default:
		err = errors.New("it has no data")
	}
	if err != nil {
		return nil, err
	}
	c, err := picture.DecodeConfig(data)
	if err != nil {
		return nil, err
	}
	n, limit := int64(c.Width)*int64(c.Height), pictureFactor*r.limits.ImagePixels
	if n <= r.limits.ImagePixels && r.pixels.Add(n) > limit { // a larger one is refused below
		return nil, fmt.Errorf("all pictures together have more than %d million pixels, which is the limit", limit>>20)
	}
	return picture.Decode(r.job.Context(), r.imageName(index), data, picture.Limits{Pixels: r.limits.ImagePixels})
}

// imageKey is equal for images with the same bytes.
func (r *reader) imageKey(index int) string {
	if index < 0 || index >= len(r.doc.Images) {
		return "none"
	}
	src := &r.doc.Images[index]
	if v := src.BufferView; v != nil && *v >= 0 && *v < len(r.doc.BufferViews) {
		b := &r.doc.BufferViews[*v]
		return fmt.Sprint(b.Buffer, " ", b.ByteOffset, " ", b.ByteLength)
	}
	return src.URI
}

func (r *reader) imageName(index int) string {
	if index >= 0 && index < len(r.doc.Images) {
		if src := &r.doc.Images[index]; src.Name != "" {
			return src.Name
		} else if src.URI != "" && !strings.HasPrefix(strings.ToLower(src.URI), "data:") {
			if name, err := url.PathUnescape(path.Base(src.URI)); err == nil {
				return name
			}
			return path.Base(src.URI)
		}
	}
	return fmt.Sprint("image ", index)
}

// addTextures adds the textures that have a picture.
func (r *reader) addTextures() error {
	r.textures = make([]scene.TextureID, len(r.doc.Textures))
	for i, m := range r.images {
		if m == nil {
			continue
		}
		t := scene.Texture{Name: r.doc.Textures[i].Name, Image: m}
		if k := r.doc.Textures[i].Sampler; k != nil && *k >= 0 && *k < len(r.doc.Samplers) {
			s := r.doc.Samplers[*k]
			t.WrapU, t.WrapV = wrap(s.WrapS), wrap(s.WrapT)
			t.Nearest = s.MagFilter == filterNearest
		}
		id, err := r.scene.AddTexture(t)
		if err != nil {
			return err
		}
		r.textures[i] = id
	}
	return nil
}

func wrap(v int) scene.Wrap {
	switch v {
	case wrapClamp:
		return scene.Clamp
	case wrapMirror:
		return scene.Mirror
	}
	return scene.Repeat
}

// textureMap is a texture on a surface.
func (r *reader) textureMap(t *textureInfo) scene.Map {
	if t == nil || t.Index < 0 || t.Index >= len(r.textures) || r.textures[t.Index] == scene.NoTexture {
		return scene.Map{}
	}
	out := scene.Map{Texture: r.textures[t.Index], Scale: [2]float32{1, 1}}
	set := t.TexCoord
	if x := t.Extensions.Transform; x != nil {
		set = or(x.TexCoord, set)
		out.RotationRad = number(x.Rotation)
		for k := range 2 {
			if k < len(x.Offset) {
				out.Offset[k] = number(x.Offset[k])
			}
			if k < len(x.Scale) {
				out.Scale[k] = number(x.Scale[k])
			}
		}
	}
	if set > 1 {
		r.job.Warn("a texture uses uv set %d and is left out: two sets are read", set)
		return scene.Map{}
	}
	out.Second = set == 1
	return out
}

// usedTextures tells by texture whether a material shows it.
func (r *reader) usedTextures() []bool {
	used := make([]bool, len(r.doc.Textures))
	for i := range r.doc.Materials {
		for _, t := range r.doc.Materials[i].textures() {
			if t != nil && t.Index >= 0 && t.Index < len(used) {
				used[t.Index] = true
			}
		}
	}
	return used
}
