package g3ngl

import (
	"cmp"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

const (
	minSide         = 64   // pixels of the smallest textures: smaller images are enlarged
	maxSide         = 2048 // of the largest: larger images are reduced
	defaultTextures = 512 << 20
	slackBytes      = 32 << 20 // that an array may be made bigger for images to come
)

// imageKey names an image in one of its uses: as sRGB colours or as numbers.
type imageKey struct {
	image  *scene.Image
	colour bool
}

// keyOf returns the image that a map shows, if it shows one.
func keyOf(t scene.Map, textures []scene.Texture, colour bool) (imageKey, bool) {
	if t.Texture <= scene.NoTexture || int(t.Texture) >= len(textures) || textures[t.Texture].Image == nil {
		return imageKey{}, false
	}
	return imageKey{textures[t.Texture].Image, colour}, true
}

// placement is where an image is kept.
type placement struct {
	array arrayID
	layer int
}

// plannedImage is an image that is on the GPU or on its way there.
type plannedImage struct {
	key     imageKey
	texture scene.Texture // the first that shows it: how its borders continue
	side    int           // pixels
	at      placement
	sent    bool
}

// arrayRoom is the loader's side of an array of textures.
type arrayRoom struct {
	array *textureArray
	free  []int // layers
}

// imagePlan decides which images are kept where and in which size. It is the loader's.
type imagePlan struct {
	loader              *loader
	side, layers, bytes int // limits
	images              map[imageKey]*plannedImage
	rooms               []*arrayRoom
	next                arrayID
	queue               []*plannedImage // to be sent, smallest first
	reduced             int
}

func newImagePlan(k *loader, side, layers, bytes int) imagePlan {
	if bytes <= 0 {
		bytes = defaultTextures
	}
	return imagePlan{loader: k, side: min(side, maxSide), layers: layers, bytes: bytes, images: map[imageKey]*plannedImage{}}
}

// plan places the images of a layout and makes room for them.
func (ip *imagePlan) plan(l *render.Layout) {
	wanted := ip.wanted(l)
	ip.fit(wanted)
	keep := make(map[imageKey]int, len(wanted))
	for _, w := range wanted {
		keep[w.key] = w.side
	}
	for key, old := range ip.images {
		if keep[key] != old.side {
			ip.release(old)
		}
	}
	ip.dropEmpty()
	ip.queue, ip.reduced = ip.queue[:0], 0
	need := map[textureFormat]int{}
	for _, w := range wanted {
		if ip.images[w.key] == nil {
			need[w.format()]++
		}
	}
	for _, w := range wanted {
		img := ip.images[w.key]
		if img == nil {
			img = w
			ip.images[w.key] = w
			w.at = ip.room(w.format(), need)
			need[w.format()]--
		}
		if !img.sent {
			ip.queue = append(ip.queue, img)
		}
		if i := img.key.image; float64(max(i.Width, i.Height)) > 1.13*float64(img.side) {
			ip.reduced++
		}
	}
	slices.SortStableFunc(ip.queue, func(a, b *plannedImage) int { return cmp.Compare(a.side, b.side) })
}

// wanted lists the images that materials show, in their natural sizes.
func (ip *imagePlan) wanted(l *render.Layout) []*plannedImage {
	var out []*plannedImage
	seen := map[imageKey]bool{}
	for i := range l.Materials {
		for slot, t := range sampledMaps(&l.Materials[i]) {
			key, ok := keyOf(t, l.Textures, mapColours[slot])
			if !ok || seen[key] {
				continue
			}
			seen[key] = true
			out = append(out, &plannedImage{key: key, texture: l.Textures[t.Texture], side: naturalSide(key.image, ip.side)})
		}
	}
	return out
}

// naturalSide is the side of the square that keeps the detail of an image. Long strips lose some of it along their length.
func naturalSide(i *scene.Image, limit int) int {
	long, short := float64(max(i.Width, i.Height)), float64(min(i.Width, i.Height))
	if long > 2*short {
		long /= math.Sqrt(long / (2 * short))
	}
	side := minSide
	for side < limit && 1.13*float64(side) < long {
		side *= 2
	}
	return side
}

// fit halves the largest images, those of the last materials first, until all fit into the limit of memory.
func (ip *imagePlan) fit(wanted []*plannedImage) {
	total := 0
	for _, w := range wanted {
		total += layerBytes(w.side)
	}
	for side := ip.side; side > minSide && total > ip.bytes; side /= 2 {
		for i := len(wanted) - 1; i >= 0 && total > ip.bytes; i-- {
			if w := wanted[i]; w.side == side {
				total += layerBytes(side/2) - layerBytes(side)
				w.side /= 2
			}
		}
	}
}

// layerBytes is what an image takes with its mipmaps.
func layerBytes(side int) int { return side * side * 4 * 4 / 3 }

func (w *plannedImage) format() textureFormat { return textureFormat{w.side, w.key.colour} }

// room returns a free layer, in a new array if need be. need says how many of each format are still to be placed.
func (ip *imagePlan) room(f textureFormat, need map[textureFormat]int) placement {
	have := 0
	for _, r := range ip.rooms {
		if r.array.textureFormat != f {
			continue
		}
		have += r.array.layers
		if n := len(r.free); n > 0 {
			layer := r.free[n-1]
			r.free = r.free[:n-1]
			return placement{r.array.id, layer}
		}
	}
	ip.next++
	layers := max(need[f], min(have, slackBytes/layerBytes(f.side)))
	a := &textureArray{id: ip.next, textureFormat: f, layers: max(1, min(layers, ip.layers))}
	r := &arrayRoom{array: a}
	for i := a.layers - 1; i > 0; i-- {
		r.free = append(r.free, i)
	}
	ip.rooms = append(ip.rooms, r)
	ip.loader.step(&makeArray{a})
	return placement{a.id, 0}
}

// release gives up the place of an image.
func (ip *imagePlan) release(i *plannedImage) {
	delete(ip.images, i.key)
	for _, r := range ip.rooms {
		if r.array.id == i.at.array {
			r.free = append(r.free, i.at.layer)
		}
	}
	if i.sent {
		ip.loader.step(&hideImage{i.key})
	}
}

func (ip *imagePlan) dropEmpty() {
	ip.rooms = slices.DeleteFunc(ip.rooms, func(r *arrayRoom) bool {
		if len(r.free) < r.array.layers {
			return false
		}
		ip.loader.step(&dropArray{r.array})
		return true
	})
}

// arrayOf tells which array an image is in, or will be.
func (ip *imagePlan) arrayOf(key imageKey) arrayID {
	if i := ip.images[key]; i != nil {
		return i.at.array
	}
	return noArray
}

// bring sends the next image with its mipmaps. It reports whether it could.
func (ip *imagePlan) bring() bool {
	img := ip.queue[0]
	ip.queue = ip.queue[1:]
	var array *textureArray
	for _, r := range ip.rooms {
		if r.array.id == img.at.array {
			array = r.array
		}
	}
	pixels := squared(&img.texture, img.side, img.key.colour)
	for level, side := 0, img.side; ; level, side = level+1, side/2 {
		rows := max(1, min(side, blockBytes/(4*side)))
		for y := 0; y < side; y += rows {
			n := min(rows, side-y)
			ip.loader.step(&fillLayer{array: array, layer: img.at.layer, level: level, y: y, rows: n, pixels: pixels[y*side*4 : (y+n)*side*4]})
			ip.loader.weigh(n * side * 4)
		}
		if side == 1 {
			break
		}
		pixels = halved(pixels, side, img.key.colour)
	}
	img.sent = true
	ip.loader.step(&showImage{img.key, img.at})
	ip.loader.flush()
	return true
}

func (ip *imagePlan) stats() render.TextureStats {
	s := render.TextureStats{Images: len(ip.images), Reduced: ip.reduced}
	for _, r := range ip.rooms {
		s.Bytes += r.array.layers * layerBytes(r.array.side)
	}
	return s
}
