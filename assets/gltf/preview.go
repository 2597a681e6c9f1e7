package gltf

import (
	"sync"
	"time"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// previewAfter is the time from which a load that goes on deserves a second preview.
const previewAfter = 300 * time.Millisecond

// previewBoxes hands over the model with a box in the place of each mesh, from the bounds that the file states.
func (r *reader) previewBoxes() error {
	if !r.job.WantsPreview() {
		return nil
	}
	r.halfway.start = time.Now()
	for i := range r.shapes {
		for _, s := range r.shapes[i].sets {
			r.halfway.total += s.work
		}
	}
	return r.preview(nil)
}

// halfway watches for the moment at which half of the meshes are there.
type halfway struct {
	start time.Time // zero when nobody looks at previews
	total int64     // work of all meshes

	mu   sync.Mutex
	done int64
	mesh []int // that are ready
	sent bool
}

// ready notes that a mesh can be shown, and hands over a preview when it is time.
func (h *halfway) ready(r *reader, mesh int, work int64) {
	if h.start.IsZero() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mesh = append(h.mesh, mesh)
	h.done += work
	if h.sent || 2*h.done < h.total || h.done >= h.total || time.Since(h.start) < previewAfter {
		return
	}
	h.sent = true
	if err := r.preview(h.mesh); err != nil {
		r.job.Warn("no preview: %v", err)
	}
}

// preview hands over the scene as it is, with the meshes that are ready and boxes for the others.
func (r *reader) preview(ready []int) error {
	s := scene.New()
	r.addMaterials(s)
	meshes := make([]scene.MeshID, len(r.shapes))
	real := make([]bool, len(r.shapes))
	for _, i := range ready {
		real[i] = true
	}
	for i := range r.shapes {
		m := r.box(i)
		if real[i] {
			m = r.shapes[i].mesh
		}
		if m == nil {
			continue
		}
		id, err := s.AddMesh(m)
		if err != nil {
			return err
		}
		meshes[i] = id
	}
	if _, err := r.build(s, meshes); err != nil {
		return err
	}
	r.job.Preview(s)
	return nil
}

// box is a box in the place of a mesh, or nil when the file does not state its bounds.
func (r *reader) box(index int) *scene.Mesh {
	lo, hi := mgl64.Vec3{}, mgl64.Vec3{}
	found := false
	material := scene.MaterialID(0)
	parts := r.shapes[index].parts
	if t := r.shapes[index].twin; t >= 0 {
		parts = r.shapes[t].parts
	}
	for _, p := range parts {
		if p.set < 0 || p.level > 0 {
			continue
		}
		at := p.src.Attributes["POSITION"]
		if at < 0 || at >= len(r.doc.Accessors) {
			continue
		}
		a := &r.doc.Accessors[at]
		if len(a.Min) < 3 || len(a.Max) < 3 {
			continue
		}
		scale := 1.0
		if a.Normalized {
			scale = float64(a.ComponentType.full())
		}
		for k := range 3 {
			low, high := a.Min[k]/scale, a.Max[k]/scale
			if !found {
				lo[k], hi[k] = low, high
			}
			lo[k], hi[k] = min(lo[k], low), max(hi[k], high)
		}
		if !found {
			material = r.materialOf(p.src)
		}
		found = true
	}
	if !found || !(lo.Len() < 1e12 && hi.Len() < 1e12) {
		return nil
	}
	s := scene.NewShape(r.shapes[index].name)
	s.Box(lo, hi)
	m := s.Mesh(material)
	m.Normals = scene.NewBox(1, 1, 1, 0).Normals // those of a flat box cannot be computed
	return m
}
