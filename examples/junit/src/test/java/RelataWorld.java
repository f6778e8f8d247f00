import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A copy of what the server was filled with, for one test. Give {@code url} to the clients of your code. */
final class RelataWorld implements AutoCloseable {
  private static final String SERVER = System.getenv("RELATA_URL");
  private static final HttpClient CLIENT = HttpClient.newBuilder().sslContext(trusting()).build();

  final String id;
  final String url;

  RelataWorld() {
    var made = send("POST", SERVER + "/_relata/worlds", null, "{\"port\": 0}").body();
    id = member(made, "id");
    url = member(made, "url");
  }

  /** Of the application that may do everything. */
  String token() {
    var wish = "{\"tenant\": \"%s\", \"app\": \"%s\"}";
    var body = wish.formatted(System.getenv("RELATA_TENANT"), System.getenv("RELATA_CLIENT_ID"));
    return member(send("POST", url + "/_relata/tokens", null, body).body(), "accessToken");
  }

  /** {@code path}: with its version; {@code body}: JSON, or null. */
  HttpResponse<String> graph(String method, String path, String body) {
    return send(method, url + path, token(), body);
  }

  HttpResponse<String> control(String method, String path, String body) {
    return send(method, url + path, null, body);
  }

  @Override
  public void close() {
    send("DELETE", SERVER + "/_relata/worlds/" + id, null, null);
  }

  /** The text of a member of an object of JSON; a test has a library for that as a rule. */
  static String member(String json, String name) {
    var found = Pattern.compile('"' + name + "\":\"([^\"]*)\"").matcher(json);
    if (!found.find()) throw new IllegalStateException("no " + name + " in " + json);
    return found.group(1);
  }

  private static HttpResponse<String> send(String method, String address, String token, String body) {
    var request = HttpRequest.newBuilder(URI.create(address))
        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .header("Content-Type", "application/json");
    if (token != null) request.header("Authorization", "Bearer " + token);
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (Exception failure) {
      throw new IllegalStateException(method + " " + address, failure);
    }
  }

  /** Trusts the authority of the server; relata exec says where it is. */
  private static SSLContext trusting() {
    try (InputStream pem = Files.newInputStream(Path.of(System.getenv("RELATA_CA")))) {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null);
      store.setCertificateEntry("relata", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (Exception failure) {
      throw new IllegalStateException("run the tests by relata exec", failure);
    }
  }
}
