package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	graph "github.com/microsoftgraph/msgraph-sdk-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/tenantrelationships"
)

var gdapSteps = []step{
	{"gdap.create", createRelationship},
	{"if-match", changeWithTag},
	{"gdap.lock", lockRelationship},
	{"gdap.approve", approveRelationship},
	{"gdap.assignment", assignRole},
	{"gdap.customers", listCustomers},
	{"gdap.terminate", terminateRelationship},
}

var customerID = os.Getenv("RELATA_CUSTOMER")

const helpdeskAdministrator = "729827e3-9c14-49f7-bb1b-9608f156bbb8"

// recipe: relationship
func accessTo(roleDefinitionID string) models.DelegatedAdminAccessDetailsable {
	role := models.NewUnifiedRole()
	role.SetRoleDefinitionId(&roleDefinitionID)
	details := models.NewDelegatedAdminAccessDetails()
	details.SetUnifiedRoles([]models.UnifiedRoleable{role})
	return details
}

func newRelationship(customerID string, name string, roleDefinitionID string) (models.DelegatedAdminRelationshipable, error) {
	duration, err := serialization.ParseISODuration("P180D")
	if err != nil {
		return nil, err
	}
	customer := models.NewDelegatedAdminRelationshipCustomerParticipant()
	customer.SetTenantId(&customerID)
	relationship := models.NewDelegatedAdminRelationship()
	relationship.SetDisplayName(&name)
	relationship.SetDuration(duration)
	relationship.SetCustomer(customer)
	relationship.SetAccessDetails(accessTo(roleDefinitionID))
	return relationship, nil
}

func requestAction(ctx context.Context, client *graph.GraphServiceClient, relationshipID string,
	action models.DelegatedAdminRelationshipRequestAction) (models.DelegatedAdminRelationshipRequestable, error) {
	request := models.NewDelegatedAdminRelationshipRequest()
	request.SetAction(&action)
	relationship := client.TenantRelationships().DelegatedAdminRelationships().ByDelegatedAdminRelationshipId(relationshipID)
	return relationship.Requests().Post(ctx, request, nil)
}

// end recipe

func (w *witness) ofRelationship() *tenantrelationships.DelegatedAdminRelationshipsDelegatedAdminRelationshipItemRequestBuilder {
	return w.client.TenantRelationships().DelegatedAdminRelationships().ByDelegatedAdminRelationshipId(w.relationship)
}

func tagOf(entity interface{ GetAdditionalData() map[string]any }) string {
	tag, _ := entity.GetAdditionalData()["@odata.etag"].(*string)
	return value(tag)
}

func createRelationship(w *witness) (saw, error) {
	relationship, err := newRelationship(customerID, "Go", helpdeskAdministrator)
	if err != nil {
		return nil, err
	}
	made, err := w.client.TenantRelationships().DelegatedAdminRelationships().Post(w.ctx, relationship, nil)
	if err != nil {
		return nil, err
	}
	w.relationship, w.etag = value(made.GetId()), tagOf(made)
	days, err := made.GetDuration().ToDuration()
	if err != nil {
		return nil, err
	}
	return saw{
		"id":              w.relationship,
		"displayName":     value(made.GetDisplayName()),
		"days":            days.Hours() / 24,
		"status":          made.GetStatus().String(),
		"customer":        value(made.GetCustomer().GetTenantId()),
		"role":            value(made.GetAccessDetails().GetUnifiedRoles()[0].GetRoleDefinitionId()),
		"createdDateTime": made.GetCreatedDateTime(),
		"hasTag":          w.etag != "",
	}, nil
}

// recipe: if-match
func rename(ctx context.Context, client *graph.GraphServiceClient, relationshipID string, name string, etag string) error {
	headers := abstractions.NewRequestHeaders()
	headers.Add("If-Match", etag)
	change := models.NewDelegatedAdminRelationship()
	change.SetDisplayName(&name)
	relationship := client.TenantRelationships().DelegatedAdminRelationships().ByDelegatedAdminRelationshipId(relationshipID)
	_, err := relationship.Patch(ctx, change,
		&tenantrelationships.DelegatedAdminRelationshipsDelegatedAdminRelationshipItemRequestBuilderPatchRequestConfiguration{
			Headers: headers,
		})
	return err
}

// end recipe

