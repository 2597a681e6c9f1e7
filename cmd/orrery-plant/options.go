package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// defaultSeed is the plant of the demos.
const defaultSeed = 19

type options struct {
	kind              string // of kinds
	broker, prefix    string
	seed              uint64
	turbines          int
	rateHz, speed     float64
	epoch             time.Time
	state             string
	logger            string
	since, until, now time.Time
	step, fine        time.Duration
	noMQTT, truth     bool
	json              bool
	perConnection     int
	faults            []fault
}

// fault is a fault to come.
type fault struct {
	device, channel string
	kind            site.FaultKind
	at              time.Time
}

func parse(args []string, now time.Time) (options, error) {
	o := options{kind: "windfarm"}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.kind, args = args[0], args[1:]
		if _, ok := kinds[o.kind]; !ok {
			return o, fmt.Errorf("no plant %.40q: there are %s; every other setting is a flag, see -help", o.kind, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
		}
	}
	fs := flag.NewFlagSet("orrery-plant", flag.ContinueOnError)
	fs.StringVar(&o.broker, "broker", "tcp://127.0.0.1:1883", "broker: tcp://host:port, mqtts://user@host:port (password in ORRERY_PLANT_PASSWORD)")
	fs.StringVar(&o.prefix, "prefix", o.kind, "first level of the topics")
	fs.Uint64Var(&o.seed, "seed", defaultSeed, "draws everything that is hidden")
	fs.IntVar(&o.turbines, "turbines", 6, "of the wind farm: 1 to 5000")
	fs.Float64Var(&o.rateHz, "rate", 1, "messages of each device per second, up to 50")
	fs.Float64Var(&o.speed, "speed", 1, "how fast the plant's clock runs, 0.1 to 3600")
	epoch := fs.String("epoch", "", "RFC 3339: when the plant began; default: midnight a week before now")
	fs.StringVar(&o.state, "state", "", "file that keeps the hidden state from run to run")
	fs.StringVar(&o.logger, "logger", "", "write the log as CSV to this file, - is standard output")
	since := fs.String("since", "", "RFC 3339: where the log begins; default: the epoch")
	until := fs.String("until", "", "RFC 3339: where the log ends; default: now")
	fs.DurationVar(&o.step, "step", 10*time.Second, "between two rows of a device in the log")
	fs.DurationVar(&o.fine, "fine", time.Hour, "the end of the log that is written every second")
	fs.BoolVar(&o.noMQTT, "no-mqtt", false, "end after the log")
	fs.BoolVar(&o.truth, "truth", false, "print when T03's gearbox fails after -now, as JSON, and end")
	nowText := fs.String("now", "", "RFC 3339: what now means to -truth, -until and -epoch; default: the clock")
	fs.BoolVar(&o.json, "json", false, "print counters as JSON at the end")
	fs.IntVar(&o.perConnection, "per-connection", 100, "devices on one MQTT connection when there are more than 64")
	var faults []string
	fs.Func("fault", `"T02:freeze:oil_temp@+60s"; may be given again`, func(s string) error { faults = append(faults, s); return nil })
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	var errs []error
	when := func(name, text string, def time.Time) time.Time {
		if text == "" {
			return def
		}
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			errs = append(errs, fmt.Errorf("-%s %q: write it like 2026-11-23T10:00:00Z", name, text))
		}
		return t
	}
	o.now = when("now", *nowText, now)
	o.epoch = when("epoch", *epoch, o.now.Add(-7*24*time.Hour)).UTC().Truncate(24 * time.Hour)
	o.since = when("since", *since, o.epoch)
	o.until = when("until", *until, o.now)
	for _, f := range faults {
		got, err := parseFault(f, o.now)
		errs = append(errs, err)
		o.faults = append(o.faults, got)
	}
	bad := func(wrong bool, text string) {
		if wrong {
			errs = append(errs, errors.New(text))
		}
	}
	bad(fs.NArg() > 0, "arguments are not expected: every setting is a flag, see -help")
	bad(!(o.rateHz > 0 && o.rateHz <= 50), "-rate lies between 0 and 50")
	bad(!(o.speed >= .1 && o.speed <= 3600), "-speed lies between 0.1 and 3600")
	bad(o.turbines < 1 || o.turbines > 5000, "-turbines lies between 1 and 5000")
	bad(o.step < time.Second, "-step is at least 1s")
	bad(o.perConnection < 1, "-per-connection is at least 1")
	bad(o.now.Sub(o.epoch) > 366*24*time.Hour || o.now.Before(o.epoch), "-epoch lies within the year before now")
	return o, errors.Join(errs...)
}

// parseFault reads "T02:freeze:oil_temp@+60s".
func parseFault(s string, now time.Time) (fault, error) {
	text, after, timed := strings.Cut(s, "@+")
	part := strings.Split(text, ":")
	if len(part) != 3 {
		return fault{}, fmt.Errorf("-fault %q: write DEVICE:KIND:CHANNEL, for example T02:freeze:oil_temp@+60s", s)
	}
	f := fault{device: part[0], kind: site.FaultKind(part[1]), channel: part[2], at: now}
	if timed {
		d, err := time.ParseDuration(after)
		if err != nil {
			return fault{}, fmt.Errorf("-fault %q: %q is no duration", s, after)
		}
		f.at = now.Add(d)
	}
	return f, nil
}

// saveState writes the state file whole or not at all.
func saveState(at site.Site, path string) error {
	if path == "" {
		return nil
	}
	raw, err := at.Save()
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".plant-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(raw)
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}
