package generation

import (
	"fmt"
	"strings"
)

// A field is a column other than the id.
type field struct {
	name, kind       string // kind as schema.yaml spells it
	nullable, unique bool
	to               string // the table that it refers to; empty: none
}

// A tableOf is a table to generate code for.
type tableOf struct {
	name, triggers string
	fields         []field
}

// group is five tables of twelve fields: a parent, and children that refer to
// it and to each other. One declares every trigger, two some and two none,
// which is more than most schemas have. In names, % is the group.
var group = []tableOf{
	{"%Customer", "all", fields("name:string email:string! phone:string? locale:string tier:string verified:bool " +
		"balance:bigint notes:text? settings:json? lastSeenAt:time? createdAt:time updatedAt:time")},
	{"%Address", "", fields("customerId>%Customer label:string line1:string line2:string? city:string region:string? " +
		"postcode:string country:string latitude:float? longitude:float? createdAt:time updatedAt:time")},
	{"%Order", "[beforeCreate, onCreate, onUpdate]", fields("customerId>%Customer addressId>%Address number:string! status:string currency:string " +
		"total:bigint discount:int comment:text? placedAt:time? shippedAt:time? createdAt:time updatedAt:time")},
	{"%Item", "[onDelete]", fields("orderId>%Order sku:string title:string quantity:int price:bigint weight:float? gift:bool " +
		"options:json? image:bytes? remark:text? createdAt:time updatedAt:time")},
	{"%Event", "", fields("orderId>%Order customerId>%Customer name:string source:string ip:string? agent:text? token:string " +
		"payload:json? attempt:int failed:bool happenedAt:time createdAt:time")},
}

// fields reads words such as phone:string?, email:string! and customerId>%Customer;
// ? is nullable and ! unique.
func fields(words string) []field {
	var list []field
	for word := range strings.FieldsSeq(words) {
		f := field{nullable: strings.HasSuffix(word, "?"), unique: strings.HasSuffix(word, "!")}
		word = strings.TrimRight(word, "?!")
		if name, to, ok := strings.Cut(word, ">"); ok {
			f.name, f.to = name, to
		} else {
			f.name, f.kind, _ = strings.Cut(word, ":")
		}
		list = append(list, f)
	}
	return list
}

// tables returns n of them, group after group.
func tables(n int) []tableOf {
	list := make([]tableOf, n)
	for i := range list {
		prefix := "g" + letters(i/len(group))
		t := group[i%len(group)]
		t.name = strings.ReplaceAll(t.name, "%", prefix)
		t.fields = append([]field(nil), t.fields...)
		for j := range t.fields {
			t.fields[j].to = strings.ReplaceAll(t.fields[j].to, "%", prefix)
		}
		list[i] = t
	}
	return list
}

// letters returns a number as letters.
func letters(n int) string {
	text := string(rune('a' + n%26))
	for n /= 26; n > 0; n /= 26 {
		text += string(rune('a' + n%26))
	}
	return text
}

// schemaYAML returns the tables for authgen.
func schemaYAML(list []tableOf) string {
	var b strings.Builder
	b.WriteString("version: 1\nout: ./generated\ntriggers: ./triggers\n\ntables:\n")
	for _, t := range list {
		fmt.Fprintf(&b, "  %s:\n    fields:\n", t.name)
		for _, f := range t.fields {
			switch {
			case f.to != "":
				fmt.Fprintf(&b, "      %s: {references: {table: %s, onDelete: cascade}, index: true}\n", f.name, f.to)
			default:
				fmt.Fprintf(&b, "      %s: {type: %s, nullable: %t, unique: %t}\n", f.name, f.kind, f.nullable, f.unique)
			}
		}
		if t.triggers != "" {
			fmt.Fprintf(&b, "    triggers: %s\n", t.triggers)
		}
	}
	return b.String()
}

// queriesSQL returns for sqlc what its users write for a table: a query to get,
// list, create, update and delete.
func queriesSQL(list []tableOf) string {
	var b strings.Builder
	for _, t := range list {
		name := upper(t.name)
		columns, sets := []string{`"id"`}, []string{}
		for _, f := range t.fields {
			columns, sets = append(columns, `"`+f.name+`"`), append(sets, `"`+f.name+`" = ?`)
		}
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
		fmt.Fprintf(&b, "-- name: Get%s :one\nSELECT * FROM %q WHERE \"id\" = ?;\n\n", name, t.name)
		fmt.Fprintf(&b, "-- name: List%s :many\nSELECT * FROM %q ORDER BY \"id\" LIMIT ?;\n\n", name, t.name)
		fmt.Fprintf(&b, "-- name: Create%s :exec\nINSERT INTO %q (%s) VALUES (%s);\n\n", name, t.name, strings.Join(columns, ", "), marks)
		fmt.Fprintf(&b, "-- name: Update%s :exec\nUPDATE %q SET %s WHERE \"id\" = ?;\n\n", name, t.name, strings.Join(sets, ", "))
		fmt.Fprintf(&b, "-- name: Delete%s :exec\nDELETE FROM %q WHERE \"id\" = ?;\n\n", name, t.name)
	}
	return b.String()
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
