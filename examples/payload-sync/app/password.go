package main

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"github.com/authgen/authgen/examples/payload-sync/auth"
)

// iterations is the number that OWASP recommends for PBKDF2 with SHA-256.
const iterations = 600_000

// hashPassword returns the hash of a password, which is stored.
func hashPassword(password string) (auth.Secret, error) {
	salt := []byte(rand.Text())
	key, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return auth.Secret{}, fmt.Errorf("the password cannot be hashed: %w", err)
	}
	return auth.NewSecret(fmt.Sprintf("pbkdf2-sha256$%d$%s$%x", iterations, salt, key)), nil
}
