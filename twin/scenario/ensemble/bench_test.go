package ensemble

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/scenario"
)

// BenchmarkJob is the way of one job to a worker process and of its result back, with the embedded server: what a job costs
// beyond its own work. cpu-µs/job is the processor time of all three.
func BenchmarkJob(b *testing.B) {
	s, link := startServer(b)
	url, env := s.Worker()
	p := startWorker(b, url, 2, env...)
	e := executor(b, link, Options{Kind: "square"})
	own := spent(b, syscall.RUSAGE_SELF)
	b.ResetTimer()
	if err := e.Run(context.Background(), numbers(b.N), func(scenario.Result) {}); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.wait(b, 10*time.Second); err != nil {
		b.Fatal(err)
	}
	own = spent(b, syscall.RUSAGE_SELF) - own + p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
	b.ReportMetric(own.Seconds()*1e6/float64(b.N), "cpu-µs/job")
}

func spent(b *testing.B, who int) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(who, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func BenchmarkOrder(b *testing.B) {
	o := order{Kind: "study answer", Batch: "b", ID: "0123456789abcdef0123456789abcdef", Model: bundleOf(nil).Hash, Limit: time.Hour, Payload: make([]byte, 256)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeOrder(o.encode()); err != nil {
			b.Fatal(err)
		}
	}
}
