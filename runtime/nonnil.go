package runtime

import "github.com/authgen/authgen"

// NonNil makes a nil slice an empty one, which is what is stored for it.
func NonNil[S ~[]E, E any](v *S) {
	if *v == nil {
		*v = S{}
	}
}

// NonNilPtr is NonNil for a slice that may be null. What the pointer points at
// is the caller's and stays as it is.
func NonNilPtr[S ~[]E, E any](v **S) {
	if *v != nil && **v == nil {
		*v = &S{}
	}
}

// NonNilOpt is NonNil for the field of a patch.
func NonNilOpt[S ~[]E, E any](o *authgen.Opt[S]) {
	if v, ok := o.Get(); ok {
		NonNil(&v)
		o.Set(v)
	}
}

// NonNilOptPtr is NonNilPtr for the field of a patch.
func NonNilOptPtr[S ~[]E, E any](o *authgen.Opt[*S]) {
	if v, ok := o.Get(); ok {
		NonNilPtr(&v)
		o.Set(v)
	}
}
