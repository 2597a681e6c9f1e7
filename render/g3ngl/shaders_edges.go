package g3ngl

// The GLSL of the edge lines and of the outlines around what is selected.

const edgeVertex = `
layout(location=0) in vec3 position;
layout(location=1) in vec2 octFirst;
layout(location=2) in vec2 octSecond;
layout(location=3) in uint slot;
layout(location=4) in uint sharp; // 1: always drawn; 0: drawn where it is the outline
#include <frame>
#include <object>
#include <sky>
#include <effects>
#include <clip>
out vec4 ink;
flat out float drawn;
out vec3 point;
flat out uvec2 style;
#ifdef GHOST
uniform vec4 ghost;
#endif
void main() {
	int at = (slotBase + int(slot)) * 4;
	uvec4 a = texelFetch(objects, at), b = texelFetch(objects, at + 1), c = texelFetch(objects, at + 2);
	uvec4 o = texelFetch(objects, at + 3);
	point = place(position, a, b, c);
	style = o.xy;
	vec3 toEye = forward.w > 0.5 ? -forward.xyz : eye.xyz - point;
	float dist = length(eye.xyz - point);
	drawn = 1.0;
	if (sharp == 0u) {
		vec3 v = normalize(toEye);
		float f = dot(turn(fromOct(octFirst), a, b, c), v), s = dot(turn(fromOct(octSecond), a, b, c), v);
		drawn = f * s <= 0.0 ? 1.0 : 0.0;
		if (f * s > 0.0 && min(abs(f), abs(s)) > 0.002) { // far from being an outline: both ends agree
			gl_Position = vec4(0.0, 0.0, -9.0, 1.0);
			return;
		}
	}
	vec4 tint = unpackColour(o.x);
	uint priority = o.y & 7u;
	vec3 line = clayEdge.rgb;
#ifdef MATERIALS
	line = sun.w > 0.5 ? clayEdge.rgb : clayEdge.rgb * 0.62;
#endif
	line = mix(line, tint.rgb * 0.6, tint.a * 0.8);
	if (priority > 0u) line = alarm[priority - 1u].rgb * 0.62;
	if ((o.y & PREDICTED) != 0u) line = mix(line, predicted.rgb, 0.6);
	float px = uintBitsToFloat(o.z) / (screen.w * (forward.w > 0.5 ? 1.0 : dist)); // radius of the object on the screen
	float alpha = 0.95 * smoothstep(12.0, 50.0, px / screen.z);
#ifdef GHOST
	line = mix(clayEdge.rgb, ghost.rgb, 0.6);
	alpha *= min(1.0, ghost.a * 1.6);
#else
	alpha *= mix(0.55, 1.0, float(o.y >> 24) / 255.0);
#endif
	float h = haze(dist);
	if (priority > 0u) h *= 0.25;
	ink = vec4(mix(line, horizon.rgb, h), alpha);
	vec4 inView = viewFromOrigin * vec4(point, 1.0);
	if (forward.w > 0.5) inView.z += 1.5 * screen.w;   // a little nearer than the faces it lies on
	else inView.xyz *= 1.0 - 0.0004;
	gl_Position = clipFromView * inView;
	clipAway(point, o.y, o.w, NO_PLANE);
}
`

const edgeFragment = `
#include <frame>
in vec4 ink;
flat in float drawn;
in vec3 point;
flat in uvec2 style;
out vec4 colour;
#include <cut>
void main() {
	if (drawn < 0.5) discard;
#ifdef SECTION
	cutAway();
#endif
	colour = ink;
}
`

// outlineVertex draws the tiles of the picture that have outlines.
const outlineVertex = `
layout(location=0) in vec2 tile;
#include <frame>
void main() {
	vec2 corner = vec2(gl_VertexID & 1, (gl_VertexID & 2) >> 1);
	gl_Position = vec4(min((tile + corner) * 32.0, screen.xy) / screen.xy * 2.0 - 1.0, 0.0, 1.0);
}
`

