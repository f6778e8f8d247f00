import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.ClientCertificateCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.google.gson.JsonParser;
import com.microsoft.graph.core.authentication.AzureIdentityAuthenticationProvider;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Credentials by secret and by certificate, and the client that uses them. */
final class SignIn {
  static final String relata = System.getenv("RELATA_URL");
  static final String tenantId = System.getenv("RELATA_TENANT");
  static final String clientId = System.getenv("RELATA_CLIENT_ID");
  static final String secret = System.getenv("RELATA_SECRET");

  private SignIn() {}

  // recipe: sign-in
  static TokenCredential credentialBySecret() {
    return new ClientSecretCredentialBuilder()
        .authorityHost(relata)
        .disableInstanceDiscovery()
        .tenantId(tenantId)
        .clientId(clientId)
        .clientSecret(secret)
        .build();
  }
  // end recipe

  // recipe: certificate
  static TokenCredential credentialByCertificate(String clientId, String pemFile) {
    return new ClientCertificateCredentialBuilder()
        .authorityHost(relata)
        .disableInstanceDiscovery()
        .tenantId(tenantId)
        .clientId(clientId)
        .pemCertificate(pemFile)
        .build();
  }
  // end recipe

  // recipe: client
  static GraphServiceClient newClient(TokenCredential credential) {
    var provider = new AzureIdentityAuthenticationProvider(
        credential, new String[] {"localhost"}, "https://graph.microsoft.com/.default");
    var client = new GraphServiceClient(provider);
    client.getRequestAdapter().setBaseUrl(relata + "/v1.0");
    return client;
  }
  // end recipe

  static Map<String, Object> bySecret() {
    return claimsOf(credentialBySecret());
  }

  static Map<String, Object> byCertificate() {
    var credential = credentialByCertificate(
        System.getenv("RELATA_CERTIFICATE_CLIENT_ID"), System.getenv("RELATA_CERTIFICATE"));
    var store = newClient(credential).sites().bySiteId("root").termStore().get();
    var saw = claimsOf(credential);
    saw.put("defaultLanguageTag", store.getDefaultLanguageTag());
    return saw;
  }

  /** The claims that say for whom the token is. */
  private static Map<String, Object> claimsOf(TokenCredential credential) {
    var context = new TokenRequestContext().addScopes("https://graph.microsoft.com/.default");
    var token = credential.getTokenSync(context).getToken();
    var payload = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
    var claims = JsonParser.parseString(payload).getAsJsonObject();
    var saw = Witness.saw();
    for (var name : List.of("aud", "tid", "appid", "app_displayname", "appidacr", "idtyp"))
      saw.put(name, claims.has(name) ? claims.get(name).getAsString() : null);
    return saw;
  }
}
