package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/snappy"

	"github.com/orrery-twin/orrery/twin"
)

// Options say which cluster and how. URL is needed.
type Options struct {
	URL            string            // http://host:8428 or with a path; api/v1/write and api/v1/query are below it
	Labels         map[string]string // of all series, such as twin=windfarm: they keep the twins of one cluster apart
	User, Password string            // basic authentication, when User is given
	Token          string            // bearer token, when given
	Timeout        time.Duration     // of one request; 30 s
	HTTP           *http.Client      // nil means http.DefaultClient
}

// Client speaks with one cluster. It may be used from any goroutine.
type Client struct {
	opts Options
	base *url.URL
	http *http.Client
}

// NewClient checks the options; it does not connect.
func NewClient(o Options) (*Client, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("remote: %q is no address: write http://host:8428", o.URL)
	}
	for name := range o.Labels {
		if !labelName(name) || name == "path" || strings.HasPrefix(name, "__") {
			return nil, fmt.Errorf("remote: %q cannot be a label: use letters, digits and _, not path", name)
		}
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	c := &Client{opts: o, base: u, http: o.HTTP}
	if c.http == nil {
		c.http = http.DefaultClient
	}
	return c, nil
}

func labelName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// RefusedError says that a cluster does not take what was sent, now or ever.
type RefusedError struct {
	Status int    // of HTTP
	Reason string // the first line of the answer
}

// Error implements error.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("remote: the cluster answers %d %s: %s", e.Status, http.StatusText(e.Status), e.Reason)
}

// Forever reports whether an error of Write will come again however often one tries.
func Forever(err error) bool {
	var refused *RefusedError
	return errors.As(err, &refused) && refused.Status/100 == 4 && refused.Status != http.StatusTooManyRequests &&
		refused.Status != http.StatusRequestTimeout && refused.Status != http.StatusUnauthorized && refused.Status != http.StatusForbidden && refused.Status != http.StatusNotFound
}

// Write sends samples of signals of a tree, and returns how many. It does not try again.
func (c *Client) Write(ctx context.Context, tree *twin.Tree, batch []twin.Sample) (int, error) {
	r := newRequest(c.opts.Labels)
	for i := range batch {
		s := &batch[i]
		if p, ok := encode(s); ok && s.Signal >= 0 && int(s.Signal) < len(tree.Signals()) {
			r.add(tree.Signal(s.Signal).Path, p)
		}
	}
	if r.samples == 0 {
		return 0, ctx.Err()
	}
	return r.samples, c.send(ctx, r)
}

// request gathers samples by series.
type request struct {
	more    map[string]string
	labels  map[string][]byte // by path; kept from request to request
	points  map[string][]point
	order   []string
	samples int
}

func newRequest(more map[string]string) *request {
	return &request{more: more, labels: map[string][]byte{}, points: map[string][]point{}}
}

func (r *request) add(path string, p point) {
	list := r.points[path]
	if len(list) == 0 {
		r.order = append(r.order, path)
	}
	r.points[path] = append(list, p)
	r.samples++
}

// reset empties the request and keeps its memory.
func (r *request) reset() {
	for _, path := range r.order {
		r.points[path] = r.points[path][:0]
	}
	r.order, r.samples = r.order[:0], 0
}

// body returns the compressed WriteRequest.
func (r *request) body() []byte {
	var dst []byte
	for _, path := range r.order {
		labels := r.labels[path]
		if labels == nil {
			labels = encodeLabels(labelsOf(path, r.more))
			r.labels[path] = labels
		}
		dst = appendSeries(dst, labels, r.points[path])
	}
	return snappy.Encode(nil, dst)
}

func (c *Client) send(ctx context.Context, r *request) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath("api/v1/write").String(), bytes.NewReader(r.body()))
	if err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	answer, err := c.do(req)
	if err != nil {
		return err
	}
	io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) //nolint:errcheck // only so that the connection is used again
	return answer.Body.Close()
}

// do sends a request; an answer other than 2xx is an error.
func (c *Client) do(req *http.Request) (*http.Response, error) {
	req.Header.Set("User-Agent", "orrery")
	switch {
	case c.opts.User != "":
		req.SetBasicAuth(c.opts.User, c.opts.Password)
	case c.opts.Token != "":
		req.Header.Set("Authorization", "Bearer "+c.opts.Token)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	if answer.StatusCode/100 == 2 {
		return answer, nil
	}
	defer answer.Body.Close() //nolint:errcheck // the answer is an error already
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 512))
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return nil, &RefusedError{answer.StatusCode, line}
}