// outlineFragment rings what the masks cover. What is selected has a thick line in the accent, what is hovered a thin one, both
// with a hairline around them that stands out from the accent; where something hides it, the line is faint and dashed. The rings
// of alarms differ by priority: double, solid, dashed, dotted.
const outlineFragment = `
#include <frame>
uniform sampler2D mask;   // all of what is selected, hovered; what can be seen of it
uniform sampler2D alarms; // what can be seen of alarms, by priority
out vec4 colour;

vec4 laid(vec4 over, vec4 under) {
	float a = over.a + under.a * (1.0 - over.a);
	return vec4(mix(under.rgb, over.rgb, over.a / max(a, 1e-3)), a);
}

void main() {
	vec2 px = 1.0 / screen.xy, at = gl_FragCoord.xy * px;
	float u = screen.z;
	vec4 chosen[3], alarmed[3]; // most coverage at three distances
	for (int k = 0; k < 3; k++) chosen[k] = alarmed[k] = vec4(0.0);
	vec2 towards = vec2(0.0);
	for (int i = 0; i < 16; i++) {
		float a = 0.3926991 * float(i);
		vec2 d = vec2(cos(a), sin(a));
		for (int k = 0; k < 3; k++) {
			vec2 p = at + d * px * u * (k == 0 ? 1.2 : k == 1 ? 2.4 : 3.5);
#ifdef SELECTION
			vec4 c = texture(mask, p);
			chosen[k] = max(chosen[k], c);
			towards += d * (c.r + c.g);
#endif
#ifdef ALARMS
			vec4 b = texture(alarms, p);
			alarmed[k] = max(alarmed[k], b);
			towards += d * dot(b, vec4(1.0));
#endif
		}
	}
	vec2 p = gl_FragCoord.xy / u; // where along the line, for dashes: by the axis that it follows more
	float along = abs(towards.x) > abs(towards.y) ? p.y : p.x;
	vec3 rim = sun.w > 0.5 ? vec3(0.04) : vec3(0.97);
	vec4 ink = vec4(0.0);
#ifdef ALARMS
	vec4 own = texture(alarms, at);
	vec4 thin = alarmed[0], thick = max(thin, alarmed[1]), wide = max(thick, alarmed[2]);
	float dash = fract(along / 9.0) < 0.62 ? 1.0 : 0.0, dotted = fract(along / 5.0) < 0.5 ? 1.0 : 0.0;
	for (int k = 3; k >= 0; k--) { // the most urgent last
		float line = thick[k], around = wide[k] - thick[k];
		if (k == 0) {
			line = thin[0] + (wide[0] - thick[0]);
			around = thick[0] - thin[0];
		}
		if (k == 2) line *= dash;
		if (k == 3) line *= dotted;
		ink = laid(vec4(mix(rim, alarm[k].rgb, line / max(line + around * 0.7, 1e-3)), max(line, around * 0.7) * (1.0 - own[k])), ink);
	}
#endif
#ifdef SELECTION
	vec4 here = texture(mask, at);
	vec4 near = chosen[0], mid = max(near, chosen[1]), far = max(mid, chosen[2]);
	float hiddenDash = fract(along / 7.0) < 0.55 ? 0.55 : 0.0;
	for (int k = 1; k >= 0; k--) { // hovered, then selected
		float line = k == 0 ? mid.r : near.g, around = (k == 0 ? far.r : mid.g) - line;
		float seen = k == 0 ? far.b : mid.a;
		float strength = mix(hiddenDash, 1.0, smoothstep(0.0, 0.4, seen)) * (1.0 - (k == 0 ? here.r : here.g));
		float a = max(line, around * 0.75);
		ink = laid(vec4(mix(rim, accent.rgb, line / max(line + around * 0.75, 1e-3)), a * strength), ink);
	}
#endif
	if (ink.a < 0.01) discard;
	colour = ink;
}
`
