package traffic

import (
	"fmt"
	"math"
	"strings"

	"github.com/orrery-twin/orrery/twin"
)

// sensors are the signals of a street, NoSignal where there is none.
type sensors struct{ flow, speed, occupancy, access twin.SignalID }

// controller are those of a junction.
type controller struct{ green, queue, wait twin.SignalID }

// bound ties streets and junctions to the tree.
type bound struct {
	tree      *twin.Tree
	closed    string
	streets   []sensors
	junctions []controller
	paths     []string // of streets; empty: no asset
	lights    []string // of junctions
}

// bind finds the assets of streets and junctions.
func (f *form) bind(d *definition, tree *twin.Tree) bound {
	none := twin.NoSignal
	b := bound{tree: tree, closed: d.binding.closed, streets: make([]sensors, len(d.streets)), junctions: make([]controller, len(d.lit)), paths: make([]string, len(d.streets)), lights: make([]string, len(d.lit))}
	find := func(pattern, id string) (twin.AssetID, string) {
		path := strings.ReplaceAll(pattern, "{id}", id)
		if tree == nil || pattern == "" {
			return twin.NoAsset, ""
		}
		asset, ok := tree.AssetByPath(path)
		if !ok {
			return twin.NoAsset, ""
		}
		return asset, path
	}
	signal := func(asset twin.AssetID, name string) twin.SignalID {
		if asset == twin.NoAsset {
			return none
		}
		return tree.Find(asset, name)
	}
	found := 0
	for i := range d.streets {
		asset, path := find(d.binding.streets, d.streets[i].id)
		b.paths[i] = path
		b.streets[i] = sensors{signal(asset, d.binding.flow), signal(asset, d.binding.speed), signal(asset, d.binding.occupancy), signal(asset, d.binding.access)}
		if path != "" {
			found++
		}
	}
	for i := range d.lit {
		asset, path := find(d.binding.junctions, d.lit[i].id)
		b.lights[i] = path
		b.junctions[i] = controller{signal(asset, d.binding.green), signal(asset, d.binding.queue), signal(asset, d.binding.wait)}
	}
	if d.binding.streets != "" && tree != nil && found == 0 {
		f.fault("live.streets", "write the path of the streets in the tree, with {id} for the name of one", "no street has an asset at %q", clip(d.binding.streets))
	}
	return b
}

// state is what is known of the streets at a moment.
type state struct {
	counts []tally
	closed []int     // streets
	greens []float64 // by junction; NaN: not known
}

// read takes what can be relied on from a snapshot; nil gives nothing.
func (b *bound) read(d *definition, snap *twin.Snapshot) state {
	var out state
	out.greens = make([]float64, len(b.junctions))
	get := func(id twin.SignalID) float64 {
		if snap == nil {
			return math.NaN()
		}
		v := snap.At(id)
		if !v.Quality.Usable() || !finite(v.Value) {
			return math.NaN()
		}
		return v.Value
	}
	for i, s := range b.streets {
		if a := get(s.access); s.access != twin.NoSignal && a >= 0 {
			if states := b.tree.Signal(s.access).States; int(a) < len(states) && states[int(a)] == b.closed {
				out.closed = append(out.closed, i)
				continue
			}
		}
		flow := get(s.flow)
		if !(flow >= 0) {
			continue
		}
		if b.tree.Signal(s.flow).Unit.Dimension != "flow" { // a plain number is vehicles per hour
			flow /= 3600
		}
		out.counts = append(out.counts, tally{links: d.streets[i].links, flow: flow, speed: get(s.speed)})
	}
	for i, c := range b.junctions {
		if out.greens[i] = get(c.green); !(out.greens[i] >= .05 && out.greens[i] <= .95) {
			out.greens[i] = math.NaN()
		}
	}
	return out
}

// shut are the links of closed streets.
func (s *state) shut(d *definition) []bool {
	out := make([]bool, len(d.net.Links))
	for _, i := range s.closed {
		for _, l := range d.streets[i].links {
			out[l] = true
		}
	}
	return out
}

// perLink spreads the counts of streets over their links as an assignment does.
func perLink(counts []tally, a *Assignment, n *Network) []Count {
	var out []Count
	for _, c := range counts {
		sum := 0.
		for _, l := range c.links {
			sum += a.Flow[l]
		}
		for _, l := range c.links {
			share := 1 / float64(len(c.links))
			if sum > 0 {
				share = a.Flow[l] / sum
			}
			speed := c.speed
			if !(speed > 0) {
				speed = n.Links[l].Length / a.Time[l]
			}
			out = append(out, Count{l, c.flow * share, speed})
		}
	}
	return out
}

// says describes a state in words.
func (s *state) says() string {
	if len(s.counts) == 0 {
		return "no live counts"
	}
	return fmt.Sprintf("live counts of %d streets", len(s.counts))
}
