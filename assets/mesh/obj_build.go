package mesh

import (
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// objBuilder makes a scene of a file.
type objBuilder struct {
	job       *loading.Job
	file      *objFile
	scene     *scene.Scene
	names     objNames
	library   *library
	materials map[int32]scene.MaterialID // by name of usemtl
	maxGroups int
	allowance atomic.Int64
	lost      atomic.Int64 // elements that name vertices which are not there, or are no numbers
	crossing  atomic.Int64 // polygons that cross themselves
}

func newOBJBuilder(job *loading.Job, f *objFile) *objBuilder {
	b := &objBuilder{job: job, file: f, scene: scene.New(), maxGroups: min(maxGroups, job.Limits().Nodes)}
	b.names = objNames{known: map[string]int32{"": 0}, names: []string{""}}
	b.materials = map[int32]scene.MaterialID{}
	b.allowance.Store(polygonWork)
	return b
}

func (b *objBuilder) build() (*scene.Scene, error) {
	groups := b.groups()
	if len(groups) == 0 {
		if slices.ContainsFunc(b.file.pieces, func(p objPiece) bool { return p.lost > 0 }) {
			return nil, errNoFace
		}
		return b.cloud()
	}
	if err := b.addMaterials(groups); err != nil {
		return nil, err
	}
	strange := 0
	for i := range b.file.pieces {
		b.lost.Add(int64(b.file.pieces[i].lost))
		strange += b.file.pieces[i].strange
	}
	b.file.pieces = nil // the groups have what they need of them
	meshes := make([]*scene.Mesh, len(groups))
	tools := make(chan *grouper, runtime.GOMAXPROCS(0)) // one for each goroutine of Parallel
	for range cap(tools) {
		tools <- nil
	}
	p := b.newPlacer(b.scene, groups)
	err := b.job.Parallel(len(groups), func(i int) (err error) {
		tool := <-tools
		defer func() { tools <- tool }()
		if tool == nil {
			tool = newGrouper(b)
		}
		meshes[i], err = tool.mesh(groups[i], b.groupName(groups[i], p.several[groups[i].object]))
		return err
	})
	if err != nil {
		return nil, err
	}
	b.warn(strange)
	for i, m := range meshes {
		if m == nil {
			continue
		}
		id, err := b.scene.AddMesh(m)
		if err != nil {
			return nil, err
		}
		if err := p.place(b, groups[i], id, m); err != nil {
			return nil, err
		}
	}
	if b.scene.Len() == 1 {
		return nil, errNoFace
	}
	return b.scene, nil
}

func (b *objBuilder) warn(strange int) {
	if n := b.lost.Load(); n > 0 {
		b.job.Warn("%d faces, lines or points were left out: they name vertices that are not there or are not numbers", n)
	}
	if strange > 0 {
		b.job.Warn("%d corners name texture coordinates or normals that are not there", strange)
	}
	if n := b.crossing.Load(); n > 0 {
		b.job.Warn("%d polygons cross themselves and may be filled wrongly", n)
	}
}

var errNoFace = fmt.Errorf("no face names vertices that are there; %w", errNothing)

// cloud shows the vertices of a file that has nothing else as points.
func (b *objBuilder) cloud() (*scene.Scene, error) {
	f := b.file
	n := len(f.positions) / 3
	m := &scene.Mesh{Name: "points", Positions: f.positions, Colors: f.colors}
	if len(f.normals) == len(f.positions) && !f.blank {
		m.Normals = f.normals
	}
	for i := range n {
		if p := f.positions[3*i : 3*i+3]; finite32(p[0]) && finite32(p[1]) && finite32(p[2]) {
			m.Points = append(m.Points, uint32(i))
		} else {
			clear(p)
			b.lost.Add(1)
		}
	}
	b.warn(0)
	if len(m.Points) == 0 {
		return nil, fmt.Errorf("the file has no faces and no vertices; %w", errNothing)
	}
	material := grey()
	if m.Colors != nil {
		material = white()
	}
	m.PointParts = []scene.Part{{Count: len(m.Points), Material: b.scene.AddMaterial(material)}}
	id, err := b.scene.AddMesh(m)
	if err != nil {
		return nil, err
	}
	b.scene.AddNode(scene.Root, scene.Node{Name: m.Name, Mesh: id, Local: scene.At(f.origin[0], f.origin[1], f.origin[2])})
	return b.scene, nil
}

// grouper makes meshes of groups, one after the other. It belongs to one goroutine.
type grouper struct {
	cornerTable
	builder *objBuilder
	file    *objFile
	cut     cutter
	parts   []partIndices
	partOf  map[scene.MaterialID]int
	lines   []uint32
	points  []uint32
	stated  bool // smoothing groups are stated, or some normals are
	bare    bool // some corner has no normal
	smooth  int32
}

// partIndices are the triangles of one material.
type partIndices struct {
	material scene.MaterialID
	indices  []uint32
}

func newGrouper(b *objBuilder) *grouper {
	g := &grouper{builder: b, file: b.file, cornerTable: newCornerTable(len(b.file.positions) / 3)}
	g.cut = cutter{positions: b.file.positions, allowance: &b.allowance}
	return g
}

// mesh builds the mesh of a group; nil if nothing of it can be shown.
func (g *grouper) mesh(group *objGroup, name string) (*scene.Mesh, error) {
	g.reset()
	g.stated = g.normalsStated(group)
	for i := range group.runs {
		if err := g.span(&group.runs[i]); err != nil {
			return nil, err
		}
	}
	group.runs = nil
	m := &scene.Mesh{Name: name, Lines: slices.Clone(g.lines), Points: slices.Clone(g.points)}
	total := 0
	for _, p := range g.parts {
		total += len(p.indices)
	}
	m.Indices = make([]uint32, 0, total)
	for _, p := range g.parts {
		if len(p.indices) > 0 {
			m.Parts = append(m.Parts, scene.Part{First: len(m.Indices), Count: len(p.indices), Material: p.material})
			m.Indices = append(m.Indices, p.indices...)
		}
	}
	if len(m.Indices)+len(m.Lines)+len(m.Points) == 0 {
		return nil, nil
	}
	g.parts = nil
	g.fill(m)
	if g.bare && !g.stated && len(m.Indices) > 0 {
		return creased(g.builder.job, m, process.DefaultCreaseRad)
	}
	return m, nil
}

func (g *grouper) reset() {
	g.clear()
	g.parts, g.partOf = nil, map[scene.MaterialID]int{}
	g.lines, g.points, g.bare = g.lines[:0], g.points[:0], false
}

// normalsStated reports whether the group says how its faces are shaded: by normals, even if not of all corners, or by
// smoothing groups.
func (g *grouper) normalsStated(group *objGroup) bool {
	for i := range group.runs {
		s := &group.runs[i]
		if s.smooth != unsaid {
			return true
		}
		if n := s.piece.faces.n; n != nil {
			for _, k := range n[min(s.from.corners, len(n)):min(s.to.corners, len(n))] {
				if k != none {
					return true
				}
			}
		}
	}
	return false
}
