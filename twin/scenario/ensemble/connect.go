package ensemble

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Where a user and a password come from when an Address has none: the environment, so that they stand in no list of
// processes and no file.
const (
	UserVariable     = "ORRERY_NATS_USER"
	PasswordVariable = "ORRERY_NATS_PASSWORD"
)

// Address says how to reach a server or a cluster.
type Address struct {
	URL       string                 // nats://host:4222 or tls://host:4222; several with commas. A user may stand in it, a password not
	CA        string                 // file of the authorities that are trusted, PEM; empty: those of this computer
	Cert, Key string                 // files of our own certificate, for servers that ask for one
	Creds     string                 // file of credentials (JWT and NKey)
	User      string                 // empty: that of the URL, or of the environment
	Password  func() (string, error) // asked at each attempt; nil: the environment
	Name      string                 // who we are, in the server's list of connections
	Insecure  bool                   // allow other machines without TLS: everyone on the way reads and writes jobs

	inside *server.Server // the embedded one
}

// Link is a connection to a server; it comes back by itself when the server does. It is safe for concurrent use.
type Link struct {
	nc   *nats.Conn
	js   jetstream.JetStream
	addr Address
}

const (
	connectLimit = 10 * time.Second
	requestLimit = 10 * time.Second
)

// Connect reaches a server and sees to it that the streams are there.
func Connect(ctx context.Context, addr Address) (*Link, error) {
	opts, err := addr.options()
	if err != nil {
		return nil, fmt.Errorf("ensemble: %s: %w", addr.shown(), err)
	}
	type outcome struct {
		nc  *nats.Conn
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		nc, err := nats.Connect(addr.URL, opts...)
		done <- outcome{nc, err}
	}()
	var o outcome
	select {
	case o = <-done:
	case <-ctx.Done():
		go func() {
			if o := <-done; o.err == nil {
				o.nc.Close()
			}
		}()
		return nil, ctx.Err()
	}
	if o.err != nil {
		return nil, fmt.Errorf("ensemble: %s: %w", addr.shown(), addr.plain(o.err))
	}
	l := &Link{nc: o.nc, addr: addr}
	if l.js, err = jetstream.New(l.nc, jetstream.WithDefaultTimeout(requestLimit)); err == nil {
		err = l.prepare(ctx)
	}
	if err != nil {
		l.Close()
		return nil, fmt.Errorf("ensemble: %s: %w", addr.shown(), addr.plain(err))
	}
	return l, nil
}

// Close ends the connection.
func (l *Link) Close() { l.nc.Close() }

// URL is the server that the link is connected to now, without secrets; empty while there is none.
func (l *Link) URL() string { return l.nc.ConnectedUrlRedacted() }

// shown is the URL for people, without a password that somebody wrote into it.
func (a Address) shown() string {
	if a.URL == "" {
		return "no address"
	}
	parts := strings.Split(a.URL, ",")
	for i, text := range parts {
		if at := strings.LastIndexByte(text, '@'); at >= 0 {
			scheme, user, ok := strings.Cut(text[:at], "://")
			if !ok {
				scheme, user = "nats", text[:at]
			}
			name, _, _ := strings.Cut(user, ":")
			parts[i] = scheme + "://" + name + text[at:]
		}
	}
	return strings.Join(parts, ",")
}

