package demo

import (
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// The chart is an equirectangular map: a degree of longitude and one of latitude are a metre each, north is −Z. Ships,
// ports and storms are far larger than the map would have them.

// seaPorts stand at the ends of the services, degrees.
var seaPorts = []struct {
	id       string
	lon, lat float64
}{{"shanghai", 122.2, 31}, {"singapore", 104, 1}, {"jebel_ali", 55, 25.4}, {"rotterdam", 3.6, 52}, {"hamburg", 8, 54.1}, {"new_york", -73.4, 40.3}, {"los_angeles", -118.8, 33.4}, {"santos", -45.9, -24.3}}

// ships is how many the demo has: S01 …
const ships = 14

type chartPaints struct {
	sea, land, hull, deck, box, crane, storm, grid scene.MaterialID
}

type chartBuilder struct {
	*scene.Scene
	chartPaints
}

// Chart is the world map with ports, ships and storms as a scene. Ports are nodes with their ids; <id>_yard grows with the
// stock and <id>_cranes work by the clip <id>. A ship is <id>_east, which moves east, <id>_south below it, and <id>, which
// turns; so is a storm.
func Chart() *scene.Scene {
	s := scene.New()
	add := func(name string, r, g, b, roughness float32) scene.MaterialID {
		return s.AddMaterial(scene.Material{Name: name, BaseColor: [4]float32{r, g, b, 1}, Roughness: roughness})
	}
	b := chartBuilder{s, chartPaints{sea: add("sea", .17, .22, .27, .9), land: add("land", .46, .48, .46, .95), hull: add("hull", .24, .29, .36, .6), deck: add("deck", .55, .57, .58, .7),
		box: add("containers", .50, .42, .34, .8), crane: add("cranes", .58, .60, .62, .5), storm: add("storm", .62, .66, .72, .8), grid: add("grid", .30, .34, .38, .9)}}
	b.sea()
	for _, c := range coasts {
		b.coast(c)
	}
	for _, p := range seaPorts {
		b.port(p.id, p.lon, p.lat)
	}
	for k := range ships {
		b.ship(fmt.Sprintf("S%02d", k+1))
	}
	b.lowPressure("low")
	b.lowPressure("typhoon")
	return s
}

func (b chartBuilder) node(parent scene.NodeID, name string, at scene.Transform, mesh *scene.Mesh, role scene.Role) scene.NodeID {
	n := scene.Node{Name: name, Local: at, Role: role}
	if mesh != nil {
		n.Mesh = b.MustAddMesh(mesh)
	}
	return b.AddNode(parent, n)
}

// sea is the plane of the chart with lines every 30 degrees.
func (b chartBuilder) sea() {
	s := newSolid("sea")
	s.box(mgl64.Ident4(), vec{-180, -.6, -80}, vec{180, -.1, 60})
	b.node(scene.Root, "sea", scene.Transform{}, s.mesh(b.chartPaints.sea), scene.Ground)
	g := newSolid("grid")
	for lon := -180.0; lon <= 180; lon += 30 {
		g.box(mgl64.Ident4(), vec{lon - .08, -.1, -80}, vec{lon + .08, -.04, 60})
	}
	for lat := -60.0; lat <= 80; lat += 20 {
		g.box(mgl64.Ident4(), vec{-180, -.1, -lat - .08}, vec{180, -.04, -lat + .08})
	}
	b.node(scene.Root, "grid", scene.Transform{}, g.mesh(b.grid), scene.Ground)
}

// coast raises a land from its outline.
func (b chartBuilder) coast(c coastline) {
	const top = 1.4
	ring := make([][2]float64, 0, len(c.outline)/2)
	for i := 0; i+1 < len(c.outline); i += 2 {
		ring = append(ring, [2]float64{c.outline[i], -c.outline[i+1]})
	}
	if area(ring) < 0 {
		for i, j := 0, len(ring)-1; i < j; i, j = i+1, j-1 {
			ring[i], ring[j] = ring[j], ring[i]
		}
	}
	s := newSolid(c.name)
	s.add(mgl64.Ident4(), func(p *scene.Shape) {
		for _, t := range ears(ring) {
			up := vec{0, 1, 0}
			at := func(i int) uint32 { return p.Vertex(vec{ring[i][0], top, ring[i][1]}, up) }
			p.Triangle(at(t[2]), at(t[1]), at(t[0]))
		}
		for i := range ring {
			a, z := ring[i], ring[(i+1)%len(ring)]
			p.Quad(vec{a[0], top, a[1]}, vec{z[0], top, z[1]}, vec{z[0], -.2, z[1]}, vec{a[0], -.2, a[1]})
		}
	})
	b.node(scene.Root, "land_"+c.name, scene.Transform{}, s.mesh(b.land), scene.Solid)
}

// area of a ring, twice; positive when it turns from +X to +Z.
func area(ring [][2]float64) (sum float64) {
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return sum
}

// ears cuts a simple ring with positive area into triangles (Meisters, Amer. Math. Monthly 82 (1975) 648).
func ears(ring [][2]float64) (out [][3]int) {
	left := make([]int, len(ring))
	for i := range left {
		left[i] = i
	}
	cross := func(a, b, c int) float64 {
		return (ring[b][0]-ring[a][0])*(ring[c][1]-ring[a][1]) - (ring[b][1]-ring[a][1])*(ring[c][0]-ring[a][0])
	}
	for len(left) > 3 {
		n, cut := len(left), false
		for i := 0; i < n && !cut; i++ {
			a, b, c := left[(i+n-1)%n], left[i], left[(i+1)%n]
			if cross(a, b, c) <= 0 {
				continue
			}
			ear := true
			for _, p := range left {
				if p != a && p != b && p != c && cross(a, b, p) >= 0 && cross(b, c, p) >= 0 && cross(c, a, p) >= 0 {
					ear = false
					break
				}
			}
			if ear {
				out = append(out, [3]int{a, b, c})
				left, cut = append(left[:i], left[i+1:]...), true
			}
		}
		if !cut {
			return out // the ring crosses itself; a test forbids that
		}
	}
	return append(out, [3]int{left[0], left[1], left[2]})
}

// port is a quay with a yard that grows and two cranes whose trolleys move by the clip of its name.
func (b chartBuilder) port(id string, lon, lat float64) {
	m := b.node(scene.Root, id, scene.At(lon, 0, -lat), nil, scene.Solid)
	s := newSolid(id + "_quay")
	s.disc(mgl64.Ident4(), 28, 2.3, -.1, 1.5, .08)
	b.node(m, id+"_quay", scene.Transform{}, s.mesh(b.deck), scene.Solid)
	y := newSolid(id + "_yard")
	for i := range 3 {
		for j := range 2 {
			x, z := -1.3+.7*float64(i), -1+.75*float64(j)
			y.box(mgl64.Ident4(), vec{x, 0, z}, vec{x + .58, 5, z + .6})
		}
	}
	b.node(m, id+"_yard", scene.At(0, 1.5, 0), y.mesh(b.box), scene.Solid)
	c, t := newSolid(id+"_cranes"), newSolid(id+"_trolleys")
	for _, x := range []float64{-.9, .9} {
		for _, z := range []float64{.75, 1.5} {
			c.box(mgl64.Ident4(), vec{x - .3, .9, z - .07}, vec{x - .2, 3.6, z + .07})
			c.box(mgl64.Ident4(), vec{x + .2, .9, z - .07}, vec{x + .3, 3.6, z + .07})
		}
		c.box(mgl64.Ident4(), vec{x - .12, 3.5, .2}, vec{x + .12, 3.75, 3.6})
		c.rod(vec{x, 3.7, 1.1}, vec{x, 4.7, 1.1}, .09, 6)
		c.rod(vec{x, 4.7, 1.1}, vec{x, 3.75, 3.4}, .04, 5)
		t.box(mgl64.Ident4(), vec{x - .2, 3.2, .5}, vec{x + .2, 3.5, .8})
		t.box(mgl64.Ident4(), vec{x - .3, 2.2, .5}, vec{x + .3, 2.6, .8})
		t.rod(vec{x, 2.6, .65}, vec{x, 3.2, .65}, .04, 5)
	}
	b.node(m, id+"_cranes", scene.At(0, .6, 0), c.mesh(b.crane), scene.Solid)
	trolleys := b.node(m, id+"_trolleys", scene.At(0, .6, 0), t.mesh(b.box), scene.Solid)
	b.Document().Clips = append(b.Document().Clips, scene.Clip{Name: id, DurationSec: 6, Channels: []scene.Channel{{Node: trolleys, Target: scene.MoveTranslation,
		TimesSec: []float32{0, 1, 2.5, 3.2, 4.2, 6}, Values: []float32{0, .6, 0, 0, 1, 0, 0, 1, 2.4, 0, -.3, 2.4, 0, 1, 2.4, 0, .6, 0}}}})
}

// ship lies with its bow to the north.
func (b chartBuilder) ship(id string) {
	east := b.node(scene.Root, id+"_east", scene.Transform{}, nil, scene.Solid)
	south := b.node(east, id+"_south", scene.Transform{}, nil, scene.Solid)
	m := b.node(south, id, scene.Transform{Scale: vec{1.6, 1.6, 1.6}}, nil, scene.Solid)
	ring := func(y, half, bow float64) []vec {
		return []vec{{0, y, -bow}, {-half, y, -bow * .55}, {-half, y, 2.2}, {half, y, 2.2}, {half, y, -bow * .55}}
	}
	s := newSolid(id + "_hull")
	s.loft(mgl64.Ident4(), [][]vec{ring(-.1, .45, 2.3), ring(.55, .62, 2.8)}, true)
	s.cap(mgl64.Ident4(), ring(.55, .62, 2.8))
	s.box(mgl64.Ident4(), vec{-.5, .55, 1.5}, vec{.5, 1.7, 1.9})
	b.node(m, id+"_hull", scene.Transform{}, s.mesh(b.hull), scene.Solid)
	c := newSolid(id + "_cargo")
	for i := range 5 {
		z := -1.7 + .62*float64(i)
		c.box(mgl64.Ident4(), vec{-.5, 0, z}, vec{.5, 1, z + .54})
	}
	b.node(m, id+"_cargo", scene.At(0, .55, 0), c.mesh(b.box), scene.Solid)
}

// lowPressure is a turning spiral of two arms, 1 m in radius: it is scaled by the size of the storm.
func (b chartBuilder) lowPressure(id string) {
	east := b.node(scene.Root, id+"_east", scene.Transform{}, nil, scene.Solid)
	south := b.node(east, id+"_south", scene.Transform{}, nil, scene.Solid)
	s := newSolid(id)
	for arm := range 3 {
		var inner, outer []vec
		for k := range 25 {
			turn := 2*math.Pi*float64(arm)/3 - 2.6*float64(k)/24
			r := .16 + .84*float64(k)/24
			thick := .09 * math.Sin(math.Pi*(.08+.9*float64(k)/24))
			sin, cos := math.Sincos(turn)
			inner, outer = append(inner, vec{(r - thick) * cos, 0, (r - thick) * sin}), append(outer, vec{(r + thick) * cos, 0, (r + thick) * sin})
		}
		s.loft(mgl64.Ident4(), [][]vec{inner, outer}, false)
		s.loft(mgl64.Ident4(), [][]vec{outer, inner}, false)
	}
	s.disc(mgl64.Ident4(), 24, .16, -.01, .02, .004)
	b.node(south, id, scene.At(0, 1.5, 0), s.mesh(b.storm), scene.Solid)
}
