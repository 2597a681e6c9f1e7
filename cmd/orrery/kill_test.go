package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/project"
)

// killChild runs a station that takes a tick every 4 ms through its broker, and prints for each acknowledged state of the
// history the time of its newest tick, until it is killed. A tick is acknowledged once the history has returned from
// storing it.
func killChild(folder string) error {
	p, err := project.Load(filepath.Join(folder, "twin.yaml"))
	if err != nil {
		return err
	}
	s, err := openStation(context.Background(), p, stationOptions{data: filepath.Join(folder, "data"), listen: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	go s.run(context.Background())
	go func() {
		for {
			time.Sleep(4 * time.Millisecond)
			msg := fmt.Sprintf(`{"ts":%d,"oil_temp":61.5,"power":2310,"vibration":3.2}`, time.Now().UnixMilli())
			s.brokers[0].Publish("windfarm/T03/telemetry", []byte(msg), 0, false)
		}
	}()
	seen := int64(0)
	for {
		time.Sleep(5 * time.Millisecond)
		if _, last, ok := s.store.Extent(); ok && last.UnixMilli() != seen {
			seen = last.UnixMilli()
			fmt.Println(seen)
		}
	}
}

// The app is killed twenty times while it ingests; no tick that was acknowledged is missing afterwards.
func TestKilledTwentyTimesLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("kills twenty processes")
	}
	folder := demoFolder(t)
	p, err := project.Load(filepath.Join(folder, "twin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	oil := p.Tree.Find(mustAsset(t, p.Tree, "farm/T03"), "oil_temp")
	acknowledged := map[int64]bool{}
	for range 20 {
		cmd := exec.Command(os.Args[0], folder)
		cmd.Env = append(os.Environ(), "ORRERY_TEST_CHILD=kill", "LANG=en_GB.UTF-8")
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		kill := time.Time{}
		after := time.Duration(100+rand.IntN(500)) * time.Millisecond
		for lines.Scan() {
			ms, err := strconv.ParseInt(strings.TrimSpace(lines.Text()), 10, 64)
			if err != nil {
				t.Fatalf("the child said %q", lines.Text())
			}
			acknowledged[ms] = true
			if kill.IsZero() {
				kill = time.Now().Add(after)
			}
			if time.Now().After(kill) {
				cmd.Process.Kill()
			}
		}
		cmd.Wait()
		if kill.IsZero() {
			t.Fatal("the child acknowledged nothing")
		}
	}
	s, err := openStation(context.Background(), p, stationOptions{data: filepath.Join(folder, "data"), readOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	first, last, _ := s.store.Extent()
	points, err := s.store.Range(context.Background(), oil, first, last.Add(time.Second), nil)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[int64]bool{}
	for _, pt := range points {
		kept[pt.Time/1e6] = true
	}
	lost := 0
	for ms := range acknowledged {
		if !kept[ms] {
			lost++
		}
	}
	if lost > 0 || len(acknowledged) < 200 {
		t.Errorf("%d of %d acknowledged ticks are lost", lost, len(acknowledged))
	}
	t.Logf("20 kills, %d acknowledged ticks seen, %d kept in all, none lost", len(acknowledged), len(points))
}
