package journal

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/orrery-twin/orrery/twin"
)

const childEnv = "ORRERY_JOURNAL_TEST_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(childEnv); file != "" {
		appendUntilKilled(file)
		return
	}
	goleak.VerifyTestMain(m)
}

var (
	ctx = context.Background()
	t0  = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
)

func tree(tb testing.TB) *twin.Tree {
	tb.Helper()
	tr, err := twin.NewTree(
		[]twin.Asset{{Path: "farm", Parent: twin.NoAsset}, {Path: "farm/T1", Parent: 0}, {Path: "farm/T1/gearbox", Parent: 1}, {Path: "farm/T10", Parent: 0}},
		[]twin.Signal{{Path: "farm/T1/power", Asset: 1}})
	if err != nil {
		tb.Fatal(err)
	}
	return tr
}

func open(tb testing.TB, path string) *Journal {
	tb.Helper()
	j, err := Open(path, tree(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { j.Close() }) //nolint:errcheck // tests close twice
	return j
}

func event(n int, kind twin.EventKind, asset twin.AssetID, text string) twin.Event {
	return twin.Event{Time: t0.Add(time.Duration(n) * time.Minute), Kind: kind, Asset: asset, Signal: twin.NoSignal, Text: text}
}

func texts(entries []Entry) string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Text)
	}
	return strings.Join(out, " ")
}

func TestQueryFilters(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "j 100%?.db"))
	events := []twin.Event{
		event(0, twin.AlarmEvent, 2, "hot"),
		event(1, twin.CommandEvent, 1, "derate"),
		event(2, twin.AlarmEvent, 3, "other"),
		event(3, twin.NoteEvent, 0, "Öl gewechselt"),
		event(4, twin.SystemEvent, twin.NoAsset, "started"),
	}
	events[0].Priority, events[0].Ref, events[0].Action = twin.Critical, "a-1", "raised"
	events[2].Priority = twin.Low
	events[1].Signal, events[1].User = 0, "Ada"
	if err := j.Append(ctx, events...); err != nil {
		t.Fatal(err)
	}
	for name, give := range map[string]struct {
		f    Filter
		want string
	}{
		"all, newest first":  {Filter{}, "started Öl gewechselt other derate hot"},
		"oldest first":       {Filter{OldestFirst: true}, "hot derate other Öl gewechselt started"},
		"limit":              {Filter{Limit: 2}, "started Öl gewechselt"},
		"span is half open":  {Filter{From: t0.Add(time.Minute), To: t0.Add(3 * time.Minute)}, "other derate"},
		"kinds":              {Filter{Kinds: []twin.EventKind{twin.AlarmEvent, twin.NoteEvent}}, "Öl gewechselt other hot"},
		"subtree, not T10":   {Filter{Asset: "farm/T1"}, "derate hot"},
		"part":               {Filter{Asset: "farm/T1/gearbox"}, "hot"},
		"no such asset":      {Filter{Asset: "farm/T"}, ""},
		"priority":           {Filter{MaxPriority: twin.High}, "hot"},
		"occurrence":         {Filter{Ref: "a-1"}, "hot"},
		"umlaut in any case": {Filter{Text: "öL"}, "Öl gewechselt"},
		"user":               {Filter{Text: "ada"}, "derate"},
		"words of two kinds": {Filter{Text: "power derate"}, "derate"},
		"phrase":             {Filter{Text: `"öl gew"`}, "Öl gewechselt"},
		"phrase in order":    {Filter{Text: `"gewechselt öl"`}, ""},
		"open quote":         {Filter{Text: `"öl gew`}, "Öl gewechselt"},
		"part of a word":     {Filter{Text: "echsel"}, "Öl gewechselt"},
		"without":            {Filter{Text: "-hot -öl"}, "started other derate"},
		"with and without":   {Filter{Text: "farm -hot -derate"}, "Öl gewechselt other"},
		"a lone minus":       {Filter{Text: "-"}, ""},
		"operators are text": {Filter{Text: "hot OR derate"}, ""},
		"wildcards are text": {Filter{Text: "%"}, ""},
		"quotes are text":    {Filter{Text: "' OR 1=1 --"}, ""},
		"far future":         {Filter{From: time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)}, ""},
	} {
		got, err := j.Query(ctx, give.f)
		if err != nil || texts(got) != give.want {
			t.Errorf("%s: %q, %v; want %q", name, texts(got), err, give.want)
		}
		if n, err := j.Count(ctx, give.f); err != nil || give.f.Limit == 0 && n != len(got) {
			t.Errorf("%s: counted %d of %d, %v", name, n, len(got), err)
		}
	}
	got, err := j.Query(ctx, Filter{Ref: "a-1"})
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	e := got[0]
	if e.ID != 1 || e.Asset != 2 || e.AssetPath != "farm/T1/gearbox" || e.Signal != twin.NoSignal || !e.Time.Equal(t0) || e.Priority != twin.Critical || e.Action != "raised" {
		t.Errorf("came back as %+v", e)
	}
	if err := j.Verify(ctx); err != nil {
		t.Error(err)
	}
}

