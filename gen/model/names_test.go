package model

import (
	"strings"
	"testing"
)

func TestExported(t *testing.T) {
	for key, want := range map[string]string{
		"name": "Name", "emailVerified": "EmailVerified", "userId": "UserID", "user_id": "UserID", "USER_ID": "UserID",
		"userIds": "UserIDs", "userIDs": "UserIDs", "HTTPServer": "HTTPServer", "apiURL": "APIURL", "oauth2Token": "Oauth2Token",
		"oauthClient": "OAuthClient", "ipAddress": "IPAddress", "a": "A", "x1": "X1", "createdAt": "CreatedAt",
		"identifier": "Identifier", "jwks": "JWKS", "user__x": "UserX", "über": "Über",
	} {
		if got := exported(key); got != want {
			t.Errorf("exported(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestUnexported(t *testing.T) {
	for name, want := range map[string]string{
		"User": "user", "UserID": "userID", "APIKey": "apiKey", "ID": "id", "OAuthClient": "oauthClient", "IDs": "ids",
		"HTTPServer": "httpServer", "X": "x", "URLs": "urls", "JWKS": "jwks",
	} {
		if got := unexported(name); got != want {
			t.Errorf("unexported(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSnake(t *testing.T) {
	for key, want := range map[string]string{
		"emailVerified": "email_verified", "userId": "user_id", "HTTPServer": "http_server", "oauth2Token": "oauth2_token",
		"user_ids": "user_ids", "userIDs": "user_ids", "name": "name",
	} {
		if got := snake(key); got != want {
			t.Errorf("snake(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestPluralOf(t *testing.T) {
	for noun, want := range map[string]string{
		"user": "users", "category": "categories", "box": "boxes", "day": "days", "address": "addresses", "branch": "branches", "y": "ys",
	} {
		if got := pluralOf(noun); got != want {
			t.Errorf("pluralOf(%q) = %q, want %q", noun, got, want)
		}
	}
}

func TestGoFile(t *testing.T) {
	for snake, want := range map[string]string{
		"user": "user.go", "user_test": "user_test_table.go", "user_linux": "user_linux_table.go", "linux": "linux.go",
		"a_windows_arm64": "a_windows_arm64_table.go", "user_id": "user_id.go", "x_amd64": "x_amd64_table.go",
	} {
		if got := goFile(snake); got != want {
			t.Errorf("goFile(%q) = %q, want %q", snake, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	if got := shorten("user_email", "_uidx"); got != "user_email_uidx" {
		t.Error(got)
	}
	long := shorten(strings.Repeat("ä", 60), "_uidx")
	if len(long) > maxPostgres || !strings.HasSuffix(long, "_uidx") || strings.ContainsRune(long, '\uFFFD') {
		t.Errorf("%q has %d bytes", long, len(long))
	}
	if other := shorten(strings.Repeat("ä", 61), "_uidx"); other == long {
		t.Error("two long names became one")
	}
}
