package scene

// Clip is an animation that a model brings with it.
type Clip struct {
	Name        string
	Root        NodeID // of the model that it moves: the node that Instantiate made
	DurationSec float64
	Channels    []Channel
}

// Interpolation says what lies between two keys.
type Interpolation uint8

// The interpolations of glTF 2.0.
const (
	Linear Interpolation = iota // spherical for rotations
	Step
	CubicSpline // three values per key: in-tangent, value, out-tangent
)

// Target is what a channel moves.
type Target uint8

// The targets, with their number of values.
const (
	MoveTranslation  Target = iota // of Node, 3, metres
	MoveRotation                   // of Node, 4: quaternion x, y, z, w
	MoveScale                      // of Node, 3
	MoveWeights                    // of Node, as many as its mesh has morphs
	MoveVisible                    // of Node, 1: shown where it is not 0
	MoveBaseColor                  // of Material, 4
	MoveMetallic                   // of Material, 1
	MoveRoughness                  // of Material, 1
	MoveEmissive                   // of Material, 3
	MoveCutoff                     // of Material, 1
	MoveMapOffset                  // of Material, 2: of the maps in Maps
	MoveMapScale                   // of Material, 2
	MoveMapRotation                // of Material, 1, radians
	MoveNormalScale                // of Material, 1
	MoveTransmission               // of Material, 1
	MoveIOR                        // of Material, 1
)

// MapSlot names a map of a material.
type MapSlot uint8

// The maps that channels move.
const (
	BaseColorSlot MapSlot = iota
	MetallicRoughnessSlot
	NormalSlot
	OcclusionSlot
	EmissiveSlot
)

// Channel moves one target by keys in time.
type Channel struct {
	Target        Target
	Node          NodeID     // of targets of a node
	Material      MaterialID // of targets of a material
	Slot          MapSlot    // of targets of a map
	Interpolation Interpolation
	TimesSec      []float32 // rising
	Values        []float32 // per time the values of the target, thrice as many for CubicSpline
}
