package mesh

import (
	"regexp"
	"strings"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// Some programs state the unit of length in a remark: "# File units = inches", "comment Units: mm", "UNITS=mm".
var (
	unitRemark = regexp.MustCompile(`(?i)\bunits?(?:\s+scale)?\s*(?:[:=]|\bis\b)\s*"?([a-z]{1,12})`)
	unitWords  = map[string]string{"mm": "mm", "millimeter": "mm", "millimetre": "mm", "cm": "cm", "centimeter": "cm", "centimetre": "cm", "m": "m",
		"meter": "m", "metre": "m", "in": "in", "inch": "in", "inches": "in", "ft": "ft", "foot": "ft", "feet": "ft"}
)

// remarkBytes is how much of the start of a file is looked through for remarks.
const remarkBytes = 4096

// noteUnit makes known a unit that a remark states, and warns if it is not the usual one: a remark is not part of the
// format, so the scene keeps the numbers of the file, and it is for the user to choose.
func noteUnit(job *loading.Job, s *scene.Scene, format string, remarks []byte) {
	found := unitRemark.FindSubmatch(remarks[:min(len(remarks), remarkBytes)])
	if found == nil {
		return
	}
	word := strings.ToLower(string(found[1]))
	unit, ok := unitWords[word]
	if !ok {
		if unit, ok = unitWords[strings.TrimSuffix(word, "s")]; !ok {
			return
		}
	}
	d := s.Document()
	d.Properties = append(d.Properties, scene.Property{Name: "Unit in a remark", Value: unit})
	if usual, _ := Guess(format); unit != usual {
		job.Warn("a remark in the file says that its unit is %s, where %s is usual: choose the unit if the size is wrong", unit, usual)
	}
}
