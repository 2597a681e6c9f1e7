package cad

// Message is one line of JSON that orrery-cad writes on its standard error. One of its parts is set: progress (Stage,
// Fraction, Triangles), Report or Error.
type Message struct {
	Stage     Stage   `json:"stage,omitempty"`
	Fraction  float64 `json:"fraction,omitempty"` // of the stage; -1 when it is not known
	Triangles int64   `json:"triangles,omitempty"`
	Report    *Report `json:"report,omitempty"`
	Error     string  `json:"error,omitempty"`
}
