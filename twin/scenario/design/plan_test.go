package design

import (
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The first points of the sequence, as every implementation with these direction numbers gives them.
func TestSequence(t *testing.T) {
	s, err := NewSequence(3, 0)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, 3)
	for k, want := range [][]float64{{0, 0, 0}, {.5, .5, .5}, {.75, .25, .25}, {.25, .75, .75}, {.375, .375, .625}, {.875, .875, .125}, {.625, .125, .875}, {.125, .625, .375}} {
		if s.Next(x); !slices.Equal(x, want) {
			t.Errorf("point %d: %v, want %v", k, x, want)
		}
	}
}

// Each dimension takes 2^k points so that every part of 2^-k holds one: the direction numbers are odd and below 2^k, and
// the polynomials are primitive.
func TestEachDimensionIsBalanced(t *testing.T) {
	if n := len(table()); n != MaxDimensions {
		t.Fatalf("%d dimensions", n)
	}
	for _, seed := range []uint64{0, 9} {
		s, err := NewSequence(MaxDimensions, seed)
		if err != nil {
			t.Fatal(err)
		}
		const n = 1 << 10
		var seen [MaxDimensions][n]bool
		x := make([]float64, MaxDimensions)
		for range n {
			s.Next(x)
			for i, v := range x {
				seen[i][int(v*n)] = true
			}
		}
		for i := range seen {
			if slices.Contains(seen[i][:], false) {
				t.Errorf("seed %d: dimension %d leaves gaps", seed, i+1)
			}
		}
	}
	for i, line := range strings.Split(directions, "\n") {
		f := strings.Fields(line)
		s, _ := strconv.Atoi(f[0])
		a, _ := strconv.Atoi(f[1])
		if len(f) != 2+s || !primitive(s, uint32(a)) {
			t.Errorf("dimension %d: %q", i+2, line)
		}
	}
	if _, err := NewSequence(MaxDimensions+1, 0); err == nil {
		t.Error("too many dimensions")
	}
}

// primitive reports whether x has the order 2^s − 1 modulo the polynomial x^s + a… + 1 over GF(2).
func primitive(s int, a uint32) bool {
	poly := uint32(1)<<s | a<<1 | 1
	if s == 1 {
		return a == 0
	}
	v := uint32(2)
	for k := 1; k < 1<<s-1; k++ {
		if v == 1 {
			return false
		}
		if v <<= 1; bits.Len32(v) > s {
			v ^= poly
		}
	}
	return v == 1
}

func TestGrid(t *testing.T) {
	p, err := Grid(axes(t, "0..1", "choices(1, 2)", "range(3, 5, 3)"), 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Points) != 12 {
		t.Fatalf("%d points", len(p.Points))
	}
	if k := p.Points[11]; k[0].SI != 1 || k[1].SI != 2 || k[2].SI != 5 {
		t.Errorf("last %+v", k)
	}
	if c := p.Changes(1); c[2].String() != "x3=4" || c[0].String() != "x1=0" {
		t.Errorf("changes %v", c)
	}
	big := axes(t, "range(0, 1, 1000)", "range(0, 1, 1000)", "range(0, 1, 1000)")
	if _, err := Grid(big, 2); err == nil || !strings.Contains(err.Error(), "1e+09 runs") {
		t.Errorf("%v", err)
	}
	if _, err := Grid(nil, 2); err == nil {
		t.Error("a grid of nothing")
	}
}

func TestLatinHypercubeFillsEachPart(t *testing.T) {
	const n = 100
	p, err := LatinHypercube(axes(t, "0..1", "0..1", "normal(0, 1)"), n, 5)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		var seen [n]bool
		for _, x := range p.Points {
			seen[int(x[i].SI*n)] = true
		}
		if slices.Contains(seen[:], false) {
			t.Errorf("axis %d leaves gaps", i)
		}
	}
	var sum, squares float64
	for _, x := range p.Points {
		sum += x[2].SI
		squares += x[2].SI * x[2].SI
	}
	if math.Abs(sum/n) > .01 || math.Abs(squares/n-1) > .1 {
		t.Errorf("normal: mean %.3f, mean square %.3f", sum/n, squares/n)
	}
	again, _ := LatinHypercube(axes(t, "0..1", "0..1", "normal(0, 1)"), n, 5)
	if !slices.Equal(p.Points[7], again.Points[7]) {
		t.Error("one seed gives two plans")
	}
}

func TestMonteCarloAndBadSizes(t *testing.T) {
	p, err := MonteCarlo(axes(t, "choices(1, 2, 3)"), 3000, 5)
	if err != nil {
		t.Fatal(err)
	}
	var n [4]int
	for _, x := range p.Points {
		n[int(x[0].SI)]++
	}
	for _, c := range n[1:] {
		if c < 900 || c > 1100 {
			t.Errorf("choices are drawn %v times", n)
		}
	}
	a := axes(t, "0..1")
	for name, err := range map[string]error{
		"no sample":        second(MonteCarlo(a, 0, 1)),
		"no hypercube":     second(LatinHypercube(a, -1, 1)),
		"a huge hypercube": second(LatinHypercube(a, 1<<40, 1)),
		"odd levels":       second(Morris(a, 10, 3, 1)),
		"one trajectory":   second(Morris(a, 1, 4, 1)),
		"one row":          second(Saltelli(a, 1, 1)),
		"too many rows":    second(Saltelli(a, 1<<40, 1)),
		"nothing varies":   second(Tornado(nil)),
	} {
		if err == nil {
			t.Errorf("%s was made", name)
		}
	}
}

func second(_ *Plan, err error) error { return err }
