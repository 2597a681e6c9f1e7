package demo

import (
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// beltPitch is the distance of the bottles that move on a belt, m; the clip of a conveyor moves them on by one in a second.
const beltPitch = 0.6

// belt is the way of a conveyor: corners east and south, and how many of its sections show that bottles wait.
type belt struct {
	name    string
	corners [][2]float64
	queues  int
	cases   bool // carries cases
}

var belts = []belt{
	{"C1", [][2]float64{{-20, legA}, {-13.6, legA}}, 3, false},
	{"C2", [][2]float64{{-13.4, legA}, {-1.2, legA}}, 4, false},
	{"C3", [][2]float64{{-1, legA}, {6, legA}}, 2, false},
	{"C4", [][2]float64{{6.2, legA}, {17, legA}, {17, legB}, {6.8, legB}}, 6, false},
	{"C5", [][2]float64{{6.6, legB}, {-6, legB}}, 4, false},
	{"C6", [][2]float64{{-6.2, legB}, {-21, legB}}, 4, true},
}

// leg is a straight piece of a belt.
type leg struct {
	from, way vec // way has length 1
	length    float64
	ahead     float64 // from its end to the end of the belt
}

func (c belt) legs() []leg {
	var out []leg
	ahead := 0.0
	for i := len(c.corners) - 1; i > 0; i-- {
		a, z := vec{c.corners[i-1][0], 0, c.corners[i-1][1]}, vec{c.corners[i][0], 0, c.corners[i][1]}
		d := z.Sub(a)
		out = append([]leg{{a, d.Normalize(), d.Len(), ahead}}, out...)
		ahead += d.Len()
	}
	return out
}

// conveyor is a belt on its frame, with bottles that the clip of its name moves on, and sections of waiting bottles, from its
// end on: C1_queue_1, C1_queue_2 …
func (b plantBuilder) conveyor(c belt) {
	root := b.node(scene.Root, c.name, scene.Transform{}, nil)
	b.node(root, c.name+"_frame", scene.Transform{}, b.beltFrame(c))
	legs := c.legs()
	total := legs[0].length + legs[0].ahead
	clip := scene.Clip{Name: c.name, DurationSec: 1}
	runs := make([]scene.NodeID, len(legs))
	for i, l := range legs {
		name := fmt.Sprintf("%s_run_%d", c.name, i+1)
		s := newSolid(name)
		step := beltPitch
		if c.cases {
			step = 2 * beltPitch
		}
		for d := .1; d+step <= l.length; d += step {
			b.load(s, c, l.from.Add(l.way.Mul(d)), side(l.way, -.13))
		}
		runs[i] = b.node(root, name, scene.Transform{}, b.loaded(s, c))
		p := l.way.Mul(step)
		clip.Channels = append(clip.Channels, scene.Channel{Node: runs[i], Target: scene.MoveTranslation, TimesSec: []float32{0, 1},
			Values: []float32{0, 0, 0, float32(p[0]), 0, float32(p[2])}})
	}
	b.addClip(clip)
	for k := range c.queues {
		b.queue(c, root, legs, k+1, total*float64(k)/float64(c.queues), total*float64(k+1)/float64(c.queues))
	}
}

// queue is the section of waiting bottles between two distances from the end of the belt.
func (b plantBuilder) queue(c belt, root scene.NodeID, legs []leg, k int, from, to float64) {
	s := newSolid(fmt.Sprintf("%s_queue_%d", c.name, k))
	gap := .22
	if c.cases {
		gap = .62
	}
	for _, l := range legs {
		for d := .3; d <= l.length-.2; d += gap {
			if behind := l.ahead + l.length - d; behind >= from && behind < to {
				b.load(s, c, l.from.Add(l.way.Mul(d)), side(l.way, .1))
			}
		}
	}
	b.node(root, fmt.Sprintf("%s_queue_%d", c.name, k), scene.Transform{}, b.loaded(s, c))
}

// side is a step to the right of a way.
func side(way vec, by float64) vec { return vec{-way[2] * by, 0, way[0] * by} }

func (b plantBuilder) load(s solid, c belt, at, aside vec) {
	if c.cases {
		carton(s, at[0], beltTop, at[2])
		return
	}
	b.bottle(s, at[0]+aside[0], beltTop, at[2]+aside[2])
}

func (b plantBuilder) loaded(s solid, c belt) *scene.Mesh {
	if c.cases {
		return s.mesh(b.carton)
	}
	return s.mesh(b.glass)
}

// beltFrame is the belt with its rails, rollers at the ends and legs.
func (b plantBuilder) beltFrame(c belt) *scene.Mesh {
	const half = .36
	s := newSolid(c.name + "_frame")
	legs := c.legs()
	place := func(l leg) mgl64.Mat4 {
		return mgl64.Translate3D(l.from[0], 0, l.from[2]).Mul4(mgl64.HomogRotate3DY(math.Atan2(-l.way[2], l.way[0])))
	}
	for i, l := range legs {
		end := l.length
		if i < len(legs)-1 {
			end += half
		}
		s.box(place(l), vec{0, beltTop - .1, -half + .03}, vec{end, beltTop, half - .03})
	}
	s.shape.Part(b.belt)
	for i, l := range legs {
		at, from, end := place(l), 0.0, l.length
		if i > 0 {
			from = half
		}
		if i < len(legs)-1 {
			end -= half
		}
		for _, z := range []float64{-half, half} {
			s.box(at, vec{from, beltTop - .16, z - .03}, vec{end, beltTop + .03, z + .03})
			s.box(at, vec{from, beltTop + .2, z - .02}, vec{end, beltTop + .24, z + .02}) // guide
		}
		for d := .5; d < l.length; d += 1.6 {
			for _, z := range []float64{-half + .03, half - .03} {
				s.box(at, vec{d - .04, 0, z - .04}, vec{d + .04, beltTop - .1, z + .04})
			}
			s.box(at, vec{d - .03, .3, -half}, vec{d + .03, .36, half})
		}
	}
	return s.mesh(b.steel)
}

// Hall is the floor of the bottling hall with its lanes, columns to the north, and the ground around.
func Hall() *scene.Scene {
	s := scene.New()
	ground := s.AddMaterial(scene.Material{Name: "ground", BaseColor: [4]float32{.25, .265, .28, 1}, Roughness: .95})
	floor := s.AddMaterial(scene.Material{Name: "floor", BaseColor: [4]float32{.34, .355, .37, 1}, Roughness: .85})
	lane := s.AddMaterial(scene.Material{Name: "lane", BaseColor: [4]float32{.52, .52, .48, 1}, Roughness: .8})
	steel := s.AddMaterial(scene.Material{Name: "column", BaseColor: [4]float32{.42, .44, .46, 1}, Roughness: .6})
	far := newSolid("ground")
	far.lathe(mgl64.Translate3D(0, -.4, 0), 48, scene.Ring{Radius: 6000, Y: 0}, scene.Ring{Radius: 400, Y: 0}, scene.Ring{Radius: 0, Y: 0})
	far.shape.Part(ground)
	far.box(mgl64.Ident4(), vec{-34, -.4, -16}, vec{26, -.02, 15})
	s.AddNode(scene.Root, scene.Node{Name: "ground", Mesh: s.MustAddMesh(far.mesh(floor)), Role: scene.Ground})
	marks := newSolid("lanes")
	for _, z := range []float64{-.9, .9, 9.2, -12.4} {
		marks.box(mgl64.Ident4(), vec{-32, -.02, z - .06}, vec{14, .004, z + .06})
	}
	for _, x := range []float64{-31, 21} {
		marks.box(mgl64.Ident4(), vec{x - .06, -.02, -12.4}, vec{x + .06, .004, 9.2})
	}
	s.AddNode(scene.Root, scene.Node{Name: "lanes", Mesh: s.MustAddMesh(marks.mesh(lane)), Role: scene.Ground})
	columns := newSolid("columns")
	for x := -33.0; x <= 25; x += 11.6 {
		columns.box(mgl64.Ident4(), vec{x - .22, 0, -15.4}, vec{x + .22, 7.4, -14.9})
	}
	columns.box(mgl64.Ident4(), vec{-33.4, 7, -15.4}, vec{25.4, 7.5, -14.9})
	columns.box(mgl64.Ident4(), vec{-33.4, 0, -15.3}, vec{25.4, 1.1, -15.2})
	s.AddNode(scene.Root, scene.Node{Name: "columns", Mesh: s.MustAddMesh(columns.mesh(steel))})
	return s
}
