package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	graph "github.com/microsoftgraph/msgraph-sdk-go"
)

var signInSteps = []step{
	{"sign-in", signIn},
	{"sign-in.certificate", signInByCertificate},
}

var (
	relata   = os.Getenv("RELATA_URL")
	tenantID = os.Getenv("RELATA_TENANT")
	clientID = os.Getenv("RELATA_CLIENT_ID")
	secret   = os.Getenv("RELATA_SECRET")
)

// recipe: sign-in
func credentialBySecret() (azcore.TokenCredential, error) {
	authority := cloud.Configuration{ActiveDirectoryAuthorityHost: relata}
	return azidentity.NewClientSecretCredential(tenantID, clientID, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions:            azcore.ClientOptions{Cloud: authority},
		DisableInstanceDiscovery: true,
	})
}

// end recipe

// recipe: certificate
func credentialByCertificate(clientID string, file string) (azcore.TokenCredential, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	certificates, key, err := azidentity.ParseCertificates(pem, nil)
	if err != nil {
		return nil, err
	}
	authority := cloud.Configuration{ActiveDirectoryAuthorityHost: relata}
	return azidentity.NewClientCertificateCredential(tenantID, clientID, certificates, key,
		&azidentity.ClientCertificateCredentialOptions{
			ClientOptions:            azcore.ClientOptions{Cloud: authority},
			DisableInstanceDiscovery: true,
		})
}

// end recipe

// recipe: client
func newClient(credential azcore.TokenCredential) (*graph.GraphServiceClient, error) {
	scopes := []string{"https://graph.microsoft.com/.default"}
	client, err := graph.NewGraphServiceClientWithCredentialsAndHosts(credential, scopes, []string{"localhost"})
	if err != nil {
		return nil, err
	}
	client.GetAdapter().SetBaseUrl(relata + "/v1.0")
	return client, nil
}

// end recipe

func signIn(w *witness) (saw, error) {
	credential, err := credentialBySecret()
	if err != nil {
		return nil, err
	}
	if w.client, err = newClient(credential); err != nil {
		return nil, err
	}
	return tokenOf(w.ctx, credential)
}

func signInByCertificate(w *witness) (saw, error) {
	credential, err := credentialByCertificate(os.Getenv("RELATA_CERTIFICATE_CLIENT_ID"), os.Getenv("RELATA_CERTIFICATE"))
	if err != nil {
		return nil, err
	}
	client, err := newClient(credential)
	if err != nil {
		return nil, err
	}
	store, err := client.Sites().BySiteId("root").TermStore().Get(w.ctx, nil)
	if err != nil {
		return nil, err
	}
	seen, err := tokenOf(w.ctx, credential)
	if err == nil {
		seen["defaultLanguageTag"] = value(store.GetDefaultLanguageTag())
	}
	return seen, err
}

// The claims that say for whom the token is.
func tokenOf(ctx context.Context, credential azcore.TokenCredential) (saw, error) {
	scopes := []string{"https://graph.microsoft.com/.default"}
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: scopes})
	if err != nil {
		return nil, err
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token.Token, ".")[1])
	if err != nil {
		return nil, err
	}
	claims := saw{}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return nil, err
	}
	seen := saw{}
	for _, name := range []string{"aud", "tid", "appid", "app_displayname", "appidacr", "idtyp"} {
		seen[name] = claims[name]
	}
	return seen, nil
}
