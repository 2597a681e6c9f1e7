package flow

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFormatHasAllKeys holds the tables of FORMAT.md against the structures: the same keys, and for elements the same kinds.
func TestFormatHasAllKeys(t *testing.T) {
	raw, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, s := range strings.Split(string(raw), "\n## ")[1:] {
		name, body, _ := strings.Cut(s, "\n")
		sections[name] = body
	}
	for name, of := range map[string]any{"definition": Definition{}, "element": Element{}, "link": Link{}, "shift": Shift{}, "window": Window{}, "labour": Pool{}, "fleet": Fleet{}, "live": Live{}} {
		told := rows(sections[name])
		var want []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(of)) {
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if key == "" || f.Anonymous {
				continue
			}
			want = append(want, key)
			if _, ok := told[key]; !ok {
				t.Errorf("%s: %s is not explained", name, key)
			}
			if name == "element" {
				for kind, fields := range kindFields {
					has := slices.Contains(strings.Fields(fields), f.Name) || told[key] == "all"
					if got := told[key] == "all" || slices.Contains(strings.Split(told[key], ", "), string(kind)); got != has {
						t.Errorf("%s of %s: %t in the table, %t in the code", key, kind, got, has)
					}
				}
			}
		}
		for key := range told {
			if !slices.Contains(want, key) {
				t.Errorf("%s: there is no key %s", name, key)
			}
		}
	}
	for _, l := range laws {
		if !strings.Contains(sections["Quantities"], "`"+l.name+"`") {
			t.Error("the law is not explained:", l.name)
		}
	}
	for _, of := range meanings {
		if !strings.Contains(sections["live"], "| `"+of+"` |") {
			t.Error("the meaning is not explained:", of)
		}
	}
}

func firstTable(s string) string {
	table, _, _ := strings.Cut(strings.TrimSpace(s), "\n\n")
	return table
}

var quoted = regexp.MustCompile("`([^`]+)`")

// rows are the keys of a table with the next column.
func rows(table string) map[string]string {
	out := map[string]string{}
	for _, line := range strings.Split(firstTable(table), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, key := range quoted.FindAllStringSubmatch(cells[1], -1) {
			out[key[1]] = strings.TrimSpace(cells[2])
		}
	}
	return out
}
