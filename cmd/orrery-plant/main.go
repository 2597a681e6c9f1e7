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

	"github.com/orrery-twin/orrery/cmd/orrery-plant/windfarm"
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
	at, err := openSite(o)
	if err != nil {
		return err
	}
	if o.truth {
		farm, ok := at.(*windfarm.Farm)
		if !ok {
			return errors.New("-truth is known of the wind farm alone")
		}
		return json.NewEncoder(os.Stdout).Encode(fates(ctx, farm, o))
	}
	if o.logger != "" {
		if err := writeLog(ctx, at, o); err != nil {
			return err
		}
	}
	if o.noMQTT {
		return saveState(at, o.state)
	}
	p := newPlant(at, o)
	err = p.run(ctx)
	if saved := saveState(p.site, o.state); err == nil {
		err = saved
	}
	if o.json {
		json.NewEncoder(os.Stdout).Encode(p.stats())
	}
	return err
}
