package twin

import (
	"fmt"
	"math"
	"time"
)

// AssetID is the index of an asset in its Tree: dense, from 0, and valid for that tree alone.
type AssetID int32

// SignalID is the index of a signal in its Tree: dense, from 0, and valid for that tree alone.
type SignalID int32

// NoAsset and NoSignal stand for "none".
const (
	NoAsset  AssetID  = -1
	NoSignal SignalID = -1
)

// Asset is a physical thing in the tree of a twin.
type Asset struct {
	ID       AssetID
	Parent   AssetID // NoAsset for a root
	Children []AssetID
	Signals  []SignalID
	Path     string // unique, slash-separated from the root: "farm/T03/gearbox"
	Name     string // last element of Path
	Label    string // for people: "Gearbox"
	Kind     string // kind in the twin file: "turbine"; empty for a part
}

// ValueKind says how the number of a signal is to be read.
type ValueKind uint8

// The kinds of value.
const (
	Number ValueKind = iota // a quantity in the signal's unit
	Bool                    // 0 or 1
	Enum                    // index into Signal.States
)

// Signal is one quantity of an asset.
type Signal struct {
	ID       SignalID
	Asset    AssetID
	Path     string // unique: path of the asset, slash, Name
	Name     string // last element of Path: "oil_temp"
	Label    string // for people: "Oil temperature"
	Kind     ValueKind
	Unit     Unit          // display unit; the values themselves are SI
	Min, Max float64       // plausible range, SI; a value outside is OutOfRange; Min > Max means no range
	Normal   [2]float64    // range of normal operation, SI; equal ends mean none given
	Decimals int           // decimals shown, in the display unit
	Timeout  time.Duration // a value older than this is Stale; 0 means never
	States   []string      // names of the states of an Enum
	Computed bool          // made by the twin itself, not received from the plant
	Record   Recording     // what of it the history keeps; the zero value is all
}

// Recording says which values of a signal the history keeps. The present is not touched by it.
type Recording struct {
	Off      bool          // none
	Every    time.Duration // at most one in that time; 0 means all
	Deadband float64       // only those that differ from the one kept last by more than this, SI; 0 means all
}

// Keeps reports whether a value is kept that comes after another. A change of quality always is, and so is a value in
// time before the one kept last would become stale.
func (s *Signal) Keeps(last, next Value) bool {
	r := s.Record
	age := time.Duration(next.Time - last.Time)
	switch {
	case r.Off:
		return false
	case last.Time == 0 || last.Quality.Class() != next.Quality.Class() || math.IsNaN(last.Value) != math.IsNaN(next.Value):
		return true
	case s.Timeout > 0 && age >= s.Timeout/2:
		return true
	case age < r.Every:
		return false
	}
	return r.Deadband <= 0 || math.Abs(next.Value-last.Value) > r.Deadband
}

// HasRange reports whether the signal has a plausible range.
func (s *Signal) HasRange() bool { return s.Min < s.Max }

// Tree is the set of assets and signals of one twin. It is immutable.
type Tree struct {
	assets  []Asset
	signals []Signal
	byAsset map[string]AssetID
	byPath  map[string]SignalID
}

// NewTree builds a tree. Assets must come parents first and carry Parent; IDs, Children, Signals and the path index
// are filled in here. It fails on a duplicate path or a dangling reference.
func NewTree(assets []Asset, signals []Signal) (*Tree, error) {
	t := &Tree{
		assets:  append([]Asset(nil), assets...),
		signals: append([]Signal(nil), signals...),
		byAsset: make(map[string]AssetID, len(assets)),
		byPath:  make(map[string]SignalID, len(signals)),
	}
	for i := range t.assets {
		a := &t.assets[i]
		a.ID, a.Children, a.Signals = AssetID(i), nil, nil
		if _, dup := t.byAsset[a.Path]; dup {
			return nil, fmt.Errorf("twin: asset %q stands twice", a.Path)
		}
		t.byAsset[a.Path] = a.ID
		if a.Parent == NoAsset {
			continue
		}
		if a.Parent < 0 || int(a.Parent) >= i {
			return nil, fmt.Errorf("twin: asset %q comes before its parent", a.Path)
		}
		p := &t.assets[a.Parent]
		p.Children = append(p.Children, a.ID)
	}
	for i := range t.signals {
		s := &t.signals[i]
		s.ID = SignalID(i)
		if _, dup := t.byPath[s.Path]; dup {
			return nil, fmt.Errorf("twin: signal %q stands twice", s.Path)
		}
		t.byPath[s.Path] = s.ID
		if s.Asset < 0 || int(s.Asset) >= len(t.assets) {
			return nil, fmt.Errorf("twin: signal %q has no asset", s.Path)
		}
		a := &t.assets[s.Asset]
		a.Signals = append(a.Signals, s.ID)
	}
	return t, nil
}

// Assets returns all assets, parents before children. The slice is shared: do not change it.
func (t *Tree) Assets() []Asset { return t.assets }

// Signals returns all signals in id order. The slice is shared: do not change it.
func (t *Tree) Signals() []Signal { return t.signals }

// Asset returns the asset with this id; it panics on an id of another tree.
func (t *Tree) Asset(id AssetID) *Asset { return &t.assets[id] }

// Signal returns the signal with this id; it panics on an id of another tree.
func (t *Tree) Signal(id SignalID) *Signal { return &t.signals[id] }

// AssetByPath returns the id of an asset, or NoAsset and false.
func (t *Tree) AssetByPath(path string) (AssetID, bool) {
	id, ok := t.byAsset[path]
	if !ok {
		return NoAsset, false
	}
	return id, true
}

// SignalByPath returns the id of a signal, or NoSignal and false.
func (t *Tree) SignalByPath(path string) (SignalID, bool) {
	id, ok := t.byPath[path]
	if !ok {
		return NoSignal, false
	}
	return id, true
}

// Find returns the signal with this name on the asset itself or, failing that, on the nearest part below it
// (breadth first), or NoSignal.
func (t *Tree) Find(asset AssetID, name string) SignalID {
	for queue := []AssetID{asset}; len(queue) > 0; queue = queue[1:] {
		a := &t.assets[queue[0]]
		for _, id := range a.Signals {
			if t.signals[id].Name == name {
				return id
			}
		}
		queue = append(queue, a.Children...)
	}
	return NoSignal
}

// Under reports whether asset is root or lies below it.
func (t *Tree) Under(asset, root AssetID) bool {
	for asset != NoAsset {
		if asset == root {
			return true
		}
		asset = t.assets[asset].Parent
	}
	return false
}
