package broker

import (
	"strings"
	"sync/atomic"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// guard is the hook that lets clients in and keeps them to their topics.
type guard struct {
	mochi.HookBase
	opts    *Options
	server  *mochi.Server
	refused atomic.Uint64
}

// ID names the hook.
func (g *guard) ID() string { return "orrery-guard" }

// Provides lists the events that the hook wants.
func (g *guard) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck || b == mochi.OnPublish
}

// OnConnectAuthenticate lets a client in. The last will is checked here, because the library later sends it without
// asking OnACLCheck.
func (g *guard) OnConnectAuthenticate(cl *mochi.Client, pk packets.Packet) bool {
	user := string(pk.Connect.Username)
	refuse := func(why string) bool {
		g.refused.Add(1)
		g.opts.Log.Warn("broker: connection refused", "client", cl.ID, "user", user, "why", why)
		return false
	}
	if g.opts.Authenticate != nil && !g.opts.Authenticate(cl.ID, user, pk.Connect.Password) {
		return refuse("wrong user name or password")
	}
	if cl.ID == mochi.InlineClientId {
		return refuse("this client id belongs to the broker")
	}
	if pk.Connect.WillFlag {
		topic := pk.Connect.WillTopic
		if topic == "" || !mochi.IsValidFilter(topic, true) || !g.allowed(cl.ID, user, topic, true) {
			return refuse("its last will goes to a topic that it may not write")
		}
	}
	if _, known := g.server.Clients.Get(cl.ID); !known && g.server.Clients.Len() > 2*g.opts.MaxClients {
		return refuse("too many sessions are kept")
	}
	return true
}

// OnACLCheck says whether a client may write to or read from a topic or filter.
func (g *guard) OnACLCheck(cl *mochi.Client, topic string, write bool) bool {
	if g.allowed(cl.ID, string(cl.Properties.Username), topic, write) {
		return true
	}
	if write {
		g.refused.Add(1)
	}
	return false
}

// OnPublish caps the number of retained topics.
func (g *guard) OnPublish(_ *mochi.Client, pk packets.Packet) (packets.Packet, error) {
	if pk.FixedHeader.Retain && len(pk.Payload) > 0 && g.server.Topics.Retained.Len() >= g.opts.MaxRetained {
		if _, known := g.server.Topics.Retained.Get(pk.TopicName); !known {
			g.refused.Add(1)
			pk.FixedHeader.Retain = false // deliver it, do not keep it
		}
	}
	return pk, nil
}

func (g *guard) allowed(client, user, topic string, write bool) bool {
	if topic == "" || strings.ContainsRune(topic, 0) {
		return false
	}
	if write && strings.HasPrefix(topic, "$") {
		return false
	}
	return g.opts.Allow == nil || g.opts.Allow(client, user, topic, write)
}
