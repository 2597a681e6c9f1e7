package project

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"github.com/orrery-twin/orrery/twin"
)

func schema(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The reader, the schema and the reference know the same keys.
func TestSchemaAndReferenceNameEachKey(t *testing.T) {
	s := schema(t)
	reference, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(reference), "\n## ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		sections[title] = body
	}
	for what, want := range keys {
		def := s
		if what != "twin" {
			def, _ = s["$defs"].(map[string]any)[what].(map[string]any)
		}
		have, _ := def["properties"].(map[string]any)
		if got := slices.Sorted(maps.Keys(have)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			t.Errorf("schema.json: %s has the keys %v, want %v", what, got, want)
		}
		if def["additionalProperties"] != false {
			t.Errorf("schema.json: %s lets unknown keys pass", what)
		}
		for _, key := range want {
			if !strings.Contains(sections[what], "`"+key+"`") {
				t.Errorf("FORMAT.md: section %q does not explain `%s`", what, key)
			}
		}
	}
	units := s["$defs"].(map[string]any)["unit"].(map[string]any)["enum"].([]any)
	for _, symbol := range twin.UnitSymbols() {
		if !slices.Contains(units, any(symbol)) {
			t.Errorf("schema.json lacks the unit %q", symbol)
		}
		if symbol != "1" && !strings.Contains(sections["signal"], "`"+symbol+"`") {
			t.Errorf("FORMAT.md lacks the unit %q", symbol)
		}
	}
	for _, u := range units {
		if _, err := twin.ParseUnit(u.(string)); err != nil {
			t.Errorf("schema.json: %v", err)
		}
	}
}

// What the reader takes, the schema takes, and what it refuses for its form, the schema refuses too.
func TestSchemaAgreesWithTheReader(t *testing.T) {
	s := schema(t)
	for name, text := range map[string]string{"demo": demoText(t), "small": small, "example in FORMAT.md": example(t)} {
		for _, fault := range validate(s, s, data(t, text), "") {
			t.Errorf("%s: %s", name, fault)
		}
	}
	if _, err := LoadFS(files(strings.Replace(example(t), "models/pump.glb", "pump.glb", 1)), "twin.yaml"); err != nil {
		t.Errorf("the example in FORMAT.md: %v", err)
	}
	for _, c := range [][2]string{{"heading: 90", "headnig: 90"}, {"unit: rpm", "unit: rpn"}, {"high: 80", "high: 80, low: 1"}, {"high: 80", "high: hot"},
		{"priority: critical", "priority: urgent"}, {"orrery: 1", "orrery: 2"}, {"name: Pump", "label: Pump"}, {"range: [0, 3000]", "range: [0]"}, {"speed: {unit", "sp/eed: {unit"}} {
		if len(validate(s, s, data(t, strings.Replace(small, c[0], c[1], 1)), "")) == 0 {
			t.Errorf("schema.json takes %q", c[1])
		}
	}
}

func example(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	out, _, _ := strings.Cut(rest, "```")
	return out
}

func data(t *testing.T, text string) any {
	t.Helper()
	var out any
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// validate checks data against the keywords of JSON Schema that schema.json uses; an unknown keyword is a fault, so that
// the schema cannot ask for more than is checked.
func validate(root, s map[string]any, v any, at string) (faults []string) {
	fail := func(format string, args ...any) { faults = append(faults, at+": "+fmt.Sprintf(format, args...)) }
	number, isNumber := toFloat(v)
	object, isObject := v.(map[string]any)
	items, isArray := v.([]any)
	text, isText := v.(string)
	bound := func(key string, bad func(limit float64) bool) {
		if limit, ok := s[key].(float64); ok && bad(limit) {
			fail("%s %v", key, limit)
		}
	}
	for key, want := range s {
		switch key {
		case "$schema", "$id", "$defs", "title", "description", "properties", "items":
		case "$ref":
			name := strings.TrimPrefix(want.(string), "#/$defs/")
			faults = append(faults, validate(root, root["$defs"].(map[string]any)[name].(map[string]any), v, at)...)
		case "type":
			types, ok := want.([]any)
			if !ok {
				types = []any{want}
			}
			_, isBool := v.(bool)
			is := map[any]bool{"object": isObject, "array": isArray, "string": isText, "number": isNumber, "boolean": isBool, "null": v == nil,
				"integer": isNumber && number == float64(int64(number))}
			if !slices.ContainsFunc(types, func(k any) bool { return is[k] }) {
				fail("is no %v: %v", types, v)
			}
		case "enum":
			if !slices.Contains(want.([]any), v) {
				fail("%v is none of %v", v, want)
			}
		case "const":
			if w, ok := toFloat(want); !reflect.DeepEqual(v, want) && (!ok || w != number) {
				fail("%v is not %v", v, want)
			}
		case "pattern":
			if isText && !regexp.MustCompile(want.(string)).MatchString(text) {
				fail("%q does not match %s", text, want)
			}
		case "required":
			for _, k := range want.([]any) {
				if _, ok := object[k.(string)]; isObject && !ok {
					fail("lacks %v", k)
				}
			}
		case "oneOf":
			n := 0
			for _, one := range want.([]any) {
				if len(validate(root, one.(map[string]any), v, at)) == 0 {
					n++
				}
			}
			if n != 1 {
				fail("fits %d of the choices", n)
			}
		case "propertyNames":
			for k := range object {
				faults = append(faults, validate(root, want.(map[string]any), k, at+"/"+k)...)
			}
		case "additionalProperties":
			known, _ := s["properties"].(map[string]any)
			for k, x := range object {
				if _, ok := known[k]; ok {
					continue
				}
				if sub, ok := want.(map[string]any); ok {
					faults = append(faults, validate(root, sub, x, at+"/"+k)...)
				} else {
					fail("has no key %q", k)
				}
			}
		case "minimum":
			bound(key, func(l float64) bool { return isNumber && number < l })
		case "maximum":
			bound(key, func(l float64) bool { return isNumber && number > l })
		case "exclusiveMinimum":
			bound(key, func(l float64) bool { return isNumber && number <= l })
		case "minItems":
			bound(key, func(l float64) bool { return isArray && len(items) < int(l) })
		case "maxItems":
			bound(key, func(l float64) bool { return isArray && len(items) > int(l) })
		case "maxLength":
			bound(key, func(l float64) bool { return isText && utf8.RuneCountInString(text) > int(l) })
		case "minLength":
			bound(key, func(l float64) bool { return isText && utf8.RuneCountInString(text) < int(l) })
		case "minProperties":
			bound(key, func(l float64) bool { return isObject && len(object) < int(l) })
		default:
			fail("schema.json uses the keyword %q, which is not checked here", key)
		}
	}
	if properties, ok := s["properties"].(map[string]any); ok {
		for k, sub := range properties {
			if x, there := object[k]; there {
				faults = append(faults, validate(root, sub.(map[string]any), x, at+"/"+k)...)
			}
		}
	}
	if sub, ok := s["items"].(map[string]any); ok {
		for i, x := range items {
			faults = append(faults, validate(root, sub, x, fmt.Sprintf("%s/%d", at, i))...)
		}
	}
	return faults
}

func toFloat(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case uint64:
		return float64(n), true
	case int64:
		return float64(n), true
	}
	return 0, false
}
