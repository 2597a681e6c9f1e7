package wire

// Type is the type of a variable's values.
type Type uint8

// The types, of FMI 3. Of those of FMI 2, Real is Float64, Integer and enumerations are Int32.
const (
	Float64 Type = iota
	Float32
	Int8
	UInt8
	Int16
	UInt16
	Int32
	UInt32
	Int64
	UInt64
	Boolean
	String
	Binary
	Clock
	Types int = iota
)

var typeNames = [...]string{"Float64", "Float32", "Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Boolean",
	"String", "Binary", "Clock"}

// String names the type as FMI 3 does.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "unknown"
}

// Numeric reports whether values are numbers: true is 1, a clock that ticks is 1.
func (t Type) Numeric() bool { return int(t) < Types && t != String && t != Binary }

// Column is a variable that is read or set in each step.
type Column struct {
	Reference uint32
	Type      Type
	Count     int  // of its values: above 1 for arrays
	Ramp      bool // an input that may be interpolated within a step
}

// Set is a variable and what it is set to; one of the slices is used.
type Set struct {
	Reference uint32
	Type      Type
	Numbers   []float64 `json:",omitempty"`
	Texts     []string  `json:",omitempty"`
	Binaries  [][]byte  `json:",omitempty"`
}

// Op is what a request asks for.
type Op string

// The operations.
const (
	OpOpen   Op = "open"   // load the library: Open
	OpNew    Op = "new"    // make and initialise an instance: New → Instance, Values
	OpSet    Op = "set"    // while it runs: Instance, Sets
	OpGet    Op = "get"    // Instance, Columns of one kind → Values, Texts or Binaries
	OpSave   Op = "save"   // Instance → State
	OpLoad   Op = "load"   // Instance, State
	OpForget Op = "forget" // Instance, State
	OpExport Op = "export" // Instance, State → Bytes
	OpImport Op = "import" // Instance, Bytes → State
	OpClose  Op = "close"  // Instance
)

// Request is one of the operations.
type Request struct {
	Op       Op
	Instance int      `json:",omitempty"`
	State    int      `json:",omitempty"`
	Bytes    []byte   `json:",omitempty"`
	Open     *Open    `json:",omitempty"`
	New      *New     `json:",omitempty"`
	Sets     []Set    `json:",omitempty"`
	Columns  []Column `json:",omitempty"`
}

// Open says which library to load and how to use it.
type Open struct {
	Library    string
	Version    int  // 2 or 3
	Exchange   bool // Model Exchange, with our solver; otherwise Co-Simulation
	Token      string
	Resources  string // URI for FMI 2, folder for FMI 3
	Logging    bool
	Inputs     []Column // set in each step, in this order
	Outputs    []Column // read after each step, in this order
	States     int      // continuous states, of Model Exchange
	Indicators int      // of events
	Completed  bool     // fmiXCompletedIntegratorStep has to be called
	StateNames []string
	Rewind     bool // states may be saved: steps may have to be taken back
}

// New says how to begin.
type New struct {
	Name      string
	Start     float64
	Stop      *float64 `json:",omitempty"`
	Tolerance float64  // relative; 0 is none for Co-Simulation, 1e-6 for Model Exchange
	Sets      []Set
}

// Answer is the good end of a request.
type Answer struct {
	Version  string   `json:",omitempty"`
	Instance int      `json:",omitempty"`
	State    int      `json:",omitempty"`
	Bytes    []byte   `json:",omitempty"` // a state
	Values   []byte   `json:",omitempty"` // numbers, as AppendFloats writes them
	Texts    []string `json:",omitempty"`
	Binaries [][]byte `json:",omitempty"`
	Ended    []int    `json:",omitempty"` // instances that asked to be ended
	Canceled bool     `json:",omitempty"`
}

// Fault is the bad end of a request. The child goes on, unless it is fatal.
type Fault struct {
	Text     string
	Instance int
	Time     float64 // of the step in which it happened, s
	Stepping bool    // Time counts
	Fatal    bool
}
