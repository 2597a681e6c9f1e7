package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

// A twin file names the cluster; the secrets of this machine go only to the host that its user names.
func TestSecretsGoToTheNamedHostAlone(t *testing.T) {
	var login string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, login, _ = r.BasicAuth()
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	dir := t.TempDir()
	text := "orrery: 1\nname: Pump\nhistory:\n  remote: {url: '" + server.URL + "', user: pumps}\nkinds:\n  pump: {signals: {speed: {unit: rpm}}}\nassets:\n  p1: {kind: pump}\n"
	if err := os.WriteFile(filepath.Join(dir, "twin.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := project.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ORRERY_REMOTE_PASSWORD", "secret")
	for host, want := range map[string]string{"": "", "other.example": "", strings.TrimPrefix(server.URL, "http://"): "secret"} {
		t.Setenv("ORRERY_REMOTE_HOST", host)
		c := shared(p)
		client, err := c.client(p)
		if err != nil {
			t.Fatal(err)
		}
		login = "nobody asked"
		if _, err := client.Write(context.Background(), p.Tree, []twin.Sample{{Quality: twin.Good, Time: time.Now().UnixNano(), Value: 1}}); err != nil {
			t.Fatal(err)
		}
		if login != want {
			t.Errorf("with ORRERY_REMOTE_HOST=%q the cluster was shown %q, want %q", host, login, want)
		}
	}
}
