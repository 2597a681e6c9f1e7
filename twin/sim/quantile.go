package sim

import "math"

// Select rearranges v so that v[k] is its k-th smallest value, with none larger before it and none smaller behind it,
// in linear time on average (Hoare's FIND, CACM 4 (1961) 321, pivot by median of three). NaN is not allowed.
func Select(v []float64, k int) float64 {
	lo, hi := 0, len(v)-1
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if v[mid] < v[lo] {
			v[mid], v[lo] = v[lo], v[mid]
		}
		if v[hi] < v[lo] {
			v[hi], v[lo] = v[lo], v[hi]
		}
		if v[hi] < v[mid] {
			v[hi], v[mid] = v[mid], v[hi]
		}
		pivot := v[mid]
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for pivot < v[j] {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k]
		}
	}
	return v[k]
}

// Quantile returns the p-quantile of v, 0 ≤ p ≤ 1, between order statistics by linear interpolation (definition 7 of
// Hyndman and Fan, The American Statistician 50 (1996) 361). It rearranges v. +Inf may occur: an interpolation towards
// it is +Inf. It is NaN for an empty v.
func Quantile(v []float64, p float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	return within(v, p*float64(len(v)-1))
}

// Spread returns the median and the ends of the 80 % interval of v: its 10 % and 90 % quantiles. It rearranges v.
func Spread(v []float64) (median, low, high float64) {
	median = Quantile(v, .5)
	if len(v) < 16 {
		return median, Quantile(v, .1), Quantile(v, .9)
	}
	// The median has parted v: none before it is larger, none behind it smaller.
	at := int(.5 * float64(len(v)-1))
	return median, within(v[:at+1], .1*float64(len(v)-1)), within(v[at:], .9*float64(len(v)-1)-float64(at))
}

// within is the value at rank h of v, between order statistics by linear interpolation. It rearranges v.
func within(v []float64, h float64) float64 {
	k := int(h)
	a := Select(v, k)
	frac := h - float64(k)
	if frac == 0 || k+1 >= len(v) {
		return a
	}
	b := v[k+1]
	for _, x := range v[k+2:] {
		if x < b {
			b = x
		}
	}
	if math.IsInf(b, 1) {
		return b
	}
	return a + frac*(b-a)
}

// rank returns the value of v at the nearest rank of p: no interpolation, so that a state stays a state.
func rank(v []float64, p float64) float64 { return Select(v, int(p*float64(len(v)-1)+.5)) }
