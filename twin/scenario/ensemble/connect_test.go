package ensemble

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hostile is a bundle with one file of any name.
func hostile(t testing.TB, name string) []byte {
	t.Helper()
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	w := tar.NewWriter(zip)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: 1, Mode: 0o777}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	w.Close()
	zip.Close()
	return buf.Bytes()
}

// listed are the names below a folder.
func listed(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, _ fs.DirEntry, err error) error {
		if name != "." {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// identity makes a certificate for 127.0.0.1 that signs itself, and its files.
func identity(t *testing.T) (pair tls.Certificate, cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pair, err = tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return pair, cert, key
}

// The server shows its certificate and asks for the worker's; jobs go through.
func TestTLS(t *testing.T) {
	pair, ca, _ := identity(t)
	_, clientCert, clientKey := identity(t)
	pool := x509.NewCertPool()
	text, err := os.ReadFile(clientCert)
	if err != nil || !pool.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	s, err := StartServer(ServerOptions{User: "bob", Password: "pw", TLS: &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	url, _ := s.Worker()
	url = "tls://" + url[strings.LastIndex(url, "/")+1:]
	good := Address{URL: url, CA: ca, Cert: clientCert, Key: clientKey, User: "bob", Password: func() (string, error) { return "pw", nil }}
	link, err := Connect(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	defer link.Close()
	serve(t, link, WorkerOptions{})
	c := newTally(t, func(n uint64) uint64 { return n * n })
	if err := executor(t, link, Options{Kind: "square"}).Run(t.Context(), numbers(20), c.take); err != nil {
		t.Fatal(err)
	}
	c.each(20)
	for want, change := range map[string]func(*Address){
		"not trusted":             func(a *Address) { a.CA = "" },
		"refuses our certificate": func(a *Address) { a.Cert, a.Key = "", "" },
		"both its file":           func(a *Address) { a.Key = "" },
		"no certificate":          func(a *Address) { a.CA = clientKey },
		"refuses user":            func(a *Address) { a.Password = nil },
	} {
		a := good
		change(&a)
		if l, err := Connect(t.Context(), a); err == nil {
			l.Close()
			t.Errorf("%s: connected", want)
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestBadAddresses(t *testing.T) {
	port := freePorts(t, 1)[0]
	for url, want := range map[string]string{
		"":                               "no URL",
		"http://127.0.0.1:4222":          "type \"http\"",
		"nats://bob:pw@127.0.0.1:4222":   "holds a password",
		"nats://127.0.0.1:" + itoa(port): "nothing listens",
	} {
		if _, err := Connect(t.Context(), Address{URL: url}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pw@") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if _, err := Connect(t.Context(), Address{URL: "nats://127.0.0.1:1", Creds: "/nowhere/creds"}); err == nil || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("missing credentials: %v", err)
	}
	s, _ := startServer(t)
	url, _ := s.Worker()
	if _, err := Connect(t.Context(), Address{URL: strings.Replace(url, "nats://", "tls://", 1)}); err == nil || !strings.Contains(err.Error(), "no TLS") {
		t.Errorf("a server without TLS: %v", err)
	}
}

func itoa(n int) string { return big.NewInt(int64(n)).String() }

func TestServerKeepsToItself(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", ":0", "192.0.2.1:4222", "no address", "127.0.0.1:99999"} {
		if s, err := StartServer(ServerOptions{Listen: listen}); err == nil {
			s.Close()
			t.Errorf("%s: it listens without TLS", listen)
		}
	}
	s, err := StartServer(ServerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	url, env := s.Worker()
	if !strings.HasPrefix(url, "nats://127.0.0.1:") || strings.Contains(url, "@") || len(env) != 2 {
		t.Errorf("workers are told %s, %d variables", url, len(env))
	}
	dir := s.temp
	s.Close()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder of the server is left: %v", err)
	}
}
