package schema

import (
	"slices"
	"strings"

	"github.com/authgen/authgen/gen/schema/internal/grammar"
	"github.com/authgen/authgen/gen/schema/internal/wording"
)

// An indexReader makes indexes of the entries of "indexes".
type indexReader struct{ *draft }

// read adds the indexes of a table.
func (r indexReader) read(t *tableDecl) {
	names, sets := map[string]bool{}, map[string]bool{}
	for _, d := range t.decls {
		if d.Index {
			sets[setKey(false, []string{d.Key})] = true
		}
		if d.Unique {
			sets[setKey(true, []string{d.Key})] = true
		}
	}
	for _, v := range t.val.All("indexes") {
		i := &Index{Unique: v.Flag("unique"), Name: v.Text("name"), Pos: v.Pos}
		keys, ok := r.fieldsOf(t, i, v)
		if i.Name != "" && names[i.Name] {
			r.problems.Add(v.Get("name").Pos, "table %s: two indexes are named %s; rename one", wording.Quote(t.Key), wording.Quote(i.Name))
			ok = false
		}
		names[i.Name] = true
		if ok && sets[setKey(i.Unique, keys)] {
			r.problems.Add(v.Pos, "table %s: there are two indexes on %s; remove one", wording.Quote(t.Key), strings.Join(keys, ", "))
			ok = false
		}
		if ok {
			sets[setKey(i.Unique, keys)] = true
			t.Indexes = append(t.Indexes, i)
		}
	}
}

// setKey returns the same text for two indexes that do the same. The order of fields
// matters for searching, but not for uniqueness.
func setKey(unique bool, keys []string) string {
	if unique {
		keys = slices.Sorted(slices.Values(keys))
		return "unique " + strings.Join(keys, " ")
	}
	return strings.Join(keys, " ")
}

// fieldsOf looks up the fields of an index. Ok is false if one of them is wrong.
func (r indexReader) fieldsOf(t *tableDecl, i *Index, v *grammar.Value) (keys []string, ok bool) {
	items := v.All("fields")
	if len(items) > maxIndexed {
		r.problems.Add(v.Get("fields").Pos, "table %s: an index has at most %d fields, not %d", wording.Quote(t.Key), maxIndexed, len(items))
		return nil, false
	}
	ok = len(items) > 0 && len(items) == len(v.Get("fields").Node.Items) // otherwise one of them was left out as wrong
	for _, item := range items {
		key := item.Node.Text
		f := t.fields[key]
		switch {
		case f == nil && key != "id" && !t.fieldsKnown():
			ok = false
		case f == nil && key != "id":
			r.problems.Add(item.Pos, "table %s: the index names field %s, which is not declared%s", wording.Quote(t.Key), wording.Quote(key), r.suggest.Hint(key, t.fieldNames()))
			ok = false
		case f != nil && slices.Contains([]Type{JSON, Strings, Ints}, f.Type):
			r.problems.Add(item.Pos, "table %s: field %s cannot be indexed, because values of type %s cannot be compared", wording.Quote(t.Key), wording.Quote(key), f.Type)
			ok = false
		}
		i.Fields = append(i.Fields, f)
		keys = append(keys, key)
	}
	if len(keys) == 1 && keys[0] == "id" {
		r.problems.Add(items[0].Pos, "table %s: the id has an index already; remove this one", wording.Quote(t.Key))
		ok = false
	}
	return keys, ok
}
