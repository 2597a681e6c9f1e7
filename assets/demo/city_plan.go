package demo

import (
	"encoding/json"
	"fmt"
	"math"
)

// CityPlan is the street plan of the district. city/streets.json holds it for everyone who needs the same streets: it is
// the file that counts, for the 3D model, the plant and the traffic model alike.
type CityPlan struct {
	Name      string         `json:"name"`
	Junctions []CityJunction `json:"junctions"`
	Streets   []CityStreet   `json:"streets"`
	Buses     []CityBus      `json:"buses"`
	Marathon  []string       `json:"marathon"` // streets that are closed on the day of the marathon
}

// CityJunction is a point where streets meet.
type CityJunction struct {
	ID     string  `json:"id"`
	EastM  float64 `json:"east_m"`
	SouthM float64 `json:"south_m"`
	Signal bool    `json:"signal"` // has traffic lights
}

// CityStreet leads both ways between two junctions, straight; a ramp one way only.
type CityStreet struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Class    string  `json:"class"` // motorway, ramp, avenue, street
	From     string  `json:"from"`
	To       string  `json:"to"`
	Lanes    int     `json:"lanes"` // in each direction
	SpeedKMH float64 `json:"speed_kmh"`
	LengthM  float64 `json:"length_m"`
	Bridge   bool    `json:"bridge,omitempty"`
}

// CityBus drives round its junctions for ever.
type CityBus struct {
	ID    string   `json:"id"`
	Route []string `json:"route"`
}

var (
	cityColumns = []string{"A", "B", "C", "D", "E", "F"}
	rowNames    = []string{"North Street", "Market Street", "Station Avenue", "Quay Street", "South Street"}
	columnNames = []string{"Mill Lane", "Bridge Avenue", "Church Lane", "Central Avenue", "School Lane", "Tower Avenue"}
)

// bent places a junction of the grid: streets of a grown town are not quite straight. The river flows between rows 3 and 4.
func bent(column, row int) (east, south float64) {
	e, s := 112*(float64(column)-2.5), 96*(float64(row)-2)
	if row >= 3 {
		s += 34
	}
	return math.Round(e + 9*math.Sin(1.3*float64(row)+.4)), math.Round(s + 7*math.Sin(1.1*float64(column)))
}

// avenue says which columns are wide streets with a bridge.
func avenue(column int) bool { return column%2 == 1 }

// Plan makes the street plan of the demo city.
func Plan() CityPlan {
	p := CityPlan{Name: "Riverside district"}
	at := map[string]CityJunction{}
	junction := func(id string, east, south float64, signal bool) {
		at[id] = CityJunction{id, east, south, signal}
		p.Junctions = append(p.Junctions, at[id])
	}
	street := func(s CityStreet) {
		a, b := at[s.From], at[s.To]
		s.LengthM = math.Round(math.Hypot(b.EastM-a.EastM, b.SouthM-a.SouthM))
		p.Streets = append(p.Streets, s)
	}
	for row := range rowNames {
		for col, letter := range cityColumns {
			e, s := bent(col, row)
			junction(fmt.Sprintf("%s%d", letter, row+1), e, s, avenue(col) && row > 0)
		}
	}
	for i, e := range []float64{-420, -170, 170, 420} {
		junction(fmt.Sprintf("X%d", i+1), e, -285, false)
	}
	for row, name := range rowNames {
		class, lanes, speed := "street", 1, 40.0
		if row == 2 {
			class, lanes, speed = "avenue", 2, 50
		}
		for col := range len(cityColumns) - 1 {
			a, b := cityColumns[col], cityColumns[col+1]
			street(CityStreet{ID: fmt.Sprintf("H%d%s", row+1, a), Name: name + " " + a + "–" + b, Class: class, From: fmt.Sprintf("%s%d", a, row+1), To: fmt.Sprintf("%s%d", b, row+1), Lanes: lanes, SpeedKMH: speed})
		}
	}
	for col, letter := range cityColumns {
		class, lanes, speed := "street", 1, 30.0
		if avenue(col) {
			class, lanes, speed = "avenue", 2, 50
		}
		for row := range len(rowNames) - 1 {
			if row == 2 && !avenue(col) {
				continue // no bridge
			}
			street(CityStreet{ID: fmt.Sprintf("V%s%d", letter, row+1), Name: fmt.Sprintf("%s %d–%d", columnNames[col], row+1, row+2), Class: class,
				From: fmt.Sprintf("%s%d", letter, row+1), To: fmt.Sprintf("%s%d", letter, row+2), Lanes: lanes, SpeedKMH: speed, Bridge: row == 2})
		}
	}
	for i := range 3 {
		street(CityStreet{ID: fmt.Sprintf("M%d", i+1), Name: fmt.Sprintf("Motorway %d", i+1), Class: "motorway", From: fmt.Sprintf("X%d", i+1), To: fmt.Sprintf("X%d", i+2), Lanes: 3, SpeedKMH: 100})
	}
	street(CityStreet{ID: "R1", Name: "Ramp West", Class: "ramp", From: "X2", To: "B1", Lanes: 1, SpeedKMH: 60})
	street(CityStreet{ID: "R2", Name: "Ramp East", Class: "ramp", From: "X3", To: "E1", Lanes: 1, SpeedKMH: 60})
	p.Buses = []CityBus{
		{"bus1", []string{"B1", "B2", "B3", "B4", "B5", "C5", "D5", "D4", "D3", "D2", "D1", "C1"}},
		{"bus2", []string{"A3", "B3", "C3", "D3", "E3", "F3", "F2", "E2", "D2", "C2", "B2", "A2"}},
		{"bus3", []string{"D3", "D4", "E4", "F4", "F3", "E3"}},
		{"bus4", []string{"B4", "C4", "D4", "D5", "C5", "B5"}},
	}
	p.Marathon = []string{"H3A", "H3B", "H3C", "H3D", "VB3", "H4B", "H4C", "VD3"}
	return p
}

// encode writes the plan as its file has it.
func (p CityPlan) encode() ([]byte, error) {
	raw, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return nil, fmt.Errorf("demo: street plan: %w", err)
	}
	return append(raw, '\n'), nil
}

// junction finds one by its id.
func (p CityPlan) junction(id string) CityJunction {
	for _, j := range p.Junctions {
		if j.ID == id {
			return j
		}
	}
	return CityJunction{}
}
