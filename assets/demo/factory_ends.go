package demo

import (
	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// depalletiser sweeps layers of empty bottles from a lifted pallet onto the belt. The clip "depalletiser" is one sweep.
func (b plantBuilder) depalletiser(x, z float64) {
	const name = "depalletiser"
	m := b.node(scene.Root, name, scene.At(x, 0, z), nil)
	body := newSolid(name + "_body")
	frame(body, vec{-1.5, 0, -1.5}, vec{1.5, 4.6, 1.3}, .1)
	body.rounded(mgl64.Ident4(), vec{-1.6, 4.6, -1.6}, vec{1.6, 4.9, 1.4}, .06, 1)
	body.box(mgl64.Ident4(), vec{1.0, .86, -.9}, vec{3.3, .97, .35}) // table that narrows the layer to a row
	body.box(mgl64.Ident4(), vec{1.2, 0, -.6}, vec{1.4, .9, -.4})
	body.box(mgl64.Ident4(), vec{2.9, 0, -.1}, vec{3.1, .9, .1})
	body.shape.Part(b.body)
	b.desk(body, 2.4, -1.9)
	body.shape.Part(b.dark)
	for _, px := range []float64{-2.6, -4.4} { // pallets that wait
		pallet(body, px, 0)
	}
	pallet(body, 0, -.1)
	body.shape.Part(b.wood)
	for _, px := range []float64{-2.6, -4.4} {
		b.layers(body, px, 0, 5)
	}
	b.layers(body, 0, -.1, 2)
	body.shape.Part(b.glass)
	for _, px := range []float64{-2.6, -4.4} {
		for k := range 4 {
			y := .15 + .48*float64(k+1)
			body.box(mgl64.Ident4(), vec{px - .72, y - .03, -.68}, vec{px + .72, y, .68})
		}
	}
	b.node(m, name+"_body", scene.Transform{}, body.mesh(b.carton))
	trim := newSolid(name + "_trim")
	trim.box(mgl64.Ident4(), vec{-1.62, 4.66, 1.38}, vec{1.62, 4.82, 1.44})
	b.node(m, name+"_trim", scene.Transform{}, trim.mesh(b.trim))
	b.tower(m, name, 1.2, 4.9, .8)

	sweep := newSolid(name + "_sweep")
	sweep.box(mgl64.Ident4(), vec{-1.2, 1.15, -1.0}, vec{-1.1, 1.75, .9})
	sweep.box(mgl64.Ident4(), vec{-1.2, 1.7, -1.15}, vec{-1.05, 1.85, 1.1})
	sweep.rod(vec{-1.12, 1.8, 1.0}, vec{-1.12, 4.5, 1.0}, .05, 8)
	sweep.rod(vec{-1.12, 1.8, -1.1}, vec{-1.12, 4.5, -1.1}, .05, 8)
	id := b.node(m, name+"_sweep", scene.Transform{}, sweep.mesh(b.steel))
	b.swing(name, id, 6, vec{2.1, 0, 0}, vec{2.1, .5, 0}, vec{0, .5, 0})
}

// layers stacks layers of bottles on a pallet.
func (b plantBuilder) layers(s solid, x, z float64, n int) {
	for k := range n {
		y := .15 + .48*float64(k)
		s.box(mgl64.Translate3D(x, y, z), vec{-.68, 0, -.58}, vec{.68, .3, .58})
		for i := range 6 {
			s.box(mgl64.Translate3D(x-.6+.24*float64(i), y, z), vec{-.05, .3, -.56}, vec{.05, .44, .56}) // rows of necks
		}
	}
}

// carton stands a case on a point.
func carton(s solid, x, y, z float64) {
	s.box(mgl64.Translate3D(x, y, z), vec{-.27, 0, -.2}, vec{.27, .36, .2})
}

// packer lifts bottles into cases. The clip "packer" is one lift.
func (b plantBuilder) packer(x, z float64) {
	const name = "packer"
	m := b.node(scene.Root, name, scene.At(x, 0, z), nil)
	body := newSolid(name + "_body")
	frame(body, vec{-2, 0, -1.9}, vec{2, 3, .75}, .09)
	body.rounded(mgl64.Ident4(), vec{-2.1, 3, -2}, vec{2.1, 3.3, .85}, .06, 1)
	body.rounded(mgl64.Ident4(), vec{-2.05, .15, -1.95}, vec{2.05, .8, -.4}, .06, 1)
	body.box(mgl64.Ident4(), vec{-2.05, .8, -1.95}, vec{2.05, 2.2, -1.85})
	body.shape.Part(b.body)
	b.desk(body, 2.8, -1.3)
	body.shape.Part(b.dark)
	for i := range 3 { // blanks that wait behind
		body.box(mgl64.Translate3D(-1.2+1.1*float64(i), 0, -1.2), vec{-.4, .8, -.3}, vec{.4, 1.5, .3})
	}
	b.node(m, name+"_body", scene.Transform{}, body.mesh(b.carton))
	trim := newSolid(name + "_trim")
	trim.box(mgl64.Ident4(), vec{-2.12, 3.06, .83}, vec{2.12, 3.22, .89})
	b.node(m, name+"_trim", scene.Transform{}, trim.mesh(b.trim))
	b.tower(m, name, 1.8, 3.3, -.6)

	head := newSolid(name + "_head")
	head.box(mgl64.Ident4(), vec{.3, 2.05, -.35}, vec{1.5, 2.2, .35})
	head.rod(vec{.9, 2.2, 0}, vec{.9, 3, 0}, .09, 12)
	for i := range 4 {
		for j := range 2 {
			px, pz := .5+.27*float64(i), -.14+.28*float64(j)
			head.rod(vec{px, 1.95, pz}, vec{px, 2.05, pz}, .05, 8)
		}
	}
	head.shape.Part(b.steel)
	for i := range 4 {
		for j := range 2 {
			b.bottle(head, .5+.27*float64(i), 1.52, -.14+.28*float64(j))
		}
	}
	id := b.node(m, name+"_head", scene.Transform{}, head.mesh(b.glass))
	b.swing(name, id, 4, vec{0, -.45, 0}, vec{0, .1, 0}, vec{-1.6, .1, 0}, vec{-1.6, -.4, 0}, vec{-1.6, .1, 0})
}

// palletiser stacks cases in five layers. The clip "palletiser" is one case; palletiser_layer_1 … 5 are the layers.
func (b plantBuilder) palletiser(x, z float64) {
	const name = "palletiser"
	m := b.node(scene.Root, name, scene.At(x, 0, z), nil)
	body := newSolid(name + "_body")
	frame(body, vec{-1.7, 0, -1.6}, vec{2.6, 4.2, 1.5}, .11)
	body.rounded(mgl64.Ident4(), vec{-1.8, 4.2, -.35}, vec{2.7, 4.6, .35}, .06, 1)
	body.shape.Part(b.body)
	b.desk(body, 3.2, -1.7)
	body.shape.Part(b.dark)
	pallet(body, -.7, 0)
	for _, px := range []float64{-3, -5} {
		pallet(body, px, 0)
	}
	body.shape.Part(b.wood)
	for _, px := range []float64{-3, -5} {
		for k := range 5 {
			b.cases(body, px, .15+.38*float64(k))
		}
	}
	b.node(m, name+"_body", scene.Transform{}, body.mesh(b.carton))
	for k := range 5 {
		layer := newSolid(layerName(name, k+1))
		b.cases(layer, -.7, .15+.38*float64(k))
		b.node(m, layerName(name, k+1), scene.Transform{}, layer.mesh(b.carton))
	}
	trim := newSolid(name + "_trim")
	trim.box(mgl64.Ident4(), vec{-1.82, 4.3, .33}, vec{2.72, 4.5, .39})
	b.node(m, name+"_trim", scene.Transform{}, trim.mesh(b.trim))
	b.tower(m, name, 2.3, 4.6, 0)

	head := newSolid(name + "_head")
	head.rod(vec{1.7, 1.9, 0}, vec{1.7, 4.2, 0}, .12, 12)
	head.box(mgl64.Ident4(), vec{1.3, 3.7, -.3}, vec{2.1, 4.15, .3})
	head.box(mgl64.Ident4(), vec{1.35, 1.8, -.25}, vec{2.05, 1.92, .25})
	head.shape.Part(b.steel)
	carton(head, 1.7, 1.44, 0)
	id := b.node(m, name+"_head", scene.Transform{}, head.mesh(b.carton))
	b.swing(name, id, 5, vec{0, .7, 0}, vec{-2.4, .7, 0}, vec{-2.4, .55, 0}, vec{-2.4, .8, 0}, vec{0, .8, 0})
}

// cases is a layer of twelve.
func (b plantBuilder) cases(s solid, x, y float64) {
	for i := range 3 {
		for j := range 4 {
			s.box(mgl64.Translate3D(x-.49+.49*float64(i), y, -.54+.36*float64(j)), vec{-.235, 0, -.17}, vec{.235, .37, .17})
		}
	}
}
