package cad

import (
	"fmt"
	"strings"
)

// stepFile writes STEP AP214 files of boxes in assemblies: fixtures of our own, of any size and depth.
type stepFile struct {
	b       strings.Builder
	n       int
	context int // of all shapes, with their units
	product int // PRODUCT_CONTEXT
	design  int // PRODUCT_DEFINITION_CONTEXT
	styles  []int
}

// stepUnit is how a file writes its unit of length.
type stepUnit string

const (
	stepMillimetre stepUnit = "(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.))"
	stepMetre      stepUnit = "(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT($,.METRE.))"
)

func newStepFile(unit stepUnit) *stepFile {
	f := &stepFile{}
	f.b.WriteString("ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('boxes'),'2;1');\n" +
		"FILE_NAME('boxes','2026-01-01T00:00:00',('a tester'),('a shop'),'stepFile','stepFile','');\n" +
		"FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));\nENDSEC;\nDATA;\n")
	app := f.add("APPLICATION_CONTEXT('automotive design')")
	f.add("APPLICATION_PROTOCOL_DEFINITION('','automotive_design',2000,#%d)", app)
	f.product = f.add("PRODUCT_CONTEXT('',#%d,'mechanical')", app)
	f.design = f.add("PRODUCT_DEFINITION_CONTEXT('part definition',#%d,'design')", app)
	length := f.add("%s", unit)
	angle := f.add("(NAMED_UNIT(*)PLANE_ANGLE_UNIT()SI_UNIT($,.RADIAN.))")
	solid := f.add("(NAMED_UNIT(*)SI_UNIT($,.STERADIAN.)SOLID_ANGLE_UNIT())")
	doubt := f.add("UNCERTAINTY_MEASURE_WITH_UNIT(LENGTH_MEASURE(1.E-5),#%d,'distance_accuracy_value','')", length)
	f.context = f.add("(GEOMETRIC_REPRESENTATION_CONTEXT(3)GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT((#%d))"+
		"GLOBAL_UNIT_ASSIGNED_CONTEXT((#%d,#%d,#%d))REPRESENTATION_CONTEXT('',''))", doubt, length, angle, solid)
	return f
}

// add writes an entity and returns its number.
func (f *stepFile) add(format string, args ...any) int {
	f.n++
	fmt.Fprintf(&f.b, "#%d=%s;\n", f.n, fmt.Sprintf(format, args...))
	return f.n
}

func (f *stepFile) point(p [3]float64) int {
	return f.add("CARTESIAN_POINT('',(%s,%s,%s))", real(p[0]), real(p[1]), real(p[2]))
}

func (f *stepFile) direction(p [3]float64) int {
	return f.add("DIRECTION('',(%s,%s,%s))", real(p[0]), real(p[1]), real(p[2]))
}

// real writes a number as STEP wants it, with a point.
func real(v float64) string { return fmt.Sprintf("%.6f", v) }

func (f *stepFile) placement(at, z, x [3]float64) int {
	return f.add("AXIS2_PLACEMENT_3D('',#%d,#%d,#%d)", f.point(at), f.direction(z), f.direction(x))
}

func (f *stepFile) origin(at [3]float64) int {
	return f.placement(at, [3]float64{0, 0, 1}, [3]float64{1, 0, 0})
}

// stepProduct is a part or an assembly: its definition and its representation.
type stepProduct struct {
	definition, shape int
	faces             []int
	solid             int
}

// define writes a product whose representation holds these items.
func (f *stepFile) define(name, kind string, items []int) stepProduct {
	p := f.add("PRODUCT('%s','%s','',(#%d))", name, name, f.product)
	formation := f.add("PRODUCT_DEFINITION_FORMATION('','',#%d)", p)
	out := stepProduct{definition: f.add("PRODUCT_DEFINITION('design','',#%d,#%d)", formation, f.design)}
	out.shape = f.add("%s('',(%s),#%d)", kind, refs(items), f.context)
	f.add("SHAPE_DEFINITION_REPRESENTATION(#%d,#%d)", f.add("PRODUCT_DEFINITION_SHAPE('','',#%d)", out.definition), out.shape)
	return out
}

func refs(ids []int) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = fmt.Sprintf("#%d", id)
	}
	return strings.Join(out, ",")
}