func TestEntriesOutliveTheTree(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j.db")
	j := open(t, file)
	if err := j.Append(ctx, event(0, twin.NoteEvent, 2, "kept")); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	small, err := twin.NewTree([]twin.Asset{{Path: "farm", Parent: twin.NoAsset}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	k, err := Open(file, small)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close() //nolint:errcheck // only reading
	got, err := k.Query(ctx, Filter{})
	if err != nil || len(got) != 1 || got[0].Asset != twin.NoAsset || got[0].AssetPath != "farm/T1/gearbox" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTextsAreCapped(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "j.db"))
	e := event(0, twin.NoteEvent, 0, strings.Repeat("ä", 5000))
	e.User, e.Ref = "a\x00b\xff", strings.Repeat("x", 999)
	if err := j.Append(ctx, e); err != nil {
		t.Fatal(err)
	}
	got, err := j.Query(ctx, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if g := got[0]; len(g.Text) > maxText || !strings.HasSuffix(g.Text, "ä…") || g.User != "ab\uFFFD" || len(g.Ref) > maxShort {
		t.Errorf("%d bytes of text, user %q, %d bytes of ref", len(g.Text), g.User, len(g.Ref))
	}
	if err := j.Append(ctx, twin.Event{Time: time.Date(1066, 10, 14, 9, 0, 0, 0, time.UTC)}); err == nil || !strings.Contains(err.Error(), "out of range") {
		t.Errorf("year 1066: %v", err)
	}
}

func TestVerifyNamesTheBrokenRow(t *testing.T) {
	for name, give := range map[string]struct {
		sql  string
		row  int64
		want string
	}{
		"text":           {"UPDATE events SET text = 'nothing happened' WHERE id = 3", 3, "changed"},
		"time":           {"UPDATE events SET time = time + 1 WHERE id = 2", 2, "changed"},
		"row gone":       {"DELETE FROM events WHERE id = 4", 4, "missing"},
		"end gone":       {"DELETE FROM events WHERE id > 7", 8, "missing at the end"},
		"hash":           {"UPDATE events SET hash = zeroblob(32) WHERE id = 5", 5, "changed"},
		"hidden":         {"UPDATE events SET search = '' WHERE id = 6", 6, "hidden"},
		"moved text":     {"UPDATE events SET action = action || substr(text, 1, 1), text = substr(text, 2) WHERE id = 1", 1, "changed"},
		"row put behind": {"INSERT INTO events SELECT 11, time, kind, asset, signal, priority, action, ref, user, text, search, hash FROM events WHERE id = 10", 11, "changed"},
		"wrong type":     {"UPDATE events SET time = 'noon' WHERE id = 2", 2, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "j.db")
			j := open(t, file)
			for i := range 10 {
				if err := j.Append(ctx, event(i, twin.NoteEvent, 1, fmt.Sprint("note ", i))); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.Verify(ctx); err != nil {
				t.Fatal(err)
			}
			forge(t, file, give.sql)
			var broken *BrokenError
			if err := j.Verify(ctx); !errors.As(err, &broken) || broken.Row != give.row || !strings.Contains(err.Error(), give.want) {
				t.Errorf("%v, want row %d %s", err, give.row, give.want)
			}
		})
	}
}

func forge(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", source(file))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a test
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestTwoInstancesShareOneChain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j.db")
	a, b := open(t, file), open(t, file)
	var wg sync.WaitGroup
	for _, j := range []*Journal{a, b, a, b} {
		wg.Go(func() {
			for i := range 50 {
				if err := j.Append(ctx, event(i, twin.NoteEvent, 1, "n"), event(i, twin.NoteEvent, 1, "m")); err != nil {
					t.Error(err)
				}
				if _, err := j.Query(ctx, Filter{Limit: 3}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n, _, err := b.Seal(ctx); err != nil || n != 400 {
		t.Errorf("%d entries, %v", n, err)
	}
	if err := a.Verify(ctx); err != nil {
		t.Error(err)
	}
}

func TestMigration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j.db")
	j := open(t, file)
	if err := j.Append(ctx, event(0, twin.NoteEvent, 1, "old")); err != nil {
		t.Fatal(err)
	}
	steps := append(append([]string(nil), migrations...), "ALTER TABLE events ADD COLUMN extra TEXT NOT NULL DEFAULT ''")
	if err := migrate(ctx, j.write, steps); err != nil {
		t.Fatal(err)
	}
	if err := migrate(ctx, j.write, steps); err != nil {
		t.Errorf("again: %v", err)
	}
	if got, err := j.Query(ctx, Filter{}); err != nil || texts(got) != "old" {
		t.Errorf("after migration: %v %v", got, err)
	}
	if _, err := Open(file, tree(t)); err == nil || !strings.Contains(err.Error(), "newer Orrery") {
		t.Errorf("a newer layout: %v", err)
	}
	bad := append(append([]string(nil), steps...), "CREATE TABLE broken (")
	if err := migrate(ctx, j.write, bad); err == nil {
		t.Error("a broken step went well")
	}
	var version int
	if err := j.write.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version != len(steps) {
		t.Errorf("after a failed step the layout is %d, %v", version, err)
	}
}

func TestOldJournalsGetAnIndexOfWords(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j.db")
	db, err := sql.Open("sqlite", source(file))
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate(ctx, db, migrations[:1]); err != nil {
		t.Fatal(err)
	}
	old := &Journal{tree: tree(t), write: db, read: db}
	if err := old.Append(ctx, event(0, twin.NoteEvent, 1, "bearing greased")); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	j := open(t, file)
	if err := j.Append(ctx, event(1, twin.NoteEvent, 1, "bearing changed")); err != nil {
		t.Fatal(err)
	}
	if got, err := j.Query(ctx, Filter{Text: "bearing"}); err != nil || texts(got) != "bearing changed bearing greased" {
		t.Errorf("found %q, %v", texts(got), err)
	}
	if err := j.Verify(ctx); err != nil {
		t.Error(err)
	}
}

func FuzzSearch(f *testing.F) {
	j := open(f, filepath.Join(f.TempDir(), "j.db"))
	if err := j.Append(ctx, event(0, twin.NoteEvent, 1, `bearing "A" greased - twice`)); err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{`bearing`, `"bearing "A`, `-bearing`, `-"`, `"" ""`, `a*`, `^be NEAR(x)`, "\x00\xff", `- -- "`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, search string) {
		if _, err := j.Query(ctx, Filter{Text: search}); err != nil {
			t.Errorf("%q: %v", search, err)
		}
	})
}

func TestOpenRefusesForeignFiles(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(text, tree(t)); err == nil || !strings.Contains(err.Error(), "text.db") {
		t.Errorf("a text file: %v", err)
	}
	other := filepath.Join(dir, "other.db")
	forge(t, other, "CREATE TABLE x (y); PRAGMA user_version = 3")
	if _, err := Open(other, tree(t)); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("another database: %v", err)
	}
}

func TestCancelledContext(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "j.db"))
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := j.Append(gone, event(0, twin.NoteEvent, 1, "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("append: %v", err)
	}
	if _, err := j.Query(gone, Filter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("query: %v", err)
	}
	if n, _, err := j.Seal(ctx); n != 0 || err != nil {
		t.Errorf("%d entries, %v", n, err)
	}
}

// appendUntilKilled is the child process of TestAcknowledgedEntriesSurviveKill.
func appendUntilKilled(file string) {
	tr, err := twin.NewTree([]twin.Asset{{Path: "farm", Parent: twin.NoAsset}}, nil)
	if err != nil {
		panic(err)
	}
	j, err := Open(file, tr)
	for n := 0; err == nil; n++ {
		if err = j.Append(ctx, twin.Event{Kind: twin.SystemEvent, Signal: twin.NoSignal, Text: "tick"}); err == nil {
			rows, _, e := j.Seal(ctx)
			err = e
			fmt.Println(rows)
		}
	}
	fmt.Println("error", err)
	os.Exit(1)
}

func TestAcknowledgedEntriesSurviveKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j.db")
	acked := int64(0)
	for range 8 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), childEnv+"="+file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(300*time.Millisecond, func() { cmd.Process.Kill() }) //nolint:errcheck // it may be gone
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			if err == io.EOF {
				break
			}
			n, convErr := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
			if err != nil || convErr != nil {
				t.Fatalf("the child said %q (%v)", line, err)
			}
			acked = max(acked, n)
		}
		cmd.Wait() //nolint:errcheck // killed
	}
	j := open(t, file)
	n, _, err := j.Seal(ctx)
	if err != nil || n < acked || acked == 0 {
		t.Errorf("%d entries, %d were acknowledged, %v", n, acked, err)
	}
	if err := j.Verify(ctx); err != nil {
		t.Error(err)
	}
}

