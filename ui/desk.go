package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/control"
	"github.com/orrery-twin/orrery/twin/engine"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/timeline"
)

// Desk is the running parts of one twin. Project, Timeline, Engine and Stage are needed; whatever else is nil is not
// offered. The shell closes the Stage, when it can be closed, and none of the others.
//
// Without a Project it is a desk of models alone: it needs a ModelStage and nothing else, and shows the view, the tree
// of the models and the inspector. NewStage(nil, nil, presenter) makes such a stage; see Shell.OpenModels.
type Desk struct {
	Project  *project.Project
	Timeline *timeline.Timeline
	Engine   Engine
	History  History
	Journal  Journal
	Guard    Guard
	Futures  Futures
	Trust    func() []predict.Trust // how well the twin matches the plant, by unit; called four times a second
	BackTest string                 // how past forecasts did: "16 of 20 inside"
	Studies  []NamedStudy           // what answers questions about the plant as a whole, the first one first
	Presets  []Preset               // scenarios that the twin file names
	Stage    Stage
	Begin    *timeline.Link // where to begin; nil: live, at the first viewpoint
	User     string         // who acknowledges and commands; shown in the top bar

	MaxHistory int64             // bytes that the history may take, 0 for no bound; shown in the status bar
	Load       Loader            // reads models, nil for assets.Load; it may keep a cache
	OpenTwin   func(path string) // open another twin, nil when this window cannot
	CloseTwin  func()            // go back to the start page
}

// Engine is the present. twin/engine.Engine fits.
type Engine interface {
	Snapshot() *twin.Snapshot
	Alarms() []alarm.Occurrence
	Acknowledge(id, user string) error
	Stats() engine.Stats
	Health() []engine.NamedHealth
}

// History is the recorded past. twin/history.Store fits. All methods are called from worker goroutines, but for Stats
// and Extent.
type History interface {
	LatestAt(ctx context.Context, t time.Time, into *twin.Snapshot) error
	Columns(ctx context.Context, sig twin.SignalID, from, to time.Time, n int, dst []history.Column) ([]history.Column, error)
	Range(ctx context.Context, sig twin.SignalID, from, to time.Time, dst []history.Point) ([]history.Point, error)
	Density(ctx context.Context, from, to time.Time, n int) ([]float32, error)
	// Loaded lists the spans that are decoded in memory, oldest first.
	Loaded() []history.Span
	Extent() (first, last time.Time, ok bool)
	Prefetch(t time.Time, dir int)
	Stats() history.Stats
}

// Journal is what was written down. twin/journal.Journal fits; it is asked from a worker goroutine.
type Journal interface {
	Query(ctx context.Context, f journal.Filter) ([]journal.Entry, error)
	Count(ctx context.Context, f journal.Filter) (int, error)
}

// Guard is the one way to the plant. twin/control.Guard fits.
type Guard interface {
	Points() []control.Point
	Propose(s control.Setpoint) (control.Command, error)
	Arm(id, user string) (control.Command, error)
	Execute(ctx context.Context, id, user string) (control.Command, error)
	Cancel(id, user string) (control.Command, error)
	Commands() []control.Command
}

// Stage is the 3D view of the twin. NewStage makes one of a viewport, its scene and the bindings.
type Stage interface {
	// Object is what the window shows.
	Object() fyne.CanvasObject
	// Apply shows a snapshot; dt is the time since the last call. It is called each frame and repaints only what changed.
	Apply(snap *twin.Snapshot, st timeline.State, dt time.Duration)
	// Ghost shows a second snapshot beside the first, nil for none.
	Ghost(snap *twin.Snapshot)
	// Alarms marks assets; 0 is no alarm. The slice is by AssetID and may be kept.
	Alarms(priorities []twin.Priority)
	// Select marks an asset, NoAsset for none; it does not call the function given to OnSelect.
	Select(id twin.AssetID)
	// Frame moves the camera to an asset, NoAsset for all.
	Frame(id twin.AssetID)
	// OnSelect sets what is called when the user clicks an asset, or the background: NoAsset. frame is a double click.
	OnSelect(f func(id twin.AssetID, frame bool))
	// Look switches between "operate", "engineer" and "review"; Looking tells which it is.
	Look(name string)
	Looking() string
	// View returns where the camera stands; SetView moves it there.
	View() Viewpoint
	SetView(v Viewpoint)
	// GoTo moves the camera to a viewpoint of the twin file, with its look and its cut-away.
	GoTo(v project.Viewpoint)
	// Standard moves the camera to "front", "back", "left", "right", "top", "bottom" or "iso".
	Standard(name string)
	// Stats tells how the picture is made.
	Stats() StageStats
}

