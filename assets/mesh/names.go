package mesh

import (
	"strconv"

	"github.com/orrery-twin/orrery/scene"
)

// namer finds names that no other child of a parent has, also where thousands are alike.
type namer map[sibling]int

type sibling struct {
	parent scene.NodeID
	name   string
}

func (n namer) unique(parent scene.NodeID, name string) string {
	key := sibling{parent, name}
	n[key]++
	if k := n[key]; k > 1 {
		return name + "~" + strconv.Itoa(k)
	}
	return name
}
