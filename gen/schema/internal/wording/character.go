package wording

// Characters that a schema.yaml may not have, as they stand in the class of a regular
// expression.
const (
	// Misleading are the characters that break lines in some editors or in Go source,
	// and those that show text in another order than programs read it in.
	Misleading = "\u2028-\u202E\u2066-\u2069\uFEFF"
	// Invisible are those and the characters without a width. Two names that differ in
	// one of them look the same.
	Invisible = Misleading + "\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2060-\u2065\u206A-\u206F\u3164\uFE00-\uFE0F\uFFA0\uFFF9-\uFFFB"
)

// IsMisleading tells whether a character is one of Misleading.
func IsMisleading(r rune) bool {
	return r >= '\u2028' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069' || r == '\uFEFF'
}
