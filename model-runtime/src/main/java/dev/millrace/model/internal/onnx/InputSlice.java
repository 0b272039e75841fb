package dev.millrace.model.internal.onnx;

import dev.millrace.model.internal.codec.Conversion;
import dev.millrace.model.internal.tensor.InputBatch;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.ByteBuffer;

/// Some rows of a large input, as they came.
///
/// @param firstRow its place in the input, from 0 on
/// @param bytes exactly the rows' elements, in the byte order that is set
/// @param shape of one row as the model takes it, with the batch first
record InputSlice(long firstRow, int rows, ByteBuffer bytes, TensorType type, Shape shape) {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PIECE_ROWS = 512;

    /// How many rows to run before others get their turn.
    int pieceRows() {
        return Math.clamp(PIECE_BYTES / (long) rowBytes(), 1, PIECE_ROWS);
    }

    /// Makes some rows the inputs of the next run.
    ///
    /// @throws RefusedException that names the rows
    void fill(InputBatch inputs, int from, int count) throws RefusedException {
        inputs.reset();
        inputs.begin();
        try {
            ByteBuffer elements = bytes.slice(bytes.position() + from * rowBytes(), count * rowBytes())
                    .order(bytes.order());
            Conversion.copy(elements, type, inputs.start(0));
            inputs.finish(0, shape.withRows(count));
            inputs.commit(count);
        } catch (RefusedException e) {
            throw new RefusedException(
                    e.statusCode(),
                    "rows " + (firstRow + from + 1) + " to " + (firstRow + from + count) + ": " + e.text());
        }
    }

    private int rowBytes() {
        return bytes.remaining() / rows;
    }
}
