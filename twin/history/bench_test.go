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

// BenchmarkColumnsFineWeek reads a week at 1 s, ten times as dense as what the twin keeps of a wind farm by default.
func BenchmarkColumnsFineWeek(b *testing.B) {
	tree, err := twin.NewTree([]twin.Asset{{Path: "a", Parent: twin.NoAsset}}, []twin.Signal{{Path: "a/s"}})
	if err != nil {
		b.Fatal(err)
	}
	s := open(b, tree, Options{})
	fill(b, s, epoch, epoch.Add(week), time.Second)
	settle(b, s)
	var cols []Column
	for b.Loop() {
		if cols, err = s.Columns(context.Background(), 0, epoch, epoch.Add(week), 2000, cols[:0]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDensityWeek(b *testing.B) {
	s := open(b, farm(b, 6), Options{})
	fill(b, s, epoch, epoch.Add(week), time.Minute)
	for b.Loop() {
		if _, err := s.Density(context.Background(), epoch, epoch.Add(week), 2000); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLatestAtWindow moves the cursor back by a second per read, as a drag does, with the prefetch ahead of it.
func BenchmarkLatestAtWindow(b *testing.B) {
	s := open(b, farm(b, 6), Options{})
	importWeek(b, s)
	settle(b, s)
	var snap twin.Snapshot
	var times []time.Duration
	at := epoch.Add(week - time.Minute)
	for b.Loop() {
		if at = at.Add(-time.Second); at.Before(epoch.Add(week - 50*time.Minute)) {
			at = epoch.Add(week - time.Minute)
		}
		began := time.Now()
		if err := s.LatestAt(context.Background(), at, &snap); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
	}
	p50, p95, worst := quantiles(times)
	b.ReportMetric(p50.Seconds()*1e6, "p50-µs")
	b.ReportMetric(p95.Seconds()*1e6, "p95-µs")
	b.ReportMetric(worst.Seconds()*1e6, "max-µs")
}

// BenchmarkLatestAtBigTree reads 10,000 signals at 1 s, cold and in the window.
func BenchmarkLatestAtBigTree(b *testing.B) {
	s := open(b, farm(b, 834), Options{CacheBytes: 256 << 20})
	fill(b, s, epoch, epoch.Add(20*time.Minute), time.Second)
	settle(b, s)
	head, headMs := slices.Clone(s.win.head), s.win.headMs
	var snap twin.Snapshot
	for _, cold := range []bool{true, false} {
		b.Run(map[bool]string{true: "cold", false: "window"}[cold], func(b *testing.B) {
			for b.Loop() {
				at := epoch.Add(15*time.Minute + time.Duration(rand.Int64N(int64(time.Minute))))
				if cold {
					b.StopTimer()
					s.win.reset(slices.Clone(head), headMs)
					at = epoch.Add(time.Duration(rand.Int64N(int64(19 * time.Minute))))
					b.StartTimer()
				}
				if err := s.LatestAt(context.Background(), at, &snap); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.ReportMetric(rssMB(), "MB-rss")
}

func BenchmarkAppend(b *testing.B) {
	for _, turbines := range []int{6, 834} {
		b.Run(strconv.Itoa(turbines*12), func(b *testing.B) {
			s := open(b, farm(b, turbines), Options{})
			batch := make([]twin.Sample, turbines*12)
			var times []time.Duration
			n := int64(0)
			for b.Loop() {
				at := epoch.Add(time.Duration(n) * time.Second)
				n++
				for i := range batch {
					batch[i] = twin.Sample{Signal: twin.SignalID(i), Quality: twin.Good, Time: at.UnixNano(), Value: wave(i, at.UnixMilli())}
				}
				began := time.Now()
				if err := s.Append(batch); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(began))
			}
			p50, p95, worst := quantiles(times)
			b.ReportMetric(float64(len(batch))*float64(n)/b.Elapsed().Seconds()/1e6, "Msamples/s")
			b.ReportMetric(p50.Seconds()*1e3, "p50-ms")
			b.ReportMetric(p95.Seconds()*1e3, "p95-ms")
			b.ReportMetric(worst.Seconds()*1e3, "max-ms")
			b.ReportMetric(rssMB(), "MB-rss")
		})
	}
}

func BenchmarkOpenAfterWeek(b *testing.B) {
	tree, dir := farm(b, 6), b.TempDir()
	s := open(b, tree, Options{Dir: dir})
	importWeek(b, s)
	settle(b, s)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := open(b, tree, Options{Dir: dir})
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
