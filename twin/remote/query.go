package remote

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

const (
	maxAnswer  = 512 << 20       // bytes of one answer
	fetchFirst = 5 * time.Minute // span of the first piece of a fetch
	fetchAim   = 500_000         // samples that a piece means to have
)

// Fetch reads the samples of the signals of a tree in [from, to), sorted by time, piece by piece. Series of the cluster
// that are of no signal of the tree are passed over. The batches belong to the sequence again when it goes on.
func (c *Client) Fetch(ctx context.Context, tree *twin.Tree, from, to time.Time) iter.Seq2[[]twin.Sample, error] {
	return func(yield func([]twin.Sample, error) bool) {
		span := fetchFirst
		var batch []twin.Sample
		for at := from; at.Before(to); {
			end := at.Add(span)
			if end.After(to) {
				end = to
			}
			var err error
			if batch, err = c.piece(ctx, tree, at, end, batch[:0]); err != nil {
				yield(nil, err)
				return
			}
			if len(batch) > 0 && !yield(batch, nil) {
				return
			}
			at = end
			switch {
			case len(batch) > 2*fetchAim:
				span = max(span/2, time.Second)
			case len(batch) < fetchAim/2:
				span = min(2*span, 24*time.Hour)
			}
		}
	}
}

// piece reads a span by an instant query with a range selector, which gives samples as they are.
func (c *Client) piece(ctx context.Context, tree *twin.Tree, from, to time.Time, dst []twin.Sample) ([]twin.Sample, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*c.opts.Timeout)
	defer cancel()
	lo, hi := ceilMs(from), ceilMs(to) // [lo, hi)
	if hi <= lo {
		return dst, nil
	}
	// The selector reaches from (hi-1) back by hi-lo ms; whether its far end is in it differs: one more is asked for.
	form := url.Values{"query": {fmt.Sprintf("%s%s[%dms]", series, c.selector(), hi-lo+1)}, "time": {seconds(hi - 1)}, "nocache": {"1"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath("api/v1/query").String(), strings.NewReader(form.Encode()))
	if err != nil {
		return dst, fmt.Errorf("remote: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := c.do(req)
	if err != nil {
		return dst, err
	}
	defer answer.Body.Close() //nolint:errcheck // only reading
	dst, err = parseMatrix(io.LimitReader(answer.Body, maxAnswer), tree, lo, hi, dst)
	if err != nil {
		return dst, fmt.Errorf("remote: the answer of the cluster: %w", err)
	}
	slices.SortStableFunc(dst, func(a, b twin.Sample) int { return cmp.Compare(a.Time, b.Time) })
	return dst, nil
}

// selector returns the labels that all series of ours have.
func (c *Client) selector() string {
	var parts []string
	for name, value := range c.opts.Labels {
		parts = append(parts, name+"="+strconv.Quote(value))
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ",") + "}"
}

func ceilMs(t time.Time) int64 { return t.Add(time.Millisecond - 1).UnixMilli() }

// seconds writes ms as the query API wants them.
func seconds(ms int64) string { return strconv.FormatFloat(float64(ms)/1e3, 'f', 3, 64) }

// matrix is an answer of the query API; values are pairs of a time in seconds and a number as text.
type matrix struct {
	Status string `json:"status"`
	Error  string `json:"error"`
	Data   struct {
		Type   string `json:"resultType"`
		Result []struct {
			Metric struct {
				Path string `json:"path"`
			} `json:"metric"`
			Values []pair `json:"values"`
		} `json:"result"`
	} `json:"data"`
}

// pair is one sample of an answer.
type pair struct {
	ms int64
	v  float64
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *pair) UnmarshalJSON(b []byte) error {
	inner, ok := strings.CutPrefix(string(b), "[")
	inner, ok2 := strings.CutSuffix(inner, "]")
	at, text, ok3 := strings.Cut(inner, ",")
	if !ok || !ok2 || !ok3 {
		return errors.New("a value is no pair")
	}
	sec, err := strconv.ParseFloat(strings.TrimSpace(at), 64)
	if err != nil || math.Abs(sec) > 1e12 {
		return fmt.Errorf("%q is no time", at)
	}
	v, err := strconv.ParseFloat(strings.Trim(strings.TrimSpace(text), `"`), 64)
	if err != nil {
		return fmt.Errorf("%q is no number", text)
	}
	p.ms, p.v = int64(math.Round(sec*1e3)), v
	return nil
}

func parseMatrix(r io.Reader, tree *twin.Tree, lo, hi int64, dst []twin.Sample) ([]twin.Sample, error) {
	var m matrix
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return dst, err
	}
	if m.Status != "success" {
		return dst, fmt.Errorf("%s: %s", m.Status, m.Error)
	}
	if m.Data.Type != "matrix" {
		return dst, fmt.Errorf("it is a %q, not a matrix", m.Data.Type)
	}
	for _, one := range m.Data.Result {
		id, ok := tree.SignalByPath(one.Metric.Path)
		if !ok {
			continue
		}
		for _, p := range one.Values {
			if p.ms < lo || p.ms >= hi {
				continue
			}
			s := twin.Sample{Signal: id, Quality: twin.Good, Time: p.ms * 1e6, Value: p.v}
			if math.IsNaN(p.v) || math.IsInf(p.v, 0) {
				s.Quality, s.Value = twin.Offline, 0
			}
			dst = append(dst, s)
		}
	}
	return dst, nil
}
