package mqtt

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// decoder turns payloads into samples. It belongs to one worker.
type decoder struct {
	scan    scanner
	samples []twin.Sample
	place   []int32 // by field: index in samples + 1 of this message, 0 none
	clock   map[twin.AssetID]clockOffset
}

// clockOffset is how far the clock of a device stood ahead of ours when its newest stamped message came, less the
// transport.
type clockOffset struct{ ns int64 }

// values appends the samples of a JSON message to d.samples. An error with a nil undo is a warning: the samples of
// what could be read stand. After any other error none stand.
func (d *decoder) values(t *target, payload []byte, arrival int64) (warning, err error) {
	c := t.route
	s := &d.scan
	base := len(d.samples)
	if !s.open(payload) {
		return nil, s.err
	}
	if cap(d.place) < len(c.Fields) {
		d.place = make([]int32, len(c.Fields))
	}
	place := d.place[:len(c.Fields)]
	clear(place)
	stamp := arrival
	for n := 0; s.next(); n++ {
		field := d.field(t, n)
		if field == noField {
			continue
		}
		if field == timeField {
			if ns, ok := d.timeStamp(c.TimeUnit); ok {
				stamp = ns
				d.clock[t.asset] = clockOffset{ns - arrival}
			} else {
				warning = fmt.Errorf("the time stamp %q is not understood, the time of arrival is used", c.TimeKey)
			}
			continue
		}
		sig := t.kinds[field]
		if sig == nil {
			continue
		}
		v, q, why := d.convert(sig, &c.Fields[field])
		if why != nil {
			warning = fmt.Errorf("%q: %w", c.Fields[field].Key, why)
		}
		sample := twin.Sample{Signal: t.signals[field], Quality: q, Value: v}
		if at := place[field]; at > 0 {
			d.samples[at-1] = sample // the key stood twice: the last one holds
			continue
		}
		d.samples = append(d.samples, sample)
		place[field] = int32(len(d.samples))
	}
	if s.err != nil {
		d.samples = d.samples[:base]
		return nil, s.err
	}
	for i := base; i < len(d.samples); i++ {
		d.samples[i].Time = stamp
	}
	return warning, nil
}

// field returns the index of the field of the n-th key. Devices send their keys in the same order each time, so the
// one that stood there in the previous message is tried first.
func (d *decoder) field(t *target, n int) int32 {
	key := d.scan.key
	if n < len(t.hints) {
		switch h := t.hints[n] - 3; {
		case h >= 0 && t.route.Fields[h].Key == string(key):
			return h
		case h == timeField && t.route.TimeKey == string(key):
			return h
		}
	}
	field, known := t.route.keys[string(key)]
	if !known {
		return noField
	}
	if n < len(t.hints) {
		t.hints[n] = field + 3
	}
	return field
}

func (d *decoder) timeStamp(unit time.Duration) (int64, bool) {
	switch d.scan.kind {
	case numberValue:
		return unixNano(d.scan.num, unit)
	case stringValue:
		if t, err := time.Parse(time.RFC3339Nano, string(d.scan.text)); err == nil && t.Year() >= 1973 && t.Year() < 2116 {
			return t.UnixNano(), true
		}
		// ISO 8601 without a zone is read as UTC.
		if t, err := time.Parse("2006-01-02T15:04:05.999999999", string(d.scan.text)); err == nil && t.Year() >= 1973 && t.Year() < 2116 {
			return t.UnixNano(), true
		}
		if f, err := strconv.ParseInt(string(d.scan.text), 10, 64); err == nil {
			return unixNano(number{f: float64(f), i: f, whole: true}, unit)
		}
	}
	return 0, false
}

var (
	errNested = errors.New("an object or array stands where a value should be")
	errText   = errors.New("the text is not a value of this signal")
	errHuge   = errors.New("the number is not finite")
)

