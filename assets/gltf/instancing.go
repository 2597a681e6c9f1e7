package gltf

import (
	"fmt"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// addInstances adds a node with one child for each instance of its mesh (EXT_mesh_gpu_instancing).
func (r *reader) addInstances(s *scene.Scene, parent scene.NodeID, n scene.Node, src *instancing) (scene.NodeID, error) {
	places, err := r.instances(src)
	if err != nil {
		return scene.NoNode, fmt.Errorf("instances of node %q: %w", n.Name, err)
	}
	if len(places) > r.limits.Nodes-s.Len() {
		return scene.NoNode, fmt.Errorf("the model has more than %d nodes with its instances, which is the limit", r.limits.Nodes)
	}
	mesh, weights := n.Mesh, n.Weights
	n.Mesh, n.Skin, n.Weights = scene.NoMesh, scene.NoSkin, nil
	id := s.AddNode(parent, n)
	for i, at := range places {
		s.AddNode(id, scene.Node{Name: fmt.Sprint("instance ", i+1), Mesh: mesh, Weights: weights, Local: at})
	}
	return id, nil
}

// instances reads the placements of instances.
func (r *reader) instances(src *instancing) ([]scene.Transform, error) {
	count := -1
	read := func(name string, width int) ([]float32, error) {
		at, ok := src.Attributes[name]
		if !ok {
			return nil, nil
		}
		n := r.countOf(at)
		if count >= 0 && int(n) != count {
			return nil, fmt.Errorf("%d values of %s for %d instances", n, name, count)
		}
		if n > int64(r.limits.Nodes) {
			return nil, fmt.Errorf("there are more than %d, which is the limit", r.limits.Nodes)
		}
		count = int(n)
		return r.floats(at, width, nil)
	}
	moves, err := read("TRANSLATION", 3)
	if err != nil {
		return nil, err
	}
	turns, err := read("ROTATION", 4)
	if err != nil {
		return nil, err
	}
	sizes, err := read("SCALE", 3)
	if err != nil {
		return nil, err
	}
	out := make([]scene.Transform, max(count, 0))
	for i := range out {
		t := scene.Transform{Rotation: mgl64.QuatIdent(), Scale: mgl64.Vec3{1, 1, 1}}
		if moves != nil {
			t.Translation = vector(moves[3*i:])
		}
		if turns != nil {
			t.Rotation = mgl64.Quat{V: vector(turns[4*i:]), W: float64(turns[4*i+3])}
		}
		if sizes != nil {
			t.Scale = vector(sizes[3*i:])
		}
		if t.Scale == (mgl64.Vec3{}) {
			t.Scale = mgl64.Vec3{tiny, tiny, tiny}
		}
		if !sound(t) {
			r.job.Warn("an instance has no sensible placement and stands at its parent")
			t = scene.Transform{}
		}
		out[i] = t
	}
	return out, nil
}

func vector(v []float32) mgl64.Vec3 {
	return mgl64.Vec3{float64(v[0]), float64(v[1]), float64(v[2])}
}
