package schema

import (
	"slices"
	"strings"
)

// indexes makes the indexes of a table.
func (b *builder) indexes(t *tableDecl) {
	names, sets := map[string]bool{}, map[string]bool{}
	for _, d := range t.decls {
		if d.Index {
			sets[setKey(false, []string{d.Key})] = true
		}
		if d.Unique {
			sets[setKey(true, []string{d.Key})] = true
		}
	}
	for _, v := range t.val.all("indexes") {
		i := &Index{Unique: v.flag("unique"), Name: v.text("name"), Pos: v.pos}
		keys, ok := b.indexFields(t, i, v)
		if i.Name != "" && names[i.Name] {
			b.problems.add(v.get("name").pos, "table %s: two indexes are named %s; rename one", quote(t.Key), quote(i.Name))
			ok = false
		}
		names[i.Name] = true
		if ok && sets[setKey(i.Unique, keys)] {
			b.problems.add(v.pos, "table %s: the index on %s is there already; remove one of the two", quote(t.Key), strings.Join(keys, ", "))
			ok = false
		}
		if ok {
			sets[setKey(i.Unique, keys)] = true
			t.Indexes = append(t.Indexes, i)
		}
	}
}

// setKey tells indexes apart. The order of the fields counts for searching,
// but not for being unique.
func setKey(unique bool, keys []string) string {
	if unique {
		keys = slices.Sorted(slices.Values(keys))
		return "unique " + strings.Join(keys, " ")
	}
	return strings.Join(keys, " ")
}

// indexFields resolves the fields of an index; false if one of them is wrong.
func (b *builder) indexFields(t *tableDecl, i *Index, v *value) (keys []string, ok bool) {
	items := v.all("fields")
	if len(items) > maxIndexed {
		b.problems.add(v.get("fields").pos, "table %s: an index has at most %d fields, not %d", quote(t.Key), maxIndexed, len(items))
		return nil, false
	}
	ok = len(items) > 0 && len(items) == len(v.get("fields").node.items) // else one of them is wrong
	for _, item := range items {
		key := item.node.text
		f := t.fields[key]
		switch {
		case f == nil && key != "id" && !t.fieldsKnown():
			ok = false
		case f == nil && key != "id":
			b.problems.add(item.pos, "table %s: the index names field %s, which is not declared%s", quote(t.Key), quote(key), b.suggest.hint(key, t.fieldNames()))
			ok = false
		case f != nil && slices.Contains([]Type{JSON, Strings, Ints}, f.Type):
			b.problems.add(item.pos, "table %s: field %s cannot be indexed; values of type %s do not compare", quote(t.Key), quote(key), f.Type)
			ok = false
		}
		i.Fields = append(i.Fields, f)
		keys = append(keys, key)
	}
	if len(keys) == 1 && keys[0] == "id" {
		b.problems.add(items[0].pos, "table %s: the id has an index already; remove this one", quote(t.Key))
		ok = false
	}
	return keys, ok
}
