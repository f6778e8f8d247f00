import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.microsoft.graph.models.odataerrors.ODataError;
import java.util.LinkedHashMap;
import java.util.Map;

/** Microsoft Graph's SDK for Java against Relata, written as its users write it. Prints one line of JSON for each step. */
public final class Witness {
  /** What a step read from the objects of the client. */
  interface Step {
    Map<String, Object> run() throws Exception;
  }

  /** Members and their values in turn, in this order. */
  static Map<String, Object> saw(Object... membersAndValues) {
    var members = new LinkedHashMap<String, Object>();
    for (var at = 0; at < membersAndValues.length; at += 2)
      members.put((String) membersAndValues[at], membersAndValues[at + 1]);
    return members;
  }

  private static final Gson gson = new GsonBuilder().disableHtmlEscaping().create();

  private Witness() {}

  /** The text of an error, with code and message where it is one of Graph's. */
  private static String textOf(Throwable error) {
    return error instanceof ODataError refused && refused.getError() != null
        ? refused.getResponseStatusCode() + " " + refused.getError().getCode() + ": " + refused.getMessage()
        : error.toString();
  }

  // recipe: trust
  /** The same as -Djavax.net.ssl.trustStore and -Djavax.net.ssl.trustStorePassword, before the first connection. */
  static void trust(String store, String password) {
    System.setProperty("javax.net.ssl.trustStore", store);
    System.setProperty("javax.net.ssl.trustStorePassword", password);
  }
  // end recipe

  /** A step may not end the program: the next one is to be run, too. */
  private static void run(String name, Step step) {
    var line = saw("step", name);
    try {
      line.put("saw", step.run());
    } catch (Exception | Error error) {
      line.put("failed", textOf(error));
    }
    System.out.println(gson.toJson(line));
  }

  public static void main(String[] arguments) {
    trust(System.getenv("RELATA_TRUSTSTORE"), "changeit");
    var client = SignIn.newClient(SignIn.credentialBySecret());
    run("sign-in", SignIn::bySecret);
    run("sign-in.certificate", SignIn::byCertificate);

    var terms = new TermStore(client);
    run("term-store.group", terms::createGroup);
    run("term-store.set", terms::createSet);
    run("term-store.term", terms::createTerm);
    run("term-store.pin", terms::pinTerm);
    run("term-store.reuse", terms::reuseTerm);
    run("term-store.relations", terms::listRelations);
    run("paging", terms::listByPages);
    run("error", terms::readError);

    var gdap = new Gdap(client);
    run("gdap.create", gdap::create);
    run("if-match", gdap::changeWithTag);
    run("gdap.lock", gdap::lock);
    run("gdap.approve", gdap::approve);
    run("gdap.assignment", gdap::assign);
    run("gdap.customers", gdap::listCustomers);
    run("gdap.terminate", gdap::terminate);
    // Threads of the HTTP clients would keep the program for a minute.
    System.exit(0);
  }
}
