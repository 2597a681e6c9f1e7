package demo

import (
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// Heights and axes of the bottling line, m. Its first leg runs east along legA, its second back west along legB.
const (
	beltTop = 1.0
	legA    = -5.0
	legB    = 5.0
)

// paints of the line.
type paints struct {
	body, dark, steel, belt, glass, label, carton, wood, trim, lamp, tank scene.MaterialID
}

func newPaints(s *scene.Scene) paints {
	add := func(name string, r, g, b, metallic, roughness float32) scene.MaterialID {
		return s.AddMaterial(scene.Material{Name: name, BaseColor: [4]float32{r, g, b, 1}, Metallic: metallic, Roughness: roughness})
	}
	return paints{
		body: add("machine paint", .56, .58, .59, 0, .5), dark: add("dark grey paint", .20, .215, .23, 0, .6),
		steel: add("stainless steel", .55, .565, .575, .6, .4), belt: add("belt", .13, .14, .15, 0, .8),
		glass: add("bottle glass", .23, .37, .33, 0, .25), label: add("label", .74, .74, .70, 0, .6),
		carton: add("carton", .50, .42, .31, 0, .85), wood: add("pallet wood", .43, .35, .25, 0, .9),
		trim: add("trim", .36, .40, .44, 0, .5), lamp: add("signal lamp", .62, .64, .66, 0, .3), tank: add("tank", .50, .53, .56, .3, .35),
	}
}

// plantBuilder adds the nodes of the line.
type plantBuilder struct {
	*scene.Scene
	paints
}

func (b plantBuilder) node(parent scene.NodeID, name string, at scene.Transform, mesh *scene.Mesh) scene.NodeID {
	n := scene.Node{Name: name, Local: at}
	if mesh != nil {
		n.Mesh = b.MustAddMesh(mesh)
	}
	return b.AddNode(parent, n)
}

// Bottling is the bottling line as a scene: a node for each machine and conveyor, named as in the twin file.
func Bottling() *scene.Scene {
	s := scene.New()
	b := plantBuilder{s, newPaints(s)}
	b.depalletiser(-23, legA)
	b.rotary("rinser", -12, legA, 1.5, 16, 2.6)
	b.rotary("filler", 0, legA, 2.6, 24, 3.4)
	b.rotary("capper", 6.6, legA, 1.3, 12, 2.7)
	b.rotary("labeller", 6.6, legB, 1.5, 14, 2.4)
	b.packer(-7, legB)
	b.palletiser(-23, legB)
	for _, c := range belts {
		b.conveyor(c)
	}
	return s
}

// bottle stands a bottle on a point.
func (b plantBuilder) bottle(s solid, x, y, z float64) {
	s.lathe(mgl64.Translate3D(x, y, z), 6, scene.Ring{Radius: .09, Y: 0}, scene.Ring{Radius: .09, Y: .26}, scene.Ring{Radius: .04, Y: .38},
		scene.Ring{Radius: .04, Y: .47}, scene.Ring{Radius: 0, Y: .47})
}

// tower is the signal lamp of a machine on its post, a node of its own, with the post in the machine.
func (b plantBuilder) tower(parent scene.NodeID, name string, x, y, z float64) {
	post := newSolid(name + "_post")
	post.rod(vec{x, y, z}, vec{x, y + .75, z}, .04, 8)
	b.node(parent, name+"_post", scene.Transform{}, post.mesh(b.dark))
	lamp := newSolid(name + "_lamp")
	lamp.disc(mgl64.Ident4(), 16, .17, 0, .5, .03)
	b.node(parent, name+"_lamp", scene.At(x, y+.75, z), lamp.mesh(b.lamp))
}

// desk is a control cabinet with its screen, in front of a machine.
func (b plantBuilder) desk(s solid, x, z float64) {
	s.rounded(mgl64.Translate3D(x, 0, z), vec{-.4, .08, -.25}, vec{.4, 1.9, .25}, .04, 1)
}

// rotary is a machine that carries the bottles round: body, a turning carousel with bottles, columns, and a head. Its pitch
// circle touches the belt from the north.
func (b plantBuilder) rotary(name string, x, z, radius float64, pockets int, height float64) {
	m := b.node(scene.Root, name, scene.At(x, 0, z-radius), nil)
	body := newSolid(name + "_body")
	body.rounded(mgl64.Ident4(), vec{-radius - .7, .15, -radius - .7}, vec{radius + .7, .78, radius - .22}, .06, 1)
	body.disc(mgl64.Ident4(), 36, radius-.25, .5, .96, .02)
	for _, sx := range []float64{-1, 1} {
		for _, sz := range []float64{-1, 1} {
			x, z := sx*(radius+.5), sz*(radius+.5)
			if sz > 0 {
				z = radius - .45
			}
			body.box(mgl64.Ident4(), vec{x - .07, .78, z - .07}, vec{x + .07, height, z + .07})
			body.disc(mgl64.Translate3D(x, 0, z), 10, .09, 0, .2, .01)
		}
	}
	body.rounded(mgl64.Ident4(), vec{-radius - .75, height, -radius - .75}, vec{radius + .75, height + .28, radius - .18}, .06, 1)
	body.shape.Part(b.body)
	b.desk(body, radius+1.35, -radius*.3)
	body.shape.Part(b.dark)
	b.node(m, name+"_body", scene.Transform{}, body.mesh(b.dark))

	trim := newSolid(name + "_trim")
	trim.box(mgl64.Ident4(), vec{-radius - .77, height + .04, radius - .2}, vec{radius + .77, height + .2, radius - .14})
	b.node(m, name+"_trim", scene.Transform{}, trim.mesh(b.trim))
	b.tower(m, name, radius+.45, height+.28, -radius*.4)

	round := newSolid(name + "_carousel")
	round.disc(mgl64.Ident4(), 40, radius+.1, .96, 1.0, .01)
	round.disc(mgl64.Ident4(), 24, .28, 1.0, height-.1, .01)
	round.disc(mgl64.Ident4(), 40, radius+.08, height-.62, height-.5, .02)
	for k := range pockets {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(pockets))
		px, pz := radius*cos, radius*sin
		round.rod(vec{px, beltTop + .47, pz}, vec{px, height - .5, pz}, .05, 6)
		round.disc(mgl64.Translate3D(px, 0, pz), 8, .09, beltTop+.46, beltTop+.6, .01)
	}
	round.shape.Part(b.steel)
	for k := range pockets {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(pockets))
		b.bottle(round, radius*cos, beltTop, radius*sin)
	}
	round.shape.Part(b.glass)
	b.node(m, name+"_carousel", scene.Transform{}, round.mesh(b.glass))
	if name == "filler" {
		tank := newSolid("filler_tank")
		tank.disc(mgl64.Ident4(), 40, 1.55, height+.28, height+1.9, .14)
		b.node(m, "filler_tank", scene.Transform{}, tank.mesh(b.tank))
		pipes := newSolid("filler_pipes")
		pipes.tube(mgl64.Ident4(), vec{0, height + 1.9, 0}, vec{0, height + 2.5, 0}, .12, 12)
		pipes.tube(mgl64.Ident4(), vec{0, height + 2.45, 0}, vec{0, height + 2.45, -radius - 1}, .12, 12)
		pipes.tube(mgl64.Ident4(), vec{0, height + 2.5, -radius - 1}, vec{0, 0, -radius - 1}, .12, 12)
		pipes.disc(mgl64.Ident4(), 40, 1.6, height+1.9, height+2, .03) // lid and posts of the gauge that the tank is
		for k := range 8 {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / 8)
			pipes.rod(vec{1.57 * cos, height + .28, 1.57 * sin}, vec{1.57 * cos, height + 1.9, 1.57 * sin}, .035, 5)
		}
		b.node(m, "filler_pipes", scene.Transform{}, pipes.mesh(b.steel))
	}
	if name == "labeller" {
		reel := newSolid("labeller_reel")
		reel.disc(mgl64.Ident4(), 28, .55, 0, .16, .02)
		reel.shape.Part(b.label)
		reel.box(mgl64.Ident4(), vec{-.5, .16, -.04}, vec{.5, .19, .04})
		reel.disc(mgl64.Ident4(), 12, .12, .16, .3, .01)
		b.node(m, "labeller_reel", scene.At(0, height+.3, -.2), reel.mesh(b.dark))
	}
}

