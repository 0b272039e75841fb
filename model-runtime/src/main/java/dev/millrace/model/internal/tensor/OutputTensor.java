package dev.millrace.model.internal.tensor;

import java.nio.ByteBuffer;
import java.util.List;

/// One output of a run, or the rows of it that belong to one request.
///
/// @param data in native byte order, empty for text; a view that is valid until the next run
/// @param texts empty unless the type is text
public record OutputTensor(String name, TensorType type, Shape shape, ByteBuffer data, List<String> texts) {
    /// How many elements it has.
    public int elements() {
        return type.isText() ? texts.size() : data.remaining() / type.bytes();
    }

    /// How many bytes its shape takes; known before there are any elements. Not for text.
    public long shapeBytes() {
        long product = type.bytes();
        for (long dimension : shape.toArray()) {
            product = Math.multiplyExact(product, dimension);
        }
        return product;
    }

    /// Some of its rows.
    public OutputTensor rows(int from, int count) {
        int perRow = elements() / Math.toIntExact(Math.max(1, shape.rows()));
        if (type.isText()) {
            return new OutputTensor(
                    name, type, shape.withRows(count), data, texts.subList(from * perRow, (from + count) * perRow));
        }
        int rowBytes = perRow * type.bytes();
        ByteBuffer view =
                data.slice(data.position() + from * rowBytes, count * rowBytes).order(data.order());
        return new OutputTensor(name, type, shape.withRows(count), view, texts);
    }
}
