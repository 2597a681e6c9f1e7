package ensemble

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// ServerOptions configure an embedded server.
type ServerOptions struct {
	// Dir is the folder of its streams; empty: a temporary one, removed by Close.
	Dir string
	// Listen is where workers reach it: "127.0.0.1:0" by default, a free port that only this machine reaches. An address that
	// other machines reach needs TLS.
	Listen string
	// TLS is its certificate and, to ask workers for theirs, ClientCAs with ClientAuth.
	TLS *tls.Config
	// User and Password let workers in. Empty: made at random, see Address. There is no way in without.
	User, Password string
	// MaxStore caps the disk that it takes, in bytes; 2 GiB.
	MaxStore int64
}

// Server is a NATS server with JetStream inside this process. It knows one user; nobody else gets in.
type Server struct {
	nats *server.Server
	addr Address
	temp string
}

const serverLimit = 20 * time.Second

// StartServer starts an embedded server and waits until it is ready.
func StartServer(opts ServerOptions) (*Server, error) {
	if opts.Listen == "" {
		opts.Listen = "127.0.0.1:0"
	}
	host, port, err := listenAddress(opts.Listen)
	if err != nil {
		return nil, err
	}
	if opts.TLS == nil && !isLoopback(host) {
		return nil, fmt.Errorf("ensemble: server: %s can be reached from other machines: give it a certificate, or listen at 127.0.0.1", opts.Listen)
	}
	if opts.User == "" {
		opts.User = "orrery"
	}
	if opts.Password == "" {
		opts.Password = rand.Text()
	}
	s := &Server{}
	if opts.Dir == "" {
		if s.temp, err = os.MkdirTemp("", "orrery-ensemble-"); err != nil {
			return nil, fmt.Errorf("ensemble: server: %w", err)
		}
		opts.Dir = s.temp
	}
	if opts.MaxStore <= 0 {
		opts.MaxStore = 2 << 30
	}
	s.nats, err = server.NewServer(&server.Options{
		ServerName: "orrery-" + strconv.Itoa(os.Getpid()), Host: host, Port: port,
		Username: opts.User, Password: opts.Password, TLSConfig: opts.TLS, TLS: opts.TLS != nil, TLSTimeout: 5,
		JetStream: true, StoreDir: filepath.Join(opts.Dir, "streams"), JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: opts.MaxStore,
		MaxPayload: maxPayload + 64<<10, MaxPending: 64 << 20, MaxConn: 1024, MaxSubs: 65536, MaxControlLine: 4096,
		NoLog: true, NoSigs: true, DisableJetStreamBanner: true,
	})
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("ensemble: server: %w", err)
	}
	go s.nats.Start()
	if !s.nats.ReadyForConnections(serverLimit) {
		s.Close()
		return nil, fmt.Errorf("ensemble: server: it did not come up at %s within %v: is the port free, and the disk?", opts.Listen, serverLimit)
	}
	if !s.nats.JetStreamEnabled() {
		s.Close()
		return nil, errors.New("ensemble: server: it cannot keep streams in " + opts.Dir + ": is there room, and may it be written?")
	}
	s.addr = Address{URL: s.nats.ClientURL(), User: opts.User, inside: s.nats,
		Password: func() (string, error) { return opts.Password, nil }}
	return s, nil
}

// Address is how this process connects: without the network.
func (s *Server) Address() Address { return s.addr }

// Worker is what a worker on this machine is told: the URL, and what to put into its environment for the password.
func (s *Server) Worker() (url string, env []string) {
	secret, _ := s.addr.Password()
	return s.addr.URL, []string{UserVariable + "=" + s.addr.User, PasswordVariable + "=" + secret}
}

// Close ends the server and removes its folder if it was a temporary one.
func (s *Server) Close() {
	if s.nats != nil {
		s.nats.Shutdown()
		s.nats.WaitForShutdown()
	}
	if s.temp != "" {
		os.RemoveAll(s.temp)
	}
}

func (a Address) inProcess() nats.Option { return nats.InProcessServer(a.inside) }

func listenAddress(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("ensemble: server: address %q: write HOST:PORT, for example 127.0.0.1:4222", listen)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
