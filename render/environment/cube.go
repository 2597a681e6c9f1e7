package environment

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// faces is a picture of all directions on the sides of a cube. Each face has a border of one pixel that repeats its
// neighbours, so that it can be sampled smoothly up to its rim.
type faces struct {
	side int
	pix  [6][]Vec // (side+2)²
}

// facesOf makes faces of radiance by direction.
func facesOf(side int, radiance func(Vec) Vec) *faces {
	f := &faces{side: side}
	for k := range f.pix {
		f.pix[k] = make([]Vec, (side+2)*(side+2))
	}
	each(6*side, func(row int) {
		k, y := row/side, row%side
		for x := range side {
			*f.at(k, x, y) = sane(radiance(f.toward(k, x, y)))
		}
	})
	f.seam()
	return f
}

func (f *faces) at(face, x, y int) *Vec { return &f.pix[face][(y+1)*(f.side+2)+x+1] }

// toward is the direction of the middle of a pixel; x and y may lie beyond the rim.
func (f *faces) toward(face, x, y int) Vec {
	step := 2 / float32(f.side)
	return onFace(face, (float32(x)+0.5)*step-1, (float32(y)+0.5)*step-1).unit()
}

// onFace is the point of a face of the cube from −1 to 1, by the coordinates along its rows and columns.
func onFace(face int, s, t float32) Vec {
	switch face {
	case 0:
		return Vec{1, -t, -s}
	case 1:
		return Vec{-1, -t, s}
	case 2:
		return Vec{s, 1, t}
	case 3:
		return Vec{s, -1, -t}
	case 4:
		return Vec{s, -t, 1}
	}
	return Vec{-s, -t, -1}
}

// faceOf is the inverse of onFace for any direction.
func faceOf(d Vec) (face int, s, t float32) {
	x, y, z := d[0], d[1], d[2]
	ax, ay, az := abs(x), abs(y), abs(z)
	switch {
	case ax >= ay && ax >= az && x > 0:
		return 0, -z / ax, -y / ax
	case ax >= ay && ax >= az:
		return 1, z / ax, -y / ax
	case ay >= az && y > 0:
		return 2, x / ay, z / ay
	case ay >= az:
		return 3, x / ay, -z / ay
	case z > 0:
		return 4, x / az, -y / az
	}
	return 5, -x / az, -y / az
}

func abs(v float32) float32 { return math.Float32frombits(math.Float32bits(v) &^ (1 << 31)) }

// seam copies into the borders what the neighbours show there.
func (f *faces) seam() {
	for face := range 6 {
		for i := -1; i <= f.side; i++ {
			for _, at := range [4][2]int{{i, -1}, {i, f.side}, {-1, i}, {f.side, i}} {
				k, s, t := faceOf(f.toward(face, at[0], at[1]))
				*f.at(face, at[0], at[1]) = *f.at(k, f.pixel(s), f.pixel(t))
			}
		}
	}
}

func (f *faces) pixel(s float32) int {
	return min(max(int((s+1)*0.5*float32(f.side)), 0), f.side-1)
}

// sample returns the radiance from a direction, smoothed between four pixels.
func (f *faces) sample(d Vec) Vec {
	face, s, t := faceOf(d)
	half := 0.5 * float32(f.side)
	x, y := (s+1)*half+0.5, (t+1)*half+0.5 // with the border
	i, j := int(x), int(y)
	u, v := x-float32(i), y-float32(j)
	row := f.side + 2
	p := f.pix[face][j*row+i:]
	a, b, c, e := &p[0], &p[1], &p[row], &p[row+1]
	var out Vec
	for k := range out {
		top := a[k] + (b[k]-a[k])*u
		out[k] = top + (c[k]+(e[k]-c[k])*u-top)*v
	}
	return out
}

// solidAngle is the angle in steradians that a pixel covers, up to a factor that all pixels share and that sums up to 4π
// when it is normalised (the projection's Jacobian in the middle of the pixel).
func (f *faces) solidAngle(x, y int) float32 {
	step := 2 / float32(f.side)
	s, t := (float32(x)+0.5)*step-1, (float32(y)+0.5)*step-1
	q := 1 + s*s + t*t
	return step * step / (q * float32(math.Sqrt(float64(q))))
}

// chain is a picture at full size and at each half of it, down to one pixel per face.
type chain []*faces

func (f *faces) chain() chain {
	out := chain{f}
	for f.side > 1 {
		f = f.halved()
		out = append(out, f)
	}
	return out
}

// halved is the picture with half the side: the mean of four pixels each.
func (f *faces) halved() *faces {
	h := &faces{side: f.side / 2}
	for k := range h.pix {
		h.pix[k] = make([]Vec, (h.side+2)*(h.side+2))
	}
	each(6*h.side, func(row int) {
		k, y := row/h.side, row%h.side
		for x := range h.side {
			sum := f.at(k, 2*x, 2*y).plus(*f.at(k, 2*x+1, 2*y)).plus(*f.at(k, 2*x, 2*y+1)).plus(*f.at(k, 2*x+1, 2*y+1))
			*h.at(k, x, y) = sum.scaled(0.25)
		}
	})
	h.seam()
	return h
}

// near returns the smallest picture with at least this side, or the largest.
func (c chain) near(side int) *faces {
	best := c[0]
	for _, f := range c {
		if f.side >= side {
			best = f
		}
	}
	return best
}

// sample returns the radiance from a direction, blurred by the level: 0 is the full size, 1 half of it.
func (c chain) sample(d Vec, level float32) Vec {
	level = min(max(level, 0), float32(len(c)-1))
	i := int(level)
	t := level - float32(i)
	out := c[i].sample(d)
	if t > 0 {
		out = mixed(out, c[i+1].sample(d), t)
	}
	return out
}

// each calls do for 0 to n−1 on all cores and waits.
func each(n int, do func(int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	done.Wait()
}
