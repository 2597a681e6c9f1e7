package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/flow"
	"github.com/orrery-twin/orrery/twin/sim/flow/chain"
	"github.com/orrery-twin/orrery/twin/sim/traffic"
	"github.com/orrery-twin/orrery/ui"
)

// studyMakers are the models that a study of a twin file can have.
var studyMakers = map[string]func(definition []byte, site sim.Site) (sim.Study, error){
	"flow":  func(definition []byte, site sim.Site) (sim.Study, error) { return flow.NewStudy(definition, site) },
	"chain": func(definition []byte, site sim.Site) (sim.Study, error) { return chain.NewStudy(definition, site) },
	"traffic": func(definition []byte, site sim.Site) (sim.Study, error) {
		return traffic.NewStudy(definition, site)
	},
}

// namedStudy is a study of the twin file, made ready.
type namedStudy struct {
	sim.Study
	id, label string
}

// makeStudies makes the studies of a twin ready. Faults of their definitions stand at their places in the file.
func makeStudies(p *project.Project) ([]namedStudy, error) {
	var out []namedStudy
	var faults project.Errors
	for i := range p.Studies {
		d := &p.Studies[i]
		maker, ok := studyMakers[d.Model]
		if !ok {
			faults = append(faults, d.Fault("", "the model "+d.Model+" is not part of this program", "get a newer Orrery"))
			continue
		}
		study, err := maker(d.Definition, sim.Site{Tree: p.Tree, Files: p.FS})
		var placed sim.Faults
		switch {
		case errors.As(err, &placed):
			for _, f := range placed {
				faults = append(faults, d.Fault(f.Place, f.What, f.Remedy))
			}
		case err != nil:
			faults = append(faults, d.Fault("", err.Error(), "mend the definition"))
		default:
			out = append(out, namedStudy{study, d.Name, d.Label})
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

// remember lets a study learn from what was measured, if it does.
func remember(study namedStudy, past sim.Past) {
	if r, ok := study.Study.(interface{ Remember(past sim.Past) }); ok {
		r.Remember(past)
	}
}

// split parts what was set on the command line: values of parameters of the twin file, and changes to fields of studies.
func split(p *project.Project, studies []namedStudy, sets []string) (values map[string]float64, changes []sim.Change, err error) {
	var pairs []string
	for _, text := range sets {
		c, err := sim.ParseChange(text)
		if err != nil {
			return nil, nil, fmt.Errorf("--set: %w", err)
		}
		if p.Parameter(c.Field) == nil && len(studies) > 0 {
			changes = append(changes, c)
			continue
		}
		pairs = append(pairs, text)
	}
	values, err = parameterValues(p, pairs)
	return values, changes, err
}

// studyOf finds the study that has all fields that are changed; the first one when nothing is.
func studyOf(studies []namedStudy, changes []sim.Change) (namedStudy, error) {
	var unknown string
	for _, s := range studies {
		fields := s.Fields()
		missing := slices.IndexFunc(changes, func(c sim.Change) bool {
			return !slices.ContainsFunc(fields, func(f sim.Field) bool { return f.ID == c.Field })
		})
		if missing < 0 {
			return s, nil
		}
		if unknown == "" {
			unknown = fmt.Sprintf("--set %s: %s has no field %q; orrery sim TWIN --fields lists them%s", changes[missing], s.label, changes[missing].Field, alike(changes[missing].Field, fields))
		}
	}
	return namedStudy{}, errors.New(unknown)
}

// alike names fields that share a part with a word.
func alike(word string, fields []sim.Field) string {
	var near []string
	for _, part := range strings.Split(word, ".") {
		for _, f := range fields {
			if part != "" && len(near) < 6 && strings.Contains(f.ID, part) && !slices.Contains(near, f.ID) {
				near = append(near, f.ID)
			}
		}
	}
	if len(near) == 0 {
		return ""
	}
	return "; near it are " + strings.Join(near, ", ")
}

// deskStudies and deskPresets hand the studies of a twin and its scenarios to the window.
func deskStudies(studies []namedStudy) []ui.NamedStudy {
	var out []ui.NamedStudy
	for _, s := range studies {
		out = append(out, ui.NamedStudy{ID: s.id, Label: s.label, Study: s.Study})
	}
	return out
}

func deskPresets(p *project.Project) []ui.Preset {
	var out []ui.Preset
	for _, s := range p.Scenarios {
		preset := ui.Preset{ID: s.ID, Label: s.Label}
		for _, text := range s.Changes {
			if c, err := sim.ParseChange(text); err == nil { // the twin file was checked for that
				preset.Changes = append(preset.Changes, c)
			}
		}
		out = append(out, preset)
	}
	return out
}

// fieldJSON is something that a scenario may change.
type fieldJSON struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Now   string `json:"now"`
	Unit  string `json:"unit,omitempty"`
	Study string `json:"study,omitempty"` // empty: a parameter of the twin file
}

// printFields lists the parameters of a twin and the fields of its studies.
func printFields(w io.Writer, p *project.Project, studies []namedStudy, asJSON bool) error {
	var out []fieldJSON
	for _, q := range p.Parameters {
		out = append(out, fieldJSON{ID: q.ID, Label: q.Label, Now: q.Unit.Format(q.Default, 2), Unit: q.Unit.Symbol})
	}
	for _, s := range studies {
		for _, f := range s.Fields() {
			out = append(out, fieldJSON{ID: f.ID, Label: f.Label, Now: f.Text, Unit: f.Unit.Symbol, Study: s.id})
		}
	}
	if asJSON {
		return printJSON(out)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range out {
		now := f.Now
		if f.Study == "" && f.Unit != "" {
			now += " " + f.Unit
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.ID, now, f.Label)
	}
	return t.Flush()
}
