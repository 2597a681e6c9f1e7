package ensemble

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
)

// keys makes a key pair and its public name.
func keys(t *testing.T, create func() (nkeys.KeyPair, error)) (nkeys.KeyPair, string) {
	t.Helper()
	pair, err := create()
	if err != nil {
		t.Fatal(err)
	}
	name, err := pair.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return pair, name
}

// must returns what f made.
func must(t *testing.T) func(text string, err error) string {
	return func(text string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
}

// A site's cluster lets users in by credentials that an operator has signed.
func TestCredentials(t *testing.T) {
	operator, operatorName := keys(t, nkeys.CreateOperator)
	account, accountName := keys(t, nkeys.CreateAccount)
	_, systemName := keys(t, nkeys.CreateAccount)
	user, userName := keys(t, nkeys.CreateUser)

	signed := must(t)(jwt.NewOperatorClaims(operatorName).Encode(operator))
	trusted, err := jwt.DecodeOperatorClaims(signed)
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.NewAccountClaims(accountName)
	claims.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: jwt.NoLimit, DiskStorage: jwt.NoLimit, Streams: jwt.NoLimit, Consumer: jwt.NoLimit}
	resolver := &server.MemAccResolver{}
	for name, text := range map[string]string{
		accountName: must(t)(claims.Encode(operator)),
		systemName:  must(t)(jwt.NewAccountClaims(systemName).Encode(operator)),
	} {
		if err := resolver.Store(name, text); err != nil {
			t.Fatal(err)
		}
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true, JetStream: true, StoreDir: t.TempDir(),
		TrustedOperators: []*jwt.OperatorClaims{trusted}, AccountResolver: resolver, SystemAccount: systemName})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	defer s.WaitForShutdown()
	defer s.Shutdown()
	if !s.ReadyForConnections(serverLimit) {
		t.Fatal("the server does not come up")
	}
	seed, err := user.Seed()
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.FormatUserConfig(must(t)(jwt.NewUserClaims(userName).Encode(account)), seed)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "worker.creds")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	link, err := Connect(t.Context(), Address{URL: s.ClientURL(), Creds: file})
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
	if _, err := Connect(t.Context(), Address{URL: s.ClientURL()}); err == nil || !strings.Contains(err.Error(), "--creds") {
		t.Errorf("without credentials: %v", err)
	}
}
