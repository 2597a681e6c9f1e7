package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario/ensemble"
)

// drawn are files that only the window needs: they travel empty.
var drawn = map[string]bool{".glb": true, ".gltf": true, ".bin": true, ".obj": true, ".mtl": true, ".stl": true, ".ply": true, ".3mf": true,
	".step": true, ".stp": true, ".iges": true, ".igs": true, ".brep": true, ".png": true, ".jpg": true, ".jpeg": true, ".ktx2": true, ".hdr": true}

// bundleTwin packs what a worker needs of a twin, and the present, if there is one.
func bundleTwin(p *project.Project, live *twin.Snapshot) (*ensemble.Bundle, error) {
	file := filepath.Base(p.File)
	var more []ensemble.File
	if live != nil {
		more = append(more, ensemble.File{Name: presentFile, Data: encodePresent(p.Tree, live)})
	}
	return ensemble.Pack(p.FS, func(name string) (as string, whole bool) {
		switch {
		case name == file:
			return project.FileName, true
		case name == project.FileName, name == presentFile: // another twin in the same folder
			return "", false
		}
		return name, !drawn[path.Ext(name)]
	}, more...)
}

// presentFile holds the present in a bundle.
const presentFile = "orrery-present.json"

// presentJSON is a snapshot by the paths of its signals, for ids are of one process.
type presentJSON struct {
	Time    int64         `json:"time"`
	Signals []presentLine `json:"signals"`
}

type presentLine struct {
	Path    string       `json:"path"`
	Value   *float64     `json:"value"` // null: NaN
	Time    int64        `json:"time"`
	Quality twin.Quality `json:"quality"`
}

func encodePresent(tree *twin.Tree, s *twin.Snapshot) []byte {
	out := presentJSON{Time: s.Time}
	for _, signal := range tree.Signals() {
		v := s.At(signal.ID)
		if v == (twin.Value{}) {
			continue
		}
		line := presentLine{Path: signal.Path, Time: v.Time, Quality: v.Quality}
		if !math.IsNaN(v.Value) && !math.IsInf(v.Value, 0) {
			line.Value = &v.Value
		}
		out.Signals = append(out.Signals, line)
	}
	b, err := json.Marshal(out)
	if err != nil { // it is all numbers and text
		panic(err)
	}
	return b
}

// readPresent reads the present that came with a twin; nil when there is none.
func readPresent(p *project.Project) (*twin.Snapshot, error) {
	text, err := fs.ReadFile(p.FS, presentFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var in presentJSON
	if err == nil {
		err = json.Unmarshal(text, &in)
	}
	if err != nil {
		return nil, fmt.Errorf("the present of the plant cannot be read: %w", err)
	}
	s := &twin.Snapshot{Time: in.Time}
	s.Reset(len(p.Tree.Signals()))
	for _, line := range in.Signals {
		id, ok := p.Tree.SignalByPath(line.Path)
		if !ok {
			return nil, fmt.Errorf("the present of the plant names %q, which its twin file has not", line.Path)
		}
		v := twin.Value{Value: math.NaN(), Time: line.Time, Quality: line.Quality}
		if line.Value != nil {
			v.Value = *line.Value
		}
		s.Values[id] = v
	}
	return s, nil
}

// nats holds the flags by which a command reaches a NATS server.
type nats struct {
	ca, cert, key, creds string
	insecure             bool
}

func (n *nats) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&n.ca, "tls-ca", "", "file of the authorities that are trusted, PEM; default: those of this computer")
	cmd.Flags().StringVar(&n.cert, "cert", "", "file of our own certificate, for servers that ask for one")
	cmd.Flags().StringVar(&n.key, "key", "", "file of its key")
	cmd.Flags().StringVar(&n.creds, "creds", "", "file of NATS credentials")
	cmd.Flags().BoolVar(&n.insecure, "insecure", false, "reach other machines without TLS: everyone on the way can read jobs and forge results")
}

func (n *nats) address(url, name string) ensemble.Address {
	return ensemble.Address{URL: url, CA: n.ca, Cert: n.cert, Key: n.key, Creds: n.creds, Insecure: n.insecure, Name: name}
}

// fleet holds the flags by which a command leaves its jobs to workers.
type fleet struct {
	nats
	workers, listen string
}

func (f *fleet) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.workers, "workers", "", "who computes: a number of worker processes on this machine, or the URL of a NATS server that orrery worker is connected to; default: this process")
	cmd.Flags().StringVar(&f.listen, "listen", "", "be the NATS server for orrery worker on other machines: HOST:PORT, with --cert and --key")
	f.nats.flags(cmd)
}

// asked reports whether others are to compute.
func (f *fleet) asked() bool { return f.workers != "" || f.listen != "" }

