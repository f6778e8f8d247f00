package main

import (
	"context"
	"errors"
	"fmt"

	graph "github.com/microsoftgraph/msgraph-sdk-go"
	graphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
	"github.com/microsoftgraph/msgraph-sdk-go/models/odataerrors"
	"github.com/microsoftgraph/msgraph-sdk-go/models/termstore"
	"github.com/microsoftgraph/msgraph-sdk-go/sites"
)

var termStoreSteps = []step{
	{"term-store.group", createGroup},
	{"term-store.set", createSet},
	{"term-store.term", createTerm},
	{"term-store.pin", pinTerm},
	{"term-store.reuse", reuseTerm},
	{"term-store.relations", listRelations},
	{"paging", listByPages},
	{"error", readError},
}

// recipe: store
// In v1.0 a term store belongs to a site; that of the root site is the tenant's.
func storeOf(client *graph.GraphServiceClient) *sites.ItemTermStoreRequestBuilder {
	return client.Sites().BySiteId("root").TermStore()
}

// end recipe

// recipe: terms
func newSet(groupID string, name string) termstore.Setable {
	parentGroup := termstore.NewGroup()
	parentGroup.SetId(&groupID)
	localizedName := termstore.NewLocalizedName()
	localizedName.SetLanguageTag(to("en-US"))
	localizedName.SetName(&name)
	set := termstore.NewSet()
	set.SetParentGroup(parentGroup)
	set.SetLocalizedNames([]termstore.LocalizedNameable{localizedName})
	return set
}

func newTerm(name string) termstore.Termable {
	label := termstore.NewLocalizedLabel()
	label.SetLanguageTag(to("en-US"))
	label.SetName(&name)
	label.SetIsDefault(to(true))
	term := termstore.NewTerm()
	term.SetLabels([]termstore.LocalizedLabelable{label})
	return term
}

func addTerm(ctx context.Context, store *sites.ItemTermStoreRequestBuilder, setID string, name string) (termstore.Termable, error) {
	return store.Sets().BySetId(setID).Children().Post(ctx, newTerm(name), nil)
}

// end recipe

// recipe: relations
// Shows a term of one set in another one: pinned, it mirrors the branch; reused, it has children of its own there.
func share(ctx context.Context, store *sites.ItemTermStoreRequestBuilder, setID string, termID string, targetSetID string,
	relationship termstore.RelationType) (termstore.Relationable, error) {
	target := termstore.NewSet()
	target.SetId(&targetSetID)
	relation := termstore.NewRelation()
	relation.SetRelationship(&relationship)
	relation.SetSet(target)
	return store.Sets().BySetId(setID).Terms().ByTermId(termID).Relations().Post(ctx, relation, nil)
}

// end recipe

func createGroup(w *witness) (saw, error) {
	group := termstore.NewGroup()
	group.SetDisplayName(to("Go"))
	group.SetDescription(to("Made by msgraph-sdk-go"))
	made, err := storeOf(w.client).Groups().Post(w.ctx, group, nil)
	if err != nil {
		return nil, err
	}
	w.group = value(made.GetId())
	return saw{
		"id":              w.group,
		"displayName":     value(made.GetDisplayName()),
		"description":     value(made.GetDescription()),
		"scope":           made.GetScope().String(),
		"createdDateTime": made.GetCreatedDateTime(),
	}, nil
}

func createSet(w *witness) (saw, error) {
	store := storeOf(w.client)
	made, err := store.Sets().Post(w.ctx, newSet(w.group, "Shapes"), nil)
	if err != nil {
		return nil, err
	}
	w.set = value(made.GetId())
	target, err := store.Sets().Post(w.ctx, newSet(w.group, "Signs"), nil)
	if err != nil {
		return nil, err
	}
	w.targetSet = value(target.GetId())
	read, err := store.Sets().BySetId(w.set).Get(w.ctx, nil)
	if err != nil {
		return nil, err
	}
	name := read.GetLocalizedNames()[0]
	return saw{"id": value(read.GetId()), "name": value(name.GetName()), "languageTag": value(name.GetLanguageTag())}, nil
}

