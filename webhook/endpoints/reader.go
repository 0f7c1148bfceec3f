package endpoints

import (
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/authgen/authgen/webhook"
)

// A reader makes endpoints of YAML, and collects what is wrong with it.
type reader struct {
	lookup   func(string) (string, bool)
	problems []Problem
}

func (r *reader) add(at *yaml.Node, format string, args ...any) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, Problem{at.Line, at.Column, fmt.Sprintf(format, args...)})
	}
}

// read returns the endpoints in src.
func (r *reader) read(src []byte) []webhook.Endpoint {
	root, wrong := parse(src)
	if wrong != nil {
		r.problems = append(r.problems, *wrong)
		return nil
	}
	if !r.plain(root) {
		return nil
	}
	if root.Kind != yaml.MappingNode {
		r.add(root, `a file of endpoints is a mapping; begin it with "endpoints:"`)
		return nil
	}
	var list []webhook.Endpoint
	found := false
	r.pairs(root, "", func(name, value *yaml.Node) {
		if name.Value != "endpoints" {
			r.add(name, "unknown key %q%s", cut(name.Value), hint(name.Value, []string{"endpoints"}))
			return
		}
		found = true
		list = r.endpoints(value)
	})
	if !found && len(r.problems) == 0 {
		r.add(root, `there is no key "endpoints"; the least a file can say is "endpoints: {}"`)
	}
	return list
}

// plain reports whether a file has none of what only a hostile one needs: what
// stands for something else, or for more than it says.
func (r *reader) plain(n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.add(n, "anchors and aliases are not taken here; write out what is meant, and quote a text that begins with & or *")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		r.add(n, "tags are not taken here; quote a text that begins with !")
		return false
	}
	for _, c := range n.Content {
		if !r.plain(c) {
			return false
		}
	}
	return true
}

// pairs calls f for each key of a mapping and its value. of is what messages call
// it.
func (r *reader) pairs(n *yaml.Node, of string, f func(name, value *yaml.Node)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if name.Kind != yaml.ScalarNode {
			r.add(name, "%sa key is a word", of)
			continue
		}
		if line, twice := seen[name.Value]; twice {
			r.add(name, "%skey %q is in line %d already; remove one", of, cut(name.Value), line)
			continue
		}
		seen[name.Value] = name.Line
		f(name, value)
	}
}

// endpoints reads the mapping of names to endpoints.
func (r *reader) endpoints(n *yaml.Node) []webhook.Endpoint {
	if n.Kind != yaml.MappingNode {
		r.add(n, `"endpoints" is a mapping of a name to what the endpoint is; write {} for none`)
		return nil
	}
	var list []webhook.Endpoint
	r.pairs(n, "", func(name, value *yaml.Node) {
		list = append(list, r.endpoint(name, value))
	})
	return list
}

// endpoint reads one endpoint.
func (r *reader) endpoint(name, n *yaml.Node) webhook.Endpoint {
	e := webhook.Endpoint{Name: name.Value}
	of := fmt.Sprintf("endpoint %q: ", cut(e.Name))
	if n.Kind != yaml.MappingNode {
		r.add(n, "%sis a mapping; it needs url, secrets and events", of)
		return e
	}
	at := map[string]*yaml.Node{"name": name} // where what is valid by itself stands
	wrong := map[string]bool{}
	r.pairs(n, of, func(key, value *yaml.Node) {
		at[key.Value] = value
		if !r.field(&e, of, key, value) {
			wrong[key.Value] = true
		}
	})
	for _, why := range causes(e.Validate()) {
		if wrong[why.Field] {
			continue
		}
		place := at[why.Field]
		if place == nil {
			place = name
		}
		r.add(place, "%s%s: %s", of, why.Field, why.Why)
	}
	return e
}

// causes returns what Validate found.
func causes(err error) []*webhook.EndpointError {
	var list []*webhook.EndpointError
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	for _, err := range joined.Unwrap() {
		var e *webhook.EndpointError
		if errors.As(err, &e) {
			list = append(list, e)
		}
	}
	return list
}

// field reads one key of an endpoint, and reports whether its value is one.
func (r *reader) field(e *webhook.Endpoint, of string, name, value *yaml.Node) bool {
	for _, k := range keys {
		if k.name != name.Value {
			continue
		}
		values, ok := r.values(k, of, value)
		if !ok {
			return false
		}
		if err := k.set(e, values); err != nil {
			r.add(value, "%s%s: %v", of, k.name, err)
			return false
		}
		return true
	}
	r.add(name, "%sunknown key %q%s", of, cut(name.Value), hint(name.Value, keyNames()))
	return false
}

// values returns the value of a key, or its values, with variables expanded.
func (r *reader) values(k key, of string, n *yaml.Node) (values []string, ok bool) {
	nodes := []*yaml.Node{n}
	if k.list && n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	ok = true
	for _, n := range nodes {
		switch {
		case n.Kind != yaml.ScalarNode && k.list:
			r.add(n, "%s%s: is a text, or a list of texts; quote ${NAME} inside of [ ]", of, k.name)
			ok = false
			continue
		case n.Kind != yaml.ScalarNode:
			r.add(n, "%s%s: is one value, not several", of, k.name)
			ok = false
			continue
		case n.Tag == "!!null":
			r.add(n, "%s%s: has no value; write one, or remove the key", of, k.name)
			ok = false
			continue
		}
		text, err := expand(n.Value, r.lookup)
		if err != nil {
			r.add(n, "%s%s: %v", of, k.name, err)
			ok = false
			continue
		}
		values = append(values, text)
	}
	return values, ok
}

// cut returns a name, shortened for a message.
func cut(name string) string {
	if runes := []rune(name); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return name
}
