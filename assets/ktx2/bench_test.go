package ktx2

import (
	"context"
	"testing"
)

func BenchmarkDecode(b *testing.B) {
	const side = 1024
	etc1s, _ := etc1sFixture(b, newETC1SEncoder(1, 2000, 2000, 64), side, side, false, false)
	file := func(vulkan uint32, packing supercompression) []byte {
		return fixture{vulkan: vulkan, width: side, height: side, packing: packing,
			levels: [][]byte{randomBlocks(vulkanFormats[vulkan].format, side, side)}}.bytes(b)
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"ETC1S", etc1s},
		{"UASTC", uastcFixture(b, side, side, notPacked)},
		{"UASTC+Zstandard", uastcFixture(b, side, side, zstandard)},
		{"BC1", file(131, notPacked)},
		{"BC7", file(145, notPacked)},
		{"ETC2", file(151, notPacked)},
		{"R8G8B8", file(23, notPacked)},
		{"R8G8B8A8", file(37, notPacked)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(4 * side * side)
			for b.Loop() {
				if _, err := Decode(context.Background(), c.data, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
