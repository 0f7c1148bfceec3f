package authgen_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/authgen/authgen"
)

func TestOptKeepsWhatItIsGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type patch struct {
			Name  authgen.Opt[string]  `json:"name,omitzero"`
			Image authgen.Opt[*string] `json:"image,omitzero"`
		}
		var p patch
		if rapid.Bool().Draw(t, "name is set") {
			p.Name.Set(rapid.String().Draw(t, "name"))
		}
		switch rapid.IntRange(0, 2).Draw(t, "image is unset, null or set") {
		case 1:
			p.Image = authgen.Null[string]()
		case 2:
			p.Image.Set(new(rapid.String().Draw(t, "image")))
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var got patch
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		same := func(a, b *string) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
		if got.Name != p.Name || got.Image.IsSet() != p.Image.IsSet() || !same(got.Image.Or(nil), p.Image.Or(nil)) {
			t.Fatalf("%s became %+v", text, got)
		}
	})
}
