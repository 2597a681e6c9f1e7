package main

import (
	"github.com/orrery-twin/orrery/twin/mqtt"
	"github.com/orrery-twin/orrery/twin/project"
)

// routesOf turns routes of the twin file into those of a client.
func routesOf(s project.Source) []mqtt.Route {
	out := make([]mqtt.Route, len(s.Routes))
	for i, r := range s.Routes {
		fields := make([]mqtt.Field, len(r.Fields))
		for k, f := range r.Fields {
			fields[k] = mqtt.Field{Key: f.Key, Signal: f.Signal, Unit: f.Unit}
		}
		out[i] = mqtt.Route{Filter: r.Filter, Asset: r.Asset, Decoder: mqtt.Decoder(r.Decoder), TimeKey: r.TimeKey, TimeUnit: r.TimeUnit,
			Online: r.Online, Fields: fields}
	}
	return out
}
