package project

import (
	"io/fs"
	_ "time/tzdata" // the time zone of a site must load on machines without a zone data base

	"github.com/orrery-twin/orrery/twin"
)

// Version is the version of the format that this package reads.
const Version = 1

// parse reads a twin file. On any fault it gives no Project.
func parse(text []byte, file string, fsys fs.FS) (*Project, error) {
	root, broken := readYAML(text, file)
	if broken != nil {
		return nil, Errors{*broken}
	}
	r := &reader{file: file, source: text, seen: map[Error]bool{}}
	p := r.twin(root, fsys)
	if len(r.faults) > 0 {
		r.faults.sort()
		return nil, r.faults
	}
	return p, nil
}

func (r *reader) twin(root *node, fsys fs.FS) *Project {
	o := r.object(root, "twin")
	if o.need("orrery", "write orrery: 1 in the first line, the version of the format") {
		if v, ok := r.number(o.at("orrery"), "orrery"); ok && v != Version {
			r.fault(o.at("orrery"), "open it with a newer Orrery, or write orrery: 1", "version %s of the format is not known here", o.at("orrery").text)
		}
	}
	o.need("name", "give the twin a name for people")
	p := &Project{Name: o.text("name"), Site: r.site(o.n.find("site"))}
	k := r.kinds(o.n.find("kinds"), fsys)
	o.need("assets", "declare at least one asset: plant: {kind: …}")
	if r.stopped {
		return nil
	}
	b := k.build(o.n.find("assets"), p)
	if p.Tree = b.finish(o.at("assets")); p.Tree == nil || r.stopped {
		return nil
	}
	b.readSources(o.n.find("sources"), p.Tree)
	b.readViewpoints(o.n.find("viewpoints"))
	r.readScenarios(o.n.find("scenarios"), p)
	r.readEquations(o.n.find("equations"), p)
	r.readFMUs(o.n.find("fmus"), fsys, p)
	k.readSimulation(o.n.find("simulation"), p)
	r.readHistory(o.n.find("history"), p)
	r.readStudies(o.n.find("studies"), fsys, p)
	b.readControl(o.n.find("control"), p.Tree)
	return p
}

// Kind returns the kind with this name, or nil.
func (p *Project) Kind(name string) *Kind {
	for i := range p.Kinds {
		if p.Kinds[i].Name == name {
			return &p.Kinds[i]
		}
	}
	return nil
}

// Parameter returns the parameter with this id, or nil.
func (p *Project) Parameter(id string) *Parameter {
	for i := range p.Parameters {
		if p.Parameters[i].ID == id {
			return &p.Parameters[i]
		}
	}
	return nil
}

// ControlOf lists the control points of one asset.
func (p *Project) ControlOf(asset twin.AssetID) []ControlPoint {
	var out []ControlPoint
	for _, c := range p.Control {
		if c.Asset == asset {
			out = append(out, c)
		}
	}
	return out
}
