package windfarm

import (
	"errors"
	"fmt"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Devices implements site.Site.
func (f *Farm) Devices() []site.Device {
	out := make([]site.Device, len(f.Turbines))
	for i, t := range f.Turbines {
		out[i] = t
	}
	return out
}

// Second implements site.Site.
func (f *Farm) Second() int64 { return f.Sec }

// Topic implements site.Device.
func (t *Turbine) Topic() string { return t.Name }

// Plate implements site.Device.
func (t *Turbine) Plate() site.Plate {
	return site.Plate{Kind: "NREL-5MW-class", Serial: "OP5", Firmware: "4.2.1", Channels: Channels, Decimals: Decimals}
}

// Report implements site.Device.
func (t *Turbine) Report(sec int64, r *site.Reading) {
	got := t.Read(sec)
	r.Value = append(r.Value[:0], got.Value[:]...)
	r.Missing = append(r.Missing[:0], got.Missing[:]...)
	r.Null = append(r.Null[:0], got.Null[:]...)
}

// Obey implements site.Device: power_limit in %, yaw in degrees or without a value to follow the wind, stop, start.
func (t *Turbine) Obey(name string, value *float64) error {
	broken := t.State == Tripped || t.State == Service
	refusal := errors.New("the turbine is tripped or in service")
	switch name {
	case "power_limit":
		v, err := site.Within(name, value, 10, 100)
		if err != nil {
			return err
		}
		if broken {
			return refusal
		}
		t.Limit = v / 100
	case "yaw":
		if value == nil {
			t.YawHold = false
			return nil
		}
		v, err := site.Within(name, value, 0, 360)
		if err != nil {
			return err
		}
		if broken {
			return refusal
		}
		t.YawHold, t.YawTo = true, v
	case "stop":
		t.Halted = true
	case "start":
		if broken {
			return refusal
		}
		t.Halted = false
	default:
		return fmt.Errorf("unknown command %.40q: known are power_limit, yaw, stop and start", name)
	}
	return nil
}
