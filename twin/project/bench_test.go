package project

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// farm is the demo with this many turbines.
func farm(t testing.TB, turbines int) string {
	t.Helper()
	const last = "farm/T06: {kind: turbine, position: [326, 0, -550]}\n"
	before, after, ok := strings.Cut(demoText(t), last)
	if !ok {
		t.Fatal("the demo has no T06")
	}
	var b strings.Builder
	b.WriteString(before + last)
	for i := 7; i <= turbines; i++ {
		fmt.Fprintf(&b, "  farm/T%02d: {kind: turbine, position: [%d, 0, %d]}\n", i, 800*(i%50), -800*(i/50)-3000)
	}
	return b.String() + after
}

func TestTwoThousandTurbinesInASecond(t *testing.T) {
	text := farm(t, 2000)
	start := time.Now()
	p, err := LoadFS(files(text), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 2*time.Second { // the bar is 1 s; a busy machine gets twice that
		t.Errorf("loading took %v", d)
	}
	if got := len(p.Tree.Signals()); got != 2000*13 {
		t.Errorf("%d signals", got)
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{6, 2000, 15_000} {
		fsys := files(farm(b, n))
		b.Run(fmt.Sprintf("turbines=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(fsys["twin.yaml"].Data)))
			for b.Loop() {
				if _, err := LoadFS(fsys, "twin.yaml"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
