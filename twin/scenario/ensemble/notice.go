package ensemble

import (
	"encoding/json"
	"errors"
)

// notice is what desks and workers say to all, outside the streams: it may get lost.
type notice struct {
	Version int    `json:"v"`
	Op      string `json:"op"`
	Worker  string `json:"worker,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Slots   int    `json:"slots,omitempty"`   // how many jobs the worker computes at once
	Running int    `json:"running,omitempty"` // how many it computes now
	Done    uint64 `json:"done,omitempty"`    // how many it has answered since its start
}

// The operations.
const (
	opAlive  = "alive"  // a desk: this batch is still wanted
	opCancel = "cancel" // a desk: this batch is wanted no more
	opHello  = "hello"  // a desk: workers, say that you are here
	opBeat   = "beat"   // a worker: I am here
	opBye    = "bye"    // a worker: I leave
	opRefuse = "refuse" // a worker: I cannot compute this batch
)

const maxNotice = 16 << 10

func (n notice) encode() []byte {
	n.Version = version
	n.Reason = cut(n.Reason)
	b, err := json.Marshal(n)
	if err != nil { // it is all strings and integers
		return nil
	}
	return b
}

func decodeNotice(b []byte) (notice, error) {
	var n notice
	switch {
	case len(b) > maxNotice:
		return n, errors.New("ensemble: message: a notice is too long: it is dropped")
	case json.Unmarshal(b, &n) != nil:
		return n, errCut
	case n.Version != version:
		return n, &VersionError{Theirs: n.Version}
	case len(n.Worker) > maxName || len(n.Reason) > maxReason || n.Slots < 0 || n.Running < 0:
		return n, errCut
	}
	return n, nil
}
