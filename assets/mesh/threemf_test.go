package mesh

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

const (
	mfRels = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Target="/3D/3dmodel.model" Id="rel0" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>`
	mfHead = `<?xml version="1.0" encoding="UTF-8"?><model xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02" ` +
		`xmlns:m="http://schemas.microsoft.com/3dmanufacturing/material/2015/02" xmlns:p="http://schemas.microsoft.com/3dmanufacturing/production/2015/06" ` +
		`xmlns:b="http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02" `
	mfVertices = `<vertices><vertex x="0" y="0" z="0"/><vertex x="10" y="0" z="0"/><vertex x="0" y="10" z="0"/><vertex x="0" y="0" z="10"/></vertices>`
	mfFaces    = `<triangle v1="0" v2="2" v3="1"/><triangle v1="0" v2="1" v3="3"/><triangle v1="1" v2="2" v3="3"/><triangle v1="2" v2="0" v3="3"/>`
	mfMesh1    = `<mesh>` + mfVertices + `<triangles>` + mfFaces + `</triangles></mesh>`
	mfObject1  = `<object id="1" name="corner">` + mfMesh1 + `</object>`
	mfBuild    = `<build><item objectid="1"/></build>`
)

// zipped makes an archive of parts: name, content, name, content …
func zipped(parts ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		f, _ := w.Create(parts[i])
		_, _ = f.Write([]byte(parts[i+1]))
	}
	_ = w.Close()
	return b.Bytes()
}

// as3MF makes a file of a model.
func as3MF(model string, parts ...string) []byte {
	return zipped(append([]string{"_rels/.rels", mfRels, "3D/3dmodel.model", model}, parts...)...)
}

// modelOf makes a model of resources and a build.
func modelOf(resources, build string) string {
	return mfHead + `unit="millimeter"><resources>` + resources + `</resources>` + build + `</model>`
}

func mustOpen3MF(t testing.TB, data []byte) (*scene.Scene, []string) {
	t.Helper()
	return mustOpen(t, Read3MF, "a.3mf", string(data))
}

func Test3MFCore(t *testing.T) {
	s, warnings := mustOpen3MF(t, as3MF(mfHead+`unit="centimeter"><metadata name="Application">ours &amp; theirs</metadata><metadata name="Title"> a <![CDATA[<b>]]></metadata>
		<!-- </model> --><resources>`+mfObject1+`<object id="2" type="model" partnumber="P-7"><metadatagroup><metadata name="Weight">3 kg</metadata></metadatagroup>
		<components><component objectid="1"/><component objectid="1" transform="1 0 0 0 1 0 0 0 1 100 0 0"/></components></object></resources>
		<build><item objectid="2" transform="2 0 0 0 2 0 0 0 2 0 0 50"/><item objectid="1" partnumber="x"/></build></model>`))
	var paths []string
	for i := 1; i < s.Len(); i++ {
		paths = append(paths, s.Node(scene.NodeID(i)).Path)
	}
	if want := []string{"build", "build/object 2", "build/object 2/corner", "build/object 2/corner~2", "build/corner"}; !slices.Equal(paths, want) {
		t.Errorf("nodes %q", paths)
	}
	if n := len(s.Meshes()) - 1; n != 1 || triangles(s) != 12 || len(warnings) > 0 {
		t.Errorf("%d meshes, %d triangles, warnings %q", n, triangles(s), warnings)
	}
	b := bounds(s) // Z up in centimetres becomes Y up in metres
	if want := (mgl64.Vec3{2.2, 0.7, 0.2}); b.Max.Sub(mgl64.Vec3{want[0], want[1], 0}).Len() > 1e-6 || math.Abs(b.Min[2]+0.2) > 1e-6 {
		t.Errorf("bounds %v", b)
	}
	d := s.Document()
	if d.Unit != "cm" || d.Generator != "ours & theirs" || len(d.Properties) != 1 || d.Properties[0].Text() != "a <b>" {
		t.Errorf("document %+v", d)
	}
	if p := s.Node(2).Properties; len(p) != 2 || p[0].Text() != "P-7" || p[1].Text() != "3 kg" {
		t.Errorf("properties %v", p)
	}
	if m := s.Mesh(1); m.Vertices() != 12 {
		t.Errorf("%d vertices, want sharp edges", m.Vertices())
	}
}

