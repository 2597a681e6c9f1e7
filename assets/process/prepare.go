package process

import (
	"cmp"
	"slices"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// Prepare makes a scene ready to be shown: Basics, then Coarser. It reports the stage Preparing. The error is that of the
// job's context; the scene is whole then all the same, if not prepared.
func Prepare(job *loading.Job, s *scene.Scene) error {
	Dedupe(s)
	bar := newMeter(job, basicsShare+coarserShare, s.Meshes())
	if err := basics(job, s, bar); err != nil {
		return err
	}
	better, err := coarser(job, s.Meshes(), bar)
	if err != nil {
		return err
	}
	return s.ReplaceMeshes(better)
}

// Basics does what should be done before a scene is shown: equal meshes are shared, tangents made where a normal map
// needs them, and what picking needs is built. It takes about a third of the time of Prepare.
func Basics(job *loading.Job, s *scene.Scene) error {
	Dedupe(s)
	return basics(job, s, newMeter(job, basicsShare, s.Meshes()))
}

// Coarser makes coarser versions of the meshes that have none, nil entries passed over. It returns what to hand to
// Scene.ReplaceMeshes: it changes nothing, so it may run in the background while the meshes are shown.
func Coarser(job *loading.Job, meshes []*scene.Mesh) ([]*scene.Mesh, error) {
	return coarser(job, meshes, newMeter(job, coarserShare, meshes))
}

// The parts of the time that the two steps take.
const (
	basicsShare  = 1
	coarserShare = 2
)

// meter reports progress in triangles.
type meter struct {
	job   *loading.Job
	done  atomic.Int64
	total int64
}

func newMeter(job *loading.Job, shares int64, meshes []*scene.Mesh) *meter {
	b := &meter{job: job}
	for _, m := range meshes {
		if m != nil {
			b.total += shares * int64(m.Triangles())
		}
	}
	b.add(nil, 0)
	return b
}

func (b *meter) add(m *scene.Mesh, share int64) {
	if m != nil {
		share *= int64(m.Triangles())
	}
	b.job.Report(loading.Preparing, b.done.Add(share), b.total)
}

// each calls work for all meshes on all processors, the largest first, and collects what it returns by id; nil lets a
// mesh be as it is.
func (b *meter) each(meshes []*scene.Mesh, share int64, work func(m *scene.Mesh) (*scene.Mesh, error)) ([]*scene.Mesh, error) {
	var order []int
	for id, m := range meshes {
		if m != nil {
			order = append(order, id)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(meshes[b].Triangles(), meshes[a].Triangles()) })
	out := make([]*scene.Mesh, len(meshes))
	err := b.job.Parallel(len(order), func(i int) (err error) {
		m := meshes[order[i]]
		out[order[i]], err = unlessStopped(b.job, func() (*scene.Mesh, error) { return work(m) })
		if err == nil {
			b.add(m, share)
		}
		return err
	})
	return out, err
}

// unlessStopped runs work and leaves it to itself when the job shall stop, for most steps on a mesh of millions of
// triangles take longer than anyone waits for a cancel. The work must only read what never changes.
func unlessStopped(job *loading.Job, work func() (*scene.Mesh, error)) (*scene.Mesh, error) {
	type outcome struct {
		mesh *scene.Mesh
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		err := loading.Guard(func() error {
			o.mesh, o.err = work()
			return o.err
		})
		done <- outcome{o.mesh, err}
	}()
	select {
	case o := <-done:
		return o.mesh, o.err
	case <-job.Context().Done():
		return nil, job.Err()
	}
}

// MakeTangents makes the tangents that normal maps need, and nothing else of Basics: enough for a picture.
func MakeTangents(job *loading.Job, s *scene.Scene) error {
	return better(s, newMeter(job, basicsShare, s.Meshes()), func(*scene.Mesh) {})
}

func basics(job *loading.Job, s *scene.Scene, bar *meter) error {
	return better(s, bar, (*scene.Mesh).Prepare)
}

// better puts meshes with tangents in the place of those that lack them, and prepares all.
func better(s *scene.Scene, bar *meter, prepare func(*scene.Mesh)) error {
	materials := s.Materials()
	by, err := bar.each(s.Meshes(), basicsShare, func(m *scene.Mesh) (*scene.Mesh, error) {
		out := m
		if uvs, needed := normalMapped(materials, m); needed && len(m.Tangents) == 0 {
			if out = tangentsBy(m, uvs); out != m {
				if err := out.Complete(); err != nil {
					return nil, err
				}
			}
		}
		prepare(out)
		if out == m {
			return nil, nil
		}
		return out, nil
	})
	if err != nil {
		return err
	}
	return s.ReplaceMeshes(by)
}

func coarser(job *loading.Job, meshes []*scene.Mesh, bar *meter) ([]*scene.Mesh, error) {
	return bar.each(meshes, coarserShare, func(m *scene.Mesh) (*scene.Mesh, error) {
		if len(m.LODs) > 0 {
			return nil, nil
		}
		lods, err := LODs(job.Context(), m)
		if err != nil || len(lods) == 0 {
			return nil, err
		}
		out := m.Fork() // with the same triangles, so that it shares what was built for picking
		out.LODs = lods
		return out, out.Complete()
	})
}

// normalMapped returns the uv coordinates that the first normal map on the mesh uses.
func normalMapped(materials []scene.Material, m *scene.Mesh) (uvs []float32, needed bool) {
	parts := m.Parts
	if len(parts) == 0 {
		parts = []scene.Part{{}}
	}
	for _, part := range parts {
		mat := &materials[part.Material]
		maps := []scene.Map{mat.NormalMap}
		if mat.Layers != nil {
			maps = append(maps, mat.Layers.ClearcoatNormalMap)
		}
		for _, n := range maps {
			if n.Texture == scene.NoTexture {
				continue
			}
			if n.Second {
				return m.UVs2, true
			}
			return m.UVs, true
		}
	}
	return nil, false
}
