// Microsoft Graph's SDK for Go against Relata, written as its users write it. Prints one line of JSON for each step.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	graph "github.com/microsoftgraph/msgraph-sdk-go"
)

// What a step read from the objects of the client.
type saw map[string]any

// What the steps share: ids that a step made and a later one needs.
type witness struct {
	ctx          context.Context
	client       *graph.GraphServiceClient
	group        string
	set          string
	circle       string
	targetSet    string
	relationship string
	etag         string
}

type step struct {
	name string
	run  func(w *witness) (saw, error)
}

// The text of an error, with code and message where it is one of Graph's.
func textOf(err error) string {
	if status, code, message, isOfGraph := explain(err); isOfGraph {
		return fmt.Sprintf("%d %s: %s", status, code, message)
	}
	return err.Error()
}

func value[T any](pointer *T) T {
	var empty T
	if pointer == nil {
		return empty
	}
	return *pointer
}

func to[T any](of T) *T {
	return &of
}

// A step may not end the program: the next one is to be run, too.
func run(one step, w *witness) (seen saw, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	return one.run(w)
}

func main() {
	w := &witness{ctx: context.Background()}
	lines := json.NewEncoder(os.Stdout)
	lines.SetEscapeHTML(false)
	for _, one := range append(append(signInSteps, termStoreSteps...), gdapSteps...) {
		line := struct {
			Step   string `json:"step"`
			Saw    saw    `json:"saw,omitempty"`
			Failed string `json:"failed,omitempty"`
		}{Step: one.name}
		seen, err := run(one, w)
		if err != nil {
			line.Failed = textOf(err)
		} else {
			line.Saw = seen
		}
		if err := lines.Encode(line); err != nil {
			panic(err)
		}
	}
}
