package main

import "context"

// benches are what orrery bench measures, in this order.
var benches = []struct {
	name string
	run  func(context.Context) ([]figure, error)
}{}