// frame is a portal of four columns with beams along its top.
func frame(s solid, lo, hi vec, thick float64) {
	for _, x := range []float64{lo[0], hi[0]} {
		for _, z := range []float64{lo[2], hi[2]} {
			s.box(mgl64.Ident4(), vec{x - thick, lo[1], z - thick}, vec{x + thick, hi[1], z + thick})
		}
	}
	for _, z := range []float64{lo[2], hi[2]} {
		s.box(mgl64.Ident4(), vec{lo[0] - thick, hi[1] - 2*thick, z - thick}, vec{hi[0] + thick, hi[1], z + thick})
	}
	for _, x := range []float64{lo[0], hi[0]} {
		s.box(mgl64.Ident4(), vec{x - thick, hi[1] - 2*thick, lo[2]}, vec{x + thick, hi[1], hi[2]})
	}
}

// pallet is a wooden pallet with its top at y 0.15.
func pallet(s solid, x, z float64) {
	at := mgl64.Translate3D(x, 0, z)
	for k := range 5 {
		o := -.6 + .3*float64(k)
		s.box(at, vec{-.75, .1, o - .11}, vec{.75, .15, o + .11})
	}
	for _, o := range []float64{-.62, 0, .62} {
		s.box(at, vec{o - .07, 0, -.7}, vec{o + .07, .1, .7})
	}
}

// swing lets a node go to and fro: a clip of periodSec that moves it by way from its place.
func (b plantBuilder) swing(name string, node scene.NodeID, periodSec float64, way ...vec) {
	rest := b.Node(node).Local.Translation
	ch := scene.Channel{Node: node, Target: scene.MoveTranslation}
	for i, w := range append(append([]vec{{}}, way...), vec{}) {
		p := rest.Add(w)
		ch.TimesSec = append(ch.TimesSec, float32(periodSec*float64(i)/float64(len(way)+1)))
		ch.Values = append(ch.Values, float32(p[0]), float32(p[1]), float32(p[2]))
	}
	b.addClip(scene.Clip{Name: name, DurationSec: periodSec, Channels: []scene.Channel{ch}})
}

func (b plantBuilder) addClip(c scene.Clip) {
	b.Document().Clips = append(b.Document().Clips, c)
}

func layerName(name string, k int) string { return fmt.Sprintf("%s_layer_%d", name, k) }
