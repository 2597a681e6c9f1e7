package g3ngl

// chunkTone brings light into the range of a screen.
const chunkTone = `
// tone is the PBR Neutral tone mapping of Khronos (E. Chinn and others, 2024), after exposure: colours of surfaces up to 0.76
// stay as they are, but for the 4 % that clear varnish reflects; brighter ones turn to white.
vec3 tone(vec3 c) {
	c = min(c * sunlight.w, 6e4);
	float x = min(c.r, min(c.g, c.b));
	float offset = x < 0.08 ? x - 6.25 * x * x : 0.04;
	c -= offset;
	float peak = max(c.r, max(c.g, c.b));
	if (peak < 0.76) return c;
	float newPeak = 1.0 - 0.0576 / (peak + 0.24 - 0.76);
	c *= newPeak / peak;
	return mix(c, vec3(newPeak), 1.0 - 1.0 / (0.15 * (peak - newPeak) + 1.0));
}
// untoned is the inverse of tone, but what is almost white is not brought back to more than 8.
vec3 untoned(vec3 c) {
	float peak = max(c.r, max(c.g, c.b));
	if (peak > 0.76) {
		float was = 0.0576 / max(1.0 - peak, 0.0072) - 0.24 + 0.76;
		float f = 0.15 * (was - peak) + 1.0;
		c = (c + (1.0 / f - 1.0) * peak) * f * (was / peak);
	}
	float y = min(c.r, min(c.g, c.b));
	float x = sqrt(max(y, 0.0) / 6.25);
	return max(c + (y < 0.04 ? x - 6.25 * x * x : 0.04), 0.0) * mirrors.y;
}
`
