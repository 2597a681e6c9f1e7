package gltf

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/orrery-twin/orrery/scene"
)

// maxInfluences is how many sets of four joints per vertex are read.
const maxInfluences = 8

// skinning reads which joints move the vertices. Of several sets the strongest four joints are kept.
func (v *vertices) skinning(m *scene.Mesh) {
	var joints []uint32
	var weights []float32
	sets := 0
	for ; sets < maxInfluences; sets++ {
		j, w, ok := v.influences(sets)
		if !ok {
			break
		}
		if sets == 0 {
			joints, weights = j, w
			continue
		}
		joints, weights = strongest(joints, weights, j, w)
	}
	if sets == 0 {
		return
	}
	if sets > 1 {
		v.r.job.Warn("vertices that more than four joints move keep the strongest four")
	}
	m.Joints = make([]uint16, len(joints))
	for i, j := range joints {
		if j > math.MaxUint16 {
			v.r.job.Warn("a skin has more than %d joints; its mesh stays at rest", math.MaxUint16+1)
			m.Joints = nil
			return
		}
		m.Joints[i] = uint16(j)
	}
	m.Weights = weights
	for i := 0; i < len(weights); i += 4 {
		normalize(weights[i : i+4])
	}
}

// influences reads one set of joints and weights.
func (v *vertices) influences(set int) (joints []uint32, weights []float32, ok bool) {
	name := fmt.Sprint("JOINTS_", set)
	at, ok := v.p.Attributes[name]
	if _, weighted := v.p.Attributes[fmt.Sprint("WEIGHTS_", set)]; !ok || !weighted {
		return nil, nil, false
	}
	var err error
	var packed bool
	if v.draco != nil {
		joints, packed, err = v.draco.ranks(name, 4)
		joints = pickOrAll(joints, 4, v.order)
	}
	if !packed && err == nil {
		if v.r.countOf(at) != int64(v.n) {
			err = fmt.Errorf("%d values for %d vertices", v.r.countOf(at), v.n)
		} else {
			joints, err = v.r.ranks(at, 4, v.order)
		}
	}
	if err != nil {
		v.r.job.Warn("%s is ignored: %v", name, err)
		return nil, nil, false
	}
	weights = v.optional(fmt.Sprint("WEIGHTS_", set), 4)
	return joints, weights, len(weights) == len(joints)
}

// strongest keeps of two sets of four joints per vertex the four of most weight.
func strongest(aj []uint32, aw []float32, bj []uint32, bw []float32) ([]uint32, []float32) {
	type influence struct {
		joint  uint32
		weight float32
	}
	var all [8]influence
	for i := 0; i+3 < len(aj) && i+3 < len(bj); i += 4 {
		for k := range 4 {
			all[k], all[k+4] = influence{aj[i+k], aw[i+k]}, influence{bj[i+k], bw[i+k]}
		}
		slices.SortStableFunc(all[:], func(a, b influence) int { return cmp.Compare(b.weight, a.weight) })
		for k := range 4 {
			aj[i+k], aw[i+k] = all[k].joint, all[k].weight
		}
	}
	return aj, aw
}

// normalize makes the sum of weights 1.
func normalize(w []float32) {
	sum := float32(0)
	for k := range w {
		w[k] = max(w[k], 0)
		sum += w[k]
	}
	if !(sum > 1e-12) {
		w[0], w[1], w[2], w[3] = 1, 0, 0, 0
		return
	}
	for k := range w {
		w[k] /= sum
	}
}

// readSkins reads the skins of the file, without their joints, which are nodes that are not there yet. One that cannot be
// used is left empty.
func (r *reader) readSkins() {
	r.skins = make([]scene.Skin, len(r.doc.Skins))
	for i := range r.doc.Skins {
		k, err := r.skin(i)
		if err != nil {
			r.job.Warn("skin %d is ignored and its meshes stay at rest: %v", i, err)
			continue
		}
		r.skins[i] = k
	}
}

func (r *reader) skin(index int) (scene.Skin, error) {
	src := r.doc.Skins[index]
	out := scene.Skin{Name: src.Name, InverseBind: make([]mgl32.Mat4, len(src.Joints))}
	if len(src.Joints) == 0 {
		return scene.Skin{}, errors.New("it has no joints")
	}
	for i, j := range src.Joints {
		if j < 0 || j >= len(r.shown) || !r.shown[j] {
			return scene.Skin{}, fmt.Errorf("its joint, node %d, is not in the scene", j)
		}
		out.InverseBind[i] = mgl32.Ident4()
	}
	if src.InverseBindMatrices == nil {
		return out, nil
	}
	m, err := r.floats(*src.InverseBindMatrices, 16, nil)
	if err != nil {
		return scene.Skin{}, err
	}
	if len(m) < 16*len(src.Joints) || !finite(m) {
		return scene.Skin{}, errors.New("its matrices are too few or not finite")
	}
	for i := range out.InverseBind {
		copy(out.InverseBind[i][:], m[16*i:])
	}
	return out, nil
}

// skinOf says which skin moves the mesh of a node, if any.
func (r *reader) skinOf(n *node, m *scene.Mesh) scene.SkinID {
	if n.Skin == nil || m == nil || len(m.Joints) == 0 {
		return scene.NoSkin
	}
	if *n.Skin < 0 || *n.Skin >= len(r.skins) {
		r.job.Warn("node %q has a skin that is not there and stays at rest", n.Name)
		return scene.NoSkin
	}
	have, most := len(r.skins[*n.Skin].InverseBind), int(slices.Max(m.Joints))
	if have > 0 && most >= have {
		r.job.Warn("mesh %q names joint %d of %d and stays at rest", m.Name, most, have)
	}
	if most >= have {
		return scene.NoSkin
	}
	return r.skinIDs[*n.Skin]
}

// addSkins adds the skins; join gives them their joints when all nodes are there.
func (r *reader) addSkins() {
	r.skinIDs = make([]scene.SkinID, len(r.skins))
	for i, k := range r.skins {
		r.skinIDs[i] = r.scene.AddSkin(k)
	}
}

func (r *reader) join(nodes []scene.NodeID) {
	for i, id := range r.skinIDs {
		if len(r.skins[i].InverseBind) == 0 {
			continue
		}
		for _, j := range r.doc.Skins[i].Joints {
			r.scene.Skins()[id].Joints = append(r.scene.Skins()[id].Joints, nodes[j])
		}
	}
}
