package assets

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// Unit is a unit of length by its symbol: see Units. Empty means the one that the file states, or that is usual for its
// format.
type Unit string

// units are those that CAD systems write, in metres (ISO 80000-3; the inch is 25.4 mm since 1959).
var units = []struct {
	symbol Unit
	metres float64
	names  string // as files spell it
}{
	{"µm", 1e-6, "um micron micrometer micrometre"},
	{"mm", 1e-3, "millimeter millimetre millimeters"},
	{"cm", 1e-2, "centimeter centimetre"},
	{"m", 1, "meter metre meters"},
	{"km", 1e3, "kilometer kilometre"},
	{"in", 0.0254, "inch inches \""},
	{"ft", 0.3048, "foot feet"},
}

// Units lists the units that a model may be read in.
func Units() []Unit {
	out := make([]Unit, len(units))
	for i := range units {
		out[i] = units[i].symbol
	}
	return out
}

// ParseUnit reads a unit by its symbol or name.
func ParseUnit(text string) (Unit, error) {
	t := strings.ToLower(strings.TrimSpace(text))
	if t == "" {
		return "", nil
	}
	for _, u := range units {
		if t == string(u.symbol) || slices.Contains(strings.Fields(u.names), t) {
			return u.symbol, nil
		}
	}
	return "", fmt.Errorf("assets: no unit %q; there are µm mm cm m km in ft", text)
}

// Metres returns the length of the unit in metres, 0 for one that is not known.
func (u Unit) Metres() float64 {
	for _, k := range units {
		if k.symbol == u {
			return k.metres
		}
	}
	return 0
}

// Up is the axis of the file that points up. Empty means the one that is usual for its format.
type Up string

// The axes.
const (
	UpY Up = "Y"
	UpZ Up = "Z"
)

// ParseUp reads an axis.
func ParseUp(text string) (Up, error) {
	switch up := Up(strings.ToUpper(strings.TrimSpace(text))); up {
	case "", UpY, UpZ:
		return up, nil
	}
	return "", fmt.Errorf("assets: up axis %q: there are Y and Z", text)
}

// lying is how a file is meant: its unit and the axis that points up, and whether the importer made metres and Y up of it
// already.
type lying struct {
	unit Unit
	up   Up
	done bool
}

// stand turns a scene upright, in metres, by the transform of its root: as the file means it, or as the user says.
func (l lying) stand(s *scene.Scene, unit Unit, up Up) lying {
	was := l
	if unit != "" {
		l.unit = unit
	}
	if up != "" {
		l.up = up
	}
	factor, turn := l.unit.Metres(), 0.0
	if l.up == UpZ {
		turn = -math.Pi / 2
	}
	if was.done {
		factor /= was.unit.Metres()
		if was.up == UpZ {
			turn += math.Pi / 2
		}
	}
	t := scene.Transform{}.Turned(turn, mgl64.Vec3{1, 0, 0})
	if factor > 0 {
		t = t.Scaled(factor)
	}
	s.SetLocal(scene.Root, t)
	return l
}