func (a *Address) options() ([]nats.Option, error) {
	opts := []nats.Option{
		nats.Name(a.Name), nats.Timeout(connectLimit), nats.MaxReconnects(-1), nats.ReconnectWait(500 * time.Millisecond),
		nats.ReconnectJitter(250*time.Millisecond, 500*time.Millisecond), nats.ReconnectBufSize(-1),
		nats.PingInterval(10 * time.Second), nats.MaxPingsOutstanding(3), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}),
	}
	if a.inside != nil {
		secret, err := a.Password()
		return append(opts, a.inProcess(), nats.UserInfo(a.User, secret)), err
	}
	remote, err := a.check()
	if err != nil {
		return nil, err
	}
	if a.User == "" {
		a.User = os.Getenv(UserVariable)
	}
	secret := os.Getenv(PasswordVariable)
	if a.Password != nil {
		if secret, err = a.Password(); err != nil {
			return nil, fmt.Errorf("the password could not be read: %w", err)
		}
	}
	if a.User != "" && a.Creds == "" {
		opts = append(opts, nats.UserInfo(a.User, secret))
	}
	if a.Creds != "" {
		if _, err := os.Stat(a.Creds); err != nil {
			return nil, fmt.Errorf("credentials: %w", err)
		}
		opts = append(opts, nats.UserCredentials(a.Creds))
	}
	if remote && !a.Insecure || a.CA != "" || a.Cert != "" || strings.Contains(a.URL, "tls://") {
		config, err := a.tls()
		if err != nil {
			return nil, err
		}
		opts = append(opts, nats.Secure(config))
	}
	return opts, nil
}

// check looks at the URLs before anything is sent; remote says that one is of another machine.
func (a *Address) check() (remote bool, err error) {
	for _, text := range strings.Split(a.URL, ",") {
		text = strings.TrimSpace(text)
		if !strings.Contains(text, "://") {
			text = "nats://" + text
		}
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "" {
			return false, errors.New("that is no URL of a server: write nats://HOST:4222 or tls://HOST:4222")
		}
		switch u.Scheme {
		case "nats", "tls", "ws", "wss":
		default:
			return false, fmt.Errorf("a server of type %q is not known: write nats://HOST:4222 or tls://HOST:4222", u.Scheme)
		}
		if _, secret := u.User.Password(); secret {
			return false, errors.New("the URL holds a password: leave it out and put it into " + PasswordVariable)
		}
		if name := u.User.Username(); name != "" && a.User == "" {
			a.User = name
		}
		remote = remote || !isLoopback(u.Hostname())
	}
	return remote, nil
}

func (a *Address) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if a.CA != "" {
		pem, err := os.ReadFile(a.CA)
		if err != nil {
			return nil, fmt.Errorf("authorities: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("authorities: %s holds no certificate: it must be PEM", a.CA)
		}
	}
	if (a.Cert == "") != (a.Key == "") {
		return nil, errors.New("a client certificate needs both its file and that of its key")
	}
	if a.Cert != "" {
		pair, err := tls.LoadX509KeyPair(a.Cert, a.Key)
		if err != nil {
			return nil, fmt.Errorf("client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// plain says in words for people why there is no connection, and what to do.
func (a *Address) plain(err error) error {
	var dns *net.DNSError
	var name x509.HostnameError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrAuthExpired):
		if a.User == "" && a.Creds == "" {
			return errors.New("the server refuses us: it wants credentials (--creds) or a user (" + UserVariable + ", " + PasswordVariable + ")")
		}
		return fmt.Errorf("the server refuses user %q: check name, password or credentials", a.User)
	case errors.Is(err, nats.ErrSecureConnWanted):
		return errors.New("the server speaks no TLS: give it a certificate; --insecure trusts everyone on the way")
	case errors.As(err, &name):
		return fmt.Errorf("the certificate of the server is for another host: %w", name)
	case errors.As(err, &cert):
		return fmt.Errorf("the certificate of the server is not trusted: %w: name its authority with --tls-ca", cert)
	case strings.Contains(err.Error(), "remote error: tls:"), strings.Contains(err.Error(), "after TLS handshake"): // they have no type
		return errors.New("the server refuses our certificate: give one that it trusts with --cert and --key")
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, nats.ErrNoServers):
		return errors.New("nothing listens there: start the server or correct the address")
	case errors.As(err, &dns):
		return fmt.Errorf("the host name %q cannot be resolved", dns.Name)
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount), errors.Is(err, nats.ErrNoResponders):
		return errors.New("the server has no JetStream for this user: start it with -js, or enable it for the account")
	case errors.Is(err, nats.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer: check the address, and that the cluster has a leader")
	}
	return err
}