// executor reaches or starts the workers for the studies of a twin that begin with live, which may be nil; the model is what
// tells its answers from those of others. end ends what was started.
func (f *fleet) executor(ctx context.Context, p *project.Project, live *twin.Snapshot) (e *ensemble.Executor, model string, end func(), err error) {
	var ends []func()
	end = func() {
		for i := len(ends) - 1; i >= 0; i-- {
			ends[i]()
		}
	}
	fail := func(err error) (*ensemble.Executor, string, func(), error) {
		end()
		return nil, "", nil, err
	}
	bundle, err := bundleTwin(p, live)
	if err != nil {
		return fail(err)
	}
	address := f.address(f.workers, "orrery")
	count, notNumber := strconv.Atoi(f.workers)
	if f.listen != "" || notNumber == nil {
		if notNumber != nil && f.workers != "" {
			return fail(errors.New("--listen is a server of its own: leave out the URL of --workers"))
		}
		server, err := f.serve()
		if err != nil {
			return fail(err)
		}
		ends = append(ends, server.Close)
		address = server.Address()
		if stop, err := startWorkers(server, count); err != nil {
			return fail(err)
		} else {
			ends = append(ends, stop)
		}
	}
	link, err := ensemble.Connect(ctx, address)
	if err != nil {
		return fail(err)
	}
	ends = append(ends, link.Close)
	e, err = ensemble.NewExecutor(link, ensemble.Options{Kind: studyJobs, Model: bundle})
	if err != nil {
		return fail(err)
	}
	return e, bundle.Hash, end, nil
}

// spread leaves the answers of a subject to workers; end ends what was started.
func (f *fleet) spread(ctx context.Context, p *project.Project, x *subject) (end func(), err error) {
	if x.name == "" {
		return nil, errors.New("--workers: the forecast rests on the history of this machine: only answers of studies are left to others")
	}
	e, model, end, err := f.executor(ctx, p, x.question.Live)
	if err != nil {
		return nil, err
	}
	// The present is a part of the model that travels.
	x.executor, x.model, x.question.Live = e, append(x.model, model...), nil
	return end, nil
}

// serve starts the embedded server: on the loopback, or where other machines reach it.
func (f *fleet) serve() (*ensemble.Server, error) {
	o := ensemble.ServerOptions{Listen: f.listen}
	if f.listen != "" {
		o.User, o.Password = os.Getenv(ensemble.UserVariable), os.Getenv(ensemble.PasswordVariable)
		if o.Password == "" {
			return nil, errors.New("--listen: put a password for the workers into " + ensemble.PasswordVariable + " (and a name into " + ensemble.UserVariable + ")")
		}
	}
	if f.listen != "" && f.cert != "" {
		pair, err := tls.LoadX509KeyPair(f.cert, f.key)
		if err != nil {
			return nil, fmt.Errorf("--cert: %w", err)
		}
		o.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
		if f.ca != "" { // workers have to show a certificate
			pem, err := os.ReadFile(f.ca)
			if err != nil {
				return nil, fmt.Errorf("--tls-ca: %w", err)
			}
			o.TLS.ClientCAs, o.TLS.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
			if !o.TLS.ClientCAs.AppendCertsFromPEM(pem) {
				return nil, fmt.Errorf("--tls-ca: %s holds no certificate: it must be PEM", f.ca)
			}
		}
	}
	s, err := ensemble.StartServer(o)
	if err == nil && f.listen != "" {
		url, _ := s.Worker()
		fmt.Fprintf(os.Stderr, "workers reach this at %s\n", url)
	}
	return s, err
}

// startWorkers starts worker processes on this machine that share its processors.
func startWorkers(server *ensemble.Server, count int) (stop func(), err error) {
	if count < 0 || count > 1024 {
		return nil, fmt.Errorf("--workers %d: 1 to 1024 processes are possible", count)
	}
	var all []func()
	stop = func() {
		for _, end := range all {
			end()
		}
	}
	for range count {
		w, err := startWorker(server, max(1, runtime.GOMAXPROCS(0)/count))
		if err != nil {
			stop()
			return nil, err
		}
		all = append(all, func() {
			_ = w.Process.Kill()
			_ = w.Wait()
		})
	}
	return stop, nil
}

// startWorker starts this program as a worker and waits until it is connected.
func startWorker(server *ensemble.Server, parallel int) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	url, env := server.Worker()
	cmd := exec.Command(self, "worker", url, "--parallel", fmt.Sprint(parallel))
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = dieWithParent()
	log, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines, said := bufio.NewScanner(log), ""
	for lines.Scan() {
		if said = lines.Text(); strings.Contains(said, "worker is ready") {
			go io.Copy(io.Discard, log)
			return cmd, nil
		}
	}
	_ = cmd.Wait()
	return nil, fmt.Errorf("the worker does not come up: %s", said)
}