func createTerm(w *witness) (saw, error) {
	made, err := addTerm(w.ctx, storeOf(w.client), w.set, "Circle")
	if err != nil {
		return nil, err
	}
	w.circle = value(made.GetId())
	label := made.GetLabels()[0]
	return saw{
		"id":                   w.circle,
		"name":                 value(label.GetName()),
		"languageTag":          value(label.GetLanguageTag()),
		"isDefault":            value(label.GetIsDefault()),
		"lastModifiedDateTime": made.GetLastModifiedDateTime(),
	}, nil
}

func shown(relation termstore.Relationable) saw {
	return saw{"id": value(relation.GetId()), "relationship": relation.GetRelationship().String()}
}

func pinTerm(w *witness) (saw, error) {
	relation, err := share(w.ctx, storeOf(w.client), w.set, w.circle, w.targetSet, termstore.PIN_RELATIONTYPE)
	if err != nil {
		return nil, err
	}
	return shown(relation), nil
}

func reuseTerm(w *witness) (saw, error) {
	store := storeOf(w.client)
	square, err := addTerm(w.ctx, store, w.set, "Square")
	if err != nil {
		return nil, err
	}
	relation, err := share(w.ctx, store, w.set, value(square.GetId()), w.targetSet, termstore.REUSE_RELATIONTYPE)
	if err != nil {
		return nil, err
	}
	return shown(relation), nil
}

func listRelations(w *witness) (saw, error) {
	config := &sites.ItemTermStoreSetsItemTermsItemRelationsRequestBuilderGetRequestConfiguration{
		QueryParameters: &sites.ItemTermStoreSetsItemTermsItemRelationsRequestBuilderGetQueryParameters{
			Expand: []string{"set", "toTerm"},
		},
	}
	page, err := storeOf(w.client).Sets().BySetId(w.set).Terms().ByTermId(w.circle).Relations().Get(w.ctx, config)
	if err != nil {
		return nil, err
	}
	relations := []saw{}
	for _, relation := range page.GetValue() {
		one := shown(relation)
		one["set"] = value(relation.GetSet().GetId())
		one["toTerm"] = value(relation.GetToTerm().GetId())
		relations = append(relations, one)
	}
	return saw{"relations": relations}, nil
}

func listByPages(w *witness) (saw, error) {
	ctx, store, setID := w.ctx, storeOf(w.client), w.set
	for number := 1; number <= 5; number++ {
		if _, err := addTerm(ctx, store, setID, fmt.Sprintf("Polygon %d", number)); err != nil {
			return nil, err
		}
	}
	// recipe: paging
	page, err := store.Sets().BySetId(setID).Children().Get(ctx,
		&sites.ItemTermStoreSetsItemChildrenRequestBuilderGetRequestConfiguration{
			QueryParameters: &sites.ItemTermStoreSetsItemChildrenRequestBuilderGetQueryParameters{Top: to(int32(3))},
		})
	if err != nil {
		return nil, err
	}
	iterator, err := graphcore.NewPageIterator[termstore.Termable](page, w.client.GetAdapter(),
		termstore.CreateTermCollectionResponseFromDiscriminatorValue)
	if err != nil {
		return nil, err
	}
	names := []string{}
	err = iterator.Iterate(ctx, func(term termstore.Termable) bool {
		names = append(names, *term.GetLabels()[0].GetName())
		return true
	})
	// end recipe
	if err != nil {
		return nil, err
	}
	return saw{"first": len(page.GetValue()), "names": names}, nil
}

// recipe: error
func explain(err error) (status int, code string, message string, isOfGraph bool) {
	var refused *odataerrors.ODataError
	if !errors.As(err, &refused) {
		return 0, "", "", false
	}
	inner := refused.GetErrorEscaped()
	return refused.GetStatusCode(), *inner.GetCode(), *inner.GetMessage(), true
}

// end recipe

func readError(w *witness) (saw, error) {
	_, err := storeOf(w.client).Groups().ByGroupId("00000000-0000-4000-8000-000000000404").Get(w.ctx, nil)
	status, code, message, isOfGraph := explain(err)
	if !isOfGraph {
		return nil, fmt.Errorf("no error of Graph, but %v", err)
	}
	return saw{"status": status, "code": code, "message": message}, nil
}
