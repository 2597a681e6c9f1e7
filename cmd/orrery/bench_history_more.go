package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/remote"
)

// benchPoints draws a signal of 100 Hz.
func benchPoints(ctx context.Context, scale historyScale, dir string) ([]figure, error) {
	tree, err := wideTree(1)
	if err != nil {
		return nil, err
	}
	s, err := history.Open(ctx, tree, history.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	const hz = 100
	from := epochOfBench(time.Duration(scale.points) * time.Second / hz)
	_, err = s.Import(ctx, func(yield func([]twin.Sample, error) bool) {
		batch := make([]twin.Sample, 20_000)
		for n := 0; n < scale.points; n += len(batch) {
			batch = batch[:min(len(batch), scale.points-n)]
			for i := range batch {
				batch[i] = twin.Sample{Quality: twin.Good, Time: from.Add(time.Duration(n+i) * time.Second / hz).UnixNano(), Value: math.Round(1000*math.Sin(float64(n+i)/700)) / 40}
			}
			if !yield(batch, nil) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if err := s.WaitForPyramids(ctx); err != nil {
		return nil, err
	}
	const columns = 1800
	few := min(scale.points/2, 1_000_000)
	part, err := timeColumns(ctx, s, from, few, hz, columns)
	if err != nil {
		return nil, err
	}
	whole, err := timeColumns(ctx, s, from, scale.points, hz, columns)
	if err != nil {
		return nil, err
	}
	return []figure{
		atMost(fmt.Sprintf("%d points to %d columns, p95", few, columns), quantile(part, .95), "ms", 16),
		atMost(fmt.Sprintf("%d points to %d columns by pyramids, p95", scale.points, columns), quantile(whole, .95), "ms", 50),
	}, nil
}

// timeColumns draws the first points of a signal again and again, and checks that all are there.
func timeColumns(ctx context.Context, s *history.Store, from time.Time, points, hz, columns int) ([]time.Duration, error) {
	var out []time.Duration
	var cols []history.Column
	for range 20 {
		began := time.Now()
		var err error
		if cols, err = s.Columns(ctx, 0, from, from.Add(time.Duration(points)*time.Second/time.Duration(hz)), columns, cols[:0]); err != nil {
			return nil, err
		}
		out = append(out, time.Since(began))
	}
	n := 0
	for _, c := range cols {
		n += c.Count
	}
	if n != points {
		return nil, fmt.Errorf("%d of %d points are in the columns", n, points)
	}
	return out, nil
}

// benchSQLite measures the same latest-at and range on the history and on SQLite, with the key that suits it best.
func benchSQLite(ctx context.Context, scale historyScale, dir string) ([]figure, error) {
	tree, err := wideTree(scale.signals)
	if err != nil {
		return nil, err
	}
	s, err := history.Open(ctx, tree, history.Options{Dir: filepath.Join(dir, "history"), CacheBytes: 1})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "peer.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(off)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	from := epochOfBench(3 * time.Hour)
	const seconds, hour, trends = 60, 3600, 8
	if err := fillPeers(ctx, s, db, from, seconds, hour, trends); err != nil {
		return nil, err
	}
	latest, err := db.PrepareContext(ctx, "SELECT v FROM s WHERE id=? AND t<=? ORDER BY t DESC LIMIT 1")
	if err != nil {
		return nil, err
	}
	defer latest.Close()
	r := rand.New(rand.NewPCG(5, 6))
	var snap twin.Snapshot
	var ours, theirs, oursRange, theirsRange []time.Duration
	for range 12 {
		at := from.Add(time.Duration(r.Int64N(int64(seconds * time.Second))))
		began := time.Now()
		if err := s.LatestAt(ctx, at, &snap); err != nil {
			return nil, err
		}
		ours = append(ours, time.Since(began))
		began = time.Now()
		for id := range scale.signals {
			var v float64
			if err := latest.QueryRowContext(ctx, id, at.UnixMilli()).Scan(&v); err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, err
			}
		}
		theirs = append(theirs, time.Since(began))
		began = time.Now()
		n, m := 0, 0
		for id := range trends {
			points, err := s.Range(ctx, twin.SignalID(id), from, from.Add(time.Hour), nil)
			if err != nil {
				return nil, err
			}
			n += len(points)
		}
		oursRange = append(oursRange, time.Since(began))
		began = time.Now()
		for id := range trends {
			k, err := rangePeer(ctx, db, id, from)
			if err != nil {
				return nil, err
			}
			m += k
		}
		theirsRange = append(theirsRange, time.Since(began))
		if n != m || n != trends*hour {
			return nil, fmt.Errorf("a range has %d samples here and %d in SQLite", n, m)
		}
	}
	return []figure{
		atMost(fmt.Sprintf("latest-at, %d signals, cold, median, beside SQLite", scale.signals), quantile(ours, .5), "ms", 150).against("SQLite", quantile(theirs, .5)),
		atMost("8 signals, 1 h, median, beside SQLite", quantile(oursRange, .5), "ms", 5).against("SQLite", quantile(theirsRange, .5)),
	}, nil
}

func rangePeer(ctx context.Context, db *sql.DB, id int, from time.Time) (n int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT t, v FROM s WHERE id=? AND t>=? AND t<?", id, from.UnixMilli(), from.Add(time.Hour).UnixMilli())
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var t int64
		var v float64
		if err := rows.Scan(&t, &v); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// fillPeers puts the same samples into both: all signals for some seconds, a few for longer.
func fillPeers(ctx context.Context, s *history.Store, db *sql.DB, from time.Time, seconds, long, few int) error {
	if _, err := db.ExecContext(ctx, "CREATE TABLE s (id INTEGER, t INTEGER, v REAL, PRIMARY KEY (id, t)) WITHOUT ROWID"); err != nil {
		return err
	}
	batch := make([]twin.Sample, len(s.Tree().Signals()))
	for n := range long {
		if n == seconds {
			batch = batch[:few]
		}
		fillTick(batch, from.Add(time.Duration(n)*time.Second))
		if err := s.Append(batch); err != nil {
			return err
		}
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it is committed when all went well
	insert, err := tx.PrepareContext(ctx, "INSERT INTO s VALUES (?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	one := make([]twin.Sample, len(s.Tree().Signals()))
	for n := range long {
		if n == seconds {
			one = one[:few]
		}
		fillTick(one, from.Add(time.Duration(n)*time.Second))
		for _, x := range one {
			if _, err := insert.ExecContext(ctx, int(x.Signal), x.Time/1e6, x.Value); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

// benchSKAB measures what real data need on disk: the SKAB data set (Skoltech Anomaly Benchmark), eight signals of a pump at 1 Hz,
// of which $ORRERY_SKAB names the folder valve1.
func benchSKAB(ctx context.Context, _ historyScale, dir string) ([]figure, error) {
	const name = "on disk, SKAB pump, blocks alone"
	var files []string
	if folder := os.Getenv("ORRERY_SKAB"); folder != "" {
		files, _ = filepath.Glob(filepath.Join(folder, "*.csv")) // a folder's name holds no bad pattern, or none is found
	}
	if len(files) == 0 {
		return []figure{unmeasured(name, "the data set is not here: set ORRERY_SKAB to the folder valve1 of SKAB")}, nil
	}
	tree, err := wideTree(8)
	if err != nil {
		return nil, err
	}
	s, err := history.Open(ctx, tree, history.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var last int64
	done, err := s.Import(ctx, func(yield func([]twin.Sample, error) bool) {
		for _, file := range files {
			samples, err := readSKAB(file)
			for _, x := range samples {
				last = max(last, x.Time)
			}
			if !yield(samples, err) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if err := s.Append([]twin.Sample{{Quality: twin.Good, Time: time.Unix(0, last).Add(24 * time.Hour).UnixNano()}}); err != nil { // closes the last block
		return nil, err
	}
	if err := s.WaitForPyramids(ctx); err != nil {
		return nil, err
	}
	bytes, err := s.BlockBytes()
	if err != nil {
		return nil, err
	}
	return []figure{atMost(name, float64(bytes)/float64(done.Samples), "B/sample", 7)}, nil
}

func readSKAB(file string) ([]twin.Sample, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = ';'
	if _, err := r.Read(); err != nil {
		return nil, err
	}
	var out []twin.Sample
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil || len(row) < 9 {
			return out, fmt.Errorf("%s: no SKAB file: %w", file, err)
		}
		at, err := time.Parse(time.DateTime, row[0])
		if err != nil {
			return out, fmt.Errorf("%s: %w", file, err)
		}
		for i := range 8 {
			v, err := strconv.ParseFloat(row[1+i], 64)
			if err != nil {
				return out, fmt.Errorf("%s: %w", file, err)
			}
			out = append(out, twin.Sample{Signal: twin.SignalID(i), Quality: twin.Good, Time: at.UnixNano(), Value: v})
		}
	}
}

// historyWriteCommand is the process that benchKills kills: it appends a sample of each of forty signals every
// millisecond of a made-up clock, and prints the number of each commit that was acknowledged.
func historyWriteCommand() *cobra.Command {
	return &cobra.Command{Use: "write-until-killed FOLDER", Hidden: true, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		tree, err := wideTree(40)
		if err != nil {
			return err
		}
		s, err := history.Open(cmd.Context(), tree, history.Options{Dir: args[0], Clock: func() time.Time { return time.Unix(2e9, 0) }})
		if err != nil {
			return err
		}
		n := int64(0)
		if _, last, ok := s.Extent(); ok {
			n = last.UnixMilli() - 1.7e12 + 1
		}
		batch := make([]twin.Sample, 40)
		for ; ; n++ {
			for i := range batch {
				batch[i] = twin.Sample{Signal: twin.SignalID(i), Quality: twin.Good, Time: (1.7e12 + n) * 1e6, Value: float64(n)}
			}
			if err := s.Append(batch); err != nil {
				return err
			}
			fmt.Println(n)
		}
	}}
}

// benchKills kills a writing process again and again, and counts what is missing of what was acknowledged.
func benchKills(ctx context.Context, scale historyScale, dir string) ([]figure, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	acked := int64(-1)
	for range scale.kills {
		cmd := exec.CommandContext(ctx, self, "history", "write-until-killed", dir)
		cmd.Env = append(os.Environ(), "ORRERY_TEST_CHILD=1") // when this is a test
		out, err := cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		var words bytes.Buffer
		cmd.Stderr = &words
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(out)
		var timer *time.Timer
		said := false
		for lines.Scan() {
			n, err := strconv.ParseInt(lines.Text(), 10, 64)
			if err != nil {
				break // cut off
			}
			acked = max(acked, n)
			if !said {
				said = true
				timer = time.AfterFunc(time.Duration(5+rand.IntN(100))*time.Millisecond, func() { cmd.Process.Kill() })
			}
		}
		cmd.Wait() //nolint:errcheck // killed
		if !said {
			return nil, fmt.Errorf("the writing process ended by itself: %s", words.String())
		}
		timer.Stop()
	}
	tree, err := wideTree(40)
	if err != nil {
		return nil, err
	}
	s, err := history.Open(ctx, tree, history.Options{Dir: dir, Clock: func() time.Time { return time.Unix(2e9, 0) }})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	lost := 0
	for id := range 40 {
		points, err := s.Range(ctx, twin.SignalID(id), time.UnixMilli(1.7e12), time.UnixMilli(1.7e12+acked+1), nil)
		if err != nil {
			return nil, err
		}
		lost += int(acked) + 1 - len(points)
	}
	return []figure{atMost(fmt.Sprintf("acknowledged samples lost in %d kills, of %d", scale.kills, (acked+1)*40), float64(lost), "samples", 0)}, nil
}

// benchOutage takes a VictoriaMetrics away while samples come, and counts what is missing when it is back.
func benchOutage(ctx context.Context, scale historyScale, dir string) ([]figure, error) {
	name := fmt.Sprintf("samples lost while VictoriaMetrics was away for %d s of them", scale.outage)
	exe, err := exec.LookPath("victoria-metrics")
	if err != nil {
		return []figure{unmeasured(name, "victoria-metrics is not installed: apt-get install victoria-metrics")}, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	l.Close()
	stop, err := startVictoria(ctx, exe, filepath.Join(dir, "far"), addr)
	if err != nil {
		return nil, err
	}
	defer func() { stop() }()
	tree, err := wideTree(100)
	if err != nil {
		return nil, err
	}
	client, err := remote.NewClient(remote.Options{URL: "http://" + addr, Labels: map[string]string{"twin": "bench"}})
	if err != nil {
		return nil, err
	}
	q, err := remote.OpenQueue(client, tree, remote.QueueOptions{Dir: filepath.Join(dir, "queue"), Retry: time.Second, Linger: 10 * time.Millisecond})
	if err != nil {
		return nil, err
	}
	defer q.Close()
	from := epochOfBench(2 * time.Hour)
	batch := make([]twin.Sample, 100)
	total := scale.outage + scale.outage/2
	for n := range total {
		if n == scale.outage/4 {
			stop()
		}
		if n == scale.outage/4+scale.outage {
			if stop, err = startVictoria(ctx, exe, filepath.Join(dir, "far"), addr); err != nil {
				return nil, err
			}
		}
		fillTick(batch, from.Add(time.Duration(n)*time.Second))
		if err := q.Push(batch); err != nil {
			return nil, err
		}
	}
	flush, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := q.Flush(flush); err != nil {
		return nil, fmt.Errorf("%w: %s", err, q.Stats().Error)
	}
	got := 0
	for end := time.Now().Add(20 * time.Second); got < total*100 && time.Now().Before(end); time.Sleep(200 * time.Millisecond) { // it shows samples after a while
		got = 0
		for part, err := range client.Fetch(ctx, tree, from, from.Add(time.Duration(total+1)*time.Second)) {
			if err != nil {
				return nil, err
			}
			got += len(part)
		}
	}
	return []figure{atMost(name, float64(total*100-got), "samples", 0)}, nil
}

// startVictoria starts a VictoriaMetrics and returns how to stop it.
func startVictoria(ctx context.Context, exe, dir, addr string) (stop func(), err error) {
	cmd := exec.CommandContext(ctx, exe, "-storageDataPath", dir, "-httpListenAddr", addr, "-search.latencyOffset", "0s", "-loggerLevel", "ERROR")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cmd.Process.Signal(os.Interrupt) //nolint:errcheck // it may be gone
			cmd.Wait()                       //nolint:errcheck // how it ends is its own
		}
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get("http://" + addr + "/health"); err == nil {
			answer.Body.Close()
			return stop, nil
		}
		if time.Now().After(end) || ctx.Err() != nil {
			stop()
			return nil, errors.New("victoria-metrics does not answer")
		}
	}
}
