// Package payloadsync is a program whose users, sessions and OAuth clients a
// Payload CMS mirrors. The program is in the folder app, Payload in src.
package payloadsync

//go:generate go tool authgen
