package schema_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/authgen/authgen/gen/schema"
)

func compileJSONSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("authgen.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("authgen.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// TestJSONSchemaAgrees checks every scenario with the JSON Schema. It accepts schemas that are
// valid or only refer to wrong names, and no others.
func TestJSONSchemaAgrees(t *testing.T) {
	compiled := compileJSONSchema(t)
	for _, s := range scenarios(t) {
		t.Run(s.name, func(t *testing.T) {
			var doc any
			if err := yaml.Unmarshal(s.src, &doc); err != nil {
				t.Skipf("an editor has no document to validate: %v", err)
			}
			switch s.name {
			case "error_tags", "error_two_documents", "error_carriage_return", "error_separator", "error_deep":
				t.Skip("what is wrong is not in the document that an editor validates")
			}
			err := compiled.Validate(jsonValue(doc))
			valid := s.semantic || !strings.HasPrefix(s.name, "error_")
			if valid && err != nil {
				t.Errorf("refused: %v", err)
			}
			if !valid && err == nil {
				t.Error("accepted")
			}
		})
	}
}

// jsonValue returns what an editor makes of a YAML value.
func jsonValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = jsonValue(x)
		}
		return out
	case map[any]any:
		out := map[string]any{}
		for k, x := range v {
			out[fmt.Sprint(k)] = jsonValue(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = jsonValue(x)
		}
		return out
	case time.Time:
		return v.String()
	}
	return v
}

func TestJSONSchemaDescribesEveryKey(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	var visit func(path string, v any)
	visit = func(path string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			return
		}
		if properties, ok := o["properties"].(map[string]any); ok {
			for name, p := range properties {
				if text, _ := p.(map[string]any)["description"].(string); text == "" {
					t.Errorf("%s/%s has no description", path, name)
				}
			}
		}
		for name, x := range o {
			visit(path+"/"+name, x)
		}
	}
	visit("", doc)
}
