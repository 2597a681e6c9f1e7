package gltf

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"runtime"
	"sync"

	"github.com/orrery-twin/orrery/scene"
)

// addTextures packs the pictures as PNG, each once, and adds the textures.
func (d *writer) addTextures() error {
	all := d.scene.Textures()
	d.textures = make([]int, len(all))
	at := map[*scene.Image]int{}
	var pictures []*scene.Image
	for _, t := range all {
		if _, ok := at[t.Image]; !ok && t.Image != nil {
			at[t.Image] = len(pictures)
			pictures = append(pictures, t.Image)
		}
	}
	packed, err := pack(pictures)
	if err != nil {
		return err
	}
	for i, m := range pictures {
		view := d.view(len(packed[i]), 4, bufferView{}, func(w *sink) { w.bytes(packed[i]) })
		d.doc.Images = append(d.doc.Images, imageJSON{Name: m.Name, MimeType: "image/png", BufferView: &view})
	}
	samplers := map[sampler]int{}
	for id, t := range all {
		d.textures[id] = -1
		if t.Image == nil {
			continue
		}
		s := sampler{MagFilter: filterLinear, MinFilter: filterMipmaps, WrapS: unwrap(t.WrapU), WrapT: unwrap(t.WrapV)}
		if t.Nearest {
			s.MagFilter = filterNearest
		}
		k, ok := samplers[s]
		if !ok {
			k = len(d.doc.Samplers)
			samplers[s] = k
			d.doc.Samplers = append(d.doc.Samplers, s)
		}
		d.textures[id] = len(d.doc.Textures)
		d.doc.Textures = append(d.doc.Textures, texture{Name: t.Name, Sampler: ref(k), Source: ref(at[t.Image])})
	}
	return nil
}

func unwrap(w scene.Wrap) int {
	switch w {
	case scene.Clamp:
		return wrapClamp
	case scene.Mirror:
		return wrapMirror
	}
	return wrapRepeat
}

// pack encodes pictures on all processors.
func pack(pictures []*scene.Image) ([][]byte, error) {
	out, errs := make([][]byte, len(pictures)), make([]error, len(pictures))
	next := make(chan int)
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(pictures)) {
		group.Go(func() {
			encoder := png.Encoder{CompressionLevel: png.BestSpeed}
			for i := range next {
				m := pictures[i]
				var b bytes.Buffer
				errs[i] = encoder.Encode(&b, &image.NRGBA{Pix: m.Pix, Stride: 4 * m.Width, Rect: image.Rect(0, 0, m.Width, m.Height)})
				out[i] = b.Bytes()
			}
		})
	}
	for i := range pictures {
		next <- i
	}
	close(next)
	group.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("picture %q: %w", pictures[i].Name, err)
		}
	}
	return out, nil
}
