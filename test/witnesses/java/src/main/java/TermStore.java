import com.microsoft.graph.core.tasks.PageIterator;
import com.microsoft.graph.models.odataerrors.ODataError;
import com.microsoft.graph.models.termstore.Group;
import com.microsoft.graph.models.termstore.LocalizedLabel;
import com.microsoft.graph.models.termstore.LocalizedName;
import com.microsoft.graph.models.termstore.Relation;
import com.microsoft.graph.models.termstore.RelationType;
import com.microsoft.graph.models.termstore.Set;
import com.microsoft.graph.models.termstore.Term;
import com.microsoft.graph.models.termstore.TermCollectionResponse;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.graph.sites.item.termstore.TermStoreRequestBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A group, sets, terms, a pin and a reuse; pages and errors. */
final class TermStore {
  private final GraphServiceClient client;
  private final TermStoreRequestBuilder store;
  private String groupId = "";
  private String setId = "";
  private String targetSetId = "";
  private String circleId = "";

  TermStore(GraphServiceClient client) {
    this.client = client;
    store = storeOf(client);
  }

  // recipe: store
  /** In v1.0 a term store belongs to a site; that of the root site is the tenant's. */
  static TermStoreRequestBuilder storeOf(GraphServiceClient client) {
    return client.sites().bySiteId("root").termStore();
  }
  // end recipe

  // recipe: terms
  Set createSet(String groupId, String name) {
    var parentGroup = new Group();
    parentGroup.setId(groupId);
    var localizedName = new LocalizedName();
    localizedName.setLanguageTag("en-US");
    localizedName.setName(name);
    var set = new Set();
    set.setParentGroup(parentGroup);
    set.setLocalizedNames(List.of(localizedName));
    return store.sets().post(set);
  }

  Term addTerm(String setId, String name) {
    var label = new LocalizedLabel();
    label.setLanguageTag("en-US");
    label.setName(name);
    label.setIsDefault(true);
    var term = new Term();
    term.setLabels(List.of(label));
    return store.sets().bySetId(setId).children().post(term);
  }
  // end recipe

  // recipe: relations
  /** Shows a term of one set in another one: pinned, it mirrors the branch; reused, it has children of its own there. */
  Relation share(String setId, String termId, String targetSetId, RelationType relationship) {
    var target = new Set();
    target.setId(targetSetId);
    var relation = new Relation();
    relation.setRelationship(relationship);
    relation.setSet(target);
    return store.sets().bySetId(setId).terms().byTermId(termId).relations().post(relation);
  }
  // end recipe

  Map<String, Object> createGroup() {
    var group = new Group();
    group.setDisplayName("Java");
    group.setDescription("Made by microsoft-graph for Java");
    var made = store.groups().post(group);
    groupId = made.getId();
    return Witness.saw(
        "id", groupId,
        "displayName", made.getDisplayName(),
        "description", made.getDescription(),
        "scope", made.getScope().getValue(),
        "createdDateTime", made.getCreatedDateTime().toInstant().toString());
  }

  Map<String, Object> createSet() {
    setId = createSet(groupId, "Shapes").getId();
    targetSetId = createSet(groupId, "Signs").getId();
    var read = store.sets().bySetId(setId).get();
    var name = read.getLocalizedNames().get(0);
    return Witness.saw("id", read.getId(), "name", name.getName(), "languageTag", name.getLanguageTag());
  }

  Map<String, Object> createTerm() {
    var made = addTerm(setId, "Circle");
    circleId = made.getId();
    var label = made.getLabels().get(0);
    return Witness.saw(
        "id", circleId,
        "name", label.getName(),
        "languageTag", label.getLanguageTag(),
        "isDefault", label.getIsDefault(),
        "lastModifiedDateTime", made.getLastModifiedDateTime().toInstant().toString());
  }

  private static Map<String, Object> shown(Relation relation) {
    return Witness.saw(
        "id", relation.getId(),
        "relationship", relation.getRelationship().getValue());
  }

  Map<String, Object> pinTerm() {
    return shown(share(setId, circleId, targetSetId, RelationType.Pin));
  }

  Map<String, Object> reuseTerm() {
    var square = addTerm(setId, "Square");
    return shown(share(setId, square.getId(), targetSetId, RelationType.Reuse));
  }

  Map<String, Object> listRelations() {
    var page = store.sets().bySetId(setId).terms().byTermId(circleId).relations()
        .get(request -> request.queryParameters.expand = new String[] {"set", "toTerm"});
    var relations = new ArrayList<Map<String, Object>>();
    for (var relation : page.getValue()) {
      var one = shown(relation);
      one.put("set", relation.getSet().getId());
      one.put("toTerm", relation.getToTerm().getId());
      relations.add(one);
    }
    return Witness.saw("relations", relations);
  }

  Map<String, Object> listByPages() throws ReflectiveOperationException {
    for (var number = 1; number <= 5; number++) addTerm(setId, "Polygon " + number);
    // recipe: paging
    var firstPage = store.sets().bySetId(setId).children().get(request -> request.queryParameters.top = 3);
    var names = new ArrayList<String>();
    new PageIterator.Builder<Term, TermCollectionResponse>()
        .client(client)
        .collectionPage(firstPage)
        .collectionPageFactory(TermCollectionResponse::createFromDiscriminatorValue)
        .processPageItemCallback(term -> names.add(term.getLabels().get(0).getName()))
        .build()
        .iterate();
    // end recipe
    return Witness.saw("first", firstPage.getValue().size(), "names", names);
  }

  Map<String, Object> readError() {
    // recipe: error
    var status = 200;
    var code = "";
    var message = "";
    try {
      store.groups().byGroupId("00000000-0000-4000-8000-000000000404").get();
    } catch (ODataError refused) {
      status = refused.getResponseStatusCode();
      code = refused.getError().getCode();
      message = refused.getError().getMessage();
    }
    // end recipe
    return Witness.saw("status", status, "code", code, "message", message);
  }
}
