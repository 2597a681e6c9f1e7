package chain

import "math"

// earthRadiusM is the mean radius of the earth, m: R1 of the GRS 80 ellipsoid (Moritz, Geodetic Reference System 1980).
const earthRadiusM = 6371008.7714

// Position is a place on the earth, radians; north and east are positive.
type Position struct{ Lat, Lon float64 }

// Degrees is a position given in degrees.
func Degrees(lat, lon float64) Position { return Position{lat * math.Pi / 180, lon * math.Pi / 180} }

// Distance is the length of the great circle between two positions, m, by the haversine formula (Sinnott, Sky and
// Telescope 68 (1984) 159), which is exact for near points as well.
func Distance(a, b Position) float64 {
	p, q := math.Sin((b.Lat-a.Lat)/2), math.Sin((b.Lon-a.Lon)/2)
	return 2 * earthRadiusM * math.Asin(math.Min(1, math.Sqrt(p*p+math.Cos(a.Lat)*math.Cos(b.Lat)*q*q)))
}

// Between is the position at a share of the great circle from a to b (Williams, Aviation Formulary 1.47, intermediate
// points). Of two opposite points, it is the nearer one.
func Between(a, b Position, share float64) Position {
	d := Distance(a, b) / earthRadiusM
	s := math.Sin(d)
	if s < 1e-12 {
		if share < .5 {
			return a
		}
		return b
	}
	p, q := math.Sin((1-share)*d)/s, math.Sin(share*d)/s
	x := p*math.Cos(a.Lat)*math.Cos(a.Lon) + q*math.Cos(b.Lat)*math.Cos(b.Lon)
	y := p*math.Cos(a.Lat)*math.Sin(a.Lon) + q*math.Cos(b.Lat)*math.Sin(b.Lon)
	z := p*math.Sin(a.Lat) + q*math.Sin(b.Lat)
	return Position{math.Atan2(z, math.Hypot(x, y)), math.Atan2(y, x)}
}

// Bearing is the course at a on the great circle to b, clockwise from north, 0 … 2π rad.
func Bearing(a, b Position) float64 {
	d := b.Lon - a.Lon
	c := math.Atan2(math.Sin(d)*math.Cos(b.Lat), math.Cos(a.Lat)*math.Sin(b.Lat)-math.Sin(a.Lat)*math.Cos(b.Lat)*math.Cos(d))
	return math.Mod(c+2*math.Pi, 2*math.Pi)
}

// Ahead is where a course from a leads after a distance, m, on a great circle.
func Ahead(a Position, course, distance float64) Position {
	d := distance / earthRadiusM
	lat := math.Asin(math.Sin(a.Lat)*math.Cos(d) + math.Cos(a.Lat)*math.Sin(d)*math.Cos(course))
	lon := a.Lon + math.Atan2(math.Sin(course)*math.Sin(d)*math.Cos(a.Lat), math.Cos(d)-math.Sin(a.Lat)*math.Sin(lat))
	return Position{lat, wrap(lon)}
}

// wrap brings a longitude into −π … π.
func wrap(lon float64) float64 {
	lon = math.Mod(lon+math.Pi, 2*math.Pi)
	if lon < 0 {
		lon += 2 * math.Pi
	}
	return lon - math.Pi
}

// nearest is the share of the great circle from a to b that comes nearest to p, and how near, m (cross-track and
// along-track distance of the Aviation Formulary).
func nearest(a, b, p Position) (share, distance float64) {
	length, d := Distance(a, b)/earthRadiusM, Distance(a, p)/earthRadiusM
	if length < 1e-9 {
		return 0, Distance(a, p)
	}
	turn := Bearing(a, p) - Bearing(a, b)
	along := math.Atan2(math.Sin(d)*math.Cos(turn), math.Cos(d))
	share = math.Min(1, math.Max(0, along/length))
	return share, Distance(Between(a, b, share), p)
}
