package predict

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// Log is the log of a plant's data logger, averaged to minutes. It is a Reader and immutable once read.
type Log struct {
	Tree  *twin.Tree
	Units []twin.AssetID // in the order in which they appear
	First time.Time
	Last  time.Time // of the newest row

	start int64       // minute, since the Unix epoch
	sum   [][]float32 // by signal and minute
	count [][]uint16
}

// minuteMS is the length of a bin of a Log.
const minuteMS = 60_000

// maxMinutes bounds what a log may span: a hostile time stamp must not fill the memory.
const maxMinutes = 400 * 24 * 60

// units of the columns of a plant's log.
var logUnits = map[string]string{"wind_speed": "m/s", "ambient_temp": "°C", "power": "kW", "power_limit": "%", "state": "",
	"rotor_speed": "rpm", "pitch": "°", "yaw": "°", "gen_speed": "rpm", "oil_temp": "°C", "bearing_temp": "°C", "vibration": "mm/s"}

// ReadLog reads a CSV log with the header time,turbine,<signals>: time in ms since the Unix epoch, signals in the units
// of a plant's telemetry (kW, °C, rpm, mm/s, %, °). Rows must come in order of time. An empty cell is a gap.
func ReadLog(ctx context.Context, r io.Reader) (*Log, error) {
	in := bufio.NewReaderSize(r, 1<<18)
	head, err := in.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("predict: read log: header: %w", err)
	}
	names := strings.Split(strings.TrimRight(head, "\r\n"), ",")
	if len(names) < 3 || names[0] != "time" || names[1] != "turbine" {
		return nil, errors.New("predict: read log: the header must begin with time,turbine")
	}
	scale := make([]twin.Unit, len(names))
	for i, name := range names[2:] {
		symbol, ok := logUnits[name]
		if !ok {
			return nil, fmt.Errorf("predict: read log: unknown column %q", name)
		}
		if scale[i+2], err = twin.ParseUnit(symbol); err != nil {
			return nil, fmt.Errorf("predict: read log: column %q: %w", name, err)
		}
	}
	l := &Log{start: -1}
	turbines := map[string]int{}
	var order []string
	columns := len(names) - 2
	for line := 2; ; line++ {
		row, err := in.ReadSlice('\n')
		if len(bytes.TrimSpace(row)) == 0 {
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				continue
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("predict: read log: line %d: %w", line, err)
		}
		if line%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row = bytes.TrimRight(row, "\r\n")
		cell, rest, _ := bytes.Cut(row, []byte{','})
		ms, err := strconv.ParseInt(string(cell), 10, 64)
		if err != nil || ms < 0 {
			return nil, fmt.Errorf("predict: read log: line %d: bad time %q", line, cell)
		}
		minute := ms / minuteMS
		if l.start < 0 {
			l.start, l.First = minute, time.UnixMilli(ms).UTC()
		}
		k := minute - l.start
		if k < 0 || k >= maxMinutes {
			return nil, fmt.Errorf("predict: read log: line %d: time runs backwards or too far ahead", line)
		}
		l.Last = time.UnixMilli(ms).UTC()
		cell, rest, _ = bytes.Cut(rest, []byte{','})
		t, ok := turbines[string(cell)]
		if !ok {
			if len(order) >= 1000 {
				return nil, fmt.Errorf("predict: read log: line %d: more than 1000 turbines", line)
			}
			t = len(order)
			turbines[string(cell)] = t
			order = append(order, string(cell))
			for range columns {
				l.sum, l.count = append(l.sum, nil), append(l.count, nil)
			}
		}
		for i := 0; i < columns; i++ {
			cell, rest, ok = bytes.Cut(rest, []byte{','})
			if len(cell) > 0 {
				v, err := strconv.ParseFloat(string(cell), 64)
				if err != nil {
					return nil, fmt.Errorf("predict: read log: line %d: bad %s %q", line, names[i+2], cell)
				}
				l.add(t*columns+i, int(k), scale[i+2].SI(v))
			}
			if !ok && i < columns-1 {
				return nil, fmt.Errorf("predict: read log: line %d: %d columns are missing", line, columns-1-i)
			}
		}
	}
	if len(order) == 0 {
		return nil, errors.New("predict: read log: it holds no rows")
	}
	l.Tree, l.Units, err = Tree(order, names[2:])
	return l, err
}

func (l *Log) add(series, k int, v float64) {
	s, c := l.sum[series], l.count[series]
	for len(s) <= k {
		s, c = append(s, 0), append(c, 0)
	}
	if c[k] < math.MaxUint16 && math.Abs(v) < 1e30 { // neither NaN nor what would overflow a sum
		s[k] += float32(v)
		c[k]++
	}
	l.sum[series], l.count[series] = s, c
}

// Tree makes a tree for turbines with these signals, as a plant's log has them, with the wear computed.
func Tree(turbines, signals []string) (*twin.Tree, []twin.AssetID, error) {
	assets := []twin.Asset{{Path: "farm", Name: "farm", Parent: twin.NoAsset}}
	var sigs []twin.Signal
	var units []twin.AssetID
	for _, name := range turbines {
		id := twin.AssetID(len(assets))
		units = append(units, id)
		assets = append(assets, twin.Asset{Path: "farm/" + name, Name: name, Parent: 0, Kind: "turbine"},
			twin.Asset{Path: "farm/" + name + "/gearbox", Name: "gearbox", Parent: id})
		for _, s := range signals {
			sigs = append(sigs, twin.Signal{Asset: id, Name: s, Path: "farm/" + name + "/" + s})
		}
	}
	for i, name := range turbines {
		s := wind.Names[wind.WearLevel]
		sigs = append(sigs, twin.Signal{Asset: units[i] + 1, Name: s, Path: "farm/" + name + "/gearbox/" + s, Computed: true})
	}
	t, err := twin.NewTree(assets, sigs)
	return t, units, err
}

// Means implements Reader. Columns are made of whole minutes.
func (l *Log) Means(ctx context.Context, sig twin.SignalID, from, to time.Time, mean []float64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	width := to.Sub(from) / time.Duration(max(1, len(mean)))
	for i := range mean {
		mean[i] = math.NaN()
		if sig < 0 || int(sig) >= len(l.sum) {
			continue
		}
		lo := from.Add(time.Duration(i)*width).UnixMilli()/minuteMS - l.start
		hi := max(from.Add(time.Duration(i+1)*width).UnixMilli()/minuteMS-l.start, lo+1)
		var sum, n float64
		for k := max(lo, 0); k < min(hi, int64(len(l.sum[sig]))); k++ {
			sum += float64(l.sum[sig][k])
			n += float64(l.count[sig][k])
		}
		if n > 0 {
			mean[i] = sum / n
		}
	}
	return nil
}
