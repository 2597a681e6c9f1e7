package history

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// rssMB returns the resident memory of the process in MB, 0 where that is not known.
func rssMB() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.Atoi(strings.Fields(string(text))[1])
	return float64(pages*os.Getpagesize()) / (1 << 20)
}

func quantiles(d []time.Duration) (p50, p95, p100 time.Duration) {
	slices.Sort(d)
	return d[len(d)/2], d[len(d)*95/100], d[len(d)-1]
}

func BenchmarkImportWeek(b *testing.B) {
	tree := farm(b, 6)
	for b.Loop() {
		b.StopTimer()
		s := open(b, tree, Options{})
		b.StartTimer()
		got := importWeek(b, s)
		b.StopTimer()
		b.ReportMetric(float64(got.Samples)/got.Elapsed.Seconds()/1e6, "Msamples/s")
		b.ReportMetric(float64(got.Samples)/1e6, "Msamples")
		b.ReportMetric(rssMB(), "MB-rss")
		began := time.Now()
		for s.Stats().Compacting {
			time.Sleep(10 * time.Millisecond)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s-compact")
		b.ReportMetric(float64(s.Stats().Bytes)/float64(got.Samples), "B/sample")
		b.StartTimer()
	}
}

func BenchmarkLatestAtCold(b *testing.B) {
	s := open(b, farm(b, 6), Options{})
	importWeek(b, s)
	for s.Stats().Compacting {
		time.Sleep(10 * time.Millisecond)
	}
	var snap twin.Snapshot
	var times []time.Duration
	head, headMs := slices.Clone(s.win.head), s.win.headMs
	for b.Loop() {
		b.StopTimer()
		s.win.reset(slices.Clone(head), headMs)
		at := epoch.Add(time.Duration(rand.Int64N(int64(week))))
		b.StartTimer()
		began := time.Now()
		if err := s.LatestAt(context.Background(), at, &snap); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
	}
	p50, p95, worst := quantiles(times)
	b.ReportMetric(p50.Seconds()*1e3, "p50-ms")
	b.ReportMetric(p95.Seconds()*1e3, "p95-ms")
	b.ReportMetric(worst.Seconds()*1e3, "max-ms")
}

func BenchmarkColumnsWeek(b *testing.B) {
	s := open(b, farm(b, 6), Options{})
	importWeek(b, s)
	for s.Stats().Compacting {
		time.Sleep(10 * time.Millisecond)
	}
	var cols []Column
	for b.Loop() {
		var err error
		if cols, err = s.Columns(context.Background(), 7, epoch, epoch.Add(week), 2000, cols[:0]); err != nil {
			b.Fatal(err)
		}
	}
}
