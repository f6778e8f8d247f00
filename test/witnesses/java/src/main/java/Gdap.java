import com.google.gson.Gson;
import com.microsoft.graph.models.DelegatedAdminAccessAssignment;
import com.microsoft.graph.models.DelegatedAdminAccessContainer;
import com.microsoft.graph.models.DelegatedAdminAccessContainerType;
import com.microsoft.graph.models.DelegatedAdminAccessDetails;
import com.microsoft.graph.models.DelegatedAdminRelationship;
import com.microsoft.graph.models.DelegatedAdminRelationshipCustomerParticipant;
import com.microsoft.graph.models.DelegatedAdminRelationshipRequest;
import com.microsoft.graph.models.DelegatedAdminRelationshipRequestAction;
import com.microsoft.graph.models.Group;
import com.microsoft.graph.models.UnifiedRole;
import com.microsoft.graph.models.odataerrors.ODataError;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.graph.tenantrelationships.delegatedadminrelationships.item.DelegatedAdminRelationshipItemRequestBuilder;
import com.microsoft.kiota.PeriodAndDuration;
import com.microsoft.kiota.serialization.AdditionalDataHolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A relationship from its draft to its end. */
final class Gdap {
  private static final String helpdeskAdministrator = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
  private static final String customerId = System.getenv("RELATA_CUSTOMER");

  private final GraphServiceClient client;
  private String relationshipId = "";
  private String etag = "";

  Gdap(GraphServiceClient client) {
    this.client = client;
  }

  // recipe: relationship
  static DelegatedAdminAccessDetails accessTo(String roleDefinitionId) {
    var role = new UnifiedRole();
    role.setRoleDefinitionId(roleDefinitionId);
    var details = new DelegatedAdminAccessDetails();
    details.setUnifiedRoles(List.of(role));
    return details;
  }

  DelegatedAdminRelationship createRelationship(String customerId, String name, String roleDefinitionId) {
    var customer = new DelegatedAdminRelationshipCustomerParticipant();
    customer.setTenantId(customerId);
    var relationship = new DelegatedAdminRelationship();
    relationship.setDisplayName(name);
    relationship.setDuration(PeriodAndDuration.ofPeriod(Period.ofDays(180)));
    relationship.setCustomer(customer);
    relationship.setAccessDetails(accessTo(roleDefinitionId));
    return client.tenantRelationships().delegatedAdminRelationships().post(relationship);
  }

  DelegatedAdminRelationshipRequest request(String relationshipId, DelegatedAdminRelationshipRequestAction action) {
    var request = new DelegatedAdminRelationshipRequest();
    request.setAction(action);
    return client.tenantRelationships().delegatedAdminRelationships()
        .byDelegatedAdminRelationshipId(relationshipId).requests().post(request);
  }
  // end recipe

  // recipe: if-match
  static String tagOf(AdditionalDataHolder entity) {
    return (String) entity.getAdditionalData().get("@odata.etag");
  }

  void rename(String relationshipId, String name, String etag) {
    var change = new DelegatedAdminRelationship();
    change.setDisplayName(name);
    client.tenantRelationships().delegatedAdminRelationships().byDelegatedAdminRelationshipId(relationshipId)
        .patch(change, request -> request.headers.add("If-Match", etag));
  }
  // end recipe

  private DelegatedAdminRelationshipItemRequestBuilder ofRelationship() {
    return client.tenantRelationships().delegatedAdminRelationships().byDelegatedAdminRelationshipId(relationshipId);
  }

  Map<String, Object> create() {
    var made = createRelationship(customerId, "Java", helpdeskAdministrator);
    relationshipId = made.getId();
    etag = tagOf(made);
    return Witness.saw(
        "id", relationshipId,
        "displayName", made.getDisplayName(),
        "duration", made.getDuration().toString(),
        "status", made.getStatus().getValue(),
        "customer", made.getCustomer().getTenantId(),
        "role", made.getAccessDetails().getUnifiedRoles().get(0).getRoleDefinitionId(),
        "createdDateTime", made.getCreatedDateTime().toInstant().toString(),
        "hasTag", etag != null);
  }

  Map<String, Object> changeWithTag() {
    rename(relationshipId, "Java, renamed", etag);
    try {
      rename(relationshipId, "Java, too late", etag);
    } catch (ODataError refused) {
      var read = ofRelationship().get();
      return Witness.saw(
          "displayName", read.getDisplayName(),
          "changedTag", !etag.equals(tagOf(read)),
          "status", refused.getResponseStatusCode(),
          "code", refused.getError().getCode());
    }
    throw new IllegalStateException("a stale tag was taken");
  }

  Map<String, Object> lock() {
    var request = request(relationshipId, DelegatedAdminRelationshipRequestAction.LockForApproval);
    return Witness.saw(
        "action", request.getAction().getValue(),
        "status", request.getStatus().getValue(),
        "relationship", ofRelationship().get().getStatus().getValue());
  }

  /** The customer's side has no call in Graph. */
  Map<String, Object> approve() throws IOException, InterruptedException {
    var address = URI.create(SignIn.relata + "/_relata/gdap/" + relationshipId + "/approve");
    var body = new Gson().toJson(Map.of("tenantId", customerId));
    var approval = HttpRequest.newBuilder(address)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
    var answer = HttpClient.newHttpClient().send(approval, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) throw new IOException(answer.statusCode() + " " + answer.body());
    var read = ofRelationship().get();
    return Witness.saw(
        "status", read.getStatus().getValue(),
        "customer", read.getCustomer().getDisplayName(),
        "activatedDateTime", read.getActivatedDateTime().toInstant().toString(),
        "endDateTime", read.getEndDateTime().toInstant().toString());
  }

  Map<String, Object> assign() {
    var group = new Group();
    group.setDisplayName("Java helpdesk");
    group.setMailEnabled(false);
    group.setMailNickname("java-helpdesk");
    group.setSecurityEnabled(true);
    var groupId = client.groups().post(group).getId();
    var container = new DelegatedAdminAccessContainer();
    container.setAccessContainerId(groupId);
    container.setAccessContainerType(DelegatedAdminAccessContainerType.SecurityGroup);
    var assignment = new DelegatedAdminAccessAssignment();
    assignment.setAccessContainer(container);
    assignment.setAccessDetails(accessTo(helpdeskAdministrator));
    var assigned = ofRelationship().accessAssignments().post(assignment);
    var read = ofRelationship().accessAssignments().byDelegatedAdminAccessAssignmentId(assigned.getId()).get();
    var readContainer = read.getAccessContainer();
    return Witness.saw(
        "created", assigned.getStatus().getValue(),
        "status", read.getStatus().getValue(),
        "container", groupId.equals(readContainer.getAccessContainerId()),
        "containerType", readContainer.getAccessContainerType().getValue(),
        "role", read.getAccessDetails().getUnifiedRoles().get(0).getRoleDefinitionId(),
        "hasTag", tagOf(read) != null);
  }

  Map<String, Object> listCustomers() {
    var customers = new ArrayList<Map<String, Object>>();
    for (var customer : client.tenantRelationships().delegatedAdminCustomers().get().getValue())
      customers.add(Witness.saw(
          "tenantId", customer.getTenantId(),
          "displayName", customer.getDisplayName(),
          "hasTag", tagOf(customer) != null));
    return Witness.saw("customers", customers);
  }

  Map<String, Object> terminate() {
    var request = request(relationshipId, DelegatedAdminRelationshipRequestAction.Terminate);
    return Witness.saw("action", request.getAction().getValue(), "status", ofRelationship().get().getStatus().getValue());
  }
}
