package ensemble

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/scenario"
)

// node is one nats-server of a cluster, in a process of its own.
type node struct {
	config, url, role, binary string
	process                   *process
}

const secret = "correct-horse"

// cluster starts two nats-servers that know each other. With binary, it is Debian's; without, the one of our module.
func cluster(t testing.TB, binary string) []*node {
	t.Helper()
	ports := freePorts(t, 4)
	var nodes []*node
	for i := range 2 {
		n := &node{binary: binary, url: fmt.Sprintf("nats://127.0.0.1:%d", ports[i])}
		if binary == "" {
			n.role = "server"
		}
		dir := t.TempDir()
		n.config = filepath.Join(dir, "nats.conf")
		text := fmt.Sprintf(`server_name: node%d
listen: "127.0.0.1:%d"
authorization { user: bob, password: "%s" }
jetstream { store_dir: %q, max_mem: 64MB, max_file: 2GB }
cluster { name: plant, listen: "127.0.0.1:%d", routes: ["nats-route://127.0.0.1:%d"] }
`, i, ports[i], secret, filepath.Join(dir, "js"), ports[2+i], ports[3-i])
		if err := os.WriteFile(n.config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		n.start(t)
		nodes = append(nodes, n)
	}
	return nodes
}

func (n *node) start(t testing.TB) {
	if n.binary == "" {
		n.process = start(t, exec.Command(os.Args[0], n.config), n.role)
		return
	}
	cmd := exec.Command(n.binary, "-c", n.config)
	cmd.Stderr = nowhere{}
	n.process = start(t, cmd, "")
}

// nowhere takes the log of a foreign server.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

// join connects to a server that may not be up yet.
func join(t testing.TB, url string) *Link {
	t.Helper()
	addr := Address{URL: url, User: "bob", Password: func() (string, error) { return secret, nil }}
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		var l *Link
		if l, err = Connect(t.Context(), addr); err == nil {
			t.Cleanup(l.Close)
			return l
		}
	}
	t.Fatal(err)
	return nil
}

// crowd runs jobs on a cluster while workers of both servers are killed, and returns how it went.
func crowd(t *testing.T, nodes []*node, jobs int, disturb func(answered int)) Status {
	t.Helper()
	link := join(t, nodes[0].url)
	env := []string{UserVariable + "=bob", PasswordVariable + "=" + secret}
	workers := []*process{startWorker(t, nodes[0].url, 1, env...), startWorker(t, nodes[1].url, 1, env...)}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	c := newTally(t, churn)
	var last Status
	n := 0
	begin := time.Now()
	err := executor(t, link, Options{Kind: "work", Progress: func(s Status) { last = s }}).Run(ctx, numbers(jobs), func(r scenario.Result) {
		c.take(r)
		n++
		if n%(jobs/4) == jobs/8 { // four times in all
			workers[0].kill()
			at := nodes[n%2].url
			workers = append(workers[1:], startWorker(t, at, 1, env...))
		}
		if disturb != nil {
			disturb(n)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	c.each(jobs)
	t.Logf("%d jobs in %v; %d results came twice, %d jobs were sent again, %d workers fell silent", jobs, time.Since(begin).Round(time.Millisecond), last.Again, last.Resent, last.Gone)
	return last
}

// 20,000 jobs, four workers killed in mid-run, two servers: each id is in the results once.
func TestKilledWorkersOfACluster(t *testing.T) {
	jobs := 20_000
	if testing.Short() {
		jobs = 2000
	}
	crowd(t, cluster(t, ""), jobs, nil)
}

// The same with the server of the distribution, which is years older than our client.
func TestKilledWorkersOfDebiansServer(t *testing.T) {
	binary := "/usr/sbin/nats-server"
	if _, err := os.Stat(binary); err != nil {
		if binary, err = exec.LookPath("nats-server"); err != nil {
			t.Skip("the foreign nats-server is not installed")
		}
	}
	crowd(t, cluster(t, binary), 4000, nil)
}

// A server is killed in mid-run and comes back a second later: no job is lost, none has two results.
func TestKilledServer(t *testing.T) {
	if testing.Short() {
		t.Skip("a cluster elects its leader anew")
	}
	nodes := cluster(t, "")
	for _, which := range []int{0, 1} {
		crowd(t, nodes, 4000, func(answered int) {
			if answered == 1000 {
				nodes[which].process.kill()
				time.AfterFunc(time.Second, func() { nodes[which].start(t) })
			}
		})
	}
}

func TestWrongPassword(t *testing.T) {
	s, _ := startServer(t)
	url, _ := s.Worker()
	for _, addr := range []Address{{URL: url}, {URL: url, User: "orrery", Password: func() (string, error) { return "guess", nil }}} {
		if _, err := Connect(t.Context(), addr); err == nil || !strings.Contains(err.Error(), "refuses") {
			t.Errorf("user %q: %v", addr.User, err)
		}
	}
}
