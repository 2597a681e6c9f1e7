package gltf

import (
	"math"
	"slices"
	"unsafe"
)

// sliceKey names data in memory and how they are written: slices that meshes share are written once.
type sliceKey struct {
	at   unsafe.Pointer
	n    int
	kind string
}

// accessor adds an accessor unless the same data were added before.
func accessorOf[T any](d *writer, values []T, kind string, add func() int) int {
	key := sliceKey{unsafe.Pointer(unsafe.SliceData(values)), len(values), kind}
	if at, ok := d.accessors[key]; ok {
		return at
	}
	at := add()
	d.accessors[key] = at
	return at
}

func (d *writer) add(a accessor) int {
	d.doc.Accessors = append(d.doc.Accessors, a)
	return len(d.doc.Accessors) - 1
}

var vectorNames = map[int]string{1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}

// floats adds vectors. fix may change each before it is written; bounds adds their least and largest values.
func (d *writer) floats(values []float32, width, target int, bounds bool, fix func(v []float32)) int {
	return accessorOf(d, values, vectorNames[width]+string(rune('0'+target%10)), func() int {
		a := accessor{ComponentType: typeFloat, Type: vectorNames[width], Count: len(values) / width}
		a.BufferView = ref(d.view(4*len(values), 4, bufferView{Target: target}, func(w *sink) { w.floats(values, width, fix) }))
		if bounds {
			a.Min, a.Max = extent(values, width)
		}
		return d.add(a)
	})
}

// extent gives the least and largest value of each component.
func extent(values []float32, width int) (lo, hi []float64) {
	lo, hi = slices.Repeat([]float64{math.Inf(1)}, width), slices.Repeat([]float64{math.Inf(-1)}, width)
	for i, v := range values {
		k := i % width
		lo[k], hi[k] = min(lo[k], float64(v)), max(hi[k], float64(v))
	}
	return lo, hi
}

// indices adds indices of so many vertices.
func (d *writer) indices(values []uint32, vertices int) int {
	kind, size := typeUshort, 2
	if vertices > math.MaxUint16 {
		kind, size = typeUint, 4
	}
	return accessorOf(d, values, "indices", func() int {
		view := d.view(size*len(values), 4, bufferView{Target: targetIndices}, func(w *sink) {
			for _, v := range values {
				if size == 2 {
					w.u16(uint16(v))
				} else {
					w.u32(v)
				}
			}
		})
		return d.add(accessor{BufferView: &view, ComponentType: kind, Type: "SCALAR", Count: len(values)})
	})
}

// Fixes for what the format forbids and a scene may hold.

// fixNumber writes 0 for what is no number.
func fixNumber(v []float32) {
	for k, x := range v {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			v[k] = 0
		}
	}
}

// fixUnit makes a direction of length 1; a fourth number is the sign of the bitangent, or part of a quaternion.
func fixUnit(v []float32, n int) {
	fixNumber(v)
	sum := 0.0
	for _, x := range v[:n] {
		sum += float64(x) * float64(x)
	}
	if l := math.Sqrt(sum); l < 1e-20 {
		clear(v[:n])
		v[n-1] = 1
	} else if math.Abs(l-1) > 1e-5 {
		for k := range v[:n] {
			v[k] = float32(float64(v[k]) / l)
		}
	}
}

func fixNormal(v []float32) { fixUnit(v, 3) }

func fixTangent(v []float32) {
	fixUnit(v, 3)
	if v[3] < 0 {
		v[3] = -1
	} else {
		v[3] = 1
	}
}

func fixRotation(v []float32) { fixUnit(v, 4) }
