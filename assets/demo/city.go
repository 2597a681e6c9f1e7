package demo

import (
	"fmt"
	"hash/fnv"
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// cityPaints are the materials of the district.
type cityPaints struct {
	ground, water, road, kerb, house, tall, roof, tree, car, bus, mark scene.MaterialID
}

// cityBuilder adds the nodes of the district.
type cityBuilder struct {
	*scene.Scene
	cityPaints
	plan CityPlan
}

// City is the district as a scene: a node for each street, named by its id, with its cars below it; blocks with buildings,
// the river, signal masts and buses.
func City() *scene.Scene {
	s := scene.New()
	add := func(name string, r, g, b, roughness float32) scene.MaterialID {
		return s.AddMaterial(scene.Material{Name: name, BaseColor: [4]float32{r, g, b, 1}, Roughness: roughness})
	}
	b := cityBuilder{s, cityPaints{ground: add("ground", .36, .38, .37, .95), water: add("river", .20, .27, .33, .5), road: add("road", .27, .285, .30, .9),
		kerb: add("pavement", .45, .46, .46, .9), house: add("houses", .56, .55, .53, .8), tall: add("towers", .50, .54, .58, .5), roof: add("roofs", .42, .40, .39, .85),
		tree: add("trees", .28, .36, .28, .95), car: add("cars", .66, .68, .70, .4), bus: add("buses", .30, .45, .60, .4), mark: add("masts", .22, .23, .25, .6)}, Plan()}
	b.land()
	b.blocks()
	for _, st := range b.plan.Streets {
		b.street(st)
	}
	for _, j := range b.plan.Junctions {
		if j.Signal {
			b.mast(j)
		}
	}
	for _, bus := range b.plan.Buses {
		b.coach(bus.ID)
	}
	for i, at := range [][2]float64{{-150, -150}, {70, 20}, {190, 200}} {
		b.station(fmt.Sprintf("air%d", i+1), at)
	}
	return s
}

func (b cityBuilder) node(parent scene.NodeID, name string, at scene.Transform, mesh *scene.Mesh, role scene.Role) scene.NodeID {
	n := scene.Node{Name: name, Local: at, Role: role}
	if mesh != nil {
		n.Mesh = b.MustAddMesh(mesh)
	}
	return b.AddNode(parent, n)
}

// bank is where the river's middle flows, south of the origin.
func bank(east float64) float64 { return 64 + 7*math.Sin(east/102) }

// land is the ground with the river in its bed.
func (b cityBuilder) land() {
	s := newSolid("land")
	const half, edge = 21.0, 700.0
	var north, south, upper, lower []vec
	for e := -edge; e <= edge; e += 50 {
		north, south = append(north, vec{e, 0, -edge}), append(south, vec{e, 0, edge})
		upper, lower = append(upper, vec{e, 0, bank(e) - half}), append(lower, vec{e, 0, bank(e) + half})
	}
	s.loft(mgl64.Ident4(), [][]vec{upper, north}, false)
	s.loft(mgl64.Ident4(), [][]vec{south, lower}, false)
	b.node(scene.Root, "land", scene.Transform{}, s.mesh(b.ground), scene.Ground)
	w := newSolid("river")
	for _, row := range [][]vec{upper, lower} {
		for i := range row {
			row[i][1] = -2.5
		}
	}
	w.loft(mgl64.Ident4(), [][]vec{lower, upper}, false)
	b.node(scene.Root, "river", scene.Transform{}, w.mesh(b.water), scene.Solid)
}

// chanceOf is a number from 0 to 1 that depends on names alone.
func chanceOf(parts ...any) float64 {
	h := fnv.New32a()
	fmt.Fprint(h, parts...)
	x := h.Sum32()
	x ^= x >> 16
	x *= 0x7feb352d
	x ^= x >> 15
	return float64(x%10007) / 10007
}

// blocks fills the meshes of the grid with pavements and buildings; two of them are parks.
func (b cityBuilder) blocks() {
	for row := range 4 {
		if row == 2 {
			continue // the river
		}
		for col := range 5 {
			e0, s0 := bent(col, row)
			e1, _ := bent(col+1, row)
			e2, s2 := bent(col, row+1)
			e3, s3 := bent(col+1, row+1)
			_, s1 := bent(col+1, row)
			lo, hi := vec{max(e0, e2) + 11, 0, max(s0, s1) + 11}, vec{min(e1, e3) - 11, 0, min(s2, s3) - 11}
			name := fmt.Sprintf("block_%s%d", cityColumns[col], row+1)
			s := newSolid(name)
			s.box(mgl64.Ident4(), lo, vec{hi[0], .35, hi[2]})
			s.shape.Part(b.kerb)
			if name == "block_C1" || name == "block_A4" {
				b.park(s, lo, hi)
			} else {
				b.houses(s, name, lo, hi, max(0, 1-math.Hypot(lo[0]-20, lo[2]+60)/330))
			}
			b.node(scene.Root, name, scene.Transform{}, s.mesh(b.roof), scene.Solid)
		}
	}
}

// houses stands buildings on a block; central is 1 in the middle of the town.
func (b cityBuilder) houses(s solid, name string, lo, hi vec, central float64) {
	const nx, nz = 4, 3
	w, d := (hi[0]-lo[0])/nx, (hi[2]-lo[2])/nz
	var roofs []func()
	for i := range nx {
		for j := range nz {
			r := func(what string) float64 { return chanceOf(name, i, j, what) }
			if (i == 1 || i == 2) && j == 1 && r("court") < .7 {
				continue // a court
			}
			h := 9 + 12*r("height") + 34*central*central*r("more")
			material := b.house
			if r("tall") < .22*central {
				h, material = 52+46*r("tower"), b.tall
			}
			gap := 1 + 1.6*r("gap")
			x0, z0 := lo[0]+w*float64(i)+gap, lo[2]+d*float64(j)+gap
			x1, z1 := lo[0]+w*float64(i+1)-gap, lo[2]+d*float64(j+1)-gap
			s.box(mgl64.Ident4(), vec{x0, .35, z0}, vec{x1, h, z1})
			if h > 40 {
				s.box(mgl64.Ident4(), vec{x0 + 3, h, z0 + 3}, vec{x1 - 3, h + 8, z1 - 3})
			}
			s.shape.Part(material)
			roofs = append(roofs, func() {
				s.box(mgl64.Ident4(), vec{x0 + 2.5, h, z0 + 2.5}, vec{x0 + 6, h + 2, z0 + 6})
			})
		}
	}
	for _, roof := range roofs {
		roof()
	}
}

// park plants trees.
func (b cityBuilder) park(s solid, lo, hi vec) {
	for i := range 26 {
		x, z := lo[0]+5+(hi[0]-lo[0]-10)*chanceOf("x", lo[0], i), lo[2]+5+(hi[2]-lo[2]-10)*chanceOf("z", lo[0], i)
		h := 6 + 5*chanceOf("h", i)
		s.lathe(mgl64.Translate3D(x, .35, z), 7, scene.Ring{Radius: .4, Y: 0}, scene.Ring{Radius: .4, Y: 2}, scene.Ring{Radius: 2.6, Y: 3}, scene.Ring{Radius: 0, Y: h})
	}
	s.shape.Part(b.tree)
}

// carPitch is the distance of cars that move on a street, m; its clip moves them on by one in a second.
const carPitch = 28.0

// street is a road with cars in both directions: node <id>, below it <id>_cars that its clip <id> moves on, and <id>_more,
// cars that stand between when the street is full.
func (b cityBuilder) street(st CityStreet) {
	a, z := b.plan.junction(st.From), b.plan.junction(st.To)
	way := vec{z.EastM - a.EastM, 0, z.SouthM - a.SouthM}
	l, half, rise := way.Len(), 3.4*float64(st.Lanes)+.6, .12
	if st.Class == "motorway" {
		rise, half = .3, half+3
	}
	at := scene.At(a.EastM, 0, a.SouthM).Turned(math.Atan2(-way[2], way[0]), vec{0, 1, 0})
	s := newSolid(st.ID)
	s.box(mgl64.Ident4(), vec{-half * .8, 0, -half}, vec{l + half*.8, rise, half})
	if st.Bridge {
		s.box(mgl64.Ident4(), vec{30, -1.2, -half - 1.2}, vec{l - 22, .02, half + 1.2})
		for _, k := range []float64{-1, 1} {
			s.box(mgl64.Ident4(), vec{30, rise, k*(half+1) - .3}, vec{l - 22, 1.3, k*(half+1) + .3})
			s.box(mgl64.Ident4(), vec{l / 2, -3, k*half*.6 - 1}, vec{l/2 + 3, -1.2, k*half*.6 + 1})
		}
	}
	id := b.node(scene.Root, st.ID, at, s.mesh(b.road), scene.Solid)
	clip := scene.Clip{Name: st.ID, DurationSec: 1}
	for _, dir := range []float64{1, -1} {
		if st.Class == "ramp" && dir < 0 {
			continue
		}
		name := st.ID + map[float64]string{1: "_east", -1: "_west"}[dir]
		cars, more := newSolid(name), newSolid(name+"_more")
		n := int((l - 12) / carPitch)
		for k := range n {
			for lane := range st.Lanes {
				along := 6 + carPitch*(float64(k)+.5*chanceOf(st.ID, k, lane))
				side := dir * (2 + 3.4*float64(lane))
				if st.Class == "motorway" {
					side += dir * 3
				}
				put := func(s solid, x float64) {
					if dir < 0 {
						x = l - x
					}
					s.box(mgl64.Translate3D(x, rise, side), vec{-2.6, .3, -1.1}, vec{2.6, 1.2, 1.1})
					s.box(mgl64.Translate3D(x-.3*dir, rise, side), vec{-1.4, 1.2, -.95}, vec{1.4, 1.95, .95})
				}
				put(cars, along)
				put(more, along+carPitch/2-4)
			}
		}
		if n < 1 {
			continue
		}
		run := b.node(id, name, scene.Transform{}, cars.mesh(b.car), scene.Solid)
		b.node(run, name+"_more", scene.Transform{}, more.mesh(b.car), scene.Solid)
		clip.Channels = append(clip.Channels, scene.Channel{Node: run, Target: scene.MoveTranslation, TimesSec: []float32{0, 1},
			Values: []float32{0, 0, 0, float32(dir * carPitch), 0, 0}})
	}
	b.Document().Clips = append(b.Document().Clips, clip)
}

// mast is a signal mast with a lamp for each of the two ways: J-<id>, J-<id>_ns, J-<id>_ew.
func (b cityBuilder) mast(j CityJunction) {
	name := "J" + j.ID
	s := newSolid(name)
	s.rod(vec{0, 0, 0}, vec{0, 7.5, 0}, .35, 8)
	s.box(mgl64.Ident4(), vec{-.3, 7, -.3}, vec{5, 7.5, .3})
	id := b.node(scene.Root, name, scene.At(j.EastM-11, 0, j.SouthM-11), s.mesh(b.mark), scene.Solid)
	for i, way := range []string{"_ns", "_ew"} {
		lamp := newSolid(name + way)
		lamp.disc(mgl64.Ident4(), 12, 1.5, 0, 2.2, .2)
		b.node(id, name+way, scene.At(4.2*float64(i), 7.5, 0), lamp.mesh(b.mark), scene.Solid)
	}
}

// coach is a bus: node <id>_east moves east, <id> below it south and turns.
func (b cityBuilder) coach(id string) {
	s := newSolid(id)
	s.rounded(mgl64.Ident4(), vec{-6.5, .5, -1.7}, vec{6.5, 4.2, 1.7}, .5, 2)
	s.shape.Part(b.bus)
	s.box(mgl64.Ident4(), vec{-5, 4.2, -1}, vec{-1, 4.7, 1})
	east := b.node(scene.Root, id+"_east", scene.Transform{}, nil, scene.Solid)
	south := b.node(east, id+"_south", scene.Transform{}, nil, scene.Solid)
	b.node(south, id, scene.At(0, .2, 0), s.mesh(b.mark), scene.Solid)
}

// station measures the air.
func (b cityBuilder) station(id string, at [2]float64) {
	s := newSolid(id)
	s.rounded(mgl64.Ident4(), vec{-2.5, .3, -2}, vec{2.5, 4, 2}, .2, 1)
	s.rod(vec{1.5, 4, 0}, vec{1.5, 11, 0}, .18, 8)
	s.disc(mgl64.Translate3D(1.5, 0, 0), 12, .9, 9.6, 10.2, .1)
	b.node(scene.Root, id, scene.At(at[0], .2, at[1]), s.mesh(b.kerb), scene.Solid)
}
