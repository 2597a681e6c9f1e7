package mesh

import (
	"path"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/scene"
)

// library holds the materials of the MTL files of a model by name.
type library struct {
	surfaces map[string]*surface
	gallery  *gallery
}

// maxLibraries is the number of MTL files that are read.
const maxLibraries = 1000

// readLibraries reads the material files that the model names. A missing one is warned of.
func (b *objBuilder) readLibraries() error {
	b.library = &library{surfaces: map[string]*surface{}}
	b.library.gallery = newGallery(b.job, func(name string) ([]byte, error) {
		folder, file, _ := strings.Cut(name, "\x00")
		return beside(b.job, folder, file)
	})
	seen := map[string]bool{}
	for i := range b.file.pieces {
		for _, name := range b.file.pieces[i].libraries {
			if seen[name] || name == "" || len(seen) >= maxLibraries {
				continue
			}
			seen[name] = true
			if err := b.job.Err(); err != nil {
				return err
			}
			b.readLibrary(name)
		}
	}
	return nil
}

// readLibrary reads the file of a mtllib statement: one whose name has blanks, or else several.
func (b *objBuilder) readLibrary(name string) {
	data, err := beside(b.job, "", strings.Trim(name, `"`))
	if err == nil {
		b.library.add(parseMTL(data, path.Dir(strings.ReplaceAll(name, `\`, "/"))))
		return
	}
	if names := strings.Fields(name); len(names) > 1 {
		found := false
		for _, n := range names {
			if data, err := beside(b.job, "", n); err == nil {
				found = true
				b.library.add(parseMTL(data, path.Dir(strings.ReplaceAll(n, `\`, "/"))))
			} else if strings.EqualFold(path.Ext(n), ".mtl") {
				b.job.Warn("material file %.100s is missing: %v", n, err)
			}
		}
		if found {
			return
		}
	}
	b.job.Warn("material file %.100s is missing: %v", name, err)
}

// add takes materials in; the first of a name stays.
func (l *library) add(surfaces []*surface) {
	for _, s := range surfaces {
		if l.surfaces[s.name] == nil {
			l.surfaces[s.name] = s
		}
	}
}

// addMaterials adds the materials that elements have to the scene, with their textures.
func (b *objBuilder) addMaterials(groups []*objGroup) error {
	var used []int32
	for _, g := range groups {
		for _, s := range g.runs {
			if _, ok := b.materials[s.material]; !ok {
				b.materials[s.material] = 0
				used = append(used, s.material)
			}
		}
	}
	var pictures []string
	for _, id := range used {
		if s := b.library.surfaces[b.names.names[id]]; s != nil {
			for _, kind := range []string{"Kd", "d", "bump", "norm", "Ke", "Pr", "Pm", "ORM"} {
				if m, ok := s.maps[kind]; ok {
					pictures = append(pictures, s.key(m))
				}
			}
		}
	}
	slices.Sort(pictures)
	if err := b.library.gallery.decode(slices.Compact(pictures)); err != nil {
		return err
	}
	p := newPainter(b.scene, b.library.gallery)
	for _, id := range used {
		name := b.names.names[id]
		s := b.library.surfaces[name]
		switch {
		case s != nil:
			b.materials[id] = b.scene.AddMaterial(p.material(s, b.file.colors != nil))
		case b.file.colors != nil:
			b.materials[id] = b.scene.AddMaterial(white())
		default:
			m := grey()
			if m.Name = name; name == "" {
				m.Name = "grey"
			} else if len(b.library.surfaces) > 0 {
				b.job.Warn("material %.100q is in no material file; what has it is shown in grey", name)
			}
			b.materials[id] = b.scene.AddMaterial(m)
		}
	}
	return b.job.Err()
}

// key names the picture of a texture for the gallery.
func (s *surface) key(m surfaceMap) string { return s.folder + "\x00" + m.file }

// painter turns materials of MTL files into those of the scene.
type painter struct {
	scene    *scene.Scene
	gallery  *gallery
	textures map[textureKey]scene.TextureID
	made     map[string]*scene.Image // pictures made of others
}

type textureKey struct {
	image *scene.Image
	clamp bool
}

func newPainter(s *scene.Scene, g *gallery) *painter {
	return &painter{scene: s, gallery: g, textures: map[textureKey]scene.TextureID{}, made: map[string]*scene.Image{}}
}

// texture returns the map of a picture, with the options of the one that it comes from.
func (p *painter) texture(img *scene.Image, m surfaceMap) scene.Map {
	if img == nil {
		return scene.Map{}
	}
	key := textureKey{img, m.clamp}
	id, ok := p.textures[key]
	if !ok {
		t := scene.Texture{Name: img.Name, Image: img}
		if m.clamp {
			t.WrapU, t.WrapV = scene.Clamp, scene.Clamp
		}
		var err error
		if id, err = p.scene.AddTexture(t); err != nil {
			return scene.Map{}
		}
		p.textures[key] = id
	}
	// The options are for v upwards: v' = s·v + o. With w = 1 - v downwards that is w' = s·w + 1 - s - o.
	return scene.Map{Texture: id, Scale: [2]float32{float32(m.scale[0]), float32(m.scale[1])},
		Offset: [2]float32{float32(m.offset[0]), float32(1 - m.scale[1] - m.offset[1])}}
}

// once returns a picture that is made of others.
func (p *painter) once(key string, make func() *scene.Image) *scene.Image {
	img, ok := p.made[key]
	if !ok {
		img = make()
		p.made[key] = img
	}
	return img
}
