package runtime

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"sync/atomic"
	"time"

	"github.com/authgen/authgen"
)

// nanoAlphabet is the alphabet of Better Auth's ids.
const nanoAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// IDOr returns the id that the caller gave, or a new one.
func IDOr[T ~string](given authgen.Opt[T], newID func() string) T {
	if id, ok := given.Get(); ok {
		return id
	}
	return T(newID())
}

// NanoID returns a random id of 32 letters and digits, 190 bits, as Better
// Auth makes them.
func NanoID() string {
	const length = 32
	var id [length]byte
	var pool [length + 8]byte
	for n := 0; n < length; {
		_, _ = rand.Read(pool[:]) // never fails: crypto/rand ends the program instead
		for _, b := range pool {
			// Six bits give 64 values. The two past the alphabet are thrown
			// away: to fold them back would favour two letters.
			if i := int(b & 63); i < len(nanoAlphabet) && n < length {
				id[n] = nanoAlphabet[i]
				n++
			}
		}
	}
	return string(id[:])
}

// UUID returns a random UUID, version 4 of RFC 9562.
func UUID() string {
	var u [16]byte
	_, _ = rand.Read(u[:])
	return uuidText(u, 4)
}

// UUIDv7 returns a UUID that sorts by the time at which it was made, version 7 of
// RFC 9562: 48 bits of Unix milliseconds, 12 bits of a fraction of a millisecond
// (section 6.2, method 3), then random bits. The UUIDs of one process ascend.
func UUIDv7() string {
	var u [16]byte
	_, _ = rand.Read(u[8:])
	ticks := nextTick(time.Now())
	binary.BigEndian.PutUint64(u[:8], ticks>>12<<16|ticks&0xfff)
	return uuidText(u, 7)
}

// lastTick is the tick of the latest UUIDv7.
var lastTick atomic.Uint64

// nextTick returns the time in 4096ths of a millisecond. If the clock is slow or goes back,
// it returns the next tick that is not taken.
func nextTick(t time.Time) uint64 {
	const milli = uint64(time.Millisecond)
	nanos := uint64(t.UnixNano())
	tick := nanos/milli<<12 | nanos%milli<<12/milli
	for {
		last := lastTick.Load()
		if tick <= last {
			tick = last + 1
		}
		if lastTick.CompareAndSwap(last, tick) {
			return tick
		}
	}
}

// putMillis writes the Unix milliseconds of t into the first six bytes of b.
func putMillis(b []byte, t time.Time) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(t.UnixMilli()))
	copy(b[:6], ms[2:])
}

// uuidText sets version and variant and writes u in the 8-4-4-4-12 form.
func uuidText(u [16]byte, version byte) string {
	u[6] = u[6]&0x0f | version<<4
	u[8] = u[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[0:8], u[0:4])
	text[8] = '-'
	hex.Encode(text[9:13], u[4:6])
	text[13] = '-'
	hex.Encode(text[14:18], u[6:8])
	text[18] = '-'
	hex.Encode(text[19:23], u[8:10])
	text[23] = '-'
	hex.Encode(text[24:36], u[10:16])
	return string(text[:])
}

// ULID returns a ULID: 48 bits of Unix milliseconds, then 80 random bits, in
// 26 characters of Crockford's base 32 that sort by time
// (github.com/ulid/spec).
func ULID() string {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var u [16]byte
	_, _ = rand.Read(u[:])
	putMillis(u[:], time.Now())
	hi, lo := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	var text [26]byte
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = alphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(text[:])
}
