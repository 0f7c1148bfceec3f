package runtime_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/authgen/authgen/runtime"
)

func TestOptKeepsWhatItIsGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type patch struct {
			Name  runtime.Opt[string]  `json:"name,omitzero"`
			Image runtime.Opt[*string] `json:"image,omitzero"`
		}
		var p patch
		if rapid.Bool().Draw(t, "name is set") {
			p.Name.Set(rapid.String().Draw(t, "name"))
		}
		switch rapid.IntRange(0, 2).Draw(t, "image is unset, null or set") {
		case 1:
			p.Image = runtime.Null[string]()
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

func TestOptChange(t *testing.T) {
	name, image := "ada", new("pic")
	if runtime.Change(runtime.Opt[string]{}, &name) || name != "ada" {
		t.Error("an unset field changed its value")
	}
	if runtime.Change(runtime.Set("ada"), &name) || !runtime.Change(runtime.Set("bob"), &name) || name != "bob" {
		t.Error("a change of text is not told from none")
	}
	if runtime.ChangePtr(runtime.Set(new("pic")), &image) || !runtime.ChangePtr(runtime.Null[string](), &image) || image != nil {
		t.Error("a change to null is not told from none")
	}
	at := time.Now()
	if runtime.ChangeBy(runtime.Set(at.UTC()), &at, time.Time.Equal) {
		t.Error("the same time in another zone is a change")
	}
}

func TestSameJSON(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[true]}`, `{ "b": [true], "a": 1 }`, true},
		{`{"a":1}`, `{"a":2}`, false},
		{`9007199254740993`, `9007199254740992`, false},
		{`null`, `{}`, false},
	} {
		a, b := json.RawMessage(c.a), json.RawMessage(c.b)
		if got := runtime.Same(a, b); got != c.want {
			t.Errorf("%s and %s: %v", a, b, got)
		}
		if got := runtime.Same(&a, &b); got != c.want {
			t.Errorf("pointers to %s and %s: %v", a, b, got)
		}
		if runtime.Same(&a, nil) {
			t.Errorf("%s is null", a)
		}
	}
}
