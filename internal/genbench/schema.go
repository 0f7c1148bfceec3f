package main

import (
	"fmt"
	"strings"
)

// A kind is one of the five tables of a group: a parent, and children that
// refer to it and to each other. Each has twelve fields.
type kind struct {
	name, fields, triggers string
}

// In a group, one table declares every trigger, two declare some, and two declare none. That is
// more than most schemas have.
var kinds = []kind{
	{"Customer", `
      name: {type: string, maxLength: 120}
      email: {type: string, unique: true}
      phone: string?
      locale: {type: string, default: en}
      tier: {type: string, enum: [free, plus, enterprise], default: free}
      verified: {type: bool, default: false}
      balance: {type: bigint, default: 0}
      notes: text?
      settings: {type: json, nullable: true}
      lastSeenAt: time?
      createdAt: {type: time, default: now, immutable: true}
      updatedAt: {type: time, default: now, onUpdate: now}`, "all"},
	{"Address", `
      %[1]sCustomerId: {references: {table: %[1]sCustomer, onDelete: cascade}, index: true}
      label: {type: string, default: home}
      line1: string
      line2: string?
      city: string
      region: string?
      postcode: {type: string, maxLength: 16}
      country: {type: string, maxLength: 2}
      latitude: float?
      longitude: float?
      createdAt: {type: time, default: now, immutable: true}
      updatedAt: {type: time, default: now, onUpdate: now}`, ""},
	{"Order", `
      %[1]sCustomerId: {references: {table: %[1]sCustomer, onDelete: cascade}, index: true}
      %[1]sAddressId: {references: {table: %[1]sAddress, onDelete: setNull}, nullable: true}
      number: {type: string, unique: true}
      status: {type: string, enum: [draft, placed, shipped, cancelled], default: draft}
      currency: {type: string, maxLength: 3}
      total: {type: bigint, default: 0}
      discount: {type: int, default: 0}
      comment: text?
      placedAt: time?
      shippedAt: time?
      createdAt: {type: time, default: now, immutable: true}
      updatedAt: {type: time, default: now, onUpdate: now}`, "[beforeCreate, onCreate, onUpdate]"},
	{"Item", `
      %[1]sOrderId: {references: {table: %[1]sOrder, onDelete: cascade}, index: true}
      sku: string
      title: string
      quantity: {type: int, default: 1}
      price: bigint
      weight: float?
      gift: {type: bool, default: false}
      options: {type: json, nullable: true}
      image: bytes?
      remark: text?
      createdAt: {type: time, default: now, immutable: true}
      updatedAt: {type: time, default: now, onUpdate: now}`, "[onDelete]"},
	{"Event", `
      %[1]sOrderId: {references: {table: %[1]sOrder, onDelete: cascade}, index: true}
      %[1]sCustomerId: {references: {table: %[1]sCustomer, onDelete: setNull}, nullable: true}
      name: string
      source: {type: string, default: web}
      ip: string?
      agent: text?
      token: {type: string, secret: true}
      payload: {type: json, nullable: true}
      attempt: {type: int, default: 0}
      failed: {type: bool, default: false}
      happenedAt: time
      createdAt: {type: time, default: now, immutable: true}`, ""},
}

// schemaOf returns a schema of n tables.
func schemaOf(n int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nout: ./store\ntriggers: ./triggers\n\ntables:\n")
	for i := range n {
		group := "g" + letters(i/len(kinds))
		k := kinds[i%len(kinds)]
		fmt.Fprintf(&b, "  # One of the tables of group %s.\n  %s%s:\n    fields:", group, group, k.name)
		b.WriteString(strings.ReplaceAll(k.fields, "%[1]s", group) + "\n")
		if k.triggers != "" {
			b.WriteString("    triggers: " + k.triggers + "\n")
		}
	}
	return []byte(b.String())
}

// letters returns a number as letters.
func letters(n int) string {
	text := string(rune('a' + n%26))
	for n /= 26; n > 0; n /= 26 {
		text += string(rune('a' + n%26))
	}
	return text
}
