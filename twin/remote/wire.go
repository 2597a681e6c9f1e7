package remote

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin"
)

// series is the name under which a signal stands in a cluster.
const series = "orrery_signal"

// staleBits is the stale marker of Prometheus (model/value.StaleNaN).
const staleBits = 0x7ff0000000000002

// point is a sample as it is sent.
type point struct {
	ms int64
	v  float64
}

// encode returns what is sent for a sample; false for what is no measurement.
func encode(s *twin.Sample) (point, bool) {
	p := point{s.Time / 1e6, s.Value}
	if s.Time < 0 && s.Time%1e6 != 0 {
		p.ms-- // down, as the history does
	}
	switch {
	case s.Quality == twin.NoData || s.Quality == twin.Predicted:
		return p, false
	case s.Quality == twin.Offline || s.Quality == twin.SensorFault || math.IsNaN(s.Value) || math.IsInf(s.Value, 0):
		p.v = math.Float64frombits(staleBits)
	}
	return p, true
}

// label is one name and value of a series.
type label struct{ name, value string }

// labelsOf returns the labels of a signal, sorted by name as remote write wants them.
func labelsOf(path string, more map[string]string) []label {
	out := []label{{"__name__", series}, {"path", path}}
	for name, value := range more {
		out = append(out, label{name, value})
	}
	slices.SortFunc(out, func(a, b label) int { return strings.Compare(a.name, b.name) })
	return out
}

// The protobuf of remote write 1.0 (prompb/remote.proto of Prometheus):
// WriteRequest{1: TimeSeries}, TimeSeries{1: Label, 2: Sample}, Label{1: name, 2: value}, Sample{1: double, 2: int64 ms}.
const (
	first  = 1<<3 | 2 // field 1, bytes
	second = 2<<3 | 2
	double = 1<<3 | 1
	varint = 2 << 3
)

// appendSeries appends a TimeSeries to a WriteRequest.
func appendSeries(dst []byte, labels []byte, points []point) []byte {
	size := len(labels)
	for _, p := range points {
		n := sampleSize(p)
		size += 1 + uvarintSize(uint64(n)) + n
	}
	dst = binary.AppendUvarint(append(dst, first), uint64(size))
	dst = append(dst, labels...)
	for _, p := range points {
		dst = binary.AppendUvarint(append(dst, second), uint64(sampleSize(p)))
		dst = binary.LittleEndian.AppendUint64(append(dst, double), math.Float64bits(p.v))
		dst = binary.AppendUvarint(append(dst, varint), uint64(p.ms))
	}
	return dst
}

// encodeLabels returns the labels of a TimeSeries.
func encodeLabels(labels []label) []byte {
	var dst []byte
	for _, l := range labels {
		n := 2 + uvarintSize(uint64(len(l.name))) + len(l.name) + uvarintSize(uint64(len(l.value))) + len(l.value)
		dst = binary.AppendUvarint(append(dst, first), uint64(n))
		dst = append(binary.AppendUvarint(append(dst, first), uint64(len(l.name))), l.name...)
		dst = append(binary.AppendUvarint(append(dst, second), uint64(len(l.value))), l.value...)
	}
	return dst
}

func sampleSize(p point) int { return 9 + 1 + uvarintSize(uint64(p.ms)) }

func uvarintSize(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}
