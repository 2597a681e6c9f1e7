package project

import (
	"io/fs"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/control"
	"github.com/orrery-twin/orrery/twin/expression"
)

// Project is a loaded twin file. All references in it are resolved; all quantities are SI.
type Project struct {
	Name   string
	File   string // the twin file as it was asked for
	Dir    string // its folder; empty when loaded from an fs.FS that is no folder of this machine
	FS     fs.FS  // its folder; model files are opened here
	Hash   string // SHA-256 of the twin file, hex: two twins with one hash are the same text
	Tree   *twin.Tree
	Site   Site
	Kinds  []Kind
	Places []Place // by twin.AssetID: where each asset stands

	Models      []Placement
	Nodes       []AssetNode
	Bindings    []Binding
	Alarms      []Alarm
	Sources     []Source
	Viewpoints  []Viewpoint // the first is where the app opens
	Parameters  []Parameter
	Scenarios   []Scenario
	Horizon     time.Duration // how far ahead scenarios run
	Equations   []Equations
	FMUs        []FMU
	Simulations []Simulation
	Studies     []Study
	History     History
	Control     []ControlPoint
}

// Site is where and when the plant stands.
type Site struct {
	Label     string
	Zone      *time.Location // for the times that people see; never nil
	Latitude  float64        // degrees north
	Longitude float64        // degrees east
	Schematic bool           // the models stand to no scale: no length in the view means anything
}

// Kind names a type of asset.
type Kind struct {
	Name   string
	Label  string
	Assets []twin.AssetID // its instances, in tree order
}

// Place is where an asset stands relative to its parent asset.
type Place struct {
	PositionM  [3]float64 // X east, Y up, Z south
	HeadingRad float64    // about Y, clockwise seen from above, 0 is as the model was drawn
	Scale      float64    // 1 unless said otherwise
}

// Placement is a model file that stands at an asset.
type Placement struct {
	Asset twin.AssetID
	File  string // slash-separated, relative to the folder of the twin; open it in Project.FS
	Place        // relative to the asset
}

// AssetNode says that a node of a model is an asset: a click on it, or on anything below it, selects the asset.
type AssetNode struct {
	Asset twin.AssetID
	Model twin.AssetID // the asset whose models hold the node: Asset itself or the nearest one above that has a model
	Node  string       // name or path of the node in the model: "gearbox" or "yaw/gearbox"
}

// Property is what a Binding changes.
type Property string

// The properties. x is the value of the binding, in SI and within Range, times Gain plus Offset.
const (
	RotateRate    Property = "rotate_rate"    // turn on about Axis at x rad/s
	RotateAngle   Property = "rotate_angle"   // stand turned about Axis by x rad
	Translate     Property = "translate"      // stand moved along Axis by x m
	Scale         Property = "scale"          // be scaled along Axis (0,0,0: all) by x
	Visible       Property = "visible"        // be seen while x ≥ 0.5
	Opacity       Property = "opacity"        // x, 0 … 1
	ColorRamp     Property = "color"          // colour by Ramp or States
	Glow          Property = "glow"           // shine by Ramp or States
	TextureOffset Property = "texture_offset" // shift the textures along Axis (u, v, 0) by x of their size
	TextureRate   Property = "texture_rate"   // let the textures run along Axis at x of their size per second
	ClipPosition  Property = "clip"           // stand as animation Clip has it at x of its length, 0 … 1
	ClipRate      Property = "clip_rate"      // play animation Clip at x times its speed
	Label         Property = "label"          // show the value beside the node
	Badge         Property = "badge"          // show a mark beside the node, coloured by Ramp or States, else while x ≥ 0.5
	Level         Property = "level"          // be filled along Axis (0,0,0: upward) up to x, or to where the value lies in Range
	Gradient      Property = "gradient"       // be coloured along Axis by Ramp of several values
	Arrow         Property = "arrow"          // carry an arrow of x m, in Direction or with components
	Flow          Property = "flow"           // chevrons along Path at x m/s
	Trail         Property = "trail"          // the way of the node in the last Window
)

// Properties lists all properties in the order in which they are explained.
func Properties() []Property { return slices.Clone(properties) }

// Interpolation says how a part gets from one value to the next.
type Interpolation string

// The interpolations.
const (
	Glide  Interpolation = "glide"  // most of the way at once, the rest within a fraction of a second
	Linear Interpolation = "linear" // evenly, in the time between two values
	Jump   Interpolation = "step"   // at once
)

// Policy says what a value does that is not good. Under all of them the part is marked.
type Policy string

// The policies.
const (
	Mark Policy = "mark" // uncertain values count, bad ones leave the part where it was and take its colour away
	Hold Policy = "hold" // only good values count: the part stays as the last good one left it
	Hide Policy = "hide" // the part, or the sign that it carries, is not shown
)

