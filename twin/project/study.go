package project

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// Study is a model of the plant as a whole: how much a line makes, how long trips take. What its definition means, the
// package of the model says.
type Study struct {
	Name, Label string
	Model       string // "flow", "traffic" or "chain"
	Definition  []byte // JSON, with the keys of the file
	Line        int    // of its key in the twin file, from 1

	file string
	root *node
}

// studyModels are the models that a study can have.
var studyModels = []string{"flow", "traffic", "chain"}

// limits of the studies of one file.
const (
	maxStudies    = 16
	maxDefinition = 4 << 20 // bytes of a file of its own
)

// Fault gives a fault of the definition its place in the file. A place is a path such as "elements[3].capacity"; of a place that is
// not there, the nearest above it counts.
func (s *Study) Fault(place, what, remedy string) Error {
	at := s.root
	if at == nil {
		return Error{File: s.file, Line: s.Line, What: what, Remedy: remedy}
	}
	for _, step := range steps.FindAllStringSubmatch(place, -1) {
		next := at.step(step[1], step[2])
		if next == nil {
			break
		}
		at = next
	}
	return Error{File: s.file, Line: int(at.line), Column: int(at.column), What: place + ": " + what, Remedy: remedy}
}

// steps are the parts of a place: a key, or the number of an item.
var steps = regexp.MustCompile(`([^.\[\]]+)|\[(\d+)\]`)

// step follows a key or the number of an item; nil where there is none.
func (n *node) step(key, item string) *node {
	if item == "" {
		return n.find(key)
	}
	var i int
	if err := json.Unmarshal([]byte(item), &i); err != nil || i >= len(n.items) {
		return nil
	}
	return n.items[i]
}

func (r *reader) readStudies(n *node, fsys fs.FS, p *Project) {
	for i, e := range r.entries(n, "studies") {
		if i >= maxStudies {
			r.fault(e.key, "keep the most useful", "more than %d studies", maxStudies)
			return
		}
		if r.name(e.key, e.key.text) {
			p.Studies = append(p.Studies, r.study(e, fsys))
		}
	}
}

func (r *reader) study(e pair, fsys fs.FS) Study {
	o := r.object(e.value, "study")
	s := Study{Name: e.key.text, Label: humanize(e.key.text), Line: int(e.key.line), file: r.file}
	if o.has("label") {
		s.Label = o.text("label")
	}
	if o.need("model", "write one of "+strings.Join(studyModels, ", ")) {
		s.Model = o.choice("model", "", studyModels...)
	}
	switch {
	case o.has("definition") && o.has("file"):
		r.fault(o.at("file"), "keep one of them", "a study has a definition or a file, not both")
	case o.has("definition"):
		s.root = o.at("definition")
	case o.has("file"):
		s.root, s.file = r.other(o, fsys), o.text("file")
	default:
		r.fault(e.key, "write definition: {…} or file: line.yaml", "the study %s defines nothing", e.key.text)
	}
	if s.root != nil {
		var b bytes.Buffer
		r.writeJSON(&b, s.root)
		s.Definition = b.Bytes()
	}
	return s
}

// other reads another file of the twin's folder; nil when it cannot be read.
func (r *reader) other(o object, fsys fs.FS) *node {
	n, name := o.at("file"), o.text("file")
	if !fs.ValidPath(name) || path.Clean(name) != name {
		r.fault(n, "name a file in the folder of the twin: models/line.yaml", "%q leads out of the folder", name)
		return nil
	}
	info, err := fs.Stat(fsys, name)
	if err != nil || !info.Mode().IsRegular() {
		r.fault(n, "put it into the folder of the twin, or mend the name", "there is no file %q", name)
		return nil
	}
	if info.Size() > maxDefinition {
		r.fault(n, "make it smaller", "%q is larger than %d MiB", name, maxDefinition>>20)
		return nil
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		r.fault(n, "see that it may be read", "%q cannot be read: %v", name, err)
		return nil
	}
	root, broken := readYAML(text, name)
	if broken != nil {
		r.faults = append(r.faults, *broken)
		return nil
	}
	return root
}

// number as JSON writes it; other ways of YAML to write one are left as text.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// writeJSON writes a node as JSON.
func (r *reader) writeJSON(b *bytes.Buffer, n *node) {
	if !r.visit(n) {
		b.WriteString("null")
		return
	}
	switch n.kind {
	case mapping:
		b.WriteByte('{')
		for i, e := range n.pairs {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, e.key.text)
			b.WriteByte(':')
			r.writeJSON(b, e.value)
		}
		b.WriteByte('}')
	case list:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			r.writeJSON(b, item)
		}
		b.WriteByte(']')
	case scalar:
		if plain := !n.quoted && n.style == 0; plain && (jsonNumber.MatchString(n.text) || n.text == "true" || n.text == "false") {
			b.WriteString(n.text)
			return
		}
		writeText(b, n.text)
	default:
		b.WriteString("null")
	}
}

func writeText(b *bytes.Buffer, text string) {
	out, err := json.Marshal(text)
	if err != nil { // never of a string
		out = []byte(`""`)
	}
	b.Write(out)
}