// ModelStage is a Stage that shows models which the user opens, beside those of the twin. The Stage of NewStage is one.
type ModelStage interface {
	Stage
	// Scene is what is shown. Change it on the Fyne goroutine, and call Rebuilt when nodes came, went or moved for good.
	Scene() *scene.Scene
	Rebuilt()
	// OnPart sets what is called when the user clicks a node that belongs to no asset.
	OnPart(f func(hit scene.Hit, frame bool))
	// SelectParts marks nodes in place of what Select marked.
	SelectParts(nodes ...scene.NodeID)
	// FrameParts moves the camera to nodes, for the user. FrameBounds moves it to a box, of its own accord: Moves counts
	// whatever else moved the camera.
	FrameParts(nodes ...scene.NodeID)
	FrameBounds(b scene.Bounds)
	Moves() int
	// Swap shows another version of a model file of the twin. Bindings and assets are tied again, by the paths of nodes;
	// lost names those that the twin file refers to and that were there when the twin was opened, but are no more.
	Swap(file string, model *assets.Model) (lost []string)
	// Files lists the model files of the twin, as Swap takes them, each with all files that it was read from.
	Files() map[string][]string
}

// NamedStudy is a study of the twin file. Its study is asked from worker goroutines.
type NamedStudy struct {
	ID, Label string
	Study     sim.Study
}

// Preset is a scenario of the twin file: changes for a study.
type Preset struct {
	ID, Label string
	Study     string // ID of the study; empty: the first
	Changes   []sim.Change
}

// Viewpoint is where the camera stands, metres in the world, right-handed, Y up.
type Viewpoint struct {
	Eye, Target [3]float64
	FOVRad      float64 // vertical
	Ortho       bool
}

// StageStats tells how the picture is made.
type StageStats struct {
	Presenter  string        // "shared texture", "readback"
	FPS        float64       // frames drawn in the last second; 0 while nothing moves
	Frames     uint64        // drawn so far
	FirstFrame time.Time     // when live data were first shown, zero before
	FrameTime  time.Duration // of the last frame
	Degraded   string        // what was turned down to keep up, empty for nothing
}

// Futures computes what is expected and what could be. NewFutures makes one of a scenario.Runner.
type Futures interface {
	// Base is the forecast as things stand; nil until the first is there.
	Base() Future
	// Other is the what-if, nil when there is none.
	Other() Future
	// Try computes the what-if with these parameter values (SI, by id) from the moment fork, zero for now. It returns at
	// once; the newest call wins.
	Try(values map[string]float64, fork time.Time)
	// Drop forgets the what-if.
	Drop()
	// Compare is the what-if against the base; ok is false while they do not pair.
	Compare() (c scenario.Comparison, ok bool)
	// Answer is the same as a study words it.
	Answer() (a *sim.Answer, ok bool)
}

// Future is one computed course. It is immutable.
type Future interface {
	About() About
	// At fills a snapshot with the predicted state; false when t lies outside.
	At(t time.Time, into *twin.Snapshot) bool
	// Columns appends n equal columns of [from, to) of a signal to dst.
	Columns(sig twin.SignalID, from, to time.Time, n int, dst []scenario.BandColumn) []scenario.BandColumn
	Failures() []scenario.Failure
	// Validity reports whether the forecast of an asset stands, and why not.
	Validity(asset twin.AssetID) (ok bool, reason string)
}

// About describes a Future.
type About struct {
	Generation uint64 // differs between any two results
	Fork       time.Time
	Horizon    time.Time
	Members    int
	Coarse     bool // a better answer follows
	Computed   time.Time
	Elapsed    time.Duration
	Values     map[string]float64
	Rests      string // what it rests on
	Valid      bool
	Reason     string // why it may not be shown
	Units      int    // things that can fail
}
