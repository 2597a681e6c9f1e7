package gltf

import (
	"errors"
	"fmt"

	"github.com/orrery-twin/orrery/scene"
)

// addClips adds the animations. A channel that cannot be read or moves what a scene does not have is left out.
func (r *reader) addClips(nodes []scene.NodeID) error {
	d := r.scene.Document()
	for i := range r.doc.Animations {
		src := &r.doc.Animations[i]
		clip := scene.Clip{Name: src.Name}
		if clip.Name == "" {
			clip.Name = fmt.Sprint("animation ", i+1)
		}
		for k := range src.Channels {
			if err := r.job.Err(); err != nil {
				return err
			}
			channels, err := r.channel(src, &src.Channels[k], nodes)
			if err != nil {
				r.job.Warn("animation %q lacks a channel: %v", clip.Name, err)
				continue
			}
			for _, c := range channels {
				clip.DurationSec = max(clip.DurationSec, float64(c.TimesSec[len(c.TimesSec)-1]))
				clip.Channels = append(clip.Channels, c)
			}
		}
		if len(clip.Channels) > 0 {
			d.Clips = append(d.Clips, clip)
		}
	}
	return nil
}

// aim is what a channel moves: some targets in the scene that take the same values.
type aim struct {
	targets []scene.Channel
	width   int     // values per key
	factors []shade // of values that a scene holds multiplied
}

// shade is a factor of one target's values.
type shade []float32

// channel reads a channel: one per target, sharing their keys.
func (r *reader) channel(src *animation, c *animationChannel, nodes []scene.NodeID) ([]scene.Channel, error) {
	if c.Sampler < 0 || c.Sampler >= len(src.Samplers) {
		return nil, fmt.Errorf("no sampler %d", c.Sampler)
	}
	a, err := r.aim(&c.Target, nodes)
	if err != nil || len(a.targets) == 0 {
		return nil, err
	}
	s := &src.Samplers[c.Sampler]
	times, err := r.keys(s.Input, 1)
	if err != nil {
		return nil, fmt.Errorf("times: %w", err)
	}
	if len(times) == 0 || !finite(times) || times[0] < 0 {
		return nil, errors.New("its times are missing or not from zero on")
	}
	for i := range times[1:] {
		if times[i+1] <= times[i] {
			return nil, errors.New("its times do not rise")
		}
	}
	values, err := r.keys(s.Output, r.keyWidth(s.Output))
	if err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	mode, per := scene.Linear, 1
	switch s.Interpolation {
	case "", "LINEAR":
	case "STEP":
		mode = scene.Step
	case "CUBICSPLINE":
		mode, per = scene.CubicSpline, 3
	default:
		return nil, fmt.Errorf("interpolation %q is not known", s.Interpolation)
	}
	if need := len(times) * a.width * per; len(values) < need || !finite(values) {
		return nil, fmt.Errorf("%d values for %d keys, %d are needed", len(values), len(times), need)
	} else {
		values = values[:need]
	}
	for i := range a.targets {
		t := &a.targets[i]
		t.Interpolation, t.TimesSec, t.Values = mode, times, values
		if i < len(a.factors) && a.factors[i] != nil {
			t.Values = scaled(values, a.width, a.factors[i])
		}
	}
	return a.targets, nil
}

// keyWidth is the width of the vectors of an accessor.
func (r *reader) keyWidth(index int) int {
	if index < 0 || index >= len(r.doc.Accessors) {
		return 0
	}
	return width(r.doc.Accessors[index].Type)
}

// keys reads keys; channels that share an accessor share the memory.
func (r *reader) keys(index, width int) ([]float32, error) {
	if v, ok := r.keyCache[index]; ok {
		return v, nil
	}
	v, err := r.floats(index, width, nil)
	if err == nil {
		r.keyCache[index] = v
	}
	return v, err
}

// scaled multiplies each vector of values by factors; a single value is spread over all of them.
func scaled(values []float32, width int, f shade) []float32 {
	out := make([]float32, 0, len(values)/width*len(f))
	for i := 0; i < len(values); i += width {
		for k := range f {
			out = append(out, values[i+k%width]*f[k])
		}
	}
	return out
}

// aim finds what a channel moves in the scene.
func (r *reader) aim(t *animationTarget, nodes []scene.NodeID) (aim, error) {
	if x := t.Extensions.Pointer; x != nil {
		return r.pointer(x.Pointer, nodes)
	}
	if t.Node == nil {
		return aim{}, nil // meant for an extension
	}
	return r.nodeAim(*t.Node, t.Path, nodes)
}

// nodeAim is a property of a node; of one that is not shown there is nothing to move.
func (r *reader) nodeAim(index int, path string, nodes []scene.NodeID) (aim, error) {
	if index < 0 || index >= len(nodes) {
		return aim{}, fmt.Errorf("no node %d", index)
	}
	if nodes[index] == scene.NoNode {
		return aim{}, nil
	}
	kinds := map[string]struct {
		target scene.Target
		width  int
	}{"translation": {scene.MoveTranslation, 3}, "rotation": {scene.MoveRotation, 4}, "scale": {scene.MoveScale, 3}, "weights": {scene.MoveWeights, 0}}
	k, ok := kinds[path]
	if !ok {
		return aim{}, fmt.Errorf("%q of a node cannot be moved", path)
	}
	if k.target == scene.MoveWeights {
		mesh := r.scene.Mesh(r.scene.Node(nodes[index]).Mesh)
		if mesh == nil || len(mesh.Morphs) == 0 {
			return aim{}, errors.New("it blends a mesh that has no morph targets")
		}
		k.width = len(mesh.Morphs)
	}
	return aim{targets: []scene.Channel{{Target: k.target, Node: nodes[index]}}, width: k.width}, nil
}
