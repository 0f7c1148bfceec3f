package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

// failure says why there was no answer. It does not repeat what it does not
// know: net/http quotes the URL, and what a peer sent in place of an answer.
func failure(err error, timeout time.Duration) string {
	var (
		refused     *refusedError
		lookup      *net.DNSError
		certificate *tls.CertificateVerificationError
		op          *net.OpError
		alert       tls.AlertError
		record      tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &refused):
		return refused.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return fmt.Sprintf("no answer within %v", timeout)
	case errors.As(err, &lookup):
		return "the name of the host cannot be resolved: " + lookup.Err
	case errors.As(err, &certificate):
		return "the certificate of the receiver is not trusted: " + certificate.Err.Error()
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "the receiver does not speak TLS; is its URL http, or its port another?"
	case errors.As(err, &alert):
		return "the receiver refused the TLS connection: " + alert.Error()
	case errors.As(err, &op) && op.Op == "dial":
		return "cannot connect: " + op.Err.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the receiver closed the connection without an answer"
	}
	return "the connection broke, or what came is not HTTP"
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
