package mqtt

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/orrery-twin/orrery/twin"
)

// link is one connection to a foreign broker. It is never reused.
type link struct {
	client paho.Client
	lost   chan error
}

// errCredentials marks a failure of the credentials callback.
var errCredentials = errors.New("credentials")

// runRemote keeps a connection to a foreign broker until ctx ends.
func (c *Client) runRemote(ctx context.Context) {
	backoff, was := c.opts.MinBackoff, twin.Connecting
	c.setState(was, "")
	for ctx.Err() == nil {
		begin := time.Now()
		l, err := c.connect(ctx)
		if err == nil {
			c.link.Store(l)
			c.setState(twin.Connected, "")
			was = twin.Lost
			select {
			case <-ctx.Done():
			case err = <-l.lost:
			}
			c.link.Store(nil)
			l.close()
			if time.Since(begin) > c.opts.MaxBackoff {
				backoff = c.opts.MinBackoff
			}
		}
		if ctx.Err() != nil {
			return
		}
		state := was
		if refused(err) {
			state = twin.Refused
		}
		c.setState(state, c.end.sentence(err))
		// Jitter keeps many twins from coming back in step after their broker restarted.
		pause := time.NewTimer(backoff/2 + rand.N(backoff/2+1))
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
		backoff = min(2*backoff, c.opts.MaxBackoff)
	}
}

// connect opens a connection and subscribes to all that is wanted.
func (c *Client) connect(ctx context.Context) (*link, error) {
	user, password := c.end.user, ""
	if c.opts.Credentials != nil {
		u, p, err := c.opts.Credentials()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errCredentials, err)
		}
		if u != "" {
			user = u
		}
		password = p
	}
	l := &link{lost: make(chan error, 1)}
	var mu sync.Mutex
	var stopWatch func() bool
	o := paho.NewClientOptions().
		AddBroker("tcp://" + c.end.address). // the scheme does not matter: see dial
		SetClientID(c.opts.ClientID).
		SetUsername(user).SetPassword(password).
		SetProtocolVersion(4).
		SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false).
		SetOrderMatters(true).
		SetKeepAlive(15 * time.Second).SetPingTimeout(5 * time.Second).
		SetConnectTimeout(connectLimit).SetWriteTimeout(writeLimit).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) {
			c.receive(c.router.find(m.Topic()), m.Payload(), m.Retained())
			c.answer(m.Topic(), m.Payload())
		}).
		SetConnectionLostHandler(func(_ paho.Client, err error) {
			select {
			case l.lost <- err:
			default:
			}
		}).
		SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) {
			conn, err := c.dial(ctx)
			if err == nil {
				mu.Lock()
				stopWatch = context.AfterFunc(ctx, func() { conn.SetDeadline(time.Now().Add(time.Second)) })
				mu.Unlock()
			}
			return conn, err
		})
	l.client = paho.NewClient(o)
	token := l.client.Connect()
	<-token.Done() // ends when ctx ends, because the connection then times out
	mu.Lock()
	if stopWatch != nil {
		stopWatch()
	}
	mu.Unlock()
	if err := token.Error(); err != nil {
		return nil, err
	}
	wanted := c.router.filters(c.opts.QoS)
	c.mu.Lock()
	for _, s := range c.subs {
		wanted[s.filter.text] = 1
	}
	c.mu.Unlock()
	sub := l.subscribe(wanted)
	select {
	case <-sub.Done():
	case <-ctx.Done():
		l.close()
		return nil, ctx.Err()
	case <-time.After(connectLimit):
		l.close()
		return nil, errors.New("the broker does not answer the subscription")
	}
	if err := sub.Error(); err != nil {
		l.close()
		return nil, err
	}
	if s, ok := sub.(*paho.SubscribeToken); ok {
		for topic, code := range s.Result() {
			if code == 0x80 {
				l.close()
				return nil, fmt.Errorf("%w: %s", errNotAllowed, topic)
			}
		}
	}
	return l, nil
}

var errNotAllowed = errors.New("subscription refused")

func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	d := net.Dialer{Timeout: connectLimit}
	if !c.end.secure {
		return d.DialContext(ctx, "tcp", c.end.address)
	}
	td := tls.Dialer{NetDialer: &d, Config: c.opts.TLS}
	return td.DialContext(ctx, "tcp", c.end.address)
}

func (l *link) subscribe(filters map[string]byte) paho.Token {
	return l.client.SubscribeMultiple(filters, nil)
}

func (l *link) unsubscribe(filter string) { l.client.Unsubscribe(filter) }

func (l *link) publish(ctx context.Context, topic string, payload []byte, qos byte) error {
	token := l.client.Publish(topic, qos, false, slices.Clone(payload))
	select {
	case <-token.Done():
		return token.Error()
	case <-ctx.Done():
		return fmt.Errorf("the broker did not confirm in time: %w", ctx.Err())
	}
}

func (l *link) close() { l.client.Disconnect(250) }

// refused reports whether the other side said no, as against not being there.
func refused(err error) bool {
	for _, e := range []error{packets.ErrorRefusedBadProtocolVersion, packets.ErrorRefusedIDRejected,
		packets.ErrorRefusedServerUnavailable, packets.ErrorRefusedBadUsernameOrPassword,
		packets.ErrorRefusedNotAuthorised, errNotAllowed, errCredentials} {
		if errors.Is(err, e) {
			return true
		}
	}
	var cert *tls.CertificateVerificationError
	return errors.As(err, &cert)
}

// sentence says in words for people why there is no connection, and what to do.
func (e *endpoint) sentence(err error) string {
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var name x509.HostnameError
	var timeout net.Error
	switch {
	case err == nil:
		return "the connection ended"
	case errors.Is(err, errCredentials):
		return "the password could not be read: " + strings.TrimPrefix(err.Error(), "credentials: ")
	case errors.Is(err, errNotAllowed):
		return "the broker does not let us read " + strings.TrimPrefix(err.Error(), "subscription refused: ") + ": check the rights of this user"
	case errors.Is(err, packets.ErrorRefusedBadUsernameOrPassword), errors.Is(err, packets.ErrorRefusedNotAuthorised):
		if e.user == "" {
			return "the broker refuses us: it wants a user name and password"
		}
		return fmt.Sprintf("the broker refuses user %q: check name and password", e.user)
	case errors.Is(err, packets.ErrorRefusedServerUnavailable):
		return "the broker says that it is too busy"
	case errors.Is(err, packets.ErrorRefusedIDRejected), errors.Is(err, packets.ErrorRefusedBadProtocolVersion):
		return "the broker refuses this kind of client: " + err.Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("nothing listens at %s: start the broker or correct the address", e.address)
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name %q cannot be resolved", dns.Name)
	case errors.As(err, &name):
		return "the certificate of the broker is for another host: " + name.Error()
	case errors.As(err, &record):
		return "the broker speaks no TLS on this port: use mqtt:// or another port"
	case isCertificate(err):
		return "the certificate of the broker is not trusted: " + err.Error()
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fmt.Sprintf("there is no way to %s: check the network", e.address)
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("no answer from %s", e.address)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("%s hung up", e.address)
	}
	return err.Error()
}

func isCertificate(err error) bool {
	var cert *tls.CertificateVerificationError
	return errors.As(err, &cert)
}