// box writes a part with one corner at the origin. Its faces are -x, +x, -y, +y, -z, +z.
func (f *stepFile) box(name string, size [3]float64) stepProduct {
	var corner [8]int
	var at [8][3]float64
	for i := range corner {
		at[i] = [3]float64{float64(i&1) * size[0], float64(i>>1&1) * size[1], float64(i>>2&1) * size[2]}
		corner[i] = f.add("VERTEX_POINT('',#%d)", f.point(at[i]))
	}
	edges := map[[2]int]int{}
	edge := func(a, b int) int {
		lo, hi := min(a, b), max(a, b)
		if _, made := edges[[2]int{lo, hi}]; !made {
			d := [3]float64{}
			d[map[int]int{1: 0, 2: 1, 4: 2}[hi-lo]] = 1
			line := f.add("LINE('',#%d,#%d)", f.point(at[lo]), f.add("VECTOR('',#%d,1.)", f.direction(d)))
			edges[[2]int{lo, hi}] = f.add("EDGE_CURVE('',#%d,#%d,#%d,.T.)", corner[lo], corner[hi], line)
		}
		sense := ".T."
		if a > b {
			sense = ".F."
		}
		return f.add("ORIENTED_EDGE('',*,*,#%d,%s)", edges[[2]int{lo, hi}], sense)
	}
	var faces []int
	for _, q := range []struct {
		loop [4]int
		z, x [3]float64
	}{
		{[4]int{0, 4, 6, 2}, [3]float64{-1, 0, 0}, [3]float64{0, 1, 0}}, {[4]int{1, 3, 7, 5}, [3]float64{1, 0, 0}, [3]float64{0, 1, 0}},
		{[4]int{0, 1, 5, 4}, [3]float64{0, -1, 0}, [3]float64{1, 0, 0}}, {[4]int{2, 6, 7, 3}, [3]float64{0, 1, 0}, [3]float64{1, 0, 0}},
		{[4]int{0, 2, 3, 1}, [3]float64{0, 0, -1}, [3]float64{1, 0, 0}}, {[4]int{4, 5, 7, 6}, [3]float64{0, 0, 1}, [3]float64{1, 0, 0}},
	} {
		loop := make([]int, 4)
		for k := range loop {
			loop[k] = edge(q.loop[k], q.loop[(k+1)%4])
		}
		bound := f.add("FACE_OUTER_BOUND('',#%d,.T.)", f.add("EDGE_LOOP('',(%s))", refs(loop)))
		plane := f.add("PLANE('',#%d)", f.placement(at[q.loop[0]], q.z, q.x))
		faces = append(faces, f.add("ADVANCED_FACE('',(#%d),#%d,.T.)", bound, plane))
	}
	solid := f.add("MANIFOLD_SOLID_BREP('',#%d)", f.add("CLOSED_SHELL('',(%s))", refs(faces)))
	out := f.define(name, "ADVANCED_BREP_SHAPE_REPRESENTATION", []int{f.origin([3]float64{}), solid})
	out.faces, out.solid = faces, solid
	return out
}

// paint gives an item, a solid or a face, a colour in sRGB.
func (f *stepFile) paint(item int, r, g, b float64) {
	fill := f.add("FILL_AREA_STYLE_COLOUR('',#%d)", f.add("COLOUR_RGB('',%s,%s,%s)", real(r), real(g), real(b)))
	area := f.add("SURFACE_STYLE_FILL_AREA(#%d)", f.add("FILL_AREA_STYLE('',(#%d))", fill))
	usage := f.add("SURFACE_STYLE_USAGE(.BOTH.,#%d)", f.add("SURFACE_SIDE_STYLE('',(#%d))", area))
	f.styles = append(f.styles, f.add("STYLED_ITEM('color',(#%d),#%d)", f.add("PRESENTATION_STYLE_ASSIGNMENT((#%d))", usage), item))
}

// layer puts items on a layer.
func (f *stepFile) layer(name string, items ...int) {
	f.add("PRESENTATION_LAYER_ASSIGNMENT('%s','',(%s))", name, refs(items))
}

// use is a placed instance of a product.
type use struct {
	name string
	of   stepProduct
	at   [3]float64
}

// assembly writes a product of instances.
func (f *stepFile) assembly(name string, uses ...use) stepProduct {
	origin := f.origin([3]float64{})
	items := []int{origin}
	for _, u := range uses {
		items = append(items, f.origin(u.at))
	}
	out := f.define(name, "SHAPE_REPRESENTATION", items)
	for i, u := range uses {
		occurrence := f.add("NEXT_ASSEMBLY_USAGE_OCCURRENCE('%d','%s','',#%d,#%d,$)", i, u.name, out.definition, u.of.definition)
		moved := f.add("ITEM_DEFINED_TRANSFORMATION('','',#%d,#%d)", origin, items[i+1])
		relation := f.add("(REPRESENTATION_RELATIONSHIP('','',#%d,#%d)REPRESENTATION_RELATIONSHIP_WITH_TRANSFORMATION(#%d)"+
			"SHAPE_REPRESENTATION_RELATIONSHIP())", u.of.shape, out.shape, moved)
		f.add("CONTEXT_DEPENDENT_SHAPE_REPRESENTATION(#%d,#%d)", relation, f.add("PRODUCT_DEFINITION_SHAPE('','',#%d)", occurrence))
	}
	return out
}

// text ends the file.
func (f *stepFile) text() string {
	if len(f.styles) > 0 {
		f.add("MECHANICAL_DESIGN_GEOMETRIC_PRESENTATION_REPRESENTATION('',(%s),#%d)", refs(f.styles), f.context)
		f.styles = nil
	}
	return f.b.String() + "ENDSEC;\nEND-ISO-10303-21;\n"
}

// twoBoxes is an assembly of two instances of a box of 10 × 20 × 30 mm that is red but for its green top, on layer
// "housing", and of a blue plate, which has a name beyond ASCII.
func twoBoxes(unit stepUnit, mm float64) string {
	f := newStepFile(unit)
	box := f.box("box", [3]float64{10 * mm, 20 * mm, 30 * mm})
	f.paint(box.solid, 1, 0, 0)
	f.paint(box.faces[5], 0, 1, 0)
	f.layer("housing", box.solid)
	plate := f.box(`Tr\X2\00E4\X0\ger`, [3]float64{100 * mm, 50 * mm, 5 * mm})
	f.paint(plate.solid, 0, 0, 0.5)
	pair := f.assembly("pair", use{"left", box, [3]float64{0, 0, 5 * mm}}, use{"right", box, [3]float64{90 * mm, 0, 5 * mm}})
	f.assembly("top", use{"NAUO1", pair, [3]float64{0, 10 * mm, 0}}, use{"plate", plate, [3]float64{}})
	return f.text()
}