// convert turns the value at the scanner into SI. The error says why it is a SensorFault, unless it is null.
func (d *decoder) convert(sig *twin.Signal, f *Field) (float64, twin.Quality, error) {
	var v float64
	switch d.scan.kind {
	case nullValue:
		return math.NaN(), twin.SensorFault, nil
	case boolValue:
		if d.scan.on {
			v = 1
		}
	case numberValue:
		v = d.scan.num.f
	case stringValue:
		var ok bool
		if v, ok = word(sig, d.scan.text); !ok {
			return math.NaN(), twin.SensorFault, errText
		}
	default:
		return math.NaN(), twin.SensorFault, errNested
	}
	switch sig.Kind {
	case twin.Number:
		v = f.Unit.SI(v)
	case twin.Enum:
		if n := len(sig.States); n > 0 && !(v >= 0 && v < float64(n) && v == math.Trunc(v)) {
			return v, twin.OutOfRange, nil
		}
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return math.NaN(), twin.SensorFault, errHuge
	}
	return v, twin.Good, nil
}

// word reads a text as the value of a signal: the name of a state, a truth value, or a number in quotes.
func word(sig *twin.Signal, text []byte) (float64, bool) {
	t := string(bytes.TrimSpace(text))
	if sig.Kind == twin.Enum {
		for i, s := range sig.States {
			if strings.EqualFold(s, t) {
				return float64(i), true
			}
		}
	}
	if on, ok := truth(t); ok && sig.Kind == twin.Bool {
		if on {
			return 1, true
		}
		return 0, true
	}
	if len(t) > 64 {
		return 0, false
	}
	v, err := strconv.ParseFloat(t, 64)
	return v, err == nil
}

func truth(t string) (on, ok bool) {
	switch strings.ToLower(t) {
	case "true", "on", "online", "1", "yes":
		return true, true
	case "false", "off", "offline", "0", "no":
		return false, true
	}
	return false, false
}

// status reads a status message. When it says offline, Offline samples of all signals below the asset are appended,
// at the time of arrival by the clock of the device, so that they stand after its last values.
func (d *decoder) status(t *target, payload []byte, arrival int64) (online bool, info map[string]string, err error) {
	s := &d.scan
	known := false
	if trimmed := bytes.TrimSpace(payload); len(trimmed) < 16 && len(trimmed) > 0 && trimmed[0] != '{' {
		if online, known = truth(strings.Trim(string(trimmed), `"`)); !known {
			return false, nil, fmt.Errorf("status %q is neither online nor offline", printable(trimmed, 16))
		}
	} else {
		if !s.open(payload) {
			return false, nil, s.err
		}
		info = map[string]string{}
		for s.next() {
			key := string(s.key)
			switch {
			case key == t.route.Online:
				switch s.kind {
				case boolValue:
					online, known = s.on, true
				case numberValue:
					online, known = s.num.f != 0, true
				case stringValue:
					online, known = truth(string(s.text))
				}
			case key == t.route.TimeKey || len(info) >= 16 || len(key) > 64:
			case s.kind == stringValue:
				info[printable(s.key, 64)] = printable(s.text, 128)
			case s.kind == numberValue && s.num.whole:
				info[printable(s.key, 64)] = strconv.FormatInt(s.num.i, 10)
			case s.kind == numberValue:
				info[printable(s.key, 64)] = strconv.FormatFloat(s.num.f, 'g', -1, 64)
			}
		}
		if s.err != nil {
			return false, nil, s.err
		}
		if !known {
			return false, nil, fmt.Errorf("it has no bool %q", t.route.Online)
		}
	}
	if !online {
		stamp := arrival + d.clock[t.asset].ns
		for _, id := range t.signals {
			d.samples = append(d.samples, twin.Sample{Signal: id, Quality: twin.Offline, Time: stamp, Value: math.NaN()})
		}
	}
	return online, info, nil
}

// printable returns the start of foreign bytes in a form that is safe to show: one line, no control characters.
func printable(b []byte, limit int) string {
	cut := len(b) > limit
	if cut {
		b = b[:limit]
	}
	out := strings.Map(func(r rune) rune {
		if r == '\uFFFD' || !strconv.IsPrint(r) {
			return '·'
		}
		return r
	}, string(bytes.ToValidUTF8(b, []byte("·"))))
	if cut {
		out += "…"
	}
	return out
}
