package endpoints

import (
	"fmt"
	"io"
	"os"

	"github.com/authgen/authgen/webhook"
)

// maxSize is in bytes; a thousand endpoints are less.
const maxSize = 256 << 10

// Load reads the endpoints from the file at path, with the variables of the
// environment. What is wrong with its text is an *[Error].
func Load(path string) ([]webhook.Endpoint, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("webhook endpoints: %w", err)
	}
	src, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("webhook endpoints: %w", err)
	}
	return Parse(path, src, os.LookupEnv)
}

// Parse reads the endpoints from src, in the order in which they stand there.
// file is what messages call it, and lookup returns the variable of a name, as
// os.LookupEnv does. The error is an *[Error].
func Parse(file string, src []byte, lookup func(name string) (string, bool)) ([]webhook.Endpoint, error) {
	r := &reader{lookup: lookup}
	list := r.read(src)
	if len(r.problems) > 0 {
		return nil, &Error{File: file, Problems: sorted(r.problems)}
	}
	return list, nil
}