func BenchmarkAppendOne(b *testing.B) {
	j := open(b, filepath.Join(b.TempDir(), "j.db"))
	for b.Loop() {
		if err := j.Append(ctx, event(0, twin.AlarmEvent, 1, "gearbox oil temperature high")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendFlood(b *testing.B) {
	j := open(b, filepath.Join(b.TempDir(), "j.db"))
	flood := make([]twin.Event, 1000)
	for i := range flood {
		flood[i] = event(i, twin.AlarmEvent, 1, "gearbox oil temperature high")
	}
	for b.Loop() {
		if err := j.Append(ctx, flood...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkQueryAndVerify100k(b *testing.B) {
	j := open(b, filepath.Join(b.TempDir(), "j.db"))
	batch := make([]twin.Event, 100_000)
	for i := range batch {
		batch[i] = event(i, []twin.EventKind{twin.AlarmEvent, twin.CommandEvent, twin.NoteEvent}[i%3], twin.AssetID(i%4), fmt.Sprint("event ", i))
	}
	if err := j.Append(ctx, batch...); err != nil {
		b.Fatal(err)
	}
	b.Run("newest-100-alarms", func(b *testing.B) {
		for b.Loop() {
			if got, err := j.Query(ctx, Filter{Kinds: []twin.EventKind{twin.AlarmEvent}, Limit: 100}); err != nil || len(got) != 100 {
				b.Fatal(len(got), err)
			}
		}
	})
	b.Run("subtree-words", func(b *testing.B) {
		for b.Loop() {
			if _, err := j.Query(ctx, Filter{Asset: "farm/T1", Text: "99"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("rare-word", func(b *testing.B) {
		for b.Loop() {
			if got, err := j.Query(ctx, Filter{Text: "99999"}); err != nil || len(got) != 1 {
				b.Fatal(len(got), err)
			}
		}
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if err := j.Verify(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}
