package scene

import (
	"math"
	"slices"
	"sort"

	"github.com/go-gl/mathgl/mgl64"
)

// Pose puts all that a clip moves where it is at a time, clamped to the clip. Call Deform afterwards when the scene has
// skins or morphs.
func (s *Scene) Pose(c *Clip, timeSec float64) {
	var values [16]float64
	for i := range c.Channels {
		ch := &c.Channels[i]
		n := ch.width()
		if n == 0 || len(ch.TimesSec) == 0 {
			continue
		}
		v := values[:0]
		if n > len(values) {
			v = make([]float64, 0, n)
		}
		v = ch.sample(v[:n], float32(timeSec))
		if ch.Target < MoveBaseColor {
			s.poseNode(ch, v)
		} else {
			s.poseMaterial(ch, v)
		}
	}
}

// Valid reports whether the lengths of the channel fit each other and its times rise.
func (ch *Channel) Valid() bool {
	return ch.width() > 0 && slices.IsSorted(ch.TimesSec)
}

// width is the number of values of one key, 0 when the channel holds nothing that fits.
func (ch *Channel) width() int {
	n := [...]int{MoveTranslation: 3, MoveRotation: 4, MoveScale: 3, MoveWeights: 0, MoveVisible: 1, MoveBaseColor: 4, MoveMetallic: 1,
		MoveRoughness: 1, MoveEmissive: 3, MoveCutoff: 1, MoveMapOffset: 2, MoveMapScale: 2, MoveMapRotation: 1, MoveNormalScale: 1,
		MoveTransmission: 1, MoveIOR: 1}[ch.Target]
	keys := len(ch.TimesSec)
	if ch.Interpolation == CubicSpline {
		keys *= 3
	}
	switch {
	case keys == 0:
		return 0
	case ch.Target == MoveWeights && len(ch.Values)%keys == 0:
		return len(ch.Values) / keys
	case len(ch.Values) != n*keys:
		return 0
	}
	return n
}

// sample gives the values at a time (glTF 2.0, appendix C).
func (ch *Channel) sample(out []float64, t float32) []float64 {
	n := len(out)
	next := sort.Search(len(ch.TimesSec), func(i int) bool { return ch.TimesSec[i] > t })
	at := max(next-1, 0)
	next = min(next, len(ch.TimesSec)-1)
	share := 0.0
	span := float64(ch.TimesSec[next] - ch.TimesSec[at])
	if span > 0 && t > ch.TimesSec[at] {
		share = float64(t-ch.TimesSec[at]) / span
	}
	key := func(i, part int) []float32 {
		if ch.Interpolation == CubicSpline {
			i = 3*i + part
		}
		return ch.Values[i*n : (i+1)*n]
	}
	a, b := key(at, 1), key(next, 1)
	switch {
	case ch.Interpolation == Step || share == 0:
		for k := range out {
			out[k] = float64(a[k])
		}
	case ch.Interpolation == CubicSpline:
		leave, arrive := key(at, 2), key(next, 0)
		x, x2, x3 := share, share*share, share*share*share
		for k := range out {
			out[k] = (2*x3-3*x2+1)*float64(a[k]) + span*(x3-2*x2+x)*float64(leave[k]) +
				(3*x2-2*x3)*float64(b[k]) + span*(x3-x2)*float64(arrive[k])
		}
	case ch.Target == MoveRotation:
		q := slerp(quat(a), quat(b), share)
		out[0], out[1], out[2], out[3] = q.V[0], q.V[1], q.V[2], q.W
	default:
		for k := range out {
			out[k] = float64(a[k])*(1-share) + float64(b[k])*share
		}
	}
	return out
}

func quat(v []float32) mgl64.Quat {
	return mgl64.Quat{V: mgl64.Vec3{float64(v[0]), float64(v[1]), float64(v[2])}, W: float64(v[3])}
}

// slerp turns along the shorter way.
func slerp(a, b mgl64.Quat, share float64) mgl64.Quat {
	if a.Dot(b) < 0 {
		b = b.Scale(-1)
	}
	return mgl64.QuatSlerp(a, b, share)
}

func (s *Scene) poseNode(ch *Channel, v []float64) {
	if ch.Node < 0 || int(ch.Node) >= len(s.nodes) {
		return
	}
	local := s.nodes[ch.Node].Local
	switch ch.Target {
	case MoveTranslation:
		local.Translation = mgl64.Vec3{v[0], v[1], v[2]}
	case MoveRotation:
		local.Rotation = mgl64.Quat{V: mgl64.Vec3{v[0], v[1], v[2]}, W: v[3]}
	case MoveScale:
		local.Scale = mgl64.Vec3{v[0], v[1], v[2]}
		if local.Scale == (mgl64.Vec3{}) { // a zero scale stands for 1, see Transform
			local.Scale[0] = math.SmallestNonzeroFloat32
		}
	case MoveWeights:
		weights := make([]float32, len(v))
		for k := range v {
			weights[k] = float32(v[k])
		}
		s.nodes[ch.Node].Weights = weights
		return
	case MoveVisible:
		s.SetVisible(ch.Node, v[0] != 0)
		return
	}
	s.SetLocal(ch.Node, local)
}

func (s *Scene) poseMaterial(ch *Channel, v []float64) {
	if ch.Material < 0 || int(ch.Material) >= len(s.materials) {
		return
	}
	m := s.materials[ch.Material].clone()
	set := func(dst []float32) {
		for k := range dst {
			dst[k] = float32(v[k])
		}
	}
	at := m.slot(ch.Slot)
	switch ch.Target {
	case MoveBaseColor:
		set(m.BaseColor[:])
	case MoveMetallic:
		m.Metallic = float32(v[0])
	case MoveRoughness:
		m.Roughness = float32(v[0])
	case MoveEmissive:
		set(m.Emissive[:])
	case MoveCutoff:
		m.Cutoff = float32(v[0])
	case MoveMapOffset:
		set(at.Offset[:])
	case MoveMapScale:
		set(at.Scale[:])
	case MoveMapRotation:
		at.RotationRad = float32(v[0])
	case MoveNormalScale:
		m.NormalScale = float32(v[0])
	case MoveTransmission, MoveIOR:
		if m.Layers == nil {
			l := PlainLayers()
			m.Layers = &l
		}
		if ch.Target == MoveIOR {
			m.Layers.IOR = float32(v[0])
		} else {
			m.Layers.Transmission = float32(v[0])
		}
	}
	s.SetMaterial(ch.Material, m)
}

func (m *Material) slot(at MapSlot) *Map {
	return [...]*Map{&m.BaseColorMap, &m.MetallicRoughnessMap, &m.NormalMap, &m.OcclusionMap, &m.EmissiveMap}[at]
}
