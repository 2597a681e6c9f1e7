package gltf

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// decodeAll reads the vertices of all meshes, the largest first, and makes the meshes.
func (r *reader) decodeAll() error {
	var sets []*vertexSet
	total := int64(0)
	for i := range r.shapes {
		for _, s := range r.shapes[i].sets {
			sets = append(sets, s)
			total += s.work
		}
	}
	slices.SortStableFunc(sets, func(a, b *vertexSet) int { return cmp.Compare(b.work, a.work) })
	var mu sync.Mutex
	done := int64(0)
	count := func(s *vertexSet) (last bool) {
		mu.Lock()
		defer mu.Unlock()
		done += s.work
		r.job.Report(loading.Decoding, done, total)
		r.shapes[s.shape].left--
		return r.shapes[s.shape].left == 0
	}
	err := r.job.Parallel(len(sets), func(i int) error {
		s := sets[i]
		if err := r.decode(s); err != nil {
			return fmt.Errorf("mesh %d %q, primitive %d: %w", s.shape, r.shapes[s.shape].name, s.parts[0], err)
		}
		if count(s) {
			shape := &r.shapes[s.shape]
			r.assemble(shape, s.shape)
			r.halfway.ready(r, s.shape, shape.work())
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range r.shapes { // meshes that differ from an earlier one in their materials alone
		if s := &r.shapes[i]; s.twin >= 0 {
			s.mesh = r.twinOf(i)
		}
	}
	return nil
}

// decode reads the vertices of a set, and the lists of its primitives.
func (r *reader) decode(s *vertexSet) error {
	parts := r.shapes[s.shape].parts
	v := vertices{r: r, p: parts[s.parts[0]].src, flat: s.flat}
	if err := v.open(); err != nil {
		return err
	}
	if v.n == 0 {
		s.lists, s.data = make([][]uint32, len(s.parts)), &scene.Mesh{}
		return nil
	}
	for _, i := range s.parts {
		list, err := v.list(parts[i].src)
		if err != nil {
			return err
		}
		if v.draco != nil && len(s.parts) > 1 {
			list = slices.Clone(list) // of the mesh that was unpacked, and compact changes it
		}
		s.lists = append(s.lists, list)
	}
	if s.flat {
		v.order = s.lists[0]
		s.lists[0] = make([]uint32, len(v.order))
		for i := range s.lists[0] {
			s.lists[0][i] = uint32(i)
		}
	} else {
		v.order = compact(v.n, s.lists)
	}
	count := v.n
	if v.order != nil {
		count = len(v.order)
	}
	if err := r.job.Vertices(count * (1 + len(v.p.Targets))); err != nil {
		return err
	}
	s.data = &scene.Mesh{}
	if err := v.read(s.data, s.feature); err != nil {
		return err
	}
	if s.flat {
		s.data.Normals = scene.SmoothNormals(s.data.Positions, s.lists[0])
	} else if v.lost {
		r.repairNormals(s)
	}
	return nil
}

// repairNormals gives normals without a direction that of their surface.
func (r *reader) repairNormals(s *vertexSet) {
	var corners []uint32
	for k, i := range s.parts {
		if r.shapes[s.shape].parts[i].kind == triangleShape {
			corners = append(corners, s.lists[k]...)
		}
	}
	smooth, normals := scene.SmoothNormals(s.data.Positions, corners), s.data.Normals
	for i := 0; i+2 < len(normals); i += 3 {
		if normals[i] == 0 && normals[i+1] == 0 && normals[i+2] == 0 {
			copy(normals[i:i+3], smooth[i:i+3])
		}
	}
}

// work is that of all sets.
func (s *shape) work() int64 {
	n := int64(0)
	for _, set := range s.sets {
		n += set.work
	}
	return n
}

// takeIndices counts indices, of which a model may have six per vertex, as a closed surface has.
func (r *reader) takeIndices(n int) error {
	if r.indexCount.Add(int64(n)) > 6*int64(r.limits.Vertices) {
		return fmt.Errorf("the model has more than %d indices, which is the limit", 6*int64(r.limits.Vertices))
	}
	return nil
}

// finite reports whether all numbers are.
func finite(values []float32) bool {
	for _, v := range values {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return false
		}
	}
	return true
}
