package chain

import "github.com/orrery-twin/orrery/twin/sim/flow"

// Model describes a chain of ports, ships and cargo. It is data; FORMAT.md explains each key. Quantities with a type of package
// flow are SI; plain numbers carry their unit in their name.
type Model struct {
	Ports    []Port     `yaml:"ports"`
	Points   []Point    `yaml:"points"`
	Lanes    [][]string `yaml:"lanes"` // ways over points and ports, in both directions
	Classes  []Class    `yaml:"classes"`
	Services []Service  `yaml:"services"`
	Ships    []Ship     `yaml:"ships"`
	Places   []Place    `yaml:"places"`
	Links    []Link     `yaml:"links"`
	Demand   []Demand   `yaml:"demand"`
	Storms   []Storm    `yaml:"storms"`
	Prices   Prices     `yaml:"prices"`
	Settings Settings   `yaml:"settings"`
}

// Port handles ships at berths with cranes and keeps containers in a yard.
type Port struct {
	Name  string    `yaml:"name"`
	Label string    `yaml:"label"`
	Asset string    `yaml:"asset"`
	At    []float64 `yaml:"at"`

	Berths        int               `yaml:"berths"`
	Cranes        int               `yaml:"cranes"`
	CranesPerShip int               `yaml:"cranes_per_ship"`
	CraneRate     float64           `yaml:"crane_moves_per_h"`
	Stay          flow.Distribution `yaml:"stay"`
	Depth         flow.Length       `yaml:"depth"`
	YardTEU       int               `yaml:"yard_teu"`
	Dwell         flow.Distribution `yaml:"dwell"`

	OtherInterval flow.Distribution `yaml:"other_interval"`
	OtherStay     flow.Distribution `yaml:"other_stay"`

	CraneWind flow.Speed `yaml:"crane_wind"`
	CloseWind flow.Speed `yaml:"close_wind"`

	ClosedFrom flow.Time         `yaml:"closed_from"`
	ClosedFor  flow.Distribution `yaml:"closed_for"`
	Divert     string            `yaml:"divert"`
	Patience   flow.Time         `yaml:"patience"`

	CallUSD    float64 `yaml:"call_usd"`
	MoveUSD    float64 `yaml:"teu_usd"`
	StorageUSD float64 `yaml:"storage_usd_per_teu_day"`

	Live PortLive `yaml:"live"`
}

// PortLive names the signals of a port, below its asset.
type PortLive struct {
	Yard      string `yaml:"yard"`
	Stock     string `yaml:"stock"`
	State     string `yaml:"state"`
	Berths    string `yaml:"berths"`
	Queue     string `yaml:"queue"`
	Cranes    string `yaml:"cranes"`
	CraneRate string `yaml:"crane_rate"`
	Moved     string `yaml:"moved"`
}

// Point is a place at sea.
type Point struct {
	Name string    `yaml:"name"`
	At   []float64 `yaml:"at"`
}

// Class is a kind of ship.
type Class struct {
	Name      string      `yaml:"name"`
	TEU       int         `yaml:"teu"`
	Speed     flow.Speed  `yaml:"speed"`
	FuelTD    float64     `yaml:"fuel_t_per_day"`
	AuxTD     float64     `yaml:"aux_t_per_day"`
	Charter   float64     `yaml:"charter_usd_per_day"`
	Draught   flow.Length `yaml:"draught"`
	Displaced float64     `yaml:"displacement_m3"`
}

// Service is a round of ports that its ships sail for ever.
type Service struct {
	Name     string     `yaml:"name"`
	Label    string     `yaml:"label"`
	Rotation []string   `yaml:"rotation"`
	Speed    flow.Speed `yaml:"speed"`
	Class    string     `yaml:"class"`
	Extra    int        `yaml:"extra"`
}

// Ship sails a service.
type Ship struct {
	Name    string     `yaml:"name"`
	Label   string     `yaml:"label"`
	Asset   string     `yaml:"asset"`
	Class   string     `yaml:"class"`
	Service string     `yaml:"service"`
	Speed   flow.Speed `yaml:"speed"`
	Divert  string     `yaml:"divert"`
	Live    ShipLive   `yaml:"live"`

	ordered bool // a question set the speed: it holds whatever the bridge was told before
}

// ShipLive names the signals of a ship, below its asset.
type ShipLive struct {
	Latitude  string `yaml:"latitude"`
	Longitude string `yaml:"longitude"`
	Heading   string `yaml:"heading"`
	Speed     string `yaml:"speed"`
	Order     string `yaml:"speed_order"`
	State     string `yaml:"state"`
	Cargo     string `yaml:"cargo"`
	ETA       string `yaml:"eta"`
}

// Place is a region inland from which containers come and to which they go.
type Place struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"`
}

// Link is transport by land or feeder between two ports or places, in both directions.
type Link struct {
	From string            `yaml:"from"`
	To   string            `yaml:"to"`
	Mode string            `yaml:"mode"`
	Time flow.Distribution `yaml:"time"`
	USD  float64           `yaml:"teu_usd"`
}

// Demand is containers that want from one port or place to another.
type Demand struct {
	From string  `yaml:"from"`
	To   string  `yaml:"to"`
	TEU  float64 `yaml:"teu_per_week"`
}

// Storm moves, wanders off its forecast and fades.
type Storm struct {
	Name           string      `yaml:"name"`
	Label          string      `yaml:"label"`
	Asset          string      `yaml:"asset"`
	At             []float64   `yaml:"at"`
	Wind           flow.Speed  `yaml:"wind"`
	Radius         flow.Length `yaml:"radius"`
	Speed          flow.Speed  `yaml:"speed"`
	Heading        float64     `yaml:"heading_deg"`
	SpeedScatter   flow.Number `yaml:"speed_scatter"`
	HeadingScatter float64     `yaml:"heading_scatter_deg"`
	Fade           flow.Time   `yaml:"fade"`
	Live           StormLive   `yaml:"live"`
}

// StormLive names the signals of a storm, below its asset.
type StormLive struct {
	Latitude  string `yaml:"latitude"`
	Longitude string `yaml:"longitude"`
	Wind      string `yaml:"wind"`
	Radius    string `yaml:"radius_km"`
}

// Prices are what things cost everywhere.
type Prices struct {
	FuelUSD    float64 `yaml:"fuel_usd_per_t"`
	DelayUSD   float64 `yaml:"delay_usd_per_teu_day"`
	TEUPerMove float64 `yaml:"teu_per_move"`
}

// Settings are how the chain is run.
type Settings struct {
	Horizon   flow.Time   `yaml:"horizon"`
	Warmup    flow.Time   `yaml:"warmup"`
	Runs      int         `yaml:"runs"`
	Notice    flow.Time   `yaml:"notice"`
	SeaMargin flow.Number `yaml:"sea_margin"`
	Wind      flow.Speed  `yaml:"wind"`
}