// Binding lets a value change a node of a model. The value is that of Signal or, when Expr is set, of an expression over
// Signals.
type Binding struct {
	Asset    twin.AssetID  // the asset whose kind declared it
	Model    twin.AssetID  // the asset whose models hold Node
	Signal   twin.SignalID // NoSignal when Expr is set, and for a Trail without a value
	Expr     *expression.Program
	Signals  []twin.SignalID     // of Expr, by its Names
	More     []expression.Source // further values: of a Gradient, or the direction (one) or the components y and z (two) of an Arrow
	Unit     twin.Unit           // of the value, for people: of its signal unless said otherwise
	Node     string              // as AssetNode.Node; empty for the whole model
	Property Property

	Axis        [3]float64 // unit vector in the frame of the node
	Gain        float64    // per SI unit of the value
	Offset      float64    // SI
	Range       [2]float64 // SI; the value is held within; equal ends mean none
	Ramp        []Stop     // rising in At; at least two for colours
	States      []Stop     // colours of states, rising in At; instead of Ramp
	Step        bool       // the ramp jumps at each stop
	Interpolate Interpolation
	Quality     Policy

	Clip    string        // name of an animation
	Path    [][3]float64  // of Flow, frame of the node, metres; empty: along its longest side
	From    [3]float64    // of Arrow, where it starts, frame of the node, metres
	Zero    [3]float64    // of Arrow, unit vector: its direction at 0
	Color   Color         // of Arrow, Flow, Trail and Badge without Ramp and States
	WidthPx float64       // of Arrow, Flow and Trail; 0: as suits
	Window  time.Duration // of Trail
	Text    string        // of Label and Badge: what stands before the value

	Owner  Owner // who declared it
	Line   int   // of its first key in the twin file, from 1
	Column int   // likewise
}

// Stop is a point of a colour ramp; between two stops the colours are mixed, outside the end ones hold.
type Stop struct {
	At    float64 // SI value of the signal
	Color Color
}

// Color is either a colour of the theme, so that it follows day and night, or a fixed one.
type Color struct {
	Token   string // "clay", "critical", "high", "medium", "low", "accent", "predicted", or empty
	R, G, B uint8  // sRGB; for a token its daylight value
}

// SourceType says by which protocol a source speaks.
type SourceType string

// MQTT is the only source type so far.
const MQTT SourceType = "mqtt"

// Source is a way in for samples.
type Source struct {
	Name     string
	Type     SourceType
	Embedded bool   // the twin itself runs the broker
	Address  string // host:port on which the embedded broker listens; empty unless Embedded
	URL      string // broker to connect to; empty when Embedded
	Routes   []Route
}

// Decoder says how a payload is read.
type Decoder string

// The decoders.
const (
	JSON   Decoder = "json"   // an object of numbers: Fields names the keys
	Status Decoder = "status" // an object with a bool that says whether the device is online
)

// Route turns the messages of a topic filter into samples of one asset.
type Route struct {
	Filter   string // MQTT topic filter with + and #: "windfarm/+/telemetry"
	Asset    string // path of the asset; {1} stands for what the first + matched, {2} for the second …
	Decoder  Decoder
	TimeKey  string        // key of the device's time stamp; empty: time of arrival
	TimeUnit time.Duration // what one unit of the time stamp is, since the Unix epoch
	Online   string        // of Status: key of the bool
	Fields   []Field       // of JSON, sorted by Key
}

// Field maps a key of the payload to a signal.
type Field struct {
	Key    string
	Signal string    // relative to the asset of the route: "gearbox/oil_temp"
	Unit   twin.Unit // the plant's unit: Unit.SI turns the payload's number into the signal's
}

// Alarm is the definition of an alarm on one signal. Its ID is the path of the asset, a slash, and the id in the kind.
type Alarm = alarm.Definition

// Viewpoint is a saved camera.
type Viewpoint struct {
	ID      string
	Label   string
	Eye     [3]float64   // metres, in the frame of Asset/Node, or of the world when Asset is twin.NoAsset
	Target  [3]float64   // likewise
	FOVRad  float64      // vertical
	Look    string       // "operate", "engineer", "review", or empty: as it is
	Asset   twin.AssetID // frame of Eye and Target
	Node    string       // node of the asset's model that is the frame; empty: the asset itself
	Select  twin.AssetID // asset to select on arrival, or twin.NoAsset
	CutAway []string     // names of nodes, below Asset, to see through
}

// Parameter is a quantity that a what-if may vary.
type Parameter struct {
	ID      string
	Label   string
	Unit    twin.Unit
	Min     float64 // SI
	Max     float64 // SI
	Default float64 // SI
	Step    float64 // SI difference of one notch of a slider; 0: none
}

// Scenario is a named set of parameter values; what it does not name stands at its default.
type Scenario struct {
	ID      string
	Label   string
	Values  map[string]float64 // by Parameter.ID, SI
	Changes []string           // to fields of Studies: "filler.speed=+10%"
}

// Simulation says which model computes the assets of a kind.
type Simulation struct {
	Kind    string
	Model   string // "wind-turbine", or the name of one of Equations or FMUs
	Options map[string]Option
}

// Option is a setting of a model: a quantity or a word.
type Option struct {
	Number bool
	Value  float64 // SI, if Number
	Unit   twin.Unit
	Text   string // as written
}

// ControlPoint is a set-point that may be sent to one asset. Its ID is the path of the asset, a slash, and the id in the file.
type ControlPoint = control.Point
