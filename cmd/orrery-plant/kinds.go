package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/city"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/factory"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/supply"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/windfarm"
)

// kind is a plant that this command can be.
type kind struct {
	device  string // column of the log that names the device
	open    func(o options) (site.Site, error)
	restore func(state []byte) (site.Site, error)
}

// kinds are the plants, by the word that asks for one.
var kinds map[string]kind

func init() {
	kinds = map[string]kind{
		"windfarm": {"turbine",
			func(o options) (site.Site, error) { return windfarm.New(o.seed, o.epoch, o.turbines) },
			func(b []byte) (site.Site, error) { return windfarm.Restore(b) }},
		"city": {"device",
			func(o options) (site.Site, error) { return city.New(o.seed, o.epoch), nil },
			func(b []byte) (site.Site, error) { return city.Restore(b) }},
		"supply": {"device",
			func(o options) (site.Site, error) { return supply.New(o.seed, o.epoch), nil },
			func(b []byte) (site.Site, error) { return supply.Restore(b) }},
		"factory": {"device",
			func(o options) (site.Site, error) { return factory.New(o.seed, o.epoch), nil },
			func(b []byte) (site.Site, error) { return factory.Restore(b) }},
	}
}

// openSite restores the plant from its state file, or makes a new one.
func openSite(o options) (site.Site, error) {
	k := kinds[o.kind]
	if o.state != "" {
		raw, err := os.ReadFile(o.state)
		if err == nil {
			s, err := k.restore(raw)
			if err != nil {
				return nil, fmt.Errorf("%s: %w; delete it to begin anew", o.state, err)
			}
			return s, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return k.open(o)
}
