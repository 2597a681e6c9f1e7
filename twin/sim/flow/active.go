package flow

import (
	"cmp"
	"slices"
)

// momentary is the share of the time in which a station was the bottleneck.
type momentary struct{ sole, shifting float64 }

// spellOf is a spell with the station that it belongs to.
type spellOf struct {
	spell
	station int
}

// activePeriods finds the momentary bottleneck by the active period method (Roser, Nakano, Tanaka: "A practical bottleneck
// detection method", WSC 2001; "Shifting bottleneck detection", WSC 2002): at any moment it is the station whose
// unbroken active spell is the longest of those that go on. When it ends, the longest of those that go on then follows; where the
// two overlap, the bottleneck shifts from one to the other. Spells lie in [from, to], s.
func activePeriods(stations [][]spell, from, to float64, memory *scratch) []momentary {
	out := make([]momentary, len(stations))
	chain := bottlenecks(stations, from, memory)
	for i, c := range chain {
		begin, end := max(c.from, from), c.to
		if i > 0 {
			begin = max(begin, chain[i-1].to)
		}
		if i+1 < len(chain) && chain[i+1].from < end {
			next := chain[i+1]
			over := max(next.from, begin)
			out[c.station].shifting += max(0, end-over)
			out[next.station].shifting += max(0, end-over)
			end = over
		}
		out[c.station].sole += max(0, end-begin)
	}
	for i := range out {
		out[i].sole /= to - from
		out[i].shifting /= to - from
	}
	return out
}

// bottlenecks is the chain of spells that are the bottleneck one after the other.
func bottlenecks(stations [][]spell, from float64, memory *scratch) []spellOf {
	memory.merged = merged(stations, memory.merged[:0])
	all := memory.merged
	chain, open := memory.chain[:0], []spellOf(nil)
	defer func() { memory.chain = chain }()
	for at := from; ; {
		for len(all) > 0 && all[0].from <= at {
			open = append(open, all[0])
			all = all[1:]
		}
		open = slices.DeleteFunc(open, func(s spellOf) bool { return s.to <= at })
		switch {
		case len(open) > 0:
			longest := slices.MaxFunc(open, func(a, b spellOf) int { return cmp.Compare(a.to-a.from, b.to-b.from) })
			chain = append(chain, longest)
			at = longest.to
		case len(all) > 0:
			at = all[0].from
		default:
			return chain
		}
	}
}

// merged appends the spells of all stations, each of which has them in order, by their beginning.
func merged(stations [][]spell, all []spellOf) []spellOf {
	n := 0
	for _, s := range stations {
		n += len(s)
	}
	all = slices.Grow(all, n)
	next := make([]int, len(stations))
	for len(all) < n {
		first := -1
		for i, s := range stations {
			if next[i] < len(s) && (first < 0 || s[next[i]].from < stations[first][next[first]].from) {
				first = i
			}
		}
		all = append(all, spellOf{stations[first][next[first]], first})
		next[first]++
	}
	return all
}
