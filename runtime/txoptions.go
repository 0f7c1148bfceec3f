package runtime

import "github.com/authgen/authgen"

// consistent returns the options without those that others make pointless.
func consistent(o authgen.TxOption) authgen.TxOption {
	if o&authgen.ReadOnly != 0 {
		o &^= authgen.LazyWrite
	}
	return o
}

// Joined returns several options as one.
func Joined(options []authgen.TxOption) (all authgen.TxOption) {
	for _, o := range options {
		all |= o
	}
	return all
}