func changeWithTag(w *witness) (saw, error) {
	if err := rename(w.ctx, w.client, w.relationship, "Go, renamed", w.etag); err != nil {
		return nil, err
	}
	err := rename(w.ctx, w.client, w.relationship, "Go, too late", w.etag)
	status, code, _, isOfGraph := explain(err)
	if !isOfGraph {
		return nil, fmt.Errorf("no error of Graph, but %v", err)
	}
	read, err := w.ofRelationship().Get(w.ctx, nil)
	if err != nil {
		return nil, err
	}
	return saw{
		"displayName": value(read.GetDisplayName()),
		"changedTag":  tagOf(read) != w.etag,
		"status":      status,
		"code":        code,
	}, nil
}

func lockRelationship(w *witness) (saw, error) {
	action := models.LOCKFORAPPROVAL_DELEGATEDADMINRELATIONSHIPREQUESTACTION
	request, err := requestAction(w.ctx, w.client, w.relationship, action)
	if err != nil {
		return nil, err
	}
	read, err := w.ofRelationship().Get(w.ctx, nil)
	if err != nil {
		return nil, err
	}
	return saw{
		"action":       request.GetAction().String(),
		"status":       request.GetStatus().String(),
		"relationship": read.GetStatus().String(),
	}, nil
}

// The customer's side has no call in Graph.
func approveRelationship(w *witness) (saw, error) {
	body, err := json.Marshal(map[string]string{"tenantId": customerID})
	if err != nil {
		return nil, err
	}
	answer, err := http.Post(relata+"/_relata/gdap/"+w.relationship+"/approve", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(answer.Status)
	}
	read, err := w.ofRelationship().Get(w.ctx, nil)
	if err != nil {
		return nil, err
	}
	return saw{
		"status":            read.GetStatus().String(),
		"customer":          value(read.GetCustomer().GetDisplayName()),
		"activatedDateTime": read.GetActivatedDateTime(),
		"endDateTime":       read.GetEndDateTime(),
	}, nil
}

func assignRole(w *witness) (saw, error) {
	group := models.NewGroup()
	group.SetDisplayName(to("Go helpdesk"))
	group.SetMailEnabled(to(false))
	group.SetMailNickname(to("go-helpdesk"))
	group.SetSecurityEnabled(to(true))
	made, err := w.client.Groups().Post(w.ctx, group, nil)
	if err != nil {
		return nil, err
	}
	container := models.NewDelegatedAdminAccessContainer()
	container.SetAccessContainerId(made.GetId())
	container.SetAccessContainerType(to(models.SECURITYGROUP_DELEGATEDADMINACCESSCONTAINERTYPE))
	assignment := models.NewDelegatedAdminAccessAssignment()
	assignment.SetAccessContainer(container)
	assignment.SetAccessDetails(accessTo(helpdeskAdministrator))
	assigned, err := w.ofRelationship().AccessAssignments().Post(w.ctx, assignment, nil)
	if err != nil {
		return nil, err
	}
	read, err := w.ofRelationship().AccessAssignments().ByDelegatedAdminAccessAssignmentId(value(assigned.GetId())).Get(w.ctx, nil)
	if err != nil {
		return nil, err
	}
	return saw{
		"created":       assigned.GetStatus().String(),
		"status":        read.GetStatus().String(),
		"container":     value(read.GetAccessContainer().GetAccessContainerId()) == value(made.GetId()),
		"containerType": read.GetAccessContainer().GetAccessContainerType().String(),
		"role":          value(read.GetAccessDetails().GetUnifiedRoles()[0].GetRoleDefinitionId()),
		"hasTag":        tagOf(read) != "",
	}, nil
}

func listCustomers(w *witness) (saw, error) {
	page, err := w.client.TenantRelationships().DelegatedAdminCustomers().Get(w.ctx, nil)
	if err != nil {
		return nil, err
	}
	customers := []saw{}
	for _, customer := range page.GetValue() {
		customers = append(customers, saw{
			"tenantId":    value(customer.GetTenantId()),
			"displayName": value(customer.GetDisplayName()),
			"hasTag":      tagOf(customer) != "",
		})
	}
	return saw{"customers": customers}, nil
}

func terminateRelationship(w *witness) (saw, error) {
	action := models.TERMINATE_DELEGATEDADMINRELATIONSHIPREQUESTACTION
	request, err := requestAction(w.ctx, w.client, w.relationship, action)
	if err != nil {
		return nil, err
	}
	read, err := w.ofRelationship().Get(w.ctx, nil)
	if err != nil {
		return nil, err
	}
	return saw{"action": request.GetAction().String(), "status": read.GetStatus().String()}, nil
}
