// Tests in Go, each with a world of its own: relata exec -- go test ./...
package relata

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"os"
	"testing"
)

// A world is a copy of what the server was filled with. Give URL to the clients of your code: URL + "/v1.0" is Graph.
type world struct {
	ID     string `json:"id"`
	URL    string `json:"url"`
	client *http.Client
	t      *testing.T
}

// trusting returns a client that trusts the authority of the server; relata exec says where it is.
func trusting(t *testing.T) *http.Client {
	pem, err := os.ReadFile(os.Getenv("RELATA_CA"))
	if err != nil {
		t.Fatalf("RELATA_CA: %v", err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

// newWorld makes a world that ends with the test.
func newWorld(t *testing.T) *world {
	w := &world{client: trusting(t), t: t}
	server := os.Getenv("RELATA_URL")
	if status := w.send("POST", server+"/_relata/worlds", "", map[string]any{"port": 0}, w); status != 201 {
		t.Fatalf("no world: %d", status)
	}
	t.Cleanup(func() { w.send("DELETE", server+"/_relata/worlds/"+w.ID, "", nil, nil) })
	return w
}

func (w *world) token() string {
	var issued struct {
		AccessToken string `json:"accessToken"`
	}
	w.send("POST", w.URL+"/_relata/tokens", "", map[string]any{
		"tenant": os.Getenv("RELATA_TENANT"),
		"app":    os.Getenv("RELATA_CLIENT_ID"),
	}, &issued)
	return issued.AccessToken
}

// send answers with the status, and reads JSON into answer, which may be nil.
func (w *world) send(method, url, token string, body, answer any) int {
	w.t.Helper()
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			w.t.Fatal(err)
		}
	}
	request, err := http.NewRequest(method, url, &content)
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := w.client.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	if answer != nil {
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
			w.t.Fatal(err)
		}
	}
	return response.StatusCode
}

func addGroup(w *world, name string) int {
	return w.send("POST", w.URL+"/v1.0/termStore/groups", w.token(), map[string]any{"displayName": name}, nil)
}

func TestMakesAGroup(t *testing.T) {
	t.Parallel()
	if status := addGroup(newWorld(t), "Kitchen"); status != 201 {
		t.Errorf("answered %d", status)
	}
}

func TestIsRefusedWhereThereIsOneOfThatName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	addGroup(w, "Kitchen")
	if status := addGroup(w, "Kitchen"); status != 409 {
		t.Errorf("answered %d", status)
	}
}

func TestMovesTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var clock struct{ Now string }
	w.send("POST", w.URL+"/_relata/clock", "", map[string]any{"freeze": true, "set": "2026-05-01T00:00:00Z"}, nil)
	w.send("POST", w.URL+"/_relata/clock", "", map[string]any{"advance": "P30D"}, &clock)
	if clock.Now != "2026-05-31T00:00:00.000Z" {
		t.Errorf("shows %s", clock.Now)
	}
}
