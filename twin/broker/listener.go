package broker

import (
	"crypto/tls"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"
)

// listener accepts sockets for the broker library. The one of the library neither caps sockets nor closes those that
// never say CONNECT, and leaves goroutines behind.
type listener struct {
	opts    *Options
	net     net.Listener
	refused atomic.Uint64

	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
	wait   sync.WaitGroup
}

// spareSockets may be open beyond MaxClients, so that a client too many is told so instead of being cut off.
const spareSockets = 64

func newListener(opts *Options) *listener {
	return &listener{opts: opts, conns: map[net.Conn]struct{}{}}
}

// Init opens the port.
func (l *listener) Init(*slog.Logger) (err error) {
	l.net, err = net.Listen("tcp", l.opts.Addr)
	if err == nil && l.opts.TLS != nil {
		l.net = tls.NewListener(l.net, l.opts.TLS)
	}
	return err
}

// ID names the listener.
func (l *listener) ID() string { return "orrery" }

// Protocol names the protocol.
func (l *listener) Protocol() string { return "tcp" }

// Address returns where it listens.
func (l *listener) Address() string {
	if l.net == nil {
		return l.opts.Addr
	}
	return l.net.Addr().String()
}

// Serve accepts sockets until Close.
func (l *listener) Serve(establish listeners.EstablishFn) {
	for pause := time.Duration(0); ; {
		conn, err := l.net.Accept()
		if err != nil {
			l.mu.Lock()
			closed := l.closed
			l.mu.Unlock()
			if closed {
				return
			}
			// Out of file descriptors, most likely: wait for some to come free.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			l.opts.Log.Warn("broker: accept", "error", err)
			time.Sleep(pause)
			continue
		}
		pause = 0
		if !l.add(conn) {
			conn.Close()
			continue
		}
		go func() {
			defer l.wait.Done()
			defer l.remove(conn)
			// The library sets its own deadlines once the client has said CONNECT.
			conn.SetDeadline(time.Now().Add(l.opts.ConnectTimeout))
			if err := establish(l.ID(), conn); err != nil {
				l.opts.Log.Debug("broker: connection ended", "remote", conn.RemoteAddr().String(), "error", err)
			}
		}()
	}
}

func (l *listener) add(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.conns) >= l.opts.MaxClients+spareSockets {
		l.refused.Add(1)
		return false
	}
	l.conns[conn] = struct{}{}
	l.wait.Add(1)
	return true
}

func (l *listener) remove(conn net.Conn) {
	conn.Close()
	l.mu.Lock()
	delete(l.conns, conn)
	l.mu.Unlock()
}

// Close stops accepting, lets the library say goodbye to its clients, closes what is left and waits for all.
func (l *listener) Close(closeClients listeners.CloseFn) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	l.mu.Unlock()
	if l.net != nil {
		l.net.Close()
	}
	closeClients(l.ID())
	l.mu.Lock()
	for conn := range l.conns {
		conn.Close()
	}
	l.mu.Unlock()
	l.wait.Wait()
}
