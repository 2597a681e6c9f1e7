package g3ngl

// The GLSL of translucent surfaces that are blended in any order.

// chunkBlended is how a fragment ends: what it gives is its colour, or its share in the layers that lie over a pixel.
// The latter is weighted, blended order-independent transparency (M. McGuire and L. Bavoil, "Weighted Blended
// Order-Independent Transparency", JCGT 2(2), 2013), with one blend function for both targets: what passes through goes
// into the alpha of the first, so that it multiplies while all else adds up. The weight falls with the distance between the
// nearest and the farthest translucent thing, by a factor of 4096 in all.
const chunkBlended = `
// seeThrough is the alpha of a body that has been made translucent: clear in the middle, dense towards its rims, the more so the
// clearer it is. facing is the cosine between its normal and the way to the eye.
float seeThrough(float alpha, float facing) {
	float rim = 1.0 - facing;
	rim *= rim;
	float glass = 1.0 - smoothstep(0.15, 0.6, alpha);
	return min(1.0, alpha * mix(0.8 + 1.4 * rim * rim, 0.42 + 3.4 * rim, glass));
}
#ifdef OIT
layout(location=0) out vec4 gathered; // colour by alpha by weight; what passes
layout(location=1) out vec4 weighed;  // alpha by weight
void blended(vec4 c, float dist) {
	float near = clamp((dist - layers.x) * layers.y, 0.0, 1.0);
	float w = 64.0 * exp2(-12.0 * near);
	float a = clamp(c.a, 0.0, 0.998);
	gathered = vec4(clamp(c.rgb, 0.0, 1.0) * a * w, a);
	weighed = vec4(a * w, 0.0, 0.0, a);
}
#else
out vec4 colour;
void blended(vec4 c, float dist) { colour = c; }
#endif
`

const composeVertex = `
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }
`

// composeFragment lays the mean of the layers over what is behind them.
const composeFragment = `
uniform sampler2D gathered;
uniform sampler2D weights;
out vec4 colour;
void main() {
	ivec2 at = ivec2(gl_FragCoord.xy);
	vec4 g = texelFetch(gathered, at, 0);
	float passes = g.a;
	if (passes > 0.9999) discard;
	float w = texelFetch(weights, at, 0).r;
	colour = vec4(g.rgb / max(w, 1e-6), 1.0 - passes);
}
`
