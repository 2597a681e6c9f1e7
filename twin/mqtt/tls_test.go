package mqtt

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/broker"
)

// certificate makes one for 127.0.0.1 that signs itself.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestTLS(t *testing.T) {
	tree, routes := farm(t, 1)
	cert, pool := certificate(t)
	b, err := broker.Start(broker.Options{Addr: "127.0.0.1:0", TLS: &tls.Config{Certificates: []tls.Certificate{cert}},
		Authenticate: func(_, user string, password []byte) bool { return user == "bob" && string(password) == "pw" }})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	opts := Options{Name: "plant", URL: "mqtts://bob@" + b.Addr(), Routes: routes, MinBackoff: 10 * time.Millisecond,
		Credentials: func() (string, string, error) { return "", "pw", nil }}
	strange, err := New(tree, opts)
	if err != nil {
		t.Fatal(err)
	}
	run(t, strange, &basket{})
	eventually(t, "a strange certificate is refused", func() bool {
		h := strange.Health()
		return h.State == twin.Refused && strings.Contains(h.Detail, "not trusted")
	})
	opts.TLS = &tls.Config{RootCAs: pool}
	c, err := New(tree, opts)
	if err != nil {
		t.Fatal(err)
	}
	var got basket
	run(t, c, &got)
	eventually(t, "connected", func() bool { return c.Health().State == twin.Connected })
	b.Publish("windfarm/T01/telemetry", []byte(`{"power":1}`), 0, false)
	eventually(t, "a sample", func() bool { return len(got.all()) == 1 })
}
