package equation

import "math"

// Coefficients of Dormand and Prince (J. Comput. Appl. Math. 6 (1980) 19) by stage, of the error, and of the interpolant in
// the middle of the step (Hairer, Nørsett and Wanner, section II.6).
var (
	nodes   = [...]float64{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1}
	weights = [...][6]float64{
		1: {1. / 5},
		2: {3. / 40, 9. / 40},
		3: {44. / 45, -56. / 15, 32. / 9},
		4: {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
		5: {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
		6: {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
	}
	errors  = [...]float64{71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40}
	bending = [...]float64{-12715105075. / 11282082432, 0, 87487479700. / 32700410799, -10690763975. / 1880347072, 701980252875. / 199316789632, -1453857185. / 822651844, 69997945. / 29380423}
)

// try makes a step of h from y into next, and returns the largest error relative to the tolerance of the members that take
// part.
func (b *block) try(h float64) float64 {
	b.stage2(h)
	b.rate(b.t+nodes[1]*h, b.stage, b.k[1])
	b.stage3(h)
	b.rate(b.t+nodes[2]*h, b.stage, b.k[2])
	b.stage4(h)
	b.rate(b.t+nodes[3]*h, b.stage, b.k[3])
	b.stage5(h)
	b.rate(b.t+nodes[4]*h, b.stage, b.k[4])
	b.stage6(h)
	b.rate(b.t+h, b.six, b.k[5])
	b.stage7(h)
	b.rate(b.t+h, b.next, b.k[6])
	return b.worst(h)
}

func (b *block) stage2(h float64) {
	y, k1 := b.y, b.k[0][:len(b.y)]
	out := b.stage[:len(y)]
	w1 := h * weights[1][0]
	for i, v := range y {
		out[i] = v + w1*k1[i]
	}
}

func (b *block) stage3(h float64) {
	y, k1, k2 := b.y, b.k[0][:len(b.y)], b.k[1][:len(b.y)]
	out := b.stage[:len(y)]
	w := &weights[2]
	w1, w2 := h*w[0], h*w[1]
	for i, v := range y {
		out[i] = v + (w1*k1[i] + w2*k2[i])
	}
}

func (b *block) stage4(h float64) {
	y, k1, k2, k3 := b.y, b.k[0][:len(b.y)], b.k[1][:len(b.y)], b.k[2][:len(b.y)]
	out := b.stage[:len(y)]
	w := &weights[3]
	w1, w2, w3 := h*w[0], h*w[1], h*w[2]
	for i, v := range y {
		out[i] = v + (w1*k1[i] + w2*k2[i] + w3*k3[i])
	}
}

func (b *block) stage5(h float64) {
	y, k1, k2, k3, k4 := b.y, b.k[0][:len(b.y)], b.k[1][:len(b.y)], b.k[2][:len(b.y)], b.k[3][:len(b.y)]
	out := b.stage[:len(y)]
	w := &weights[4]
	w1, w2, w3, w4 := h*w[0], h*w[1], h*w[2], h*w[3]
	for i, v := range y {
		out[i] = v + (w1*k1[i] + w2*k2[i] + w3*k3[i] + w4*k4[i])
	}
}

func (b *block) stage6(h float64) {
	y, k1, k2, k3, k4, k5 := b.y, b.k[0][:len(b.y)], b.k[1][:len(b.y)], b.k[2][:len(b.y)], b.k[3][:len(b.y)], b.k[4][:len(b.y)]
	out := b.six[:len(y)]
	w := &weights[5]
	w1, w2, w3, w4, w5 := h*w[0], h*w[1], h*w[2], h*w[3], h*w[4]
	for i, v := range y {
		out[i] = v + (w1*k1[i] + w2*k2[i] + w3*k3[i] + w4*k4[i] + w5*k5[i])
	}
}

func (b *block) stage7(h float64) {
	y, k1, k3, k4, k5, k6 := b.y, b.k[0][:len(b.y)], b.k[2][:len(b.y)], b.k[3][:len(b.y)], b.k[4][:len(b.y)], b.k[5][:len(b.y)]
	out := b.next[:len(y)]
	w := &weights[6]
	w1, w3, w4, w5, w6 := h*w[0], h*w[2], h*w[3], h*w[4], h*w[5]
	for i, v := range y {
		out[i] = v + (w1*k1[i] + w3*k3[i] + w4*k4[i] + w5*k5[i] + w6*k6[i])
	}
}

// worst is the largest root mean square of the errors of a member, relative to the tolerance; +Inf if one is no number.
func (b *block) worst(h float64) float64 {
	n, w := b.n, b.width
	sum := b.err[:n]
	clear(sum)
	e1, e3, e4, e5, e6, e7 := h*errors[0], h*errors[2], h*errors[3], h*errors[4], h*errors[5], h*errors[6]
	for i := range b.System.States {
		row := func(v []float64) []float64 { return v[i*w:][:n] }
		y, z := row(b.y), row(b.next)
		k1, k3, k4, k5, k6, k7 := row(b.k[0]), row(b.k[2]), row(b.k[3]), row(b.k[4]), row(b.k[5]), row(b.k[6])
		abs, rel := b.tol.absolute[i], b.tol.relative
		for j := range sum {
			e := e1*k1[j] + e3*k3[j] + e4*k4[j] + e5*k5[j] + e6*k6[j] + e7*k7[j]
			e /= abs + rel*max(math.Abs(y[j]), math.Abs(z[j]))
			sum[j] += e * e
		}
	}
	worst := 0.
	for j, s := range sum {
		if b.aside[j] {
			continue
		}
		if !(s <= math.MaxFloat64) {
			return math.Inf(1)
		}
		worst = max(worst, s)
	}
	return math.Sqrt(worst / float64(len(b.System.States)))
}

// middle fills stage with the state in the middle of the last step, whose length was h.
func (b *block) middle(h float64) {
	for i, y := range b.y {
		diff := b.next[i] - y
		bend := h*b.k[0][i] - diff
		back := diff - h*b.k[6][i] - bend
		last := 0.
		for s, w := range bending {
			last += w * b.k[s][i]
		}
		b.stage[i] = y + .5*(diff+.5*(bend+.5*(back+.5*h*last)))
	}
}
