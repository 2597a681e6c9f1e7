package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// plant is a site in touch with a broker. Its loop owns the site; connections hand commands to it through a channel.
type plant struct {
	options
	site     site.Site
	devices  []site.Device
	links    []*link
	linkOf   []*link // by device
	commands chan order
	lines    chan string
	began    time.Time // wall clock at which plant time was start
	start    time.Time
	sent     uint64
	reading  site.Reading
	late     time.Duration // greatest lag of a message behind its moment
}

// order is a command from the broker.
type order struct {
	device  site.Device
	link    *link
	payload []byte
}

// counters are what -json prints.
type counters struct {
	Messages uint64  `json:"messages"`
	Dropped  uint64  `json:"dropped"` // not taken by the broker in time
	LagMS    float64 `json:"lag_ms"`  // greatest lag of a message behind its moment
}

func newPlant(s site.Site, o options) *plant {
	p := &plant{options: o, site: s, devices: s.Devices(), commands: make(chan order, 256), lines: make(chan string, 16)}
	per := 1
	if len(p.devices) > 64 {
		per = o.perConnection
	}
	for i, d := range p.devices {
		if i%per == 0 {
			p.links = append(p.links, newLink(o, p.commands))
		}
		l := p.links[len(p.links)-1]
		l.devices = append(l.devices, d)
		p.linkOf = append(p.linkOf, l)
	}
	return p
}

// clock is the plant's time: it runs speed times as fast as the wall clock.
func (p *plant) clock() time.Time {
	return p.start.Add(time.Duration(float64(time.Since(p.began)) * p.speed))
}

func (p *plant) run(ctx context.Context) error {
	p.began, p.start = time.Now(), time.Now()
	if s, ok := p.site.(interface{ Skip(toSec int64) }); ok && len(p.devices) > 64 {
		s.Skip(p.site.SecondAt(p.start))
	}
	p.site.Advance(p.site.SecondAt(p.start))
	for _, l := range p.links {
		l.connect()
	}
	defer func() {
		for _, l := range p.links {
			l.close()
		}
	}()
	go readLines(os.Stdin, p.lines)

	period := time.Duration(float64(time.Second) / p.rateHz)
	n := int64(len(p.devices))
	next := int64(0) // messages are numbered; number k belongs to device k mod n at began + k·period/n
	saveAt := time.Now().Add(time.Minute)
	tick := time.NewTicker(min(max(period/time.Duration(n), 2*time.Millisecond), 20*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case o := <-p.commands:
			p.obey(o)
		case line := <-p.lines:
			if err := p.fault(line); err != nil {
				slog.Warn("line not understood", "line", line, "error", err)
			}
		case <-tick.C:
			p.site.Advance(p.site.SecondAt(p.clock()))
			p.arm()
			elapsed := time.Since(p.began)
			for moment := time.Duration(next) * period / time.Duration(n); moment <= elapsed; moment = time.Duration(next) * period / time.Duration(n) {
				p.publish(int(next % n))
				p.late = max(p.late, time.Since(p.began)-moment)
				next++
			}
			if p.state != "" && time.Now().After(saveAt) {
				saveAt = time.Now().Add(time.Minute)
				if err := saveState(p.site, p.state); err != nil {
					slog.Warn("the state was not saved", "error", err)
				}
			}
		}
	}
}

func (p *plant) publish(i int) {
	d := p.devices[i]
	d.Report(p.site.Second(), &p.reading)
	p.linkOf[i].publish(p.prefix+"/"+d.Topic()+"/telemetry", appendTelemetry(nil, p.clock(), d.Plate(), &p.reading))
	p.sent++
}

func appendTelemetry(b []byte, at time.Time, plate site.Plate, r *site.Reading) []byte {
	b = append(b, `{"ts":`...)
	b = strconv.AppendInt(b, at.UnixMilli(), 10)
	for i, name := range plate.Channels {
		if r.Missing[i] {
			continue
		}
		b = append(append(append(b, `,"`...), name...), `":`...)
		if r.Null[i] {
			b = append(b, "null"...)
			continue
		}
		b = strconv.AppendFloat(b, r.Value[i], 'f', plate.Decimals[i], 64)
	}
	return append(b, '}')
}

func (p *plant) obey(o order) {
	a := answer(o.device, o.payload, p.clock())
	raw, err := json.Marshal(a)
	if err != nil {
		slog.Error("answer", "error", err)
		return
	}
	slog.Info("command", "device", o.device.Topic(), "id", a.ID, "ok", a.OK, "reason", a.Reason)
	o.link.publish(p.prefix+"/"+o.device.Topic()+"/ack", raw)
}

// arm sets the faults whose time has come.
func (p *plant) arm() {
	rest := p.faults[:0]
	for _, f := range p.faults {
		if time.Now().Before(f.at) {
			rest = append(rest, f)
			continue
		}
		if err := p.set(f); err != nil {
			slog.Warn("fault not set", "error", err)
		}
	}
	p.faults = rest
}

// fault carries out a line of standard input: "fault T02 freeze oil_temp".
func (p *plant) fault(line string) error {
	w := strings.Fields(line)
	if len(w) != 4 || w[0] != "fault" {
		return fmt.Errorf("write: fault DEVICE KIND CHANNEL")
	}
	return p.set(fault{device: w[1], kind: site.FaultKind(w[2]), channel: w[3]})
}

func (p *plant) set(f fault) error {
	for _, d := range p.devices {
		if d.Topic() == f.device {
			return d.Fault(f.kind, f.channel, p.site.Second())
		}
	}
	return fmt.Errorf("no device %q, the first is %q", f.device, p.devices[0].Topic())
}

func (p *plant) stats() counters {
	c := counters{Messages: p.sent, LagMS: float64(p.late) / 1e6}
	for _, l := range p.links {
		c.Dropped += l.dropped.Load()
	}
	return c
}

// readLines hands on the lines of standard input until it ends.
func readLines(r io.Reader, to chan<- string) {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 1024), maxCommand)
	for s.Scan() {
		to <- s.Text()
	}
}
