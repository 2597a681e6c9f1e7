package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	o, err := parse(os.Args[1:], time.Now())
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		err = run(ctx, o)
		stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "orrery-plant:", err)
		os.Exit(1)
	}
}

// run does what the options ask for, in this order: truth alone, or log, then live.
func run(ctx context.Context, o options) error {
	farm, err := openFarm(o)
	if err != nil {
		return err
	}
	if o.truth {
		return json.NewEncoder(os.Stdout).Encode(fates(ctx, farm, o))
	}
	if o.logger != "" {
		if err := writeLog(ctx, farm, o); err != nil {
			return err
		}
	}
	if o.noMQTT {
		return saveState(farm, o.state)
	}
	p := newPlant(farm, o)
	err = p.run(ctx)
	if saved := saveState(p.farm, o.state); err == nil {
		err = saved
	}
	if o.json {
		json.NewEncoder(os.Stdout).Encode(p.stats())
	}
	return err
}
