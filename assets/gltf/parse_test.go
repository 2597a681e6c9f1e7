package gltf

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

func TestWholeNumbersWithAFractionAreTaken(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":3.0,"b":-10.000}`: `{"a":3,"b":-10}`, `[1.50,0.0,1.0e5,2.01]`: `[1.50,0,1.0e5,2.01]`,
		`"a 3.0 \" 4.0"`: `"a 3.0 \" 4.0"`, `"open 3.0`: `"open 3.0`, `1.`: `1.`, `"\`: `"\`,
	} {
		if got := string(integral([]byte(text))); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
	text := textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0.0},"mode":4.0}`)
	text = strings.ReplaceAll(text, `"count":3`, `"count":3.0`)
	if s, _ := mustLoad(t, one(text), "m.gltf"); s.Meshes()[1].Triangles() != 1 {
		t.Error("no triangle")
	}
}

func TestLongDataAreTakenOutOfTheText(t *testing.T) {
	long := strings.Repeat("QUJD", 2000)
	text := `{"a":"data:;base64,` + long + `","b":"data:short","c":"data:` + strings.Repeat(`\/`, 5000) + `"}`
	out, found := takeOut([]byte(text))
	if len(found) != 1 || found["data:#0"] != "data:;base64,"+long || !bytes.HasPrefix(out, []byte(`{"a":"data:#0","b":"data:short","c":"data:\/`)) {
		t.Errorf("%.80s, %d taken out", out, len(found))
	}
	for _, broken := range []string{`"data:`, `{"a":"data:` + long, ``} {
		if out, _ := takeOut([]byte(broken)); string(out) != broken {
			t.Errorf("%.20s became %.20s", broken, out)
		}
	}
	var cloud []float32
	for i := range 3000 {
		cloud = append(cloud, float32(i), 1, 2)
	}
	f := fixture{}
	p := f.vectors(3, cloud...)
	f.add(`"meshes":[{"primitives":[{"mode":0,"attributes":{"POSITION":%d}}]}],"nodes":[{"mesh":0}]`, p)
	if s, _ := f.load(t); !slices.Equal(s.Meshes()[1].Positions, cloud) {
		t.Error("positions changed")
	}
}

func TestExtensions(t *testing.T) {
	names := func(e Extension) string { return e.Name }
	var list []string
	for _, e := range Extensions() {
		list = append(list, names(e))
		if e.Support == Partly && e.Note == "" {
			t.Errorf("%s does not say what is left out", e.Name)
		}
	}
	if !slices.IsSorted(list) || len(slices.Compact(list)) != len(Extensions()) {
		t.Error("the table is not in order")
	}
	f := nodes(`{}`, `"extensionsUsed":["EXT_unheard_of","KHR_materials_clearcoat"]`)
	_, warnings := f.load(t)
	if len(warnings) != 1 {
		t.Errorf("warnings %v", warnings)
	}
	warned(t, warnings, "EXT_unheard_of")
	nodes(`{}`, `"extensionsRequired":["EXT_unheard_of"]`).fails(t, "EXT_unheard_of")
	nodes(`{}`, `"extensionsRequired":["KHR_mesh_quantization","KHR_texture_basisu"]`).load(t)
}

func TestMistakesInExtensionsAreSaid(t *testing.T) {
	s, warnings := nodes(`{"name":"n","extensions":{"KHR_node_visibility":{"visible":"no"}}},{"name":"m"}`).load(t)
	warned(t, warnings, "KHR_node_visibility")
	if _, ok := s.Find("m"); !ok {
		t.Error("what follows was lost")
	}
}

func TestDocument(t *testing.T) {
	f := &fixture{}
	f.add(`"nodes":[{}],"scenes":[{"nodes":[0],"extras":{"site":"north"}}],"extras":{"revision":3}`)
	f.parts = append(f.parts, `"extensions":{"CESIUM_RTC":{"center":[1,2,3]}},"extensionsRequired":["CESIUM_RTC"]`)
	s, warnings := mustLoad(t, one(strings.Replace(f.text(), `"version":"2.0"`, `"version":"2.0","generator":"g","copyright":"c","extras":{"a":true}`, 1)), "m.gltf")
	d := s.Document()
	want := []scene.Property{{Name: "a", Value: true}, {Name: "revision", Value: 3.0}, {Name: "site", Value: "north"}, {Name: "CESIUM_RTC.center", Value: []float64{1, 2, 3}, Unit: "m"}}
	if d.Generator != "g" || d.Copyright != "c" || len(d.Properties) != 4 {
		t.Errorf("document %+v", d)
	}
	for i, p := range d.Properties {
		if p.Name != want[i].Name || p.Text() != want[i].Text() {
			t.Errorf("property %v, want %v", p, want[i])
		}
	}
	warned(t, warnings, "place on earth")
}