func Test3MFEncodings(t *testing.T) {
	model := modelOf(mfObject1, mfBuild)
	sixteen := func(big, mark bool) string {
		var b []byte
		if mark {
			model = "\ufeff" + strings.TrimPrefix(model, "\ufeff")
		} else {
			model = strings.TrimPrefix(model, "\ufeff")
		}
		for _, u := range utf16.Encode([]rune(strings.Replace(model, "UTF-8", "UTF-16", 1))) {
			if big {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		return string(b)
	}
	for _, text := range []string{"\ufeff" + model, sixteen(true, true), sixteen(false, true), sixteen(true, false), sixteen(false, false),
		strings.NewReplacer("<m", "<c:m", "</m", "</c:m", "xmlns=", "xmlns:c=", "<r", "<c:r", "</r", "</c:r", "<o", "<c:o", "</o", "</c:o", "<v", "<c:v", "</v", "</c:v",
			"<t", "<c:t", "</t", "</c:t", "<b", "<c:b", "</b", "</c:b", "<i", "<c:i").Replace(modelOf(mfObject1, mfBuild))} {
		if s, _ := mustOpen3MF(t, as3MF(text)); triangles(s) != 4 {
			t.Errorf("%.60q: %d triangles", text, triangles(s))
		}
	}
}

func Test3MFProduction(t *testing.T) {
	s, _ := mustOpen3MF(t, as3MF(mfHead+`requiredextensions="p"><resources><object id="1" p:UUID="u-1"><components>
		<component p:path="/3D/Parts/a%20b.model" objectid="7" transform="0 1 0 -1 0 0 0 0 1 0 0 0"/></components></object></resources><build><item objectid="1"/></build></model>`,
		"3D/parts/A b.model", strings.Replace(modelOf(mfObject1, "<build/>"), `id="1"`, `id="7"`, 1)))
	if triangles(s) != 4 || s.Node(2).Properties[0].Text() != "u-1" {
		t.Errorf("%d triangles, %v", triangles(s), s.Node(2).Properties)
	}
	if b := bounds(s); math.Abs(b.Min[0]+0.01) > 1e-9 {
		t.Errorf("bounds %v", b)
	}
}

func Test3MFMaterials(t *testing.T) {
	group := `<basematerials id="5"><base name="red" displaycolor="#FF0000" displaypropertiesid="6"/><base name="glass" displaycolor="#0000FF80"/></basematerials>
		<m:pbmetallicdisplayproperties id="6"><m:pbmetallic name="metal" metallicness="1" roughness="0.25"/></m:pbmetallicdisplayproperties>
		<m:colorgroup id="8"><m:color color="#00FF00"/><m:color color="#102030"/></m:colorgroup>
		<m:compositematerials id="9" matid="5" matindices="0 1"><m:composite values="0.5 0.5"/></m:compositematerials>
		<m:texture2d id="10" path="/3D/a.png" contenttype="image/png" tilestyleu="clamp"/><m:texture2dgroup id="11" texid="10"><m:tex2coord u="0" v="0"/><m:tex2coord u="1" v="0.25"/></m:texture2dgroup>
		<m:multiproperties id="12" pids="5 11"><m:multi pindices="0 0"/><m:multi pindices="0 1"/></m:multiproperties>
		<m:multiproperties id="13" pids="8 8" blendmethods="multiply"><m:multi pindices="0 1"/></m:multiproperties>`
	tri := func(v string) string { return `<triangle v1="0" v2="1" v3="2" ` + v + `/>` }
	s, warnings := mustOpen3MF(t, as3MF(modelOf(group+`<object id="1" pid="5" pindex="1"><mesh>`+mfVertices+`<triangles>`+
		tri(``)+tri(`pid="5" p1="0"`)+tri(`pid="8" p1="0" p2="1" p3="0"`)+tri(`pid="9" p1="0"`)+tri(`pid="11" p1="0" p2="1" p3="0"`)+
		tri(`pid="12" p1="0" p2="1" p3="0"`)+tri(`pid="13" p1="0"`)+tri(`pid="8" p1="7"`)+tri(`p1="0"`)+`</triangles></mesh></object>`, mfBuild), "3D/a.png", checks()))
	m := s.Mesh(1)
	if m.Triangles() != 9 || len(m.UVs) == 0 || len(m.Colors) == 0 {
		t.Fatalf("%d triangles", m.Triangles())
	}
	at := func(name string) (scene.Material, [4]uint8, [2]float32) {
		for _, p := range m.Parts {
			if mat := s.Materials()[p.Material]; mat.Name == name {
				i := m.Indices[p.First]
				return mat, [4]uint8(m.Colors[4*i:]), [2]float32(m.UVs[2*i:])
			}
		}
		t.Errorf("no material %q", name)
		return scene.Material{}, [4]uint8{}, [2]float32{}
	}
	if glass, c, _ := at("glass"); !glass.Blend || glass.BaseColor[2] != 1 || c != opaqueWhite {
		t.Errorf("glass %+v %v", glass, c)
	}
	if _, c, _ := at("colours"); c != [4]uint8{0, 255, 0, 255} {
		t.Errorf("colour %v", c)
	}
	if _, c, _ := at("mixture"); c != [4]uint8{128, 0, 128, 255} {
		t.Errorf("mixture %v", c)
	}
	tex, _, uv := at("texture")
	if tex.BaseColorMap.Texture == 0 || !tex.Mask || uv != [2]float32{0, 1} || s.Textures()[tex.BaseColorMap.Texture].WrapU != scene.Clamp {
		t.Errorf("texture %+v at %v", tex, uv)
	}
	red := 0
	for _, mat := range s.Materials() {
		if mat.Name == "red" && mat.Metallic == 1 && mat.Roughness == 0.25 {
			red++
			if id := mat.BaseColorMap.Texture; id != 0 { // the clear pixel of the texture shows what is under it
				if pix := s.Textures()[id].Image.Pix; !slices.Equal(pix[12:16], []uint8{255, 0, 0, 255}) {
					t.Errorf("laid over red: %v", pix)
				}
			}
		}
	}
	if red != 2 {
		t.Errorf("%d red materials, want the plain one and the one under a texture", red)
	}
	product := false // of the two colours
	for i := 0; i < len(m.Colors); i += 4 {
		product = product || [4]uint8(m.Colors[i:]) == [4]uint8{0, 32, 0, 255}
	}
	if !product {
		t.Errorf("colours that multiply: %v", m.Colors)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "1 corners") && !strings.Contains(warnings[0], "3 corners") {
		t.Errorf("warnings %q", warnings)
	}
}

func near(a, b mgl64.Mat4) bool {
	d := a.Sub(b)
	for _, v := range d {
		if math.Abs(v) > 1e-9 {
			return false
		}
	}
	return true
}

func Test3MFShear(t *testing.T) {
	m := mgl64.Mat4{1, 0, 0, 0, 0.5, 1, 0, 0, 0.2, -0.3, -2, 0, 5, 6, 7, 1}
	p := placements(m)
	if len(p) != 2 {
		t.Fatalf("%d placements", len(p))
	}
	if got := p[0].Matrix().Mul4(p[1].Matrix()); !near(got, m) {
		t.Errorf("%v became %v", m, got)
	}
	mirror := mgl64.Mat4{0, 2, 0, 0, 3, 0, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1}
	if p := placements(mirror); len(p) != 1 || !near(p[0].Matrix(), mirror) {
		t.Errorf("mirror: %v", p)
	}
	s, _ := mustOpen3MF(t, as3MF(modelOf(mfObject1, `<build><item objectid="1" transform="1 0 0 1 1 0 0 0 1 0 0 0"/></build>`)))
	if b := bounds(s); triangles(s) != 4 || math.Abs(b.Max[1]-0.01) > 0.015 {
		t.Errorf("bounds %v", b)
	}
}

func Test3MFLattice(t *testing.T) {
	lattice := `<b:beamlattice radius="1" minlength="0.1" cap="sphere"><b:beams><b:beam v1="0" v2="1"/><b:beam v1="1" v2="2" r1="0.5" r2="2"/></b:beams></b:beamlattice>`
	s, _ := mustOpen3MF(t, as3MF(mfHead+`requiredextensions="b"><resources><object id="1"><mesh>`+mfVertices+`<triangles/>`+lattice+`</mesh></object></resources>`+mfBuild+`</model>`))
	if n, ok := s.Find("build/object 1/lattice"); !ok || s.Mesh(s.Node(n).Mesh).Triangles() != 2*2*barSides+3*20 {
		t.Errorf("%d triangles", triangles(s))
	}
	for i := 0; i < len(icosahedronFaces); i += 3 {
		if len(icosahedronFaces) != 60 {
			t.Fatalf("an icosahedron of %d triangles", len(icosahedronFaces)/3)
		}
	}
	with := strings.Replace(lattice, "radius", `representationmesh="2" radius`, 1)
	s, _ = mustOpen3MF(t, as3MF(modelOf(`<object id="1"><mesh>`+mfVertices+`<triangles/>`+with+`</mesh></object>`+strings.Replace(mfObject1, `"1"`, `"2"`, 1), mfBuild)))
	if triangles(s) != 4 {
		t.Errorf("stand-in: %d triangles", triangles(s))
	}
}

func Test3MFIsRefusedForAReason(t *testing.T) {
	ten := `<object id="1">` + mfMesh1 + `</object>`
	for i := 2; i < 12; i++ {
		ten += fmt.Sprintf(`<object id="%d"><components>%s</components></object>`, i, strings.Repeat(fmt.Sprintf(`<component objectid="%d"/>`, i-1), 10))
	}
	good := as3MF(modelOf(mfObject1, mfBuild))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"no zip":               {[]byte("hello"), "no zip archive"},
		"cut":                  {good[:len(good)-30], "no zip archive"},
		"locked":               {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "password"},
		"other zip":            {zipped("word/document.xml", "<x/>"), "no 3D model"},
		"missing model":        {zipped("_rels/.rels", mfRels), "not in the archive"},
		"no XML":               {as3MF("hello"), "no XML"},
		"cut XML":              {as3MF(modelOf(mfObject1, mfBuild)[:600]), "ends in the middle"},
		"crossed tags":         {as3MF(strings.Replace(modelOf(mfObject1, mfBuild), "</resources>", "</resource>", 1)), "another one is open"},
		"document type":        {as3MF("<!DOCTYPE model>" + modelOf(mfObject1, mfBuild)), "document type"},
		"other root":           {as3MF("<html/>"), "no model of 3MF"},
		"unit":                 {as3MF(mfHead + `unit="parsec"/>`), "parsec"},
		"extension":            {as3MF(mfHead + `xmlns:v="http://schemas.microsoft.com/3dmanufacturing/volumetric/2022/01" requiredextensions="v"/>`), "volumetric"},
		"unknown extension":    {as3MF(mfHead + `xmlns:v="http://example.com/x" requiredextensions="p v"/>`), "http://example.com/x"},
		"undeclared":           {as3MF(mfHead + `requiredextensions="q"/>`), "does not declare"},
		"two of a number":      {as3MF(modelOf(mfObject1+mfObject1, mfBuild)), "number 1"},
		"vertex":               {as3MF(modelOf(strings.Replace(mfObject1, `v3="3"`, `v3="4"`, 1), mfBuild)), "names vertex 4, and there are 4"},
		"no number":            {as3MF(modelOf(strings.Replace(mfObject1, `x="10"`, `x="ten"`, 1), mfBuild)), "ten"},
		"infinite":             {as3MF(modelOf(strings.Replace(mfObject1, `x="10"`, `x="1e60"`, 1), mfBuild)), "1e60"},
		"no z":                 {as3MF(modelOf(strings.Replace(mfObject1, `z="10"`, ``, 1), mfBuild)), "lacks"},
		"no object":            {as3MF(modelOf(mfObject1, `<build><item objectid="2"/></build>`)), "no object 2"},
		"no part":              {as3MF(modelOf(mfObject1, `<build><item objectid="2" p:path="/3D/x.model"/></build>`)), "x.model is missing"},
		"itself":               {as3MF(modelOf(`<object id="1"><components><component objectid="1"/></components></object>`, mfBuild)), "contains itself"},
		"flat":                 {as3MF(modelOf(mfObject1, `<build><item objectid="1" transform="1 0 0 0 1 0 0 0 0 0 0 0"/></build>`)), "flattens"},
		"ten numbers":          {as3MF(modelOf(mfObject1, `<build><item objectid="1" transform="1 0 0 0 1 0 0 0 1 0"/></build>`)), "twelve"},
		"billions of nodes":    {as3MF(modelOf(ten, `<build><item objectid="11"/></build>`)), "nodes"},
		"nothing":              {as3MF(modelOf(`<object id="1"><mesh><vertices/><triangles/></mesh></object>`, mfBuild)), "nothing that can be shown"},
		"bomb":                 {as3MF(modelOf(mfObject1, mfBuild) + strings.Repeat(" ", bombBytes+1)), "no honest model"},
		"colour":               {as3MF(modelOf(`<m:colorgroup id="4"><m:color color="red"/></m:colorgroup>`+mfObject1, mfBuild)), "#RRGGBB"},
		"properties in a ring": {as3MF(modelOf(`<m:multiproperties id="4" pids="4"><m:multi pindices="0"/></m:multiproperties>`, `<build/>`)), "no objects"},
		"deep":                 {as3MF(mfHead + ">" + strings.Repeat("<a>", 200)), "deep"},
	} {
		_, _, err := open(Read3MF, "a.3mf", c.data)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func FuzzMarkup(f *testing.F) {
	f.Add([]byte(modelOf(mfObject1, mfBuild)))
	f.Add([]byte(mfHead + `unit="inch"><resources><basematerials id="5"><base name="&#x41;" displaycolor="#FF0000"/></basematerials><m:colorgroup id="8"><m:color color="#00FF00"/></m:colorgroup>` +
		`<m:multiproperties id="9" pids="5 8"><m:multi pindices="0 0"/></m:multiproperties><object id="1" pid="9" pindex="0"><mesh>` + mfVertices + `<triangles>` + mfFaces + `</triangles>` +
		`<b:beamlattice radius="1"><b:beams><b:beam v1="0" v2="1"/></b:beams></b:beamlattice></mesh></object></resources>` + mfBuild + `</model>`))
	f.Add([]byte(modelOf(mfObject1+`<object id="2"><components><component objectid="1" transform="1 0 0 1 1 0 0 0 1 0 0 0"/></components></object>`, `<build/>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		survive(t, Read3MF, "a.3mf", as3MF(string(data), "3D/a.png", checks()))
	})
}

func Fuzz3MF(f *testing.F) {
	f.Add(as3MF(modelOf(mfObject1, mfBuild)))
	seed(f, ".3mf")
	f.Fuzz(func(t *testing.T, data []byte) { survive(t, Read3MF, "a.3mf", data) })
}

// bigModel is a model of about 97,000 triangles with texture coordinates, like the largest of the public samples.
func bigModel() []byte {
	m := bumpy(312)
	var b bytes.Buffer
	b.WriteString(mfHead + `unit="millimeter"><resources><m:texture2d id="10" path="/3D/a.png" contenttype="image/png"/><m:texture2dgroup id="11" texid="10">`)
	for i := 0; i < len(m.Positions); i += 3 {
		fmt.Fprintf(&b, "<m:tex2coord u=\"%g\" v=\"%g\"/>\n", m.Positions[i], m.Positions[i+1])
	}
	b.WriteString(`</m:texture2dgroup><object id="1"><mesh><vertices>`)
	for i := 0; i < len(m.Positions); i += 3 {
		fmt.Fprintf(&b, "<vertex x=\"%g\" y=\"%g\" z=\"%g\"/>\n", m.Positions[i], m.Positions[i+1], m.Positions[i+2])
	}
	b.WriteString("</vertices><triangles>")
	for i := 0; i < len(m.Indices); i += 3 {
		x, y, z := m.Indices[i], m.Indices[i+1], m.Indices[i+2]
		fmt.Fprintf(&b, "<triangle v1=\"%d\" v2=\"%d\" v3=\"%d\" pid=\"11\" p1=\"%d\" p2=\"%d\" p3=\"%d\"/>\n", x, y, z, x, y, z)
	}
	b.WriteString(`</triangles></mesh></object></resources>` + mfBuild + `</model>`)
	return as3MF(b.String(), "3D/a.png", checks())
}

func Benchmark3MF97k(b *testing.B) { benchmark(b, Read3MF, "a.3mf", bigModel()) }
